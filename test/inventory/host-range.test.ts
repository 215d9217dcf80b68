import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expandHosts } from '../../src/inventory/host-range.ts';

const test = suite('inventory/host-range');

const expansions: readonly (readonly [string, readonly string[], number | null])[] = [
  ['web1', ['web1'], null],
  ['web1:2222', ['web1'], 2222],
  ['n[1:3]', ['n1', 'n2', 'n3'], null],
  ['n[08:11]', ['n08', 'n09', 'n10', 'n11'], null],
  ['n[:2]', ['n0', 'n1', 'n2'], null],
  ['n[1:9:4]', ['n1', 'n5', 'n9'], null],
  ['n[5:5]', ['n5'], null],
  ['rack[a:c]', ['racka', 'rackb', 'rackc'], null],
  ['[a:e:2].example.com', ['a.example.com', 'c.example.com', 'e.example.com'], null],
  ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb'], null],
  ['n[1:2].lan:22', ['n1.lan', 'n2.lan'], 22],
  ['10.0.0.[1:3]', ['10.0.0.1', '10.0.0.2', '10.0.0.3'], null],
  ['10.0.0.1:22', ['10.0.0.1'], 22],
  ['::1', ['::1'], null],
  ['2001:db8::1', ['2001:db8::1'], null],
  ['[2001:db8::1]', ['2001:db8::1'], null],
  ['[2001:db8::1]:2222', ['2001:db8::1'], 2222],
  ['fe80::1%eth0', ['fe80::1%eth0'], null],
  ['2001:db8::[1:2]', ['2001:db8::1', '2001:db8::2'], null],
];

for (const [entry, names, port] of expansions) {
  test(`expands ${entry}`, () => {
    assert.equal(expandHosts(entry), { names, port });
  });
}

const advice = 'A range is `[first:last]` or `[first:last:step]`, as in `node[01:20]` or `rack[a:f]`.';
const portAdvice = 'A port is a number behind a colon; an IPv6 address with one is `[2001:db8::1]:22`.';
const refusals: readonly (readonly [string, string, string | null])[] = [
  ['n[1]', '`[1]`: this is not a range.', advice],
  ['n[1:]', '`[1:]`: this is not a range.', advice],
  ['n[]', '`[]`: this is not a range.', advice],
  ['n[a:ff]', '`[a:ff]`: this is not a range.', advice],
  ['n[1:2:3:4]', '`[1:2:3:4]`: this is not a range.', advice],
  ['n[1:9:x]', '`[1:9:x]`: this is not a range.', advice],
  ['n[1:9:0]', '`[1:9:0]`: the step is 0.', advice],
  ['n[9:1]', '`[9:1]`: it ends before it starts.', advice],
  ['n[c:a]', '`[c:a]`: it ends before it starts.', advice],
  ['n[01:100]', '`[01:100]`: with leading zeros both ends have the same length.', advice],
  ['n[1:99999999]', '`[1:99999999]`: it makes more than 65536 hosts.', advice],
  ['n[1:300]-[1:300]', '`n[1:300]-[1:300]` names more than 65536 hosts.', null],
  ['n[1:3', '`n[1:3` has a bracket without its partner.', advice],
  ['n1:3]', '`3]` is not a port.', portAdvice],
  ['web:', 'A port is missing behind the colon.', portAdvice],
  ['web:ssh', '`ssh` is not a port.', portAdvice],
  ['web:0', '`0` is not a port.', 'A port is a number from 1 to 65535.'],
  ['web:70000', '`70000` is not a port.', 'A port is a number from 1 to 65535.'],
];

for (const [entry, problem, hint] of refusals) {
  test(`refuses ${entry}`, () => {
    assert.equal(expandHosts(entry), { problem, hint });
  });
}

test.run();
