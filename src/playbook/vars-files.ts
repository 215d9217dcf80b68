import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Layer } from '../base/layer.ts';
import type { Node, ScalarNode } from '../base/node.ts';
import { constantText } from './includes/constant-text.ts';
import type { TaskContext } from './tasks/context.ts';
import { type Fields, wordsOf } from './fields.ts';

/** The variables of the files that a play names; of a list in the list, those of the first file that is there. */
export function varsFilesOf(fields: Fields, context: TaskContext): Layer[] {
  const node = fields.node('vars_files');
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) => layersOf(item, fields, context));
}

function layersOf(item: Node, fields: Fields, context: TaskContext): Layer[] {
  const names = (item.kind === 'list' ? item.items : [item]).flatMap((one) => nameOf(one, fields, context));
  const there = names.find(({ path }) => existsSync(path)) ?? names[0];
  return there === undefined ? [] : layerOf(there, fields, context);
}

interface VarsFile {
  readonly name: ScalarNode;
  readonly written: string;
  readonly path: string;
}

function nameOf(node: Node, fields: Fields, context: TaskContext): VarsFile[] {
  if (node.kind !== 'scalar' || node.value === null) {
    fields.wants(node, 'vars_files', 'text, or a list of texts');
    return [];
  }
  const written = String(node.value).includes('{{') ? constantText(node, 'vars_files', context) : String(node.value);
  if (written === null) return [];
  const folder = dirname(context.files[0] ?? context.loader.folder);
  const path = resolve(folder, written);
  const inVars = resolve(folder, 'vars', written);
  return [{ name: node, written, path: !existsSync(path) && existsSync(inVars) ? inVars : path }];
}

function layerOf({ name, written, path }: VarsFile, fields: Fields, context: TaskContext): Layer[] {
  const node = context.loader.read(path, name);
  if (node === null) return [];
  if (node.kind === 'map') return [fields.layer(node, `vars_files ${written}`)];
  if (node.kind !== 'scalar' || node.value !== null)
    fields.note(node.span, `A file of variables is a mapping, not ${wordsOf(node)}.`);
  return [];
}
