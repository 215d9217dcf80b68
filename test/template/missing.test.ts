import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate } from '../../src/template/evaluate.ts';
import { failure, marked, render, scopeOf, site, value, yaml } from './support.ts';

const test = suite('template/missing');

test('is an error in any place', () => {
  const table = [
    ['{{nope}}', 3],
    ['a {{nope}}', 5],
    ['{{{nope}}}', 4],
    ['{{#if nope}}{{/if}}', 7],
    ['{{#unless nope}}{{/unless}}', 11],
    ['{{#each nope}}{{/each}}', 9],
    ['{{#with nope}}{{/with}}', 9],
    ['{{#if off}}{{else if nope}}{{/if}}', 22],
    ['{{join nope ","}}', 8],
    ['{{join list nope}}', 13],
    ['{{lookup nope "a"}}', 10],
    ['{{lookup bird nope}}', 15],
    ['{{default nope2.x nope}}', 19],
    ['{{#if (eq nope 1)}}{{/if}}', 11],
    ['{{and off nope}}', 11],
    ['{{or on nope}}', 9],
    ['{{not nope}}', 7],
    ['{{cel "port + nope"}}', 15],
    ['{{#each peers}}{{../nope}}{{/each}}', 18],
    ['{{#each peers}}{{@root.nope}}{{/each}}', 18],
    ['{{vars.nope}}', 3],
  ] as const;
  for (const [template, column] of table) {
    const [place] = failure(() => value(template)).split(': ');
    assert.is(place, `t.yml:1:${column}`, template);
    assert.match(
      failure(() => value(template)),
      'is undefined',
    );
  }
});

test('names the path and the part that is missing', () => {
  const table = [
    ['{{zzz}}', '`zzz` is undefined.'],
    ['{{brid.asn}}', '`brid` is undefined. | Did you mean `bird`?'],
    ['{{bird.pear}}', '`bird.pear` is undefined: `bird` has no `pear`. | Did you mean `peer`?'],
    ['{{bird.peer.ip.x}}', '`bird.peer.ip.x` is undefined: `bird.peer.ip` is the string `10.0.0.2`.'],
    ['{{bird.peers.ip}}', '`bird.peers.ip` is undefined: `bird` has no `peers`. | Did you mean `peer`?'],
    ['{{none.x}}', '`none.x` is undefined: `none` is null.'],
    ['{{port.x}}', '`port.x` is undefined: `port` is the number 6443.'],
    ['{{list.[3]}}', '`list.[3]` is undefined: `list` has 3 items. | Items are counted from 0.'],
    ['{{list.length}}', '`list.length` is undefined: `list` is a list, it has no `length`. | Write `length list`.'],
    ['{{vars.bird.pear}}', '`vars.bird.pear` is undefined: `bird` has no `pear`. | Did you mean `peer`?'],
    ['{{upper}}', '`upper` is undefined. | `upper` is a helper: `{{upper TEXT}}`.'],
    ['{{lookup bird "pear"}}', '`lookup bird "pear"` is undefined: `bird` has no `pear`. | Did you mean `peer`?'],
  ] as const;
  for (const [template, message] of table) assert.is(failure(() => value(template)).replace(/^\S+ /, ''), message);
});

test('says that a bare name in a loop is a property of the item', () => {
  assert.is(
    failure(() => value('{{#each peers}}{{port}}{{/each}}')),
    't.yml:1:18: `port` is undefined: this item of `peers` has no `port`. | The variable `port` is outside of this block: write `@root.port`.',
  );
  assert.is(
    failure(() => value('{{#each peers}}{{nam}}{{/each}}')),
    't.yml:1:18: `nam` is undefined: this item of `peers` has no `nam`. | Did you mean `name`?',
  );
  assert.is(
    failure(() => value('{{#with bird}}{{port}}{{/with}}')),
    't.yml:1:17: `port` is undefined: `bird` has no `port`. | The variable `port` is outside of this block: write `@root.port`.',
  );
  assert.is(
    failure(() => value('{{#each list}}{{name}}{{/each}}')),
    't.yml:1:17: `name` is undefined: this item of `list` is the number 1. | The variable `name` is outside of this block: write `@root.name`.',
  );
  assert.is(
    failure(() => value('{{#each peers as |p|}}{{p.port}}{{/each}}')),
    't.yml:1:25: `p.port` is undefined: `p` has no `port`.',
  );
});

test('is an error where a name can mean nothing', () => {
  const table = [
    ['{{../x}}', '1:3: `../x` goes further out than the template. | Each `../` leaves one each or with.'],
    [
      '{{#each list}}{{../../x}}{{/each}}',
      '1:17: `../../x` goes further out than the template. | Each `../` leaves one each or with.',
    ],
    [
      '{{#if on}}{{../x}}{{/if}}',
      '1:13: `../x` goes further out than the template. | Each `../` leaves one each or with.',
    ],
    ['{{this}}', '1:3: `this` is not a value here. | Name a variable, as in `@root.name`.'],
    ['{{@root}}', '1:3: `@root` is not a value here. | Name a variable, as in `@root.name`.'],
    ['{{@index}}', '1:3: `@index` is only known inside of `{{#each}}`.'],
    ['{{#each list}}{{@../index}}{{/each}}', '1:17: `@../index` is only known inside of `{{#each}}`.'],
    [
      '{{#each list}}{{@indx}}{{/each}}',
      '1:17: `@indx` does not exist. | There are `@index`, `@key`, `@first`, `@last` and `@root.name`.',
    ],
    ['{{undefined}}', '1:3: `undefined` is not a value.'],
  ] as const;
  for (const [template, message] of table)
    assert.is(
      failure(() => value(template)),
      `t.yml:${message}`,
    );
});

test('is what `default` is for', () => {
  const table = [
    ['{{default nope 5}}', 5],
    ['{{default nope.a.b "x"}}', 'x'],
    ['{{default bird.nope 1}}', 1],
    ['{{default bird.asn 1}}', 64512],
    ['{{default port.x 1}}', 1],
    ['{{default none 1}}', null],
    ['{{default off 1}}', false],
    ['{{default blank 1}}', ''],
    ['{{default nope (default nope2 7)}}', 7],
    ['{{default nope port}}', 6443],
    ['{{default vars.nope 1}}', 1],
    ['{{default (lookup bird "nope") 2}}', 2],
    ['{{default (lookup bird "asn") 2}}', 64512],
    ['{{default (lookup list 9) 2}}', 2],
    ['{{default (lookup vars "nope") 2}}', 2],
    ['{{default @root.nope 3}}', 3],
    ['{{join (default nope list) ""}}', '123'],
  ] as const;
  for (const [template, expected] of table) assert.is(value(template), expected, template);
  assert.is(value('{{#each peers}}{{default asn 1}}{{default ../nope 2}}{{/each}}'), '1212');
});

test('is not hidden by `default` inside of an argument', () => {
  assert.match(
    failure(() => value('{{default (upper nope) 1}}')),
    '`nope` is undefined',
  );
  assert.match(
    failure(() => value('{{default (lookup nope "a") 1}}')),
    '`nope` is undefined',
  );
});

test('has its exact place in any kind of scalar', () => {
  const table = [
    ['a: "x {{nope}}"', 't.yml:1:9'],
    ['a: x {{nope}}', 't.yml:1:8'],
    ["a: 'x {{bird.nope}}'", 't.yml:1:9'],
    ['a:\n  - |\n    one\n    two {{ nope }}\n', 't.yml:4:12'],
    ['a: |-\n  {{#each peers}}\n  {{name}} {{as}}\n  {{/each}}\n', 't.yml:3:14'],
    ['a: [1, "{{join nope \',\'}}"]', 't.yml:1:16'],
  ] as const;
  for (const [text, place] of table) {
    const node = yaml(text);
    assert.is(failure(() => evaluate(node, scopeOf(site))).split(': ')[0], place, text);
  }
});

test('has its exact place in a file, even behind escapes and carriage returns', () => {
  const table = [
    ['one\ntwo {{nope}}', 't.hbs:2:7'],
    ['a\r\nb\r\n  {{ bird.nope }}\r\n', 't.hbs:3:6'],
    ['\\{{ x }} {{nope}}', 't.hbs:1:12'],
    ['{{{{raw}}}}\n{{a}}\n{{{{/raw}}}}\n{{nope}}', 't.hbs:4:3'],
    ['{{!-- a\nb --}}\n{{nope}}', 't.hbs:3:3'],
    ['{{~#if on~}}\n\n  {{~nope}}{{/if}}', 't.hbs:3:6'],
    ['{{#each peers}}\n  {{name}}\n  {{lookup ../bird\n     name}}{{/each}}', 't.hbs:3:5'],
  ] as const;
  for (const [text, place] of table) assert.is(failure(() => render(text)).split(': ')[0], place, text);
});

test('marks the whole path', () => {
  assert.is(
    marked(() => value('a {{ bird.nope.x }} b')),
    'bird.nope.x',
  );
  assert.is(
    marked(() => value('{{join (sort nope.x) ","}}')),
    'nope.x',
  );
});

test('refuses to print null, lists and maps as text', () => {
  assert.is(
    failure(() => value('a{{none}}')),
    't.yml:1:4: `none` is null, which does not print as text. | Ask first: `{{#if none}}`.',
  );
  assert.is(
    failure(() => value('a{{list}}')),
    't.yml:1:4: `list` is a list of 3, which does not print as text. | Write `{{toJson list}}`, `{{toYaml list}}` or, for a list, `{{join list ", "}}`.',
  );
  assert.is(
    failure(() => value('a {{keys bird}}')),
    't.yml:1:5: This is a list of 2, which does not print as text. | Write `{{toJson …}}`, `{{toYaml …}}` or, for a list, `{{join … ", "}}`.',
  );
  assert.match(
    failure(() => value('a{{bird}}')),
    '`bird` is a map with `asn`, `peer`, which does not print as text.',
  );
});

test.run();
