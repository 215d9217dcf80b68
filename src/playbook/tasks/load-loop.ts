import { type Node, type ScalarNode, scalarNode } from '../../base/node.ts';
import { checkTemplate, isConstant } from '../../template/evaluate.ts';
import { Fields } from '../fields.ts';
import { withKeywords } from '../keywords.ts';
import type { Loop, LoopKind } from '../playbook.ts';

const controlKeys = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems'];

// What they take may be a bare text: a pattern, a path, a range.
const takeText: ReadonlySet<LoopKind> = new Set(['sequence', 'fileglob', 'first_found']);

/** How a task is repeated, or `null`: once. */
export function loopOf(fields: Fields): Loop | null {
  const found = fields.map.entries.flatMap(({ key, keySpan, value }) => {
    const kind = kindOf(key);
    return kind === null ? [] : [{ key, keySpan, kind, node: nodeOf(key, kind, value, fields) }];
  });
  const [first, second] = found;
  if (second !== undefined)
    fields.note(second.keySpan, `\`${first?.key}\` and \`${second.key}\` are two loops.`, 'Keep one of them.');
  const control = controlOf(fields);
  if (first === undefined) {
    const at = fields.entry('loop_control')?.keySpan;
    if (at !== undefined) fields.note(at, '`loop_control` needs a loop.', 'Write `loop:` beside it.');
    return null;
  }
  fields.problems.push(...checkTemplate(first.node));
  return { kind: first.kind, node: first.node, ...control };
}

function kindOf(key: string): LoopKind | null {
  if (key === 'loop') return 'list';
  return Object.hasOwn(withKeywords, key) ? withKeywords[key as keyof typeof withKeywords] : null;
}

function nodeOf(key: string, kind: LoopKind, node: Node, fields: Fields): Node {
  if (key !== 'loop') return takeText.has(kind) ? node : variableOf(node);
  if (node.kind === 'list' || !isConstant(node)) return node;
  const name = node.kind === 'scalar' ? bareName(node) : null;
  const hint = name === null ? hintFor(node) : `A variable is a template: \`loop: "{{ ${name} }}"\`.`;
  fields.wants(node, key, 'a list', hint);
  return { kind: 'list', span: node.span, items: [] };
}

function hintFor(node: Node): string | null {
  if (node.kind === 'map') return 'Go over a mapping with `with_dict`.';
  return node.kind === 'scalar' && node.value !== null ? `A list of one: \`loop: [${node.written}]\`.` : null;
}

/** `with_items: packages` means the variable, as it does to Ansible. */
function variableOf(node: Node): Node {
  const name = node.kind === 'scalar' ? bareName(node) : null;
  return name === null ? node : { ...scalarNode(`{{ ${name} }}`, node.span), written: name };
}

function bareName(node: ScalarNode): string | null {
  const text = typeof node.value === 'string' && !node.verbatim ? node.value.trim() : '';
  return /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(text) ? text : null;
}

function controlOf(fields: Fields): Omit<Loop, 'kind' | 'node'> {
  const map = fields.mapping('loop_control');
  const control = new Fields(map ?? { ...fields.map, entries: [] }, fields.problems);
  const last = control.entry('break_when');
  if (last !== null) fields.note(last.keySpan, '`break_when` is not supported.', 'Ask in `when` for each item.');
  control.only([...controlKeys, 'break_when'], 'a key of loop_control');
  const variable = nameOf(control, 'loop_var');
  return {
    variable: variable ?? 'item',
    indexVariable: nameOf(control, 'index_var'),
    label: control.template('label'),
    pauseMs: control.milliseconds('pause') ?? 0,
    isExtended: control.boolean('extended', false),
  };
}

function nameOf(control: Fields, key: string): string | null {
  const name = control.text(key);
  const node = control.node(key);
  if (name === null || node === null || name === 'item') return name;
  control.variableName(name, node.span);
  return name;
}
