import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../../src/base/node.ts';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/maps');

const vars: Readonly<Record<string, Data>> = {
  a: { x: 1, deep: { l: [1, 2], m: { p: 1 } }, s: 'a' },
  b: { y: 2, deep: { l: [2, 3], m: { q: 2 } }, s: 'b' },
  peers: [
    { name: 'r1', zone: 'z1', asn: 1 },
    { name: 'r2', zone: 'z2', asn: 2 },
    { name: 'r3', zone: 'z1', asn: 1 },
  ],
  evil: JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}') as Data,
};

function plain(data: Data): Data {
  return JSON.parse(JSON.stringify(data)) as Data;
}

test('combine puts later maps over earlier ones', () => {
  assert.equal(plain(value('{{combine a b}}', vars)), {
    x: 1,
    deep: { l: [2, 3], m: { q: 2 } },
    s: 'b',
    y: 2,
  });
  assert.equal(plain(value('{{combine a}}', vars)), vars['a']);
  assert.equal(plain(cel('combine(a, b, {"s": "c"}).s', vars)), 'c');
});

// What Ansible gives for the same lists.
test('combine goes into maps, and merges lists as it is told', () => {
  const lists: readonly (readonly [merge: string, list: readonly number[]])[] = [
    ['replace', [2, 3]],
    ['keep', [1, 2]],
    ['append', [1, 2, 2, 3]],
    ['prepend', [2, 3, 1, 2]],
    ['append_rp', [1, 2, 3]],
    ['prepend_rp', [2, 3, 1]],
  ];
  for (const [merge, l] of lists) {
    const merged = { x: 1, deep: { l, m: { p: 1, q: 2 } }, s: 'b', y: 2 };
    assert.equal(plain(value(`{{combine a b recursive=true list_merge="${merge}"}}`, vars)), merged, merge);
    const options = `{"recursive": true, "list_merge": "${merge}"}`;
    assert.equal(plain(cel(`combine([a, b], ${options})`, vars)), merged, merge);
  }
});

test('combine leaves what it is given as it was', () => {
  const before = JSON.stringify(vars);
  value('{{combine a b recursive=true list_merge="append"}}', vars);
  assert.is(JSON.stringify(vars), before);
});

test('combine says what it can not do', () => {
  const refused: readonly (readonly [template: string, message: string])[] = [
    ['{{combine a 3}}', 't.yml:1:13: `combine`: its second argument must be a map, not the number 3.'],
    ['{{combine peers b}}', 't.yml:1:11: `combine`: its first argument must be a map, not a list of 3.'],
    [
      '{{combine a b list_merge="join"}}',
      't.yml:1:15: `combine`: `list_merge` must be one of replace, keep, append, prepend, append_rp, prepend_rp, not the string `join`.',
    ],
    ['{{combine a b recursiv=true}}', 't.yml:1:15: `combine` has no argument `recursiv`. | Did you mean `recursive`?'],
    ['{{upper "a" x=1}}', 't.yml:1:13: `upper` has no named arguments. | Write `{{upper TEXT}}`.'],
  ];
  for (const [template, message] of refused)
    assert.is(
      failure(() => value(template, vars)),
      message,
    );
  assert.is(
    failure(() => cel('combine([a, b], {"recursiv": true})', vars)),
    't.yml:1:17: `combine`: there is no option `recursiv`. | Did you mean `recursive`?',
  );
});

test('dict2items and items2dict are each other backwards', () => {
  assert.equal(plain(value('{{dict2items a}}', { a: { x: 1, y: [2] } })), [
    { key: 'x', value: 1 },
    { key: 'y', value: [2] },
  ]);
  assert.equal(plain(value('{{items2dict (dict2items a)}}', vars)), vars['a']);
  assert.equal(plain(value('{{items2dict peers key_name="name" value_name="asn"}}', vars)), { r1: 1, r2: 2, r3: 1 });
  assert.is(
    failure(() => value('{{items2dict peers}}', vars)),
    't.yml:1:14: `items2dict`: item 0 of the list has no `key`.',
  );
});

test('groupBy gives the items for each value', () => {
  assert.equal(plain(cel('groupBy(peers, "zone")', vars)), {
    z1: [
      { name: 'r1', zone: 'z1', asn: 1 },
      { name: 'r3', zone: 'z1', asn: 1 },
    ],
    z2: [{ name: 'r2', zone: 'z2', asn: 2 }],
  });
  assert.equal(cel('keys(groupBy(peers, "asn"))', vars), ['1', '2']);
  assert.is(
    failure(() => value('{{groupBy peers "vlan"}}', vars)),
    't.yml:1:11: `groupBy`: item 0 of the list has no `vlan`.',
  );
});

test('keys that mean something to JavaScript are keys like any other', () => {
  for (const made of [
    value('{{combine a evil recursive=true}}', vars),
    value('{{items2dict (dict2items evil)}}', vars),
    value('{{fromJson (toJson evil)}}', vars),
    value('{{fromYaml (toYaml evil)}}', vars),
    cel('combine([evil, evil], {"recursive": true})', vars),
    cel('groupBy([{"k": "__proto__"}, {"k": "constructor"}], "k")', vars),
  ]) {
    assert.is(Object.getPrototypeOf(made), null);
    assert.ok(Object.hasOwn(made as object, '__proto__') && Object.hasOwn(made as object, 'constructor'));
  }
  assert.is(({} as Record<string, unknown>)['polluted'], undefined);
});

test.run();
