import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { covered, loadIni, nodeOf, varsOf } from './support.ts';

const test = suite('inventory/ini');

test('reads hosts, groups, children and variables', () => {
  const { inventory, errors, warned } = loadIni(`
# A comment.
; Another one.
bastion ansible_host=192.0.2.1

[rr]
rr[1:2]

[nodes]   # the workers
node1:2222 asn=64513
  node2

[fabric:children]
rr  # first
nodes

[fabric:vars]
asn = 64512
name=a b
`);
  assert.equal(errors, []);
  assert.equal(warned, []);
  assert.equal([...inventory.hosts.keys()], ['bastion', 'rr1', 'rr2', 'node1', 'node2']);
  assert.equal(inventory.groups.get('fabric')?.hosts, ['rr1', 'rr2', 'node1', 'node2']);
  assert.equal(inventory.groups.get('ungrouped')?.hosts, ['bastion']);
  assert.equal(varsOf(inventory, 'node1'), { asn: 64513, name: 'a b', ansible_port: 2222 });
  assert.equal(varsOf(inventory, 'rr2'), { asn: 64512, name: 'a b' });
  assert.equal(varsOf(inventory, 'bastion'), { ansible_host: '192.0.2.1' });
});

// What ansible-inventory 2.14 makes of the same host lines.
const hostLines: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a=1 b=2', { a: 1, b: 2 }],
  ['a="x y"', { a: 'x y' }],
  [`a="'x y'"`, { a: 'x y' }],
  ['a=x\\ y', { a: 'x y' }],
  ['a=C:\\foo', { a: 'C:foo' }],
  ['a="C:\\foo"', { a: 'C:\\foo' }],
  ['a="a\\"b"', { a: 'a"b' }],
  [`a='["p", 2]'`, { a: ['p', 2] }],
  ['a=[1,2]', { a: [1, 2] }],
  [`a="{'k': 1}"`, { a: { k: 1 } }],
  ['a=x # comment', { a: 'x' }],
  ['a=', { a: '' }],
  ['a=""', { a: '' }],
  ['a==b', { a: '=b' }],
  ['a=b=c', { a: 'b=c' }],
  ['a=http://x/y?z=1', { a: 'http://x/y?z=1' }],
  ['a=x;y', { a: 'x;y' }],
  ['a=80,443', { a: [80, 443] }],
  ['a=0644', { a: '0644' }],
  ['a="10"', { a: 10 }],
  [`a="'10'"`, { a: '10' }],
  ['a=yes b=True c=None', { a: 'yes', b: true, c: null }],
  ['a="{{ foo }} bar" b=3', { a: '{{ foo }} bar', b: 3 }],
  ['a=pre"mid dle"post', { a: 'premid dlepost' }],
  [`a="-o ProxyCommand='ssh -W %h:%p'"`, { a: "-o ProxyCommand='ssh -W %h:%p'" }],
  [`a="'03#pa33w0rd'"`, { a: '03#pa33w0rd' }],
];

for (const [text, expected] of hostLines) {
  test(`reads a host line with ${text}`, () => {
    const { inventory, errors } = loadIni(`web ${text}\n`);
    assert.equal(errors, []);
    assert.equal(varsOf(inventory, 'web'), expected);
  });
}

test('a line of variables is one value to its end', () => {
  const { inventory } = loadIni('web\n[all:vars]\na = x y "z"\nb=True\nc = "quoted"\nd=0644\ne=[1, 2]\nf=k=v\n');
  const expected = { a: 'x y "z"', b: true, c: 'quoted', d: '0644', e: [1, 2], f: 'k=v' };
  assert.equal(varsOf(inventory, 'web'), expected);
});

test('knows the place of every value', () => {
  const { inventory } = loadIni(`[g]\nweb a=1 b="x y" c='["p", 22]' d="'q'" e=\n[g:vars]\n k = v w  \nt={{ a }}\r\n`);
  const at = (name: string): string => {
    const node = nodeOf(inventory, 'web', name);
    return node === undefined ? 'nothing' : covered(node.span);
  };
  assert.equal(['a', 'b', 'c', 'd', 'e', 'k', 't'].map(at), ['1', 'x y', '["p", 22]', "'q'", '=', 'v w', '{{ a }}']);
  const list = nodeOf(inventory, 'web', 'c');
  assert.is(list?.kind === 'list' && list.items[1] !== undefined ? covered(list.items[1].span) : '', '22');
  const keys = inventory.layersOf('web').flatMap((layer) => Array.from(layer.entries.values()));
  assert.equal(
    keys.map((entry) => covered(entry.keySpan)),
    ['k', 't', 'a', 'b', 'c', 'd', 'e'],
  );
});

test('of two values for one host the later one counts', () => {
  const { inventory, errors } = loadIni('[a]\nweb x=1 y=1\n[b]\nweb x=2\n');
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'web'), { x: 2, y: 1 });
});

test('reads hosts that start with a bracket', () => {
  const { inventory, errors } = loadIni('[a:b].example.com\n[2001:db8::1]:22\n[2001:db8::2]\n[::1]:22 x=1\n');
  assert.equal(errors, []);
  assert.equal([...inventory.hosts.keys()], ['a.example.com', 'b.example.com', '2001:db8::1', '2001:db8::2', '::1']);
});

test('takes group names with dashes and dots, and lines that end as on Windows', () => {
  const { inventory, errors } = loadIni('[route-reflectors.eu]\r\nrr1 a=b\r\n[route-reflectors.eu:vars]\r\nc=d\r\n');
  assert.equal(errors, []);
  assert.equal(varsOf(inventory, 'rr1'), { a: 'b', c: 'd' });
});

const headers = 'A header is `[group]`, `[group:children]` or `[group:vars]`, without blanks.';
const mistakes: readonly (readonly [string, string, string])[] = [
  [
    'a header with blanks',
    '[my group]\n',
    `hosts.ini:1:1: \`[my group]\` is not the header of a section. (${headers})`,
  ],
  ['an open header', '[web\nx=1\n', `hosts.ini:1:1: \`[web\` is not the header of a section. (${headers})`],
  ['an unknown kind', '[web:var]\nx=1\n', 'hosts.ini:1:6: `var` is not a kind of section. (Did you mean `vars`?)'],
  [
    'a kind far from all',
    '[web:machines]\n',
    'hosts.ini:1:6: `machines` is not a kind of section. (A section is `[group]`, `[group:children]` or `[group:vars]`.)',
  ],
  [
    'a group name that patterns could not name',
    '[we!b]\n',
    'hosts.ini:1:2: `we!b` can not be the name of a group. (A name has letters, digits and `_ - . @ +`.)',
  ],
  [
    'two words in a list of children',
    'a\n[web]\n[all:children]\nweb a\n',
    'hosts.ini:4:1: `web a` is not the name of a group. (A line here is one group; hosts stand under `[group]`.)',
  ],
  [
    'an undefined child',
    '[web]\na\n[all:children]\nwbe\n',
    'hosts.ini:4:1: The group `wbe` is not defined. (Did you mean `web`?)',
  ],
  ['an undefined group', '[db:vars]\nx=1\n', 'hosts.ini:1:2: The group `db` is not defined. (Define it: `[db]`.)'],
  [
    'YAML among variables',
    '[all:vars]\nx: 1\n',
    'hosts.ini:2:1: This sets no variable. (INI writes `name=value`, not `name: value`.)',
  ],
  ['a name alone', '[all:vars]\nx\n', 'hosts.ini:2:1: This sets no variable. (A line here is `name=value`.)'],
  [
    'a bad name',
    '[all:vars]\nmy-var=1\n',
    'hosts.ini:2:1: `my-var` can not be the name of a variable. (Write `my_var`: letters, digits and `_`.)',
  ],
  [
    'a bad name on a host line',
    'web 2nd=1\n',
    'hosts.ini:1:5: `2nd` can not be the name of a variable. (Write `_2nd`: letters, digits and `_`.)',
  ],
  [
    'a reserved name',
    'web groups=1\n',
    'hosts.ini:1:5: `groups` is a name that kmesh itself sets. (Choose another name for this variable.)',
  ],
  ['a value given twice', '[all:vars]\nx=1\nx=2\n', 'hosts.ini:3:1: `x` is set twice. (Keep one of them.)'],
  ['a value given twice on a line', 'web x=1 x=2\n', 'hosts.ini:1:9: `x` is set twice. (Keep one of them.)'],
  ['blanks around =', 'web x = 1\n', 'hosts.ini:1:5: `x` sets no variable. (No blanks may stand around the `=`.)'],
  ['blanks after =', 'web x=1 = 1\n', 'hosts.ini:1:9: `=` sets no variable. (No blanks may stand around the `=`.)'],
  [
    'a value with blanks',
    'web x=[1, 2]\n',
    'hosts.ini:1:11: `2]` sets no variable. (Quote a value with blanks: `name="two words"`.)',
  ],
  [
    'an open quote',
    'web x="a b\n',
    'hosts.ini:1:7: This quote is not closed. (Put the whole value in quotes, or a backslash before a quote meant as text.)',
  ],
  [
    'a backslash at the end',
    'web x=a\\\n',
    'hosts.ini:1:8: Nothing follows this backslash. (A backslash meant as text is `\\\\`.)',
  ],
  [
    'a # that would cut a value',
    'web pass=abc#def\n',
    'hosts.ini:1:13: `#` would end the value here. (Quote the value, or put a blank before a comment.)',
  ],
  [
    'a variable in place of a host',
    '[web]\nansible_user=root\n',
    "hosts.ini:2:1: `ansible_user=root` stands where a host's name is wanted. (Variables of a group stand under `[group:vars]`, those of a host behind its name.)",
  ],
  [
    'a name with a slash',
    'a/b\n',
    'hosts.ini:1:1: `a/b` can not be the name of a host. (A name has letters, digits and `. _ - @ % +`, and at most 253 of them.)',
  ],
  [
    'a name that would be an option',
    '-oProxyCommand\n',
    'hosts.ini:1:1: `-oProxyCommand` can not be the name of a host. (A name has letters, digits and `. _ - @ % +`, and at most 253 of them.)',
  ],
  [
    'a start of YAML',
    '---\n',
    'hosts.ini:1:1: `---` starts a YAML file, and this one is read as INI. (Name it `.yml`.)',
  ],
  [
    'a bad range',
    'web x=1\n  n[3:1] y=2\n',
    'hosts.ini:2:3: `[3:1]`: it ends before it starts. (A range is `[first:last]` or `[first:last:step]`, as in `node[01:20]` or `rack[a:f]`.)',
  ],
  [
    'a priority that is no number',
    '[a]\n[a:vars]\nansible_group_priority=high\n',
    'hosts.ini:3:24: `ansible_group_priority` is a whole number.',
  ],
];

for (const [what, text, message] of mistakes) {
  test(`refuses ${what}`, () => {
    assert.equal(loadIni(text).errors, [message]);
  });
}

test('a section with a wrong header is passed over, the rest is read', () => {
  const { inventory, errors } = loadIni('[a b]\nlost\n[web]\nkept\n');
  assert.is(errors.length, 1);
  assert.equal([...inventory.hosts.keys()], ['kept']);
});

const doubts: readonly (readonly [string, string])[] = [
  [
    'x=[1, 2',
    'hosts.ini:3:3: This is read as a text: it is not a list or mapping. (Lists and mappings are written as in Python: `["a", 1, True, None]`; on a host line quote them whole.)',
  ],
  [
    'x={"a": true}',
    'hosts.ini:3:3: This is read as a text: it is not a list or mapping. (Lists and mappings are written as in Python: `["a", 1, True, None]`; on a host line quote them whole.)',
  ],
  ['x="a" b', 'hosts.ini:3:3: The quotes here are part of the value. (Quote the whole value, or nothing of it.)'],
  [
    'x = abc # why',
    'hosts.ini:3:5: The `#` and what follows are part of the value. (Behind a value there is no comment: move it to its own line.)',
  ],
  ['ansible_hots=a', 'hosts.ini:3:1: Nothing reads `ansible_hots`. (Did you mean `ansible_host`?)'],
];

for (const [text, message] of doubts) {
  test(`warns of ${text}`, () => {
    const { errors, warned } = loadIni(`web\n[all:vars]\n${text}\n`);
    assert.equal(errors, []);
    assert.equal(warned, [message]);
  });
}

test('does not warn of what only looks like a list', () => {
  const { warned } = loadIni('web\n[all:vars]\na=[::1]:179\nb={{ c }}\nd={% raw %}\ne=#fff\n');
  assert.equal(warned, []);
});

test.run();
