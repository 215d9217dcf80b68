import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, Status, TaskOutcome } from '../../src/engine/events.ts';
import { type LoadedSite, loadSite } from '../../src/engine/input/load-site.ts';
import type { OwedHandlers } from '../../src/engine/steps/owed-handlers.ts';
import { run } from '../../src/engine/run.ts';
import type { RunParts } from '../../src/engine/run-parts.ts';
import type { ConnectDefaults } from '../../src/engine/hosts/target.ts';
import { must } from '../../src/base/errors.ts';
import { type Answer, FakeHosts } from './fake-session.ts';
import { line } from './node.ts';
import { type Files, tempDir, writeFiles } from './temp-dir.ts';

/** A site in a new directory, and how it is run. In all texts `/HOST` is a directory that is really there. */
export interface SiteParts {
  /** Names of the hosts; each is in the group `hosts` and has its own directory in the variable `root`. */
  readonly hosts?: readonly string[];
  /** The inventory instead, as INI. */
  readonly inventory?: string;
  /** Where the inventory is, when it is one of `files`. */
  readonly inventoryPath?: string;
  /** More files beside `site.yml`. */
  readonly files?: Files;
  /** What is on the hosts' disk below `/HOST`. */
  readonly disk?: Files;
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly unreachable?: readonly string[];
  readonly check?: boolean;
  readonly diff?: boolean;
  /** The environment that lookups see. */
  readonly env?: Readonly<Record<string, string>>;
  readonly verbosity?: number;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly limit?: string;
  readonly reload?: RunParts['reload'];
  readonly confirm?: RunParts['confirm'];
  readonly startAtTask?: string;
  readonly phases?: 'all' | 'verify';
  /** What handlers hosts owe between runs. */
  readonly owed?: (dir: string) => OwedHandlers;
  readonly extraVars?: readonly string[];
  readonly forks?: number;
  readonly defaults?: Partial<ConnectDefaults>;
  readonly stop?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Sees the loaded site before it is run. */
  readonly prepare?: (loaded: LoadedSite) => void;
  /** Looks at the hosts' disk after the run, while it is there. */
  readonly look?: (dir: string) => void;
}

/** What a run told, and what its hosts were sent. */
export interface Told {
  readonly events: readonly RunEvent[];
  /** By task and host: `{ 'make it': { a: 'changed' } }`; of a task that ran twice the last. */
  readonly ends: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly warnings: readonly string[];
  readonly hosts: FakeHosts;
  outcome(task: string, host?: string): TaskOutcome;
  /** Scripts by batch, with `/HOST` for the directory. */
  sent(host?: string): readonly (readonly string[])[];
}

const noDefaults: ConnectDefaults = {
  user: null,
  port: null,
  connection: null,
  password: null,
  privateKeyFile: null,
  hostKeyChecking: 'yes',
  connectTimeoutMs: 1000,
  become: false,
  becomeUser: null,
  becomePassword: null,
};

/** Loads a site whose playbook is this text, and calls `use` with it while its files are there. */
export function withSite<T>(playbook: string, parts: SiteParts, use: (loaded: LoadedSite, dir: string) => T): T {
  const { dir, remove } = tempDir();
  try {
    return use(load(playbook, parts, dir), dir);
  } finally {
    remove();
  }
}

/** All that is wrong with a site whose playbook is this text, without the directory's name. */
export function problemsOf(playbook: string, parts: SiteParts = {}): string[] {
  return withSite(playbook, parts, ({ problems }, dir) =>
    problems.map((problem) => line(problem).replaceAll(`${dir}/site/`, '').replaceAll(dir, '')),
  );
}

/** Runs a playbook on fake hosts. Fails when anything is wrong with the input. */
export async function runSite(playbook: string, parts: SiteParts = {}): Promise<Told> {
  const { dir, remove } = tempDir();
  try {
    const loaded = load(playbook, parts, dir);
    if (loaded.problems.length > 0) throw new Error(loaded.problems.map(line).join('\n'));
    parts.prepare?.(loaded);
    const { answers = {}, unreachable = [] } = parts;
    const hosts = new FakeHosts({ answers: placed(answers, dir), dir, unreachable });
    const events: RunEvent[] = [];
    await run({
      ...loaded,
      playbook: 'site.yml',
      defaults: { ...noDefaults, ...parts.defaults },
      forks: parts.forks ?? 10,
      verbosity: parts.verbosity ?? 0,
      statCache: null,
      owed: parts.owed === undefined ? null : parts.owed(dir),
      uploadLimitBytesPerSecond: null,
      confirm: parts.confirm ?? null,
      reload: parts.reload ?? (() => Promise.reject(new Error('nothing to reload'))),
      connect: hosts.connect,
      stop: parts.stop ?? new AbortController().signal,
      listener: (event) => {
        events.push(event);
        parts.onEvent?.(event);
      },
    });
    parts.look?.(join(dir, 'host'));
    return toldOf(events, hosts, dir);
  } finally {
    remove();
  }
}

function load(playbook: string, parts: SiteParts, dir: string): LoadedSite {
  const { hosts = ['a'], files = {}, disk = {}, tags = [], skipTags = [], extraVars = [] } = parts;
  const lines = hosts.map((host) => `${host} root=${dir}/host/${host}\n`).join('');
  const inventory = parts.inventory ?? `[hosts]\n${lines}`;
  writeFiles(join(dir, 'site'), placed({ hosts: inventory, ...files, 'site.yml': playbook }, dir));
  for (const host of hosts) mkdirSync(join(dir, 'host', host), { recursive: true });
  writeFiles(join(dir, 'host'), placed(disk, dir));
  return loadSite({
    playbook: join(dir, 'site/site.yml'),
    inventory: [join(dir, 'site', parts.inventoryPath ?? 'hosts')],
    limit: parts.limit ?? null,
    extraVars: extraVars.map((text) => text.replaceAll('/HOST', join(dir, 'host'))),
    tags,
    skipTags,
    startAtTask: parts.startAtTask ?? null,
    phases: parts.phases ?? 'all',
    check: parts.check ?? false,
    diff: parts.diff ?? false,
    bundledRoles: [],
    env: parts.env ?? {},
  });
}

function placed<T>(texts: Readonly<Record<string, T>>, dir: string): Record<string, T> {
  const place = (value: T): T =>
    typeof value === 'string' ? (value.replaceAll('/HOST', join(dir, 'host')) as T) : value;
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, place(value)]));
}

function toldOf(events: readonly RunEvent[], hosts: FakeHosts, dir: string): Told {
  const ends: Record<string, Record<string, Status>> = {};
  const outcomes = new Map<string, TaskOutcome>();
  for (const event of events) {
    if (event.kind !== 'task-finished') continue;
    const { task, host, outcome } = event;
    const byHost = (ends[task.name] ??= {});
    byHost[host] = outcome.status;
    outcomes.set(`${task.name} on ${host}`, outcome);
  }
  return {
    events,
    ends,
    warnings: events.flatMap((event) => (event.kind === 'warning' ? [event.message] : [])),
    hosts,
    outcome: (task, host = 'a') => must(outcomes.get(`${task} on ${host}`), `outcome of ${task} on ${host}`),
    sent: (host = 'a') =>
      hosts.batches(host).map(({ scripts }) => scripts.map((s) => s.replaceAll(join(dir, 'host'), '/HOST'))),
  };
}
