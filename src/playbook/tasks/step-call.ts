import { didYouMean } from '../../base/did-you-mean.ts';
import { type Entry, entryOf, mapNode, type MapNode, type ScalarNode, scalarNode } from '../../base/node.ts';
import { modules } from '../../modules/index.ts';
import type { AnyModule } from '../../modules/module.ts';
import type { Fields } from '../fields.ts';
import { ansibleOnly, callKeywords, taskKeywords } from '../keywords.ts';
import { partOf } from './one-line-args.ts';

/** What a task calls: a module, or a word of the language that takes the place of one. */
export type StepCall =
  | { readonly kind: 'module'; readonly module: AnyModule; readonly entry: Entry; readonly isLocal: boolean }
  | { readonly kind: CallKeyword; readonly entry: Entry };

type CallKeyword = (typeof callKeywords)[number];

/** The one key of a task that says what is done; `null` when there is none, or it is not known. */
export function stepCall(fields: Fields): StepCall | null {
  const foreign = fields.map.entries.filter(({ key }) => Object.hasOwn(ansibleOnly, key));
  for (const { key, keySpan } of foreign) fields.unknown(key, keySpan, [], '');
  const others = fields.map.entries.filter((entry) => !foreign.includes(entry) && !isKeyword(entry.key));
  const written = [...others, ...actionEntries(fields)];
  const calls = written.flatMap((entry) => callOf(entry, fields) ?? []);
  const known = new Set(calls.map(({ entry }) => entry));
  for (const { key, keySpan } of written.filter((entry) => !known.has(entry)))
    unknownKey(fields, key, keySpan, calls.length > 0);
  const [first, second] = calls;
  if (first !== undefined && second !== undefined) {
    fields.note(
      second.entry.keySpan,
      `This task has two modules, \`${first.entry.key}\` and \`${second.entry.key}\`.`,
      'Make them two tasks.',
    );
  }
  if ([...written, ...foreign].length === 0 && !fields.has('action') && !fields.has('local_action'))
    fields.note(
      fields.map.span,
      'This task has no module.',
      'A task is `module: args`, such as `package: {name: jq}`.',
    );
  return first ?? null;
}

/** A name without the collection that Ansible keeps it in. */
export function withoutCollection(name: string): string {
  return name.replace(/^(ansible\.(builtin|legacy|posix)|community\.general)\./, '');
}

function isKeyword(key: string): boolean {
  return (taskKeywords as readonly string[]).includes(key);
}

/** Notes each key of a task that has no meaning beside what it calls. */
export function onlyKeys(fields: Fields, allowed: readonly string[], call: string): void {
  for (const { key, keySpan } of fields.map.entries) {
    if (!isKeyword(key) || allowed.includes(key)) continue;
    const isLoop = key.startsWith('with_') || key.startsWith('loop');
    const included = call.startsWith('import_') ? call.replace('import_', 'include_') : null;
    const hint =
      isLoop && included !== null ? `A loop goes with \`${included}\`.` : `There may be ${allowed.join(', ')}.`;
    fields.note(keySpan, `\`${key}\` has no meaning beside \`${call}\`.`, hint);
  }
}

function callOf(entry: Entry, fields: Fields): StepCall | null {
  const name = withoutCollection(entry.key);
  const keyword = callKeywords.find((word) => word === name);
  if (keyword !== undefined) return { kind: keyword, entry };
  const module = modules.get(name);
  if (module === undefined) return null;
  return { kind: 'module', module, entry, isLocal: fields.has('local_action') };
}

/** `action: copy src=a dest=/b` and `action: {module: copy, ...}`, as if the module were the key. */
function actionEntries(fields: Fields): Entry[] {
  const entry = fields.entry('action') ?? fields.entry('local_action');
  if (entry === null) return [];
  const { value } = entry;
  if (value.kind === 'map') return mapAction(value, fields, entry);
  if (value.kind === 'scalar' && typeof value.value === 'string') return [lineAction(value)];
  fields.wants(value, entry.key, 'a module with its args');
  return [];
}

function lineAction(line: ScalarNode): Entry {
  const text = String(line.value);
  const name = /^\s*\S*/.exec(text)?.[0] ?? '';
  const start = name.length - name.trimStart().length;
  const word = partOf(line, start, name.length);
  const rest = text.slice(name.length).trim();
  const from = text.indexOf(rest, name.length);
  const value = rest === '' ? scalarNode(null, word.span) : partOf(line, from, from + rest.length);
  return { key: String(word.value), keySpan: word.span, value };
}

function mapAction(map: MapNode, fields: Fields, { key }: Entry): Entry[] {
  const name = entryOf(map, 'module')?.value;
  if (name?.kind === 'scalar' && typeof name.value === 'string') {
    const args = map.entries.filter((entry) => entry.key !== 'module');
    return [{ key: name.value, keySpan: name.span, value: mapNode(args, map.span) }];
  }
  fields.note(name?.span ?? map.span, `\`${key}\` needs the name of a module.`, 'Write `module: copy` in it.');
  return [];
}

function unknownKey(fields: Fields, key: string, at: Entry['keySpan'], hasModule: boolean): void {
  const calls = [...modules.keys(), ...callKeywords];
  const known = hasModule ? taskKeywords : [...calls, ...taskKeywords, 'block'];
  const what = hasModule ? 'a key of a task' : 'a module or a key of a task';
  const hint = didYouMean(withoutCollection(key), known);
  fields.note(at, `\`${key}\` is not ${what}.`, hint ?? (hasModule ? null : `Modules: ${calls.join(', ')}.`));
}
