import { modules } from '../../src/modules/index.ts';
import type { AnyModule, ArgSchema } from '../../src/modules/module.ts';
import { code, table } from './markdown.ts';
import { moduleExamples } from './module-examples.ts';

/** The page of all modules, made of their schemas. */
export function modulesPage(): string {
  const index = [...modules.values()].map(({ name, description, effects }) => [
    `[${code(name)}](#${name})`,
    description,
    effectWords[effects],
  ]);
  const stray = Object.keys(moduleExamples).filter((name) => !modules.has(name));
  if (stray.length > 0) throw new Error(`Examples of modules that do not exist: ${stray.join(', ')}.`);
  return [introduction, table(['module', 'what it does', 'others may see'], index), ...sections()].join('\n');
}

const introduction = `<!-- Made by \`npm run docs\` from the modules' own schemas. Do not edit. -->

# Modules

A task names one module. The args are Ansible's; what is missing here is missing in kmesh, and giving it is an error.
\`ansible.builtin.copy\`, \`ansible.legacy.copy\` and \`ansible.posix.sysctl\` mean \`copy\` and \`sysctl\`.

An arg may hold a template, \`"{{ name }}"\`. Where true or false is wanted, \`yes\`, \`no\`, \`on\` and \`off\` are taken, too.
What every task can have besides (\`when\`, \`loop\`, \`register\` …), and what modules \`register\`, stands in
[playbooks.md](playbooks.md#tasks).

The last column says how far a change reaches. *nothing*: the module never changes anything. *own files*: it writes only
the host's own files, so no host waits for another. *yes*: others may see it (a program, a unit, a package), so no host
begins it before all hosts of the batch have done what stands before it.
`;

const effectWords: Readonly<Record<AnyModule['effects'], string>> = {
  controller: 'nothing',
  none: 'nothing',
  files: 'own files',
  host: 'yes',
};

function sections(): string[] {
  return [...modules.values()].map(sectionOf);
}

function sectionOf(module: AnyModule): string {
  const { name, description, schema } = module;
  const example = moduleExamples[name];
  if (example === undefined) throw new Error(`The module \`${name}\` has no example in test/docs/module-examples.ts.`);
  const rows = Object.entries(schema.properties).map(([arg, argSchema]) => rowOf(arg, argSchema, module));
  return [
    `## ${name}\n`,
    `${[description, ...remarks(module)].join(' ')}\n`,
    `\`\`\`yaml tasks\n${example.trim()}\n\`\`\`\n`,
    table(['arg', 'value', 'default', 'meaning'], rows),
  ].join('\n');
}

function remarks({ name, freeForm, expressions, schema }: AnyModule): string[] {
  const asCel = expressions.map(code).join(' and ');
  return [
    ...(freeForm === null ? [] : [`Plain text stands for \`${freeForm}\`: \`${name}: TEXT\`.`]),
    ...(expressions.length === 0 ? [] : [`${asCel} is [CEL](playbooks.md#conditions), without braces.`]),
    ...(schema.additionalProperties ? ['Any other key is allowed, too.'] : []),
  ];
}

function rowOf(arg: string, schema: ArgSchema, { aliases, schema: whole }: AnyModule): string[] {
  const others = Object.entries(aliases).flatMap(([alias, name]) => (name === arg ? [code(alias)] : []));
  const also = others.length === 0 ? '' : ` Also: ${others.join(', ')}.`;
  const isRequired = whole.required?.includes(arg) === true;
  return [code(arg), valueWords(schema), isRequired ? '**required**' : defaultWords(schema), schema.description + also];
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'mapping',
};

function valueWords(schema: ArgSchema): string {
  const choices = schema['enum'];
  if (Array.isArray(choices)) {
    const named = choices.filter((choice) => choice !== null);
    return named.map((choice) => code(String(choice))).join(', ');
  }
  const types = [(schema['type'] ?? []) as string | readonly string[]].flat();
  const words = types.flatMap((type) => (type === 'null' ? [] : [typeWords[type] ?? type])).join(', ');
  return words === '' ? 'any' : words + rangeWords(schema);
}

function rangeWords({ minimum, maximum }: ArgSchema): string {
  if (typeof minimum !== 'number') return '';
  return typeof maximum === 'number' ? `, ${minimum} to ${maximum}` : `, ${minimum} or more`;
}

// An empty or absent default is told by the meaning, where it means anything.
function defaultWords(schema: ArgSchema): string {
  const value = schema['default'];
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'object') return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}
