import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { must } from '../../../src/base/errors.ts';
import type { Data } from '../../../src/base/node.ts';
import { toData } from '../../../src/base/node.ts';
import { checkData, type Schema } from '../../../src/base/schema.ts';
import type { Role } from '../../../src/playbook/playbook.ts';
import { plain } from '../../support/node.ts';
import { playOf, problemsOf } from '../support.ts';

const test = suite('playbook/argument-specs');

const specs = `argument_specs:
  main:
    short_description: x
    options:
      r_port: {type: int, required: true, description: Where it listens.}
      r_word: {default: hello}
      r_mode: {type: str, choices: [a, b]}
      r_ratio: {type: float}
      r_on: {type: bool, required: no}
      r_names: {type: list, elements: str, description: [Who, is there.]}
      r_users:
        type: list
        elements: dict
        options: {name: {type: str, required: true}}
      r_map: {type: dict, options: {a: {type: int}}}
      r_any: {type: raw}
  install:
    options: {r_only: {type: int}}
`;

function roleOf(play: string): Role {
  return must(
    playOf(play, {
      'roles/r/meta/argument_specs.yml': specs,
      'roles/r/tasks/main.yml': '',
      'roles/r/tasks/install.yml': '',
    }).roles[0],
    'role',
  );
}

const role = roleOf('- hosts: all\n  roles: [r]\n');

/** What is wrong with variables of the role. */
function problems(values: Readonly<Record<string, Data>>): string[] {
  const schema = must(role.argumentSchema, 'schema');
  return checkData({ r_port: 1, ...values }, schema, 'an argument of r').problems.map(({ message }) => message);
}

test('makes a JSON Schema of them', () => {
  const schema = plain(role.argumentSchema) as Schema;
  assert.equal(schema.required, ['r_port']);
  assert.equal(schema.properties?.r_port, {
    type: ['integer', 'string'],
    pattern: '^-?\\d+$',
    description: 'Where it listens.',
  });
  assert.is(schema.properties?.r_names?.description, 'Who is there.');
});

test('takes what Ansible would take', () => {
  const right = { r_port: '80', r_word: 5, r_mode: 'a', r_ratio: 0.5, r_on: 'yes', r_names: ['x', 1], other: {} };
  assert.equal(problems({ ...right, r_users: [{ name: 'x' }], r_map: { a: 1 }, r_any: [{}] }), []);
});

test('refuses what Ansible would refuse', () => {
  assert.match(problems({ r_port: 'http' })[0] ?? '', '`r_port` is `http`, which has not the right form.');
  assert.match(problems({ r_mode: 'c' })[0] ?? '', '`r_mode` is `c`; it can be `a`, `b`.');
  assert.match(problems({ r_on: 'maybe' })[0] ?? '', '`r_on` must be true or false');
  assert.match(problems({ r_names: 'x' })[0] ?? '', '`r_names` must be a list');
  assert.match(problems({ r_users: [{}] })[0] ?? '', '`name` is missing');
  assert.match(problems({ r_map: { b: 1 } })[0] ?? '', '`b` is not an argument of r.');
});

test('takes defaults out of them', () => {
  assert.equal(
    [...role.defaults.entries].map(([name, { value }]) => [name, toData(value)]),
    [['r_word', 'hello']],
  );
});

test('takes those of the part that tasks_from names', () => {
  const part = roleOf('- hosts: all\n  roles: [{role: r, tasks_from: install}]\n');
  assert.equal(Object.keys(part.argumentSchema?.properties ?? {}), ['r_only']);
});

test('takes them out of meta/main.yml, too', () => {
  const play = playOf('- hosts: all\n  roles: [r]\n', { 'roles/r/meta/main.yml': specs });
  assert.ok(play.roles[0]?.argumentSchema?.properties?.r_port);
});

test('says what is wrong with them', () => {
  const wrong = {
    '{a: {type: strng}}':
      'roles/r/meta/argument_specs.yml:1:45: `strng` is not a type of `argument_specs`. | Types: str, path, int, float, bool, list, dict, bits, bytes, json, jsonarg, raw, any.',
    '{a: {type: lits}}':
      'roles/r/meta/argument_specs.yml:1:45: `lits` is not a type of `argument_specs`. | Did you mean `list`?',
    '{a: int}': 'roles/r/meta/argument_specs.yml:1:38: `a` must be a mapping with `type`.',
  };
  for (const [options, told] of Object.entries(wrong)) {
    const files = { 'roles/r/meta/argument_specs.yml': `argument_specs: {main: {options: ${options}}}\n` };
    assert.equal(problemsOf('- hosts: all\n  roles: [r]\n', files), [told], options);
  }
});

test('refuses two schemas of one role', () => {
  const files = {
    'roles/r/meta/argument_specs.yml': specs,
    'roles/r/meta/main.yml': 'argument_schema: {properties: {}}\n',
  };
  assert.equal(problemsOf('- hosts: all\n  roles: [r]\n', files), [
    'roles/r/meta/main.yml:1:18: This role has `argument_schema` and `argument_specs`. | Keep one of them.',
  ]);
});

test.run();
