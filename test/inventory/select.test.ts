import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spanOf } from '../../src/base/source.ts';
import { patternText, type SelectOptions, selectHosts } from '../../src/inventory/select.ts';
import { line, loadIni, withFiles } from './support.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const test = suite('inventory/select');

const { inventory } = loadIni(`
bastion
[web]
web1
web2
web3
[db]
db1
web3
[staging]
web2
db1
[site:children]
web
db
[v6]
2001:db8::1
2001:db8::2
[dc.eu]
10.0.0.1
10.0.0.2
10.0.1.1
`);

function select(pattern: string, options: SelectOptions = {}): { hosts: string; errors: string[]; warned: string[] } {
  const { hosts, diagnostics, warnings } = selectHosts(pattern, inventory, options);
  return {
    hosts: hosts.map((host) => host.name).join(' '),
    errors: diagnostics.map(line),
    warned: warnings.map(line),
  };
}

const everything = 'bastion web1 web2 web3 db1 2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2 10.0.1.1';
const patterns: readonly (readonly [string, string])[] = [
  ['all', 'bastion web2 db1 2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2 10.0.1.1 web1 web3'],
  ['*', 'bastion web2 db1 2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2 10.0.1.1 web1 web3'],
  ['web1', 'web1'],
  ['web', 'web1 web2 web3'],
  ['site', 'web1 web2 web3 db1'],
  ['ungrouped', 'bastion'],
  ['dc.eu', '10.0.0.1 10.0.0.2 10.0.1.1'],
  ['web:db', 'web1 web2 web3 db1'],
  ['db,web', 'db1 web3 web1 web2'],
  ['web2, web1', 'web2 web1'],
  ['web2 web1', 'web2 web1'],
  ['web:&staging', 'web2'],
  ['&staging:web', 'web2'],
  ['web:!web2', 'web1 web3'],
  ['!web2:web', 'web1 web3'],
  ['web:db:&staging:!db1', 'web2'],
  ['web,!web2,db', 'web1 web3 db1'],
  ['!site', 'bastion 2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2 10.0.1.1'],
  ['&staging', 'web2 db1'],
  ['web*', 'web1 web2 web3'],
  ['w?b1', 'web1'],
  ['web[!1]*', 'web2 web3'],
  ['10.0.0.*', '10.0.0.1 10.0.0.2'],
  ['dc.*', '10.0.0.1 10.0.0.2 10.0.1.1'],
  ['*:!web*', 'bastion db1 2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2 10.0.1.1'],
  ['~web\\d+', 'web1 web2 web3'],
  ['~(web|db)1', 'web1 db1'],
  ['~(?:web|db)1:!web1', 'db1'],
  ['~stag', 'web2 db1'],
  ['web[0]', 'web1'],
  ['web[-1]', 'web3'],
  ['web[-3]', 'web1'],
  ['web[0:1]', 'web1 web2'],
  ['web[0:0]', 'web1'],
  ['web[1:]', 'web2 web3'],
  ['web[:1]', 'web1 web2'],
  ['web[1:99]', 'web2 web3'],
  ['web[0]:db[0]', 'web1 db1'],
  ['web:!web[0]', 'web2 web3'],
  ['web*[0]', 'web1'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['web1,2001:db8::2', 'web1 2001:db8::2'],
  ['[2001:db8::1]:web1', '2001:db8::1 web1'],
  ['v6,!2001:db8::1', '2001:db8::2'],
  ['localhost', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['localhost,web1', 'localhost web1'],
];

for (const [pattern, hosts] of patterns) {
  test(`selects ${pattern}`, () => {
    assert.equal(select(pattern), { hosts, errors: [], warned: [] });
  });
}

test('the hosts of the inventory are those of all', () => {
  assert.is([...inventory.hosts.keys()].join(' '), everything);
  assert.equal(select('all').hosts.split(' ').sort(), everything.split(' ').sort());
});

const mistakes: readonly (readonly [string, string])[] = [
  ['wbe', 'hosts:1:1: No host or group is called `wbe`. (Did you mean `web`?)'],
  ['web,unknown-group', 'hosts:1:5: No host or group is called `unknown-group`.'],
  ['web:!wbe2', 'hosts:1:5: No host or group is called `wbe2`. (Did you mean `web2`?)'],
  ['web:&stagin', 'hosts:1:5: No host or group is called `stagin`. (Did you mean `staging`?)'],
  ['wbe[0]', 'hosts:1:1: No host or group is called `wbe`. (Did you mean `web`?)'],
  ['web[3]', 'hosts:1:1: `web` has 3 hosts, and none at this subscript. (The first host is `[0]`, the last `[-1]`.)'],
  ['web[-4]', 'hosts:1:1: `web` has 3 hosts, and none at this subscript. (The first host is `[0]`, the last `[-1]`.)'],
  ['web[5:7]', 'hosts:1:1: `web` has 3 hosts, and none at this subscript. (The first host is `[0]`, the last `[-1]`.)'],
  [
    'web[1-3]',
    'hosts:1:1: `[1-3]` has two meanings. (Hosts of a group are counted `[1:3]`; digits in a name are matched by `~name[0-9]`.)',
  ],
  [
    '~web(',
    'hosts:1:1: `web(` is not a regular expression. (Invalid regular expression: /^(?:web()/: Unterminated group.)',
  ],
  ['', 'hosts:1:1: This pattern names no host. (All hosts are `all`.)'],
  [' , ', 'hosts:1:1: This pattern names no host. (All hosts are `all`.)'],
  ['@file', 'hosts:1:1: No host or group is called `@file`. (A file of hosts, `@file`, can stand in `--limit` only.)'],
];

for (const [pattern, message] of mistakes) {
  test(`refuses ${pattern === '' ? 'nothing' : pattern}`, () => {
    assert.equal(select(pattern).errors, [message]);
  });
}

test('warns of a glob or regex that matches nothing', () => {
  assert.equal(select('web,cache*'), {
    hosts: 'web1 web2 web3',
    errors: [],
    warned: ['hosts:1:5: This matches no host and no group.'],
  });
  assert.equal(select('~cache').warned, ['hosts:1:1: This matches no host and no group.']);
});

test('gives up on a regex that would take for ever', () => {
  const slow = loadIni(`${'a'.repeat(60)}b\n`).inventory;
  const start = process.cpuUsage();
  const { hosts, diagnostics } = selectHosts('~(a+)+$', slow);
  assert.equal(hosts, []);
  assert.equal(diagnostics.map(line), [
    'hosts:1:1: This regular expression takes too long. (Avoid `(a+)+` and the like.)',
  ]);
  assert.ok(cpuMsSince(start) < 5000);
});

test('all of an empty inventory is nothing, and no error', () => {
  const empty = loadIni('').inventory;
  assert.equal(selectHosts('all', empty).hosts, []);
  assert.equal(selectHosts('web', empty).diagnostics.map(line), [
    'hosts:1:1: No host or group is called `web`. (The inventory is empty.)',
  ]);
});

test('a name that is a host and a group with other hosts is an error where it is used', () => {
  const both = loadIni('[web]\nw1\n[other]\nweb\n[rr1]\nrr1\n').inventory;
  assert.equal(selectHosts('web', both).diagnostics.map(line), [
    'hosts:1:1: `web` is a group and a host. (Rename one of them in the inventory.)',
  ]);
  assert.equal(selectHosts('rr1', both).diagnostics, []);
  assert.equal(selectHosts('other', both).diagnostics, []);
});

test('points into the file that the pattern comes from', () => {
  const source = { name: 'site.yml', text: '- hosts: "web:wbe"\n' };
  const pattern = { text: 'web:wbe', span: spanOf(source, 9, 18) };
  assert.equal(selectHosts(pattern, inventory).diagnostics.map(line), [
    'site.yml:1:15: No host or group is called `wbe`. (Did you mean `web`?)',
  ]);
});

test('points at the whole of a pattern that was rendered from a template', () => {
  const source = { name: 'site.yml', text: '- hosts: "{{ target }}"\n' };
  const pattern = { text: 'web:wbe', span: spanOf(source, 9, 23) };
  assert.equal(selectHosts(pattern, inventory).diagnostics.map(line), [
    'site.yml:1:10: No host or group is called `wbe`. (Did you mean `web`?)',
  ]);
});

test('a list of patterns is one pattern', () => {
  const texts = ['web', '!web2', 'db'].map((text) => patternText('hosts', text));
  assert.equal(
    selectHosts(texts, inventory).hosts.map((host) => host.name),
    ['web1', 'web3', 'db1'],
  );
});

test('a limit keeps what it names, in the order of the play', () => {
  assert.is(select('web', { limit: patternText('--limit', 'web3,web1,bastion') }).hosts, 'web1 web3');
  assert.is(select('web', { limit: patternText('--limit', '!web1') }).hosts, 'web2 web3');
  assert.equal(select('web', { limit: patternText('--limit', 'bastion') }), { hosts: '', errors: [], warned: [] });
  assert.is(select('web', { limit: null }).hosts, 'web1 web2 web3');
});

test('refuses a limit that names nobody', () => {
  assert.equal(select('web', { limit: patternText('--limit', 'web1,wbe2') }).errors, [
    '--limit:1:6: No host or group is called `wbe2`. (Did you mean `web2`?)',
  ]);
});

test('a limit may stand in a file', () => {
  withFiles({ retry: '# failed on Monday\nweb1\n\n  web3 # again\n', bad: 'web1\nwbe2\n' }, (dir) => {
    const limit = (text: string): SelectOptions => ({ limit: patternText('--limit', text), cwd: dir });
    assert.is(select('web', limit('@retry')).hosts, 'web1 web3');
    assert.is(select('web', limit('web2,@retry,!web1')).hosts, 'web2 web3');
    assert.equal(select('web', limit('@bad')).errors, [
      `${dir}/bad:2:1: No host or group is called \`wbe2\`. (Did you mean \`web2\`?)`,
    ]);
    assert.equal(select('web', limit('@none')).errors, [`\`${dir}/none\` can not be read: it does not exist.`]);
    assert.equal(select('web', limit('@retry, wbe')).errors, [
      '--limit:1:9: No host or group is called `wbe`. (Did you mean `web`?)',
    ]);
  });
});

test.run();
