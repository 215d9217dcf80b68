import { didYouMean } from '../base/did-you-mean.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import {
  type Entry,
  entryOf,
  type MapNode,
  mapNode,
  type Node,
  scalarNode,
  type ScalarNode,
  toData,
} from '../base/node.ts';
import { reservedNames } from '../base/reserved-names.ts';
import { checkData, locate } from '../base/schema.ts';
import { modules } from '../modules/index.ts';
import type { AnyModule } from '../modules/module.ts';
import { checkExpression } from '../template/cel.ts';
import { checkTemplate, isConstant } from '../template/evaluate.ts';
import { Fields, wordsOf } from './fields.ts';
import { ansibleOnly, taskKeywords } from './keywords.ts';
import type { Become, PhaseName, Role, Task } from './playbook.ts';

/** What tasks take over from what they stand in. */
export interface TaskContext {
  readonly role: Role | null;
  readonly tags: readonly string[];
  readonly when: readonly ScalarNode[];
  readonly become: Become;
  readonly phase: PhaseName;
  readonly problems: Diagnostic[];
  readonly nextId: () => number;
}

/** Reads tasks or handlers; what is wrong with them goes to the context's problems. */
export function loadTasks(maps: readonly MapNode[], context: TaskContext): Task[] {
  return maps.flatMap((map) => loadTask(map, context) ?? []);
}

function loadTask(map: MapNode, context: TaskContext): Task | null {
  const fields = new Fields(map, context.problems);
  const call = moduleCall(fields);
  if (call === null) return null;
  const { module, entry } = call;
  const args = argsOf(entry, module, fields);
  const name = fields.scalar('name');
  checkTexts(fields, [name, ...fields.texts('notify')], [fields.node('loop'), fields.node('ignore_errors')]);
  return {
    id: context.nextId(),
    name,
    at: entry.keySpan,
    role: context.role,
    module,
    call: entry,
    args,
    when: [...context.when, ...conditions(fields, 'when')],
    loop: fields.node('loop'),
    register: registerOf(fields),
    notify: fields.texts('notify'),
    listen: fields.words('listen'),
    tags: new Set([...context.tags, ...fields.words('tags')]),
    ignoreErrors: fields.node('ignore_errors'),
    failedWhen: verdict(fields, 'failed_when'),
    changedWhen: verdict(fields, 'changed_when'),
    checkMode: checkModeOf(fields),
    become: becomeOf(fields, context.become),
    vars: fields.variables('vars', 'vars of the task'),
    environment: fields.mapping('environment'),
    noLog: fields.boolean('no_log', false),
    timeoutMs: fields.milliseconds('timeout'),
    phase: context.phase,
  };
}

/** `become` and `become_user`, each taken over where it is not given. */
export function becomeOf(fields: Fields, outer: Become): Become {
  const method = fields.text('become_method');
  if (method !== null && method !== 'sudo')
    fields.note(fields.node('become_method')?.span ?? null, `\`${method}\` is not supported.`, 'Only `sudo` is.');
  const enabled = fields.node('become');
  const user = fields.node('become_user');
  checkTexts(fields, [], [enabled, user]);
  return { enabled: enabled ?? outer.enabled, user: user ?? outer.user };
}

/** CEL of a key, one or a list. */
export function conditions(fields: Fields, key: string): ScalarNode[] {
  const nodes = fields.texts(key);
  for (const node of nodes) if (typeof node.value === 'string') fields.problems.push(...checkExpression(node));
  return nodes;
}

// No condition at all is no verdict, as in Ansible: it does not "hold".
function verdict(fields: Fields, key: 'changed_when' | 'failed_when'): ScalarNode[] | null {
  const nodes = conditions(fields, key);
  return nodes.length === 0 ? null : nodes;
}

// Whoever asks for a dry run of one task must not get a task that writes.
function checkModeOf(fields: Fields): boolean | null {
  const mode = fields.booleanOrNull('check_mode');
  if (mode === true)
    fields.note(fields.node('check_mode')?.span ?? null, '`check_mode: true` is not supported.', 'Run with `--check`.');
  return mode;
}

function checkTexts(fields: Fields, scalars: readonly (ScalarNode | null)[], nodes: readonly (Node | null)[]): void {
  for (const node of [...scalars, ...nodes]) if (node !== null) fields.problems.push(...checkTemplate(node));
}

function registerOf(fields: Fields): string | null {
  const name = fields.text('register');
  const at = fields.node('register')?.span;
  if (name !== null && at !== undefined) fields.variableName(name, at);
  return name;
}

function moduleCall(fields: Fields): { module: AnyModule; entry: Entry } | null {
  const others = fields.map.entries.filter(({ key }) => !(taskKeywords as readonly string[]).includes(key));
  const calls = others.flatMap((entry) => {
    const module = modules.get(entry.key.replace(/^ansible\.(builtin|legacy|posix)\./, ''));
    return module === undefined ? [] : [{ module, entry }];
  });
  const unknown = others.filter((entry) => !calls.some((c) => c.entry === entry));
  for (const { key, keySpan } of unknown) unknownKey(fields, key, keySpan, calls.length > 0);
  const [first, second] = calls;
  if (second !== undefined) {
    fields.note(
      second.entry.keySpan,
      `This task has two modules, \`${first?.entry.key}\` and \`${second.entry.key}\`.`,
      'Make them two tasks.',
    );
  }
  if (others.length === 0)
    fields.note(
      fields.map.span,
      'This task has no module.',
      'A task is `module: args`, such as `package: {name: jq}`.',
    );
  return first ?? null;
}

function unknownKey(fields: Fields, key: string, at: Entry['keySpan'], hasModule: boolean): void {
  if (Object.hasOwn(ansibleOnly, key)) {
    fields.note(at, `\`${key}\` is not supported.`, ansibleOnly[key] ?? null);
    return;
  }
  const known = hasModule ? taskKeywords : [...modules.keys(), ...taskKeywords];
  const what = hasModule ? 'a key of a task' : 'a module or a key of a task';
  fields.note(
    at,
    `\`${key}\` is not ${what}.`,
    didYouMean(key, known) ?? (hasModule ? null : `Modules: ${[...modules.keys()].join(', ')}.`),
  );
}

function argsOf(entry: Entry, module: AnyModule, fields: Fields): MapNode {
  const { value } = entry;
  const written = asMap(entry, module, fields);
  if (written === null) return mapNode([], value.span);
  const args = withoutAliases(written, module, fields);
  for (const arg of args.entries) checkArg(arg, module, fields);
  if (module.name === 'set_fact') checkNames(args, fields);
  const { data, problems } = checkData(toData(args), module.schema, `an argument of ${module.name}`);
  // What a template gives is known only for a host; then the args are checked again.
  const known = problems.filter(({ path, isKey }) => isKey || path.length === 0 || isStatic(args, path, module));
  fields.problems.push(...locate(known, args, entry.keySpan));
  if (problems.length === 0 && isConstant(args)) checkTogether(module, data, args, fields);
  return args;
}

// Values of kmesh's own would win over it, silently.
function checkNames(args: MapNode, fields: Fields): void {
  for (const { key, keySpan } of args.entries) if (reservedNames.has(key)) fields.variableName(key, keySpan);
}

function checkTogether(module: AnyModule, data: unknown, args: MapNode, fields: Fields): void {
  for (const { arg, message, hint } of module.check(data)) {
    fields.note((arg === null ? null : entryOf(args, arg)?.value.span) ?? args.span, message, hint);
  }
}

function withoutAliases(args: MapNode, module: AnyModule, fields: Fields): MapNode {
  const entries = args.entries.map((entry) => ({ ...entry, key: module.aliases[entry.key] ?? entry.key }));
  for (const [i, { key, keySpan }] of entries.entries()) {
    const earlier = entries.findIndex((other) => other.key === key);
    if (earlier < i)
      fields.note(keySpan, `\`${args.entries[i]?.key}\` and \`${args.entries[earlier]?.key}\` are the same argument.`);
  }
  return mapNode(
    entries.filter(({ key }, i) => entries.findIndex((other) => other.key === key) === i),
    args.span,
  );
}

function asMap(entry: Entry, module: AnyModule, fields: Fields): MapNode | null {
  const { value } = entry;
  if (value.kind === 'map') return value;
  if (value.kind === 'scalar' && value.value === null) return mapNode([], entry.keySpan);
  if (value.kind === 'scalar' && module.freeForm !== null) {
    const text = typeof value.value === 'string' ? value : scalarNode(value.written, value.span);
    return mapNode([{ key: module.freeForm, keySpan: value.span, value: text }], value.span);
  }
  const example = Object.keys(module.schema.properties)
    .slice(0, 2)
    .map((name) => `${name}: ...`)
    .join(', ');
  fields.note(
    value.span,
    `The args of ${module.name} must be a mapping, not ${wordsOf(value)}.`,
    `Write \`${module.name}: {${example}}\`.`,
  );
  return null;
}

function checkArg({ key, value }: Entry, module: AnyModule, fields: Fields): void {
  if (!module.expressions.includes(key)) {
    fields.problems.push(...checkTemplate(value));
    return;
  }
  for (const item of value.kind === 'list' ? value.items : [value]) {
    if (item.kind === 'scalar' && typeof item.value === 'string') fields.problems.push(...checkExpression(item));
  }
}

function isStatic(args: MapNode, path: readonly string[], module: AnyModule): boolean {
  const top = args.entries.find(({ key }) => key === path[0]);
  return top === undefined || module.expressions.includes(top.key) || isConstant(top.value);
}
