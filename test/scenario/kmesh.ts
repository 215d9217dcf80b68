import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { quoteAll } from '../../src/base/shell.ts';
import { EventParser } from '../../src/report/files/parse-event.ts';

const root = join(import.meta.dirname, '../..');

// The test runner builds once and then tests what users get; a file that is run by itself tests the sources as they are.
const program =
  process.env['KMESH_TEST_BUILT'] === undefined
    ? ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), join(root, 'src/main.ts')]
    : [join(root, 'bin/kmesh.js')];

const state = mkdtempSync(join(tmpdir(), 'kmesh-state-'));
process.once('exit', () => rmSync(state, { recursive: true, force: true }));

/** How a run of the real program ended. */
export interface KmeshRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--output json` said; empty for other outputs. */
  readonly events: readonly KmeshEvent[];
}

/** One line of `--output json`, as far as scenarios look at it. */
export interface KmeshEvent {
  readonly event: string;
  readonly host?: string;
  readonly task?: { readonly name: string; readonly role: string | null };
  readonly status?: string;
  readonly changes?: readonly { readonly summary: string; readonly diff: string | null }[];
  readonly message?: string | null;
  readonly waitsFor?: string | null;
  readonly why?: string;
  readonly untouched?: readonly string[];
  readonly failure?: { readonly message: string; readonly hint: string | null; readonly stderr: string | null } | null;
  readonly rescued?: boolean;
  readonly items?: readonly { readonly label: string; readonly status: string; readonly message: string | null }[];
  /** Names, or what became of each host in a run that has ended. */
  readonly hosts?: readonly (string | HostCounts)[];
  readonly handlers?: readonly string[];
  readonly from?: string;
}

/** The counts of a host at the end of a run, as far as scenarios look at them. */
export interface HostCounts {
  readonly host: string;
  readonly changed: number;
  readonly failed: number;
  readonly rescued: number;
  readonly ignored: number;
}

const parser = new EventParser();

/** Begins to run the program as a user would, with its own state and without the user's ssh settings. */
export function startKmesh(args: readonly string[], options: KmeshOptions = {}) {
  return execa('node', [...program, ...args], {
    cwd: options.cwd ?? root,
    env: { CI: 'true', NO_COLOR: '1', FORCE_COLOR: undefined, SSH_AUTH_SOCK: '', KMESH_STATE: state, ...options.env },
    input: options.input ?? '',
    reject: false,
    timeout: 180_000,
  });
}

interface KmeshOptions {
  readonly env?: Record<string, string | undefined>;
  readonly cwd?: string;
  readonly input?: string;
}

/**
 * Runs the program on a terminal, and types the answers: each once its question is there.
 *
 * @param answers what is asked, as it stands on the terminal, and what is typed
 */
export async function kmeshOnTerminal(
  args: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly code: number; readonly shown: string }> {
  const env = {
    TERM: 'xterm',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    CI: undefined,
    SSH_AUTH_SOCK: '',
    KMESH_STATE: state,
  };
  const child = execa('script', ['-qec', quoteAll(['node', ...program, ...args]), '/dev/null'], {
    cwd: root,
    env,
    reject: false,
    timeout: 60_000,
  });
  const left = [...answers];
  let shown = '';
  let answered = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const at = left[0] === undefined ? -1 : shown.indexOf(left[0][0], answered);
    if (at < 0) return;
    answered = at + (left[0]?.[0].length ?? 0);
    child.stdin.write(`${left.shift()?.[1]}\r`);
  });
  const { exitCode } = await child;
  return { code: exitCode ?? 255, shown };
}

/** Runs the program to its end. Each of its JSON events must be as the schema says. */
export async function kmesh(args: readonly string[], options: KmeshOptions = {}): Promise<KmeshRun> {
  const { exitCode, stdout, stderr } = await startKmesh(args, options);
  const lines = args.includes('json') ? stdout.split('\n').filter((line) => line.startsWith('{"event":')) : [];
  const strange = lines.find((line) => parser.parse(line) === null);
  if (strange !== undefined) throw new Error(`not an event of the schema: ${strange}`);
  return { code: exitCode ?? 255, stdout, stderr, events: lines.map((line) => JSON.parse(line) as KmeshEvent) };
}

/** The status of each task by host: `{ h1: { 'make it': 'changed' } }`. */
export function statuses({ events }: KmeshRun): Record<string, Record<string, string>> {
  const byHost: Record<string, Record<string, string>> = {};
  for (const { event, host, task, status } of events) {
    if (event !== 'task-finished' || host === undefined || task === undefined || status === undefined) continue;
    byHost[host] = { ...byHost[host], [task.name]: status };
  }
  return byHost;
}

/** How a run ended for each host. */
export function recapOf({ events }: KmeshRun): Record<string, HostCounts> {
  const hosts = events.find(({ event }) => event === 'run-finished')?.hosts ?? [];
  return Object.fromEntries(hosts.flatMap((one) => (typeof one === 'string' ? [] : [[one.host, one]])));
}

/** What the tasks of that name said on each host. */
export function said({ events }: KmeshRun, name: string): Record<string, string | null> {
  const told = events.filter(({ event, task }) => event === 'task-finished' && task?.name === name);
  return Object.fromEntries(told.map(({ host, message }) => [host, message ?? null]));
}

/** A folder with files, by path and text; `remove` takes it away. */
export function siteOf(files: Readonly<Record<string, string>>): {
  readonly dir: string;
  readonly path: (name: string) => string;
  readonly remove: () => void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-site-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return { dir, path: (name) => join(dir, name), remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** What a run that should have gone well says of itself. */
export function why({ stderr, events }: KmeshRun): string {
  return [
    stderr,
    ...events.flatMap(({ host, failure }) => (failure ? [`${host}: ${JSON.stringify(failure)}`] : [])),
  ].join('\n');
}
