import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkData, compile } from '../../src/base/schema.ts';
import type { Data } from '../../src/base/node.ts';
import { modules } from '../../src/modules/index.ts';
import type { AnyModule } from '../../src/modules/module.ts';
import { samples } from './module-samples.ts';

const test = suite('contract/modules');

/** Args with their defaults, frozen through and through: whoever writes to them throws. */
function frozenArgs(module: AnyModule, given: { readonly [name: string]: Data }): unknown {
  const { data, problems } = checkData(given, module.schema, 'an argument');
  assert.equal(problems, [], module.name);
  return deepFreeze(data);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

test('modules are listed by their own names, in order', () => {
  const names = [...modules.keys()];
  assert.equal(names, [...names].sort());
  for (const [name, module] of modules) assert.is(module.name, name);
});

for (const [name, module] of modules) {
  const { schema, aliases, freeForm, expressions, effects } = module;
  const properties = Object.entries(schema.properties);

  test(`${name} says what it and each of its args is for`, () => {
    assert.match(module.description, /^[A-Z].*\.$/);
    for (const [arg, property] of properties) assert.match(property.description, /^[A-Z`].*\.$/, `${name}.${arg}`);
  });

  test(`${name} has a strict schema`, () => {
    compile(schema);
    assert.is(schema.additionalProperties, name === 'set_fact');
    const required = schema.required ?? [];
    for (const arg of required) assert.ok(schema.properties[arg], `${name} requires ${arg}`);
    for (const [arg, property] of properties) {
      // Whoever reads args finds no `undefined`.
      assert.is('default' in property, !required.includes(arg), `${name}.${arg} has a default or is required`);
      if (typeof property.pattern === 'string') assert.not.throws(() => new RegExp(String(property.pattern), 'u'));
    }
  });

  test(`${name} has defaults that its schema allows`, () => {
    for (const [arg, property] of properties.filter(([, each]) => 'default' in each)) {
      const single = { type: 'object', properties: { [arg]: property } };
      assert.equal(
        checkData({ [arg]: property.default as Data }, single, 'an argument').problems,
        [],
        `${name}.${arg}`,
      );
    }
  });

  test(`${name} names args that it has`, () => {
    for (const [alias, arg] of Object.entries(aliases)) {
      assert.ok(schema.properties[arg], `${alias} is another name of ${arg}`);
      assert.not.ok(schema.properties[alias], `${alias} is no arg itself`);
    }
    for (const arg of [...expressions, ...(freeForm === null ? [] : [freeForm])])
      assert.ok(schema.properties[arg], arg);
  });

  // `fail` plans nothing, ever.
  if (name !== 'fail') test(`${name} has a sample for this test`, () => assert.ok((samples[name] ?? []).length > 0));

  for (const [i, { args, state, inputs }] of (samples[name] ?? []).entries()) {
    test(`${name} plans sample ${i + 1} without writing to what it is given, and the same twice`, () => {
      const given = frozenArgs(module, args);
      const [known, read] = [deepFreeze(state), deepFreeze(inputs ?? {})];
      assert.equal(module.check(given), []);
      module.inputs(given);
      const planned = module.plan(given, known, read);
      assert.equal(module.plan(given, known, read), planned);
      if (effects === 'none' || effects === 'controller') assert.equal(planned, []);
      if (effects === 'files') assert.ok(planned.every((change) => change.kind !== 'run-command'));
      const replies = planned.map(() => null);
      const { values, variables } = module.result(given, known, deepFreeze(replies), read);
      JSON.stringify([values, variables]);
    });

    test(`${name} asks for sample ${i + 1} with text of a POSIX shell and a footprint`, () => {
      const probes = module.probe(frozenArgs(module, args), deepFreeze(inputs ?? {}));
      for (const { kind, question } of Object.values(probes)) {
        const script = kind.script([question], { diff: true });
        assert.match(script, /\n$|exit 0$/);
        const reads = kind.reads(question);
        assert.ok(reads === 'host' || reads.length > 0, kind.name);
        // Questions are told from each other by their text.
        assert.is(JSON.stringify(question), JSON.stringify(structuredClone(question)));
      }
    });
  }
}

test('no probe writes', () => {
  const writing =
    /(?<![<\d&])>(?!&|\/dev\/null| ?&2)|\b(rm|mv|cp|tee|touch|chmod|chown|mkdir|ln|sed -i|dd|install)\s+-?/;
  for (const [name, module] of modules) {
    for (const { args, inputs } of samples[name] ?? []) {
      const probes = module.probe(frozenArgs(module, args), inputs ?? {});
      for (const { kind, question } of Object.values(probes)) {
        const script = kind.script([question], { diff: true });
        const own = script.replace(
          /'[^']*'|2>\/dev\/null|>\/dev\/null 2>&1|2>&1|>&2|>\/dev\/null|"\/dev\/tcp[^"]*"/g,
          '_',
        );
        assert.not.match(own, writing, `${name}: ${kind.name}`);
      }
    }
  }
});

test.run();
