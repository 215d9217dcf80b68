import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/addresses');

function check(table: readonly (readonly [expression: string, expected: Data])[]): void {
  for (const [expression, expected] of table) assert.is(value(`{{${expression}}}`), expected, expression);
}

test('cidrHost counts hosts from the start and from the end', () => {
  check([
    ['cidrHost "10.0.0.0/24" 5', '10.0.0.5'],
    ['cidrHost "10.0.0.77/24" 5', '10.0.0.5'],
    ['cidrHost "10.0.0.0/24" 0', '10.0.0.0'],
    ['cidrHost "10.0.0.0/24" 255', '10.0.0.255'],
    ['cidrHost "10.0.0.0/24" -1', '10.0.0.255'],
    ['cidrHost "10.0.0.0/24" -256', '10.0.0.0'],
    ['cidrHost "10.0.0.0/8" 65536', '10.1.0.0'],
    ['cidrHost "10.0.0.9/32" 0', '10.0.0.9'],
    ['cidrHost "fd00::/64" 300', 'fd00::12c'],
    ['cidrHost "fd00::/64" -1', 'fd00::ffff:ffff:ffff:ffff'],
    ['cidrHost "FD00:0:0::/120" 10', 'fd00::a'],
    ['cidrHost "0.0.0.0/0" -1', '255.255.255.255'],
  ]);
});

test('cidrHost refuses numbers outside of the network', () => {
  assert.is(
    failure(() => value('{{cidrHost "10.0.0.9/24" 256}}')),
    't.yml:1:26: `cidrHost`: 10.0.0.0/24 has no host 256, only 256 addresses.',
  );
  assert.is(
    failure(() => value('{{cidrHost "10.0.0.0/24" -257}}')),
    't.yml:1:26: `cidrHost`: 10.0.0.0/24 has no host -257, only 256 addresses.',
  );
  assert.is(
    failure(() => value('{{cidrHost "fd00::1/128" 1}}')),
    't.yml:1:26: `cidrHost`: fd00::1/128 has no host 1, only 1 address.',
  );
  assert.match(
    failure(() => value('{{cidrHost "10.0.0.0/24" 1.5}}')),
    'must be a whole number, not the number 1.5.',
  );
});

test('cidrNetwork and cidrPrefix', () => {
  check([
    ['cidrNetwork "10.0.0.7/24"', '10.0.0.0/24'],
    ['cidrNetwork "10.255.0.7/9"', '10.128.0.0/9'],
    ['cidrNetwork "fd00:1:2:3::7/64"', 'fd00:1:2:3::/64'],
    ['cidrPrefix "10.0.0.7/24"', 24],
    ['cidrPrefix "fd00::/7"', 7],
  ]);
});

test('cidrContains takes addresses and networks', () => {
  check([
    ['cidrContains "10.0.0.0/8" "10.1.2.3"', true],
    ['cidrContains "10.0.0.0/8" "11.1.2.3"', false],
    ['cidrContains "10.0.0.0/8" "10.1.0.0/16"', true],
    ['cidrContains "10.1.0.0/16" "10.0.0.0/8"', false],
    ['cidrContains "10.0.0.0/8" "10.0.0.0/8"', true],
    ['cidrContains "fd00::/8" "fd12::1"', true],
    ['cidrContains "fd00::/8" "10.0.0.1"', false],
    ['cidrContains "::/0" "0.0.0.0/0"', false],
  ]);
});

test('ipFamily and ipWrap', () => {
  check([
    ['ipFamily "10.0.0.1"', 4],
    ['ipFamily "10.0.0.1/24"', 4],
    ['ipFamily "::1"', 6],
    ['ipWrap "10.0.0.1"', '10.0.0.1'],
    ['ipWrap "fd00::1"', '[fd00::1]'],
  ]);
});

test('refuses what is no address', () => {
  const wrong = [
    '010.0.0.1',
    '10.0.0',
    '10.0.0.256',
    '0x0a.0.0.1',
    ' 10.0.0.1',
    'fd00:::1',
    'fe80::1%eth0',
    'node-1',
    '',
    '1',
  ];
  for (const text of wrong) {
    assert.is(
      failure(() => value(`{{ipFamily "${text}"}}`)),
      `t.yml:1:12: \`ipFamily\`: its argument must be an IP address or network, not ${text === '' ? 'an empty string' : `the string \`${text}\``}.`,
    );
  }
  for (const text of ['10.0.0.1', '10.0.0.0/33', '10.0.0.0/024', '10.0.0.0/', 'fd00::/129', '10.0.0.0/24/8', '/24']) {
    assert.is(
      failure(() => value(`{{cidrPrefix "${text}"}}`)),
      `t.yml:1:14: \`cidrPrefix\`: its argument must be a network as 10.0.0.0/24 or fd00::/64, not the string \`${text}\`.`,
    );
  }
  assert.match(
    failure(() => value('{{ipWrap "10.0.0.1/24"}}')),
    'must be an IP address, not',
  );
  assert.match(
    failure(() => value('{{ipFamily port}}')),
    'must be a string, not the number 6443',
  );
});

test('works the same in expressions', () => {
  const table = [
    ['cidrHost("10.0.0.0/24", 5)', '10.0.0.5'],
    ['cidrNetwork("10.0.0.7/24")', '10.0.0.0/24'],
    ['cidrPrefix("10.0.0.7/24")', 24],
    ['cidrContains("10.0.0.0/8", "10.1.2.3")', true],
    ['ipInCidr("10.1.2.3", "10.0.0.0/8")', true],
    ['ipInCidr("11.1.2.3", "10.0.0.0/8")', false],
    ['cidrOverlaps("10.0.0.0/8", "10.5.0.0/16")', true],
    ['cidrOverlaps("10.5.0.0/16", "10.0.0.0/8")', true],
    ['cidrOverlaps("10.5.0.0/16", "10.6.0.0/16")', false],
    ['cidrOverlaps("10.5.0.0/16", "::/0")', false],
    ['ipFamily("::1")', 6],
    ['isIP("10.0.0.1")', true],
    ['isIP("10.0.0.1/24")', false],
    ['isIP("x")', false],
    ['isCIDR("10.0.0.1/24")', true],
    ['isCIDR("10.0.0.1")', false],
  ] as const;
  for (const [expression, expected] of table) assert.is(cel(expression), expected, expression);
});

test('points at the argument that is wrong', () => {
  assert.is(
    failure(() => cel('ipInCidr("10.1.2", "10.0.0.0/8")')),
    't.yml:1:10: `ipInCidr`: its first argument must be an IP address or network, not the string `10.1.2`.',
  );
  assert.is(
    failure(() => cel('ipInCidr("10.1.2.3", "10.0.0.0")')),
    't.yml:1:22: `ipInCidr`: its second argument must be a network as 10.0.0.0/24 or fd00::/64, not the string `10.0.0.0`.',
  );
});

test.run();
