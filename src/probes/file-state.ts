import { ProbeError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { raw, sh } from '../base/shell.ts';
import type { Reply } from '../base/reply.ts';
import {
  type HashMemory,
  learnFrom,
  machineScript,
  noMemory,
  recalledOr,
  recallScript,
  stampFormat,
} from './hash-memory.ts';
import { ask, lastLine, type Probe, type ProbeKind, type Wants } from './probe.ts';

/** What is at a path. */
export interface FileState {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Four octal digits, as chmod takes them: `0644`. */
  readonly mode: string;
  readonly owner: string;
  readonly uid: number;
  readonly group: string;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly inode: number;
  /** Of the file system it is on: with the inode it tells which file this is. */
  readonly device: number;
  /** How many names the file has. */
  readonly links: number;
  /** Where a link points; `null` for anything else. */
  readonly target: string | null;
  /** Of a file's content, lower-case hex; `null` when not asked for or not a file. */
  readonly sha256: string | null;
  /** A file's content, when asked for; `null` when not, or when it is larger than `maxContentBytes`. */
  readonly content: Buffer | null;
}

/** What to find out about a path. */
export interface FileQuestion {
  readonly path: string;
  /** Look at what a link points to, not at the link. */
  readonly follow: boolean;
  readonly hash: boolean;
  /** `unless`: only for a diff, and only when the content's sha256 is another one. */
  readonly content: 'never' | 'always' | { readonly unless: string };
}

/** A larger file is compared by its hash alone; nobody reads a longer diff. */
export const maxContentBytes = 1024 * 1024;

/** Asks what is at a path; `null` when nothing is. */
export function fileState(path: string, wanted: Partial<Omit<FileQuestion, 'path'>> = {}): Probe<FileState | null> {
  return ask(fileStateKind, { path, follow: false, hash: false, content: 'never', ...wanted });
}

/** One `stat` and one `sha256sum` for all paths; see stat(1) of GNU coreutils and of BusyBox. */
export const fileStateKind = fileStateWith(noMemory);

/** The same kind, which does not hash again what it remembers and sees unchanged. */
export function fileStateWith(memory: HashMemory): ProbeKind<FileQuestion, FileState | null> {
  return {
    name: 'file-state',
    reads: ({ path }) => [pathArea(path)],
    isTidy: true,

    // The parts of the reply end in NUL on both streams, since a link's target may hold anything else.
    script(questions, wants) {
      const plain = pathsOf(questions, (q) => !q.follow);
      const followed = pathsOf(questions, (q) => q.follow);
      const hashed = pathsOf(questions, (q) => q.hash || asksContent(q, wants));
      return [
        's=\n',
        memory === noMemory || hashed.length === 0 ? sh`m=; n=; ${nul}\n` : machineScript,
        statScript(plain, ''),
        statScript(followed, '-L '),
        hashScript(hashed, memory),
        questions.some((question) => asksContent(question, wants)) ? sizeFunction : '',
        ...questions.map((question, i) => (asksContent(question, wants) ? contentScript(question, i) : '')),
        sh`${nul}\n`,
        linkScript(plain),
        ':\n',
      ].join('');
    },

    parse(reply, questions) {
      if (reply.timedOut) throw new ProbeError('No answer in time about files.');
      const parts = partsOf(reply, questions);
      learnFrom(parts, memory);
      return questions.map((question, i) => fileOf(question, i, parts));
    },
  };
}

const nul = raw(String.raw`printf '\0'`);

// So many paths go through one `set --`, whose cost grows with the square.
const hashedAtOnce = 100;

function pathsOf(questions: readonly FileQuestion[], wanted: (question: FileQuestion) => boolean): string[] {
  return [...new Set(questions.filter(wanted).map((q) => q.path))];
}

function asksContent({ content }: FileQuestion, wants: Wants): boolean {
  return content === 'always' || (content !== 'never' && wants.diff);
}

// All that is said is kept in `$s`, too: it tells what has to be hashed.
function statScript(paths: readonly string[], flag: string): string {
  const stat = sh`a="$(stat ${raw(flag)}-c ${`%f %u %g %U %G %h ${stampFormat} %n`} -- $n ${paths})"'\n'\n`;
  const said = sh`printf '%s\\0' "$a"; ${nul} >&2; s=$s$a\n`;
  return paths.length === 0 ? sh`${nul}; ${nul} >&2\n` : `${stat}${said}`;
}

// Only regular files are read: a named pipe would never end.
function hashScript(paths: readonly string[], memory: HashMemory): string {
  const parts = [recallScript(memory)];
  for (let i = 0; i < paths.length; i += hashedAtOnce) {
    const some = paths.slice(i, i + hashedAtOnce);
    const known = some.flatMap((path) => {
      const hash = memory.recall(path);
      return hash === null ? [] : [{ path, hash }];
    });
    const recalled = new Set(known.map(({ path }) => path));
    const others = some.filter((path) => !recalled.has(path));
    parts.push(
      'set --\n',
      ...known.map(({ path, hash }) => recalledOr(path, hash, raw(sh`{ [ -f ${path} ] && set -- "$@" ${path}; }`))),
      others.length === 0 ? '' : sh`for p in ${others}; do [ -f "$p" ] && set -- "$@" "$p"; done\n`,
      '[ $# = 0 ] || sha256sum -- "$@"\n',
    );
  }
  return sh`h="$(${raw(parts.join('') || ':')})"'\n'\nprintf '%s\\0' "$h"\n`;
}

// The size stands in what `stat` has said last of the path, if that is a file; else a program has to count.
const sizeFunction = sh`b='\n'; is_small() { l=\${s%" $1$b"*}; l=\${l##*"$b"}
case $l in 8*) l=\${l% * * * *}; l=\${l##* } ;; *) l=$(wc -c <"$1") ;; esac; [ "$l" -le ${maxContentBytes} ]; }
`;

function contentScript({ path, content }: FileQuestion, index: number): string {
  const send = sh`is_small ${path} && { printf '%s ' ${index}; base64 <${path}; echo; }`;
  if (typeof content === 'string') return sh`[ -f ${path} ] && ${raw(send)}\n`;
  // The hash is known by now: whether the content differs costs no process.
  return sh`[ -f ${path} ] && case $h in *${`${content.unless}  ${path}\n`}*) ;; *) ${raw(send)} ;; esac\n`;
}

function linkScript(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  return sh`for p in ${paths}; do [ -L "$p" ] && { printf '%s\\0' "$p"; readlink -- "$p"; ${nul}; }; done\n`;
}

interface Parts {
  readonly machine: string;
  /** All that `stat` said. */
  readonly stats: string;
  readonly plain: ReadonlyMap<string, FileState | null>;
  readonly followed: ReadonlyMap<string, FileState | null>;
  readonly hashes: ReadonlyMap<string, string>;
  readonly contents: ReadonlyMap<number, Buffer>;
  readonly targets: ReadonlyMap<string, string>;
  readonly lastComplaint: string;
}

function partsOf(reply: Reply, questions: readonly FileQuestion[]): Parts {
  const [machine = '', plain = '', followed = '', hashes = '', contents = '', ...links] = reply.stdout
    .toString('utf8')
    .split('\0');
  const [plainErrors = '', followedErrors = ''] = reply.stderr.toString('utf8').split('\0');
  return {
    machine,
    stats: `${plain}${followed}`,
    plain: statesOf(
      plain,
      plainErrors,
      pathsOf(questions, (q) => !q.follow),
    ),
    followed: statesOf(
      followed,
      followedErrors,
      pathsOf(questions, (q) => q.follow),
    ),
    hashes: hashesOf(hashes),
    contents: contentsOf(contents),
    targets: targetsOf(links),
    lastComplaint: lastLine(reply.stderr)?.replaceAll('\0', '') ?? `exit status ${reply.status}`,
  };
}

/**
 * What `stat` said of each path: a line for one that is there, else a complaint, and both in the order of the paths.
 *
 * A complaint quotes its path as the host sees fit; hence the order. "Not there" must be what the host said: a path it
 * may not look at is not an absent one.
 */
function statesOf(output: string, errors: string, paths: readonly string[]): Map<string, FileState | null> {
  const states: Map<string, FileState | null> = statLinesOf(output);
  const complaints = errors.split('\n').filter((line) => line.startsWith('stat: '));
  const missing = paths.filter((path) => !states.has(path));
  for (const [i, path] of missing.entries()) {
    const complaint = complaints[i];
    if (complaint === undefined || complaints.length !== missing.length) {
      throw new ProbeError(`The host did not say what is at \`${path}\`: ${complaints.at(-1) ?? errors.trim()}`);
    }
    if (!/: (No such file or directory|Not a directory)$/.test(complaint)) throw new ProbeError(complaint);
    states.set(path, null);
  }
  return states;
}

function statLinesOf(text: string): Map<string, FileState> {
  const line = /^([0-9a-f]+) (\d+) (\d+) (.+?) (\S+) (\d+) (\d+) (\d+) (\d+) (-?[\d.]+) -?[\d.]+ (\/.*)$/gm;
  return new Map([...text.matchAll(line)].map((match) => [match[11] ?? '', stateOf(match)]));
}

function stateOf([, hex, uid, gid, owner, group, links, size, device, inode, mtime]: readonly string[]): FileState {
  const bits = Number.parseInt(hex ?? '0', 16);
  return {
    type: typeOf(bits),
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: owner ?? '',
    uid: Number(uid),
    group: group ?? '',
    gid: Number(gid),
    size: Number(size),
    mtime: secondsOf(mtime ?? ''),
    inode: Number(inode),
    device: Number(device),
    links: Number(links),
    target: null,
    sha256: null,
    content: null,
  };
}

// Whole ones, downwards; a number would round the fraction up at its end.
function secondsOf(time: string): number {
  const [whole = '', fraction = ''] = time.split('.');
  return Number(whole) - (time.startsWith('-') && Number(fraction) > 0 ? 1 : 0);
}

/** The file type of `st_mode`; see inode(7). */
function typeOf(bits: number): FileState['type'] {
  const types: Readonly<Record<number, FileState['type']>> = {
    0o100000: 'file',
    0o040000: 'directory',
    0o120000: 'link',
  };
  return types[bits & 0o170000] ?? 'other';
}

// GNU sha256sum writes `\` before a line whose name it had to escape.
function hashesOf(text: string): Map<string, string> {
  const lines = [...text.matchAll(/^(\\?)([0-9a-f]{64}) [ *](.*)$/gm)];
  return new Map(
    lines.map(([, escaped, hash, name]) => [
      escaped ? (name ?? '').replaceAll('\\\\', '\\') : (name ?? ''),
      hash ?? '',
    ]),
  );
}

function contentsOf(text: string): Map<number, Buffer> {
  const blocks = text.split(/^(?=\d+ )/m).map((block) => /^(\d+) ([^]*)$/.exec(block));
  return new Map(blocks.flatMap((found) => (found ? [[Number(found[1]), Buffer.from(found[2] ?? '', 'base64')]] : [])));
}

function targetsOf(fields: readonly string[]): Map<string, string> {
  const targets = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) targets.set(fields[i] ?? '', (fields[i + 1] ?? '').replace(/\n$/, ''));
  return targets;
}

function fileOf(question: FileQuestion, index: number, parts: Parts): FileState | null {
  const { path, follow } = question;
  const state = (follow ? parts.followed : parts.plain).get(path) ?? null;
  if (state === null) return null;
  const sha256 = question.hash && state.type !== 'directory' ? (parts.hashes.get(path) ?? null) : null;
  const content = parts.contents.get(index) ?? null;
  const isFile = state.type === 'file';
  const lacksHash = isFile && question.hash && sha256 === null;
  const lacksContent = isFile && question.content === 'always' && content === null && state.size <= maxContentBytes;
  if (lacksHash || lacksContent) throw new ProbeError(`\`${path}\` can not be read: ${parts.lastComplaint}`);
  return { ...state, target: follow ? null : (parts.targets.get(path) ?? null), sha256, content };
}
