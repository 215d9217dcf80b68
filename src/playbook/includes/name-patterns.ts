import { type Data, type Node, type ScalarNode, scalarNode, toData } from '../../base/node.ts';
import { isConstant } from '../../template/evaluate.ts';
import { textIfKnown } from './constant-text.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Loop } from '../playbook.ts';

/** Stands for any characters in a pattern; no name of a file can hold it. */
export const anything = '\u0000';

/**
 * What a name that may be a template can come to: names, and patterns with `anything` for each part that is not known
 * before the run. A loop over a list that is written down gives a name for each item.
 */
export function namePatterns(name: ScalarNode, loop: Loop | null, context: TaskContext): string[] {
  const known = textIfKnown(name, context);
  if (known !== null) return [known];
  const items = loop === null ? null : itemsOf(loop);
  if (loop === null || items === null) return [patternOf(name, context)];
  return [...new Set(items.map((item) => nameFor(item, name, loop, context)))];
}

function nameFor(item: Node, name: ScalarNode, loop: Loop, context: TaskContext): string {
  if (!isConstant(item))
    return isLone(name, loop) && item.kind === 'scalar' ? patternOf(item, context) : patternOf(name, context);
  const more: Record<string, Data> = { [loop.variable]: toData(item) };
  return textIfKnown(name, context, more) ?? patternOf(name, context, more);
}

function isLone(name: ScalarNode, { variable }: Loop): boolean {
  return new RegExp(`^\\s*\\{\\{\\s*${variable}\\s*\\}\\}\\s*$`).test(String(name.value));
}

/** Each `{{ ... }}` that is not known, and each block, stands for anything. */
function patternOf(name: ScalarNode, context: TaskContext, more: Readonly<Record<string, Data>> = {}): string {
  const text = String(name.value).replace(/\{\{#.*\{\{\/[^}]*\}\}/gs, anything);
  const filled = text.replace(
    /\{\{.*?\}\}\}?/gs,
    (part) => textIfKnown(scalarNode(part, name.span), context, more) ?? anything,
  );
  const parts = filled.trim().split(anything);
  // Next to each other they mean no more than one does.
  return parts.filter((part, i) => part !== '' || i === 0 || i === parts.length - 1).join(anything);
}

/** The items of a loop that are written down; `null`: they are not. */
function itemsOf({ kind, node }: Loop): readonly Node[] | null {
  if (kind === 'first_found') return filesOf(node);
  if (node.kind !== 'list') return null;
  if (kind === 'list') return node.items;
  return kind === 'items' ? node.items.flatMap((item) => (item.kind === 'list' ? item.items : [item])) : null;
}

/** Of `with_first_found`: texts, or mappings with `files` and `paths`. */
function filesOf(node: Node): Node[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'list') return node.items.flatMap(filesOf);
  const valuesOf = (key: string): Node[] => {
    const value = node.entries.find((entry) => entry.key === key)?.value;
    if (value === undefined) return [];
    return value.kind === 'list' ? [...value.items] : [value];
  };
  const files = valuesOf('files');
  const paths = valuesOf('paths');
  if (paths.length === 0) return files;
  return paths.flatMap((path) => files.map((file) => scalarNode(`${textOf(path)}/${textOf(file)}`, file.span)));
}

function textOf(node: Node): string {
  return node.kind === 'scalar' ? String(node.value) : '';
}
