import {
  type Entry,
  entryOf,
  type MapNode,
  mapNode,
  type Node,
  scalarNode,
  type ScalarNode,
  toData,
} from '../../base/node.ts';
import { reservedNames } from '../../base/reserved-names.ts';
import { checkData, locate } from '../../base/schema.ts';
import type { AnyModule } from '../../modules/module.ts';
import { checkExpression } from '../../template/cel.ts';
import { checkTemplate, isConstant } from '../../template/evaluate.ts';
import { type Fields, wordsOf } from '../fields.ts';
import { freeFormArgs } from './free-form.ts';
import { lineArgs } from './line-args.ts';

/** The args of a module's call, in any of the forms they may have, checked as far as they are no templates. */
export function moduleArgs(call: Entry, module: AnyModule, fields: Fields): MapNode {
  const written = asMap(call, module, fields);
  if (written === null) return mapNode([], call.value.span);
  const args = withoutAliases(withArgs(written, fields), module, fields);
  for (const arg of args.entries) checkArg(arg, module, fields);
  if (module.name === 'set_fact') checkNames(args, fields);
  const { data, problems } = checkData(toData(args), module.schema, `an argument of ${module.name}`);
  // What a template gives is known only for a host; then the args are checked again.
  const known = problems.filter(({ path, isKey }) => isKey || path.length === 0 || isStatic(args, path, module));
  fields.problems.push(...locate(known, args, call.keySpan));
  if (problems.length === 0 && isConstant(args)) checkTogether(module, data, args, fields);
  return args;
}

function asMap(call: Entry, module: AnyModule, fields: Fields): MapNode | null {
  const { value } = call;
  if (value.kind === 'map') return value;
  if (value.kind === 'scalar' && value.value === null) return mapNode([], call.keySpan);
  if (value.kind === 'scalar' && module.freeForm !== null) return freeFormArgs(textOf(value), module.freeForm, module);
  const line = value.kind === 'scalar' && typeof value.value === 'string' ? lineArgs(value, module, fields) : null;
  if (line !== null) return line;
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

function textOf(value: ScalarNode): ScalarNode {
  return typeof value.value === 'string' ? value : scalarNode(value.written, value.span);
}

/** With the args that stand under `args`. */
function withArgs(written: MapNode, fields: Fields): MapNode {
  const node = fields.node('args');
  if (node === null || (node.kind === 'scalar' && node.value === null)) return written;
  if (node.kind !== 'map') {
    fields.wants(node, 'args', 'a mapping', 'Write them one by one: `args: {chdir: /opt}`.');
    return written;
  }
  for (const { key, keySpan } of node.entries)
    if (entryOf(written, key) !== null) fields.note(keySpan, `\`${key}\` is given twice.`, 'Keep one of them.');
  const others = node.entries.filter(({ key }) => entryOf(written, key) === null && key !== 'warn');
  return mapNode([...written.entries, ...others], written.span);
}

function withoutAliases(args: MapNode, module: AnyModule, fields: Fields): MapNode {
  const own = (name: string): string => (Object.hasOwn(module.aliases, name) ? (module.aliases[name] ?? name) : name);
  const entries = args.entries.map((entry) => ({ ...entry, key: own(entry.key) }));
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

// Values of kmesh's own would win over it, silently.
function checkNames(args: MapNode, fields: Fields): void {
  for (const { key, keySpan } of args.entries) if (reservedNames.has(key)) fields.variableName(key, keySpan);
}

function checkTogether(module: AnyModule, data: unknown, args: MapNode, fields: Fields): void {
  for (const { arg, message, hint } of module.check(data)) {
    fields.note((arg === null ? null : entryOf(args, arg)?.value.span) ?? args.span, message, hint);
  }
}

function checkArg({ key, value }: Entry, module: AnyModule, fields: Fields): void {
  if (!module.expressions.includes(key)) {
    fields.problems.push(...checkTemplate(value));
    return;
  }
  for (const item of listed(value)) {
    if (item.kind === 'scalar' && typeof item.value === 'string') fields.problems.push(...checkExpression(item));
  }
}

function listed(value: Node): readonly Node[] {
  return value.kind === 'list' ? value.items : [value];
}

function isStatic(args: MapNode, path: readonly string[], module: AnyModule): boolean {
  const top = args.entries.find(({ key }) => key === path[0]);
  return top === undefined || module.expressions.includes(top.key) || isConstant(top.value);
}
