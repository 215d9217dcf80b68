import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlanError, ProbeError } from '../../src/base/errors.ts';
import type { Reply } from '../../src/base/reply.ts';
import type { Probe } from '../../src/probes/probe.ts';

/** The shells that hosts have as `sh`, as far as this machine has them, too. */
export const shells: readonly (readonly string[])[] = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);

/** Only root can be another user and give files away. */
export const isRoot = process.getuid?.() === 0;

/** Somebody who may nothing. */
export const nobody = 65_534;

/** How a piece of shell text is run. */
export interface RunOptions {
  readonly shell?: readonly string[];
  /** Who runs it; the tests run as root. */
  readonly uid?: number;
  readonly diff?: boolean;
  readonly path?: string;
}

// BusyBox's shell with the programs of BusyBox, not with those of this machine.
let applets: string | null = null;

function appletPath(): string {
  if (applets === null) {
    applets = mkdtempSync(join(tmpdir(), 'kmesh-busybox-'));
    chmodSync(applets, 0o755);
    const made = applets;
    spawnSync('/bin/busybox', ['--install', '-s', made]);
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return applets;
}

const debianPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs shell text as a session does: in a subshell with empty stdin, `LC_ALL=C` and `umask 022`. */
export function runText(script: string, { shell = ['dash'], uid, path }: RunOptions = {}): Reply {
  const [program = 'sh', ...args] = shell;
  const result = spawnSync(program === 'busybox' ? '/bin/busybox' : program, args, {
    input: `umask 022; (eval '${script.replaceAll("'", "'\\''")}') </dev/null`,
    env: { PATH: path ?? (program === 'busybox' ? appletPath() : debianPath), LC_ALL: 'C', HOME: homedir() },
    timeout: 30_000,
    maxBuffer: 64 * 1024 * 1024,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return {
    status: result.status ?? 255,
    stdout: result.stdout,
    stderr: result.stderr,
    timedOut: false,
    truncated: false,
  };
}

/** The answers of probes of one kind, asked together. */
export function askAll<A>(probes: readonly Probe<A>[], options: RunOptions = {}): A[] {
  const kind = probes[0]?.kind;
  if (kind === undefined) return [];
  const questions = probes.map(({ question }) => question);
  const reply = runText(kind.script(questions, { diff: options.diff ?? false }), options);
  return [...kind.parse(reply, questions)];
}

/** The answer of one probe. */
export function answer<A>(probe: Probe<A>, options: RunOptions = {}): A {
  return askAll([probe], options)[0] as A;
}

/** Calls a test with an empty directory that is gone afterwards. */
export function inDirectory<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'kmesh-test-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Calls a test with a `PATH` on which these programs, written as shell text, come first. */
export function withPrograms<T>(programs: { readonly [name: string]: string }, work: (path: string) => T): T {
  return inDirectory((directory) => {
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return work(`${directory}:${debianPath}`);
  });
}

/** Shell text that prints something. */
export function printing(text: string, status = 0): string {
  return `cat <<'KMESH_END'\n${text}\nKMESH_END\nexit ${status}`;
}

/** What a host said, made by hand. */
export function replyOf(stdout: string, { status = 0, stderr = '' }: { status?: number; stderr?: string } = {}): Reply {
  return { status, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr), timedOut: false, truncated: false };
}

/** For `assert.throws`: a PlanError with this in its message, and in its hint. */
export function planError(message: RegExp | string, hint: RegExp | null = null) {
  return (error: unknown): boolean =>
    error instanceof PlanError && holds(error.message, message) && (hint === null || hint.test(error.hint ?? ''));
}

/** For `assert.throws`: a ProbeError with this in its message. */
export function probeError(message: RegExp | string) {
  return (error: unknown): boolean => error instanceof ProbeError && holds(error.message, message);
}

function holds(text: string, wanted: RegExp | string): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text);
}
