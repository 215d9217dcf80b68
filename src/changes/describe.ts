import { createTwoFilesPatch } from 'diff';
import { quoteAll } from '../base/shell.ts';
import type { Attributes, Change, Content, CopyPath, FileBefore, RunCommand, TreeStep, WriteFile } from './change.ts';

/** A change in words. */
export interface Description {
  readonly kind: Change['kind'];
  /** One line: `write /etc/bird/bird.conf`. */
  readonly summary: string;
  /** A unified diff, `null` when there is none to show. */
  readonly diff: string | null;
}

// Past this a diff is not read by anybody, and making it takes long.
const diffTimeoutMs = 1000;

/** Tells a change: made from the very data that would be done. */
export function describe(change: Change): Description {
  return { kind: change.kind, summary: summaryOf(change), diff: diffOf(change) };
}

function summaryOf(change: Change): string {
  switch (change.kind) {
    case 'write-file':
      return `${change.before === null ? 'create' : 'write'} ${change.path}`;
    case 'copy-path':
      return `${change.before === null ? 'create' : 'write'} ${change.path} from ${change.from}`;
    case 'make-directory':
      return `make directory ${change.path}`;
    case 'make-link':
      return `link ${change.path} to ${change.target}`;
    case 'remove-path':
      return `remove ${change.type === 'other' ? '' : `${change.type} `}${change.path}`;
    case 'set-attributes':
      return change.recurse === false
        ? `set ${attributeWords(change.before, change.after).after} of ${change.path}`
        : `set attributes of ${counted(change.recurse)} in ${change.path}`;
    case 'set-times':
      return `touch ${change.path}`;
    case 'run-command':
      return commandWords(change);
  }
}

function commandWords({ command, before, after }: RunCommand): string {
  const text = 'text' in command ? command.text.trim() : quoteAll(command);
  const effect = after === null ? '' : ` (${before ?? 'unknown'} → ${after})`;
  return `run ${text}${effect}`;
}

function diffOf(change: Change): string | null {
  switch (change.kind) {
    case 'write-file':
      return fileDiff(change);
    case 'copy-path':
      return attributesOnly(change.path, change.before?.attributes ?? null, change.attributes);
    case 'make-directory':
      return attributesOnly(change.path, null, change.attributes);
    case 'make-link':
      return patch(
        change.path,
        change.before === null ? '' : `→ ${change.before}\n`,
        `→ ${change.target}\n`,
        change.before === null,
      );
    case 'remove-path':
      return change.before?.content ? removalDiff(change.path, change.before) : null;
    case 'set-attributes':
      return change.recurse === false
        ? attributesOnly(change.path, change.before, change.after)
        : heading(change.path, false) + treeLines(change.recurse);
    case 'set-times':
    case 'run-command':
      return null;
  }
}

function fileDiff({ path, content, before, attributes }: WriteFile | (CopyPath & { content: Content })): string {
  const attributesChange = attributesOnly(path, before?.attributes ?? null, attributes);
  if (content.isSecret === true) {
    return `${heading(path, before === null)}Secret content: ${sizeWords(before)} → ${content.size} bytes\n`;
  }
  const old = before === null ? '' : textOf(before.content);
  const now = content.bytes === null ? null : textOf(content.bytes);
  if (old === null || now === null) {
    const words = `Binary or large content: ${sizeWords(before)} → ${content.size} bytes, sha256 ${content.sha256}\n`;
    return `${heading(path, before === null)}${words}`;
  }
  if (old === now) return attributesChange ?? '';
  return (
    patch(path, old, now, before === null) + (before === null ? '' : attributeLines(before.attributes, attributes))
  );
}

function removalDiff(path: string, before: FileBefore): string | null {
  const old = textOf(before.content);
  return old === null ? null : patchBetween({ name: path, text: old }, { name: '/dev/null', text: '' });
}

function patch(path: string, old: string, now: string, isNew: boolean): string {
  return patchBetween({ name: isNew ? '/dev/null' : path, text: old }, { name: path, text: now });
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

function patchBetween(old: NamedText, now: NamedText): string {
  const made = createTwoFilesPatch(old.name, now.name, old.text, now.text, undefined, undefined, {
    context: 3,
    timeout: diffTimeoutMs,
  });
  // The library heads a patch as if it were one of many in a file.
  return made === undefined
    ? `--- ${old.name}\n+++ ${now.name}\n(the contents are too different for a diff)\n`
    : made.replace(/^(Index: .*\n)?=+\n/, '');
}

function heading(path: string, isNew: boolean): string {
  return `--- ${isNew ? '/dev/null' : path}\n+++ ${path}\n`;
}

function attributesOnly(path: string, before: Attributes | null, after: Attributes): string | null {
  const lines = attributeLines(before, after);
  return lines === '' ? null : heading(path, before === null) + lines;
}

function attributeLines(before: Attributes | null, after: Attributes): string {
  const words = attributeWords(before, after);
  if (words.after === '') return '';
  return `${words.before === '' ? '' : `-${words.before}\n`}+${words.after}\n`;
}

// Steps differ in ways that need not be told, such as an owner that stays.
function treeLines(steps: readonly TreeStep[]): string {
  const counts = new Map<string, { readonly step: TreeStep; readonly count: number }>();
  for (const step of steps) {
    const words = stepWords(step);
    const key = [step.type, words.before, words.after].join('\0');
    counts.set(key, { step, count: (counts.get(key)?.count ?? 0) + step.count });
  }
  return [...counts.values()]
    .map(({ step, count }) => {
      const { before, after } = stepWords(step);
      const things = `${count} ${thingWords[step.type][count === 1 ? 0 : 1]}`;
      return `-${things}: ${before}\n+${things}: ${after}\n`;
    })
    .join('');
}

const thingWords = {
  file: ['file', 'files'],
  directory: ['directory', 'directories'],
  link: ['link', 'links'],
  other: ['other thing', 'other things'],
} as const;

function stepWords({ before: { mode, uid, gid }, after }: TreeStep): { before: string; after: string } {
  return attributeWords({ mode, owner: `uid ${uid}`, group: `gid ${gid}` }, after);
}

function counted(steps: readonly TreeStep[]): string {
  return String(steps.reduce((sum, { count }) => sum + count, 0));
}

function attributeWords(before: Attributes | null, after: Attributes): { before: string; after: string } {
  const names = ['mode', 'owner', 'group'] as const;
  const differing = names.filter((name) => after[name] !== null && after[name] !== before?.[name]);
  const words = (attributes: Attributes | null): string =>
    differing.flatMap((name) => (attributes?.[name] ? [`${name} ${attributes[name]}`] : [])).join(' ');
  return { before: words(before), after: words(after) };
}

function textOf(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.includes(0)) return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}

function sizeWords(before: FileBefore | null): string {
  if (before === null) return 'nothing';
  return before.content === null ? before.type : `${before.content.length} bytes`;
}
