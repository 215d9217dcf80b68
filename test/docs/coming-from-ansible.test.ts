import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { must } from '../../src/base/errors.ts';
import { type Data, namedSource, toData } from '../../src/base/node.ts';
import { parseYaml } from '../../src/base/yaml.ts';
import { checkExpression, evaluateExpression } from '../../src/template/cel.ts';
import { checkTemplate, evaluate } from '../../src/template/evaluate.ts';
import { isMap } from '../../src/template/operations/values.ts';
import { file, scalar, scopeOf } from '../template/support.ts';
import { codeBlocks } from './markdown.ts';
import { root } from './pages.ts';

const test = suite('docs/coming-from-ansible');

const page = readFileSync(join(root, 'docs/coming-from-ansible.md'), 'utf8');

/** The rows of the first table below a heading, without the code marks. */
function rows(heading: string): string[][] {
  const [, after = ''] = page.split(new RegExp(`^#+ ${heading}\n`, 'm'));
  const lines = (after.split(/^#+ /m)[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const cells = line.slice(2, -2).split(' | ');
    return cells.map((cell) => cell.trim().slice(1, -1).replaceAll('\\|', '|'));
  });
}

function variables(): Readonly<Record<string, Data>> {
  const block = must(
    codeBlocks(page).find(({ info }) => info === 'yaml migration'),
    'variables',
  );
  const { node } = parseYaml(namedSource('variables', block.text));
  const data = node === null ? null : toData(node);
  assert.ok(data !== null && isMap(data));
  return data as Readonly<Record<string, Data>>;
}

const scope = scopeOf(variables());

test('conditions are told as the page tells them, and give what it says', () => {
  const table = rows('Conditions');
  assert.ok(table.length > 15);
  for (const [jinja = '', here = '', gives = ''] of table) {
    assert.is(checkExpression(scalar(jinja))[0]?.hint, `Write \`${here}\`.`, jinja);
    assert.equal(evaluateExpression(scalar(here), scope), JSON.parse(gives), here);
  }
});

test('templates are told as the page tells them, and give what it says', () => {
  const table = rows('Templates');
  assert.ok(table.length > 15);
  for (const [jinja = '', here = '', gives = ''] of table) {
    assert.is(checkTemplate(scalar(jinja))[0]?.hint, `Write \`${here}\`.`, jinja);
    assert.is(JSON.stringify(evaluate(scalar(here), scope)), gives, here);
  }
});

test('statements are told as the page tells them, and can be written so', () => {
  const table = rows('Statements of templates');
  assert.ok(table.length > 4);
  for (const [jinja = '', here = ''] of table) {
    const hint = checkTemplate(file(jinja))[0]?.hint ?? '';
    assert.ok(hint.includes(`\`${here}\``), `${jinja}: ${hint}`);
    const whole = here.startsWith('{{else') ? `{{#if enabled}}${here}{{/if}}` : here;
    assert.equal(checkTemplate(file(whole)), []);
  }
});

test.run();
