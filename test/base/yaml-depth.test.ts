import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseYaml } from '../../src/base/yaml.ts';
import { tooDeepAt } from '../../src/base/yaml-depth.ts';

const test = suite('base/yaml-depth');

test('finds what is nested too deeply before the parser does', () => {
  const deep = [
    '['.repeat(3000) + ']'.repeat(3000),
    '{a: '.repeat(3000),
    `${'- '.repeat(3000)}x`,
    `${'-   '.repeat(3000)}x`,
    `${'? '.repeat(3000)}x`,
    Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}- a:`).join('\n'),
  ];
  for (const text of deep) {
    assert.ok(tooDeepAt(text) !== null, text.slice(0, 20));
    const [problem] = parseYaml({ name: 't.yml', text }).diagnostics;
    assert.is(problem?.message, 'This is nested too deeply.', text.slice(0, 20));
  }
});

test('takes what is long, wide or indented far for what it is', () => {
  const fine = [
    Array.from({ length: 3000 }, (_, i) => `- {a: [${i}]}`).join('\n'),
    Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i % 50)}# ${'[{'.repeat(3)}${'}]'.repeat(3)}`).join('\n'),
    `a: |\n${' '.repeat(900)}x\n`,
    `a:\n${'  - b\n'.repeat(3000)}`,
    '['.repeat(300) + ']'.repeat(300),
  ];
  for (const text of fine) assert.is(tooDeepAt(text), null, text.slice(0, 20));
});

test.run();
