import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { parseJson } from '../base/json.ts';
import { type MapNode, namedSource, type Node } from '../base/node.ts';
import { displayPath } from '../base/read-source.ts';
import type { Source } from '../base/source.ts';
import { type Findings, kindOf } from './files.ts';
import { askedHosts } from './program-inventory.ts';
import { inventoryFiles, isProgram } from './source-files.ts';

/** What one inventory program said. */
export interface ProgramOutput {
  /** Of `--list`; `null` when it could not be had. */
  readonly list: MapNode | null;
  /** Of `--host NAME`, for programs whose list has no `_meta`. */
  readonly hosts: ReadonlyMap<string, Node>;
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** By the absolute path of the program. */
export type ProgramOutputs = ReadonlyMap<string, ProgramOutput>;

/** How programs are run. */
export interface ProgramOptions {
  /** Where they run, and what relative paths start from. */
  readonly cwd: string;
  readonly stop?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Runs the programs among the sources of an inventory, side by side. Other sources are not looked into. */
export async function runPrograms(sources: readonly string[], options: ProgramOptions): Promise<ProgramOutputs> {
  const paths = sources.flatMap((source) => programsIn(resolve(options.cwd, source)));
  const outputs = await Promise.all(
    [...new Set(paths)].map(async (path) => [path, await runProgram(path, options)] as const),
  );
  return new Map(outputs);
}

// What can not be looked at is told when it is loaded.
function programsIn(path: string): string[] {
  const silent = { diagnostics: [], warnings: [] };
  const files = kindOf(path) === 'directory' ? inventoryFiles(path, silent) : [path];
  return files.filter(isProgram);
}

// A cloud with many machines may need its time; a program that waits for input never ends.
const defaultTimeoutMs = 120_000;
const hostsAtOnce = 8;

async function runProgram(path: string, options: ProgramOptions): Promise<ProgramOutput> {
  const found: Findings = { diagnostics: [], warnings: [] };
  const asker = new Asker(path, options, found);
  const list = await asker.ask('--list');
  if (list === null) return { list: null, hosts: new Map(), ...found };
  if (list.kind !== 'map') {
    const hint = 'It is `{"group": {"hosts": [...], "vars": {...}}, "_meta": {"hostvars": {...}}}`.';
    found.diagnostics.push(diagnostic(list.span, 'What a program says to `--list` is an object.', hint));
    return { list: null, hosts: new Map(), ...found };
  }
  return { list, hosts: await asker.askHosts(askedHosts(list)), ...found };
}

class Asker {
  readonly #path: string;
  readonly #options: ProgramOptions;
  readonly #found: Findings;

  constructor(path: string, options: ProgramOptions, found: Findings) {
    this.#path = path;
    this.#options = options;
    this.#found = found;
  }

  /** Runs the program and reads what it says as JSON; `null` with a finding when that is not possible. */
  async ask(...args: readonly string[]): Promise<Node | null> {
    const source = await this.#run(args);
    if (source === null) return null;
    const { node, diagnostics } = parseJson(source);
    this.#found.diagnostics.push(...diagnostics);
    return node;
  }

  async askHosts(names: readonly string[]): Promise<Map<string, Node>> {
    const hosts = new Map<string, Node>();
    const limit = pLimit(hostsAtOnce);
    const before = this.#found.diagnostics.length;
    const askHost = async (name: string): Promise<void> => {
      // One host that can not be asked tells enough.
      if (this.#found.diagnostics.length > before) return;
      const node = await this.ask('--host', name);
      if (node !== null) hosts.set(name, node);
    };
    await Promise.all(names.map((name) => limit(() => askHost(name))));
    return hosts;
  }

  async #run(args: readonly string[]): Promise<Source | null> {
    const { cwd, stop, timeoutMs = defaultTimeoutMs } = this.#options;
    const name = [displayPath(this.#path), ...args].join(' ');
    const { execa } = await import('execa');
    const timeout = AbortSignal.timeout(timeoutMs);
    const cancelSignal = stop === undefined ? timeout : AbortSignal.any([stop, timeout]);
    const running = execa(this.#path, args, { cwd, stdin: 'ignore', reject: false, cancelSignal });
    // What it has started may hold on to its output, and is not waited for.
    cancelSignal.addEventListener('abort', () => [running.stdout, running.stderr].forEach((one) => one.destroy()));
    const ended = await running;
    if (ended.failed) {
      const why = timeout.aborted ? `took longer than ${timeoutMs / 1000} seconds` : whyOf(ended);
      const hint = timeout.aborted
        ? 'It runs without input: a question that it asks is never answered.'
        : hintOf(ended);
      this.#found.diagnostics.push(diagnostic(null, `\`${name}\` ${why}${said(ended.stderr)}`, hint));
      return null;
    }
    const { stdout, stderr } = ended;
    if (stderr.trim() !== '') this.#found.warnings.push(diagnostic(null, `\`${name}\` did its work${said(stderr)}`));
    // As in Ansible a program may say nothing of a host.
    return namedSource(name, args[0] === '--host' && stdout.trim() === '' ? '{}' : stdout);
  }
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly isCanceled: boolean;
}

function whyOf({ exitCode, signal, code, isCanceled }: Ended): string {
  if (isCanceled) return 'was interrupted';
  if (exitCode !== undefined) return `ended with status ${exitCode}`;
  if (code === 'ENOENT') return 'can not be run: what stands behind its `#!` does not exist';
  if (code === 'EACCES') return 'can not be run: permission denied';
  return code === undefined ? `was ended by ${signal ?? 'a signal'}` : `can not be run: ${code}`;
}

function hintOf({ code }: Ended): string | null {
  return code === 'ENOENT' ? 'Is it installed? Lines that end as in Windows, `\\r\\n`, are another cause.' : null;
}

const shownLines = 10;

/** The last lines of what a program wrote to stderr. */
function said(stderr: string): string {
  const lines = stderr.trimEnd().split('\n').slice(-shownLines);
  if (lines.join('').trim() === '') return '.';
  return ` and said:\n${lines.map((line) => `    ${line.trimEnd()}`).join('\n')}`;
}
