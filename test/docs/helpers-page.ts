import type { Data, ScalarNode } from '../../src/base/node.ts';
import { celFunctions } from '../../src/template/cel/functions.ts';
import { macroNames } from '../../src/template/cel/macros.ts';
import { celMethods } from '../../src/template/cel/methods.ts';
import { evaluateExpression } from '../../src/template/cel.ts';
import { evaluate } from '../../src/template/evaluate.ts';
import type { Helper } from '../../src/template/helpers/helper.ts';
import { helpers } from '../../src/template/helpers/helpers.ts';
import type { Scope } from '../../src/template/scope.ts';
import {
  type Example,
  functionExamples,
  helperExamples,
  macroExamples,
  methodExamples,
  sharedCalls,
  variables,
} from './helper-examples.ts';
import { code, table } from './markdown.ts';

/** The page of all helpers and functions; what an example gives is what it really gives. */
export function helpersPage(): string {
  const inGroups = Object.values(helperExamples).flatMap(Object.keys);
  sameNames('helpers', inGroups, helpers.keys());
  const functions = { ...functionExamples, ...sharedExamples() };
  sameNames('functions', Object.keys(functions), celFunctions.keys());
  sameNames('methods', Object.keys(methodExamples), celMethods.keys());
  sameNames('macros', Object.keys(macroExamples), [
    ...macroNames,
    'bind',
    'has',
    'defined',
    'default',
    'orValue',
    'hasValue',
  ]);
  return [
    introduction(),
    ...Object.entries(helperExamples).map(([name, examples]) => helperSection(name, examples)),
    aboutFunctions,
    table(
      heading,
      celRows(functions, (name) => functionWords(name, celFunctions.get(name))),
    ),
    '## Methods of conditions\n',
    table(
      heading,
      celRows(methodExamples, (name) => methodWords(name, celMethods.get(name))),
    ),
    '## Macros of conditions\n',
    table(
      ['macro', ...heading.slice(1)],
      celRows(macroExamples, (name) => macroWords[name] ?? name),
    ),
  ].join('\n');
}

const heading = ['call', 'what it gives', 'example', 'gives'];

function introduction(): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
  return `<!-- Made by \`npm run docs\` from what the program knows; what examples give is what they gave. Do not edit. -->

# Helpers and functions

Templates call helpers, \`{{join list ", "}}\`, and in parentheses inside of each other: \`{{join (sort list) ", "}}\`.
An argument with a name, \`[x=]\`, comes behind the others: \`{{toYaml value indent=4}}\`. Conditions are CEL and call functions, \`size(list)\`, and methods, \`list.join(", ")\`. What both mean, and what an undefined
name does, stands in [playbooks.md](playbooks.md#templates). In a call, \`[X]\` may be left out, and \`…\` may go on.

The examples below see these variables:

\`\`\`yaml vars
${lines.join('')}\`\`\`
`;
}

const aboutFunctions = `## Functions of conditions

Everything from here on is for conditions, and for \`{{cel "…"}}\` in templates. Arguments with a name stand in a map
behind the others: \`toYaml(value, {"indent": 4})\`; for \`combine\`, behind one list of the maps.
`;

const macroWords: Readonly<Record<string, string>> = {
  all: 'LIST.all(x, CONDITION)',
  exists: 'LIST.exists(x, CONDITION)',
  exists_one: 'LIST.exists_one(x, CONDITION)',
  existsOne: 'LIST.existsOne(x, CONDITION)',
  filter: 'LIST.filter(x, CONDITION)',
  map: 'LIST.map(x, [CONDITION], VALUE)',
  bind: 'cel.bind(x, VALUE, RESULT)',
  has: 'has(PATH)',
  defined: 'defined(PATH)',
  default: 'default(PATH, FALLBACK, [EMPTY])',
  orValue: 'PATH.?NAME.orValue(FALLBACK)',
  hasValue: 'PATH.?NAME.hasValue()',
};

function helperSection(name: string, examples: Readonly<Record<string, Example>>): string {
  const rows = Object.entries(examples).map(([helper, { says, call }]) => [
    code(`${helper} ${helpers.get(helper)?.usage ?? ''}`),
    says,
    code(`{{${call}}}`),
    shown(evaluate(scalar(`{{${call}}}`), scope)),
  ]);
  return `## ${name}\n\n${table(heading, rows)}`;
}

function celRows(examples: Readonly<Record<string, Example>>, words: (name: string) => string): string[][] {
  return Object.entries(examples).map(([name, { says, call }]) => [
    code(words(name)),
    says,
    code(call),
    shown(evaluateExpression(scalar(call), scope)),
  ]);
}

/** What is both helper and function is described once. */
function sharedExamples(): Record<string, Example> {
  const described: Readonly<Record<string, Example>> = Object.assign({}, ...Object.values(helperExamples));
  const examples = Object.entries(sharedCalls).map(([name, call]) => [
    name,
    { says: described[name]?.says ?? '', call },
  ]);
  return Object.fromEntries(examples) as Record<string, Example>;
}

function functionWords(name: string, helper: Helper | undefined): string {
  return `${name}(${argumentsOf(helper).join(', ')})`;
}

function methodWords(name: string, helper: Helper | undefined): string {
  const [receiver = '', ...rest] = argumentsOf(helper);
  return `${receiver}.${name}(${rest.join(', ')})`;
}

function argumentsOf(helper: Helper | undefined): string[] {
  return (helper?.usage ?? '').split(' ');
}

const scope: Scope = {
  lookup: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  names: () => Object.keys(variables),
};

function scalar(text: string): ScalarNode {
  const span = { source: { name: 'example', text }, start: 0, end: text.length };
  return { kind: 'scalar', span, value: text, written: text, style: 'plain', verbatim: false };
}

function shown(value: Data): string {
  return code(JSON.stringify(value));
}

function sameNames(what: string, described: readonly string[], known: Iterable<string>): void {
  const names = [...known];
  const missing = names.filter((name) => !described.includes(name));
  const stray = described.filter((name) => !names.includes(name));
  if (missing.length + stray.length === 0) return;
  throw new Error(`test/docs/helper-examples.ts, ${what}: missing [${missing.join()}], unknown [${stray.join()}].`);
}
