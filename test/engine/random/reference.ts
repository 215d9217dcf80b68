import {
  type Condition,
  items,
  type RandomBlock,
  type RandomInclude,
  type RandomMeta,
  type RandomProgram,
  type RandomStep,
  type RandomTask,
  results as resultNames,
  retries,
  type Value,
} from './program.ts';
import { answerOf, pastOf } from './world.ts';

/** Where something stands in the order of a play. A text: the file that stands for an include, on this host. */
export type Path = readonly (number | string)[];

/** A task that a host has finished, or a command that it was given. */
export interface Done {
  readonly host: string;
  /** `t3 changed`, or `t3 text`. */
  readonly text: string;
  readonly path: Path;
}

/** What a program comes to. */
export interface Course {
  readonly finished: readonly Done[];
  readonly commands: readonly Done[];
  /** By host: `f=text`. */
  readonly disk: Readonly<Record<string, readonly string[]>>;
  /** By host: handlers that were notified and have not run. */
  readonly owed: Readonly<Record<string, readonly string[]>>;
}

interface Result {
  readonly status: 'ok' | 'changed' | 'failed' | 'skipped';
  readonly stdout: string | null;
  /** Something was done, also where it has failed. */
  readonly changed: boolean;
  /** No later run finds it to do: its handlers are owed, also where it has failed. */
  readonly lasts: boolean;
}

const wentWell: Result = { status: 'ok', stdout: null, changed: false, lasts: false };
const didChange: Result = { status: 'changed', stdout: null, changed: true, lasts: true };
const wentWrong: Result = { status: 'failed', stdout: null, changed: false, lasts: false };

interface HostState {
  readonly name: string;
  readonly facts: Map<string, string>;
  readonly results: Map<string, Result>;
  readonly notified: Set<string>;
  readonly commands: string[];
  readonly disk: Map<string, string>;
  failedTask: string;
  hasFailed: boolean;
  hasEnded: boolean;
}

/** What stands around a step. */
interface Around {
  readonly path: Path;
  readonly given: string;
  /** A failure is rescued by a block around. */
  readonly isRescued: boolean;
}

/** Runs a program as Ansible does: one step after the other, each on all hosts before the next. Made to be right at a glance. */
export function runReference(program: RandomProgram): Course {
  const reference = new Reference(program);
  reference.run();
  return reference.course();
}

class Reference {
  readonly #program: RandomProgram;
  readonly #hosts: readonly HostState[];
  readonly #finished: Done[] = [];
  readonly #commands: Done[] = [];
  #batch: readonly HostState[] = [];
  /** No further step of the play is done by anybody. */
  #isOver: 'no' | 'play' | 'run' = 'no';

  constructor(program: RandomProgram) {
    this.#program = program;
    this.#hosts = program.hosts.map((name) => ({
      name,
      facts: new Map(),
      results: new Map(resultNames.map((result) => [result, { ...wentWell, stdout: 'none' }])),
      notified: new Set(),
      commands: [],
      disk: new Map(),
      failedTask: '',
      hasFailed: false,
      hasEnded: false,
    }));
  }

  course(): Course {
    const byHost = (list: (host: HostState) => readonly string[]): Record<string, readonly string[]> =>
      Object.fromEntries(this.#hosts.map((host) => [host.name, list(host)]));
    return {
      finished: this.#finished,
      commands: this.#commands,
      disk: byHost(({ disk }) => [...disk].map(([name, text]) => `${name}=${text}`).sort()),
      owed: byHost(({ notified }) => [...notified].sort()),
    };
  }

  run(): void {
    const { hosts, serial, maxFailPercentage } = this.#program;
    const size = serial ?? hosts.length;
    for (let at = 0; at < hosts.length && this.#isOver === 'no'; at += size) {
      this.#batch = this.#hosts.slice(at, at + size);
      this.#runLists(at);
      const allFailed = this.#batch.every(({ hasFailed }) => hasFailed);
      if (allFailed && (maxFailPercentage ?? 0) < 100) this.#isOver = 'run';
    }
  }

  #runLists(batch: number): void {
    const { lists, forceHandlers } = this.#program;
    for (const [i, steps] of lists.entries()) {
      const around = { path: [batch, i], given: 'none', isRescued: false };
      const able = this.#batch.filter(({ hasFailed }) => !hasFailed);
      const failed = this.#steps(steps, able, around);
      for (const host of failed) host.hasFailed = true;
      const flushing = forceHandlers ? able : able.filter(({ hasFailed }) => !hasFailed);
      for (const host of this.#flush(flushing, { ...around, path: [batch, i, steps.length] }, forceHandlers))
        host.hasFailed = true;
    }
    // Nothing that was notified is lost because a play ends early.
    if (this.#isOver !== 'play') return;
    this.#isOver = 'no';
    const owing = this.#batch.filter(({ hasFailed }) => !hasFailed);
    for (const host of this.#flush(owing, { path: [batch, lists.length], given: 'none', isRescued: false }))
      host.hasFailed = true;
    this.#isOver = 'play';
  }

  /** Gives the hosts that fail. */
  #steps(steps: readonly RandomStep[], hosts: readonly HostState[], around: Around): Set<HostState> {
    const failed = new Set<HostState>();
    for (const [i, step] of steps.entries()) {
      if (this.#isOver !== 'no') break;
      const able = hosts.filter((host) => !failed.has(host) && !host.hasEnded);
      for (const host of this.#step(step, able, { ...around, path: [...around.path, i] })) failed.add(host);
    }
    return failed;
  }

  #step(step: RandomStep, hosts: readonly HostState[], around: Around): Set<HostState> {
    switch (step.kind) {
      case 'task':
        return this.#task(step, hosts, around);
      case 'block':
        return this.#block(step, hosts, around);
      case 'include':
        return this.#include(step, hosts, around);
      case 'vars':
        for (const host of hosts) if (holds(step.when, host)) host.facts.set('included', step.value);
        return new Set();
      case 'meta':
        return this.#meta(step, hosts, around);
    }
  }

  #block(
    { block, rescue, always, when }: RandomBlock,
    hosts: readonly HostState[],
    { path, given, isRescued }: Around,
  ): Set<HostState> {
    const inside = (part: number, isRescuedHere = isRescued): Around => ({
      path: [...path, part],
      given,
      isRescued: isRescuedHere,
    });
    const guarded = (steps: readonly RandomStep[]): readonly RandomStep[] =>
      when === undefined ? steps : steps.map((step) => ({ ...step, when: both(when, step.when) }));
    let failed = this.#steps(guarded(block), hosts, inside(0, isRescued || rescue.length > 0));
    if (rescue.length > 0) {
      const failing = failed;
      failed = this.#steps(
        guarded(rescue),
        hosts.filter((host) => failing.has(host)),
        inside(1),
      );
    }
    for (const host of this.#steps(guarded(always), hosts, inside(2))) failed.add(host);
    return failed;
  }

  #include({ file, when, isLoop }: RandomInclude, hosts: readonly HostState[], around: Around): Set<HostState> {
    const failed = new Set<HostState>();
    const coming = hosts.filter((host) => holds(when, host));
    const fileOf = ({ name, results }: HostState): string =>
      'one' in file ? file.one : file.by === 'host' ? name : (results.get(file.by)?.stdout ?? 'none');
    const files = new Map(coming.map((host) => [host, fileOf(host)]));
    for (const [round, item] of (isLoop === true ? items : [null]).entries()) {
      const given = item ?? around.given;
      const inside = { ...around, given, path: [...around.path, round] };
      for (const host of this.#sideBySide(files, failed, inside)) failed.add(host);
    }
    return failed;
  }

  /** Steps of different files, which stand in the same place: the first of each, then the second of each. */
  #sideBySide(files: ReadonlyMap<HostState, string>, gone: ReadonlySet<HostState>, around: Around): Set<HostState> {
    const failed = new Set(gone);
    const names = [...new Set(files.values())];
    const stepsOf = (name: string): readonly RandomStep[] => this.#program.files[name] ?? [];
    const longest = Math.max(0, ...names.map((name) => stepsOf(name).length));
    for (let i = 0; i < longest && this.#isOver === 'no'; i++) {
      for (const name of names) {
        const step = stepsOf(name)[i];
        const able = [...files.keys()].filter((one) => files.get(one) === name && !failed.has(one) && !one.hasEnded);
        if (step === undefined) continue;
        for (const host of this.#step(step, able, { ...around, path: [...around.path, name, i] })) failed.add(host);
      }
    }
    return failed;
  }

  #meta({ action, when }: RandomMeta, hosts: readonly HostState[], around: Around): Set<HostState> {
    const meant = hosts.filter((host) => holds(when, host));
    if (action === 'flush_handlers') return this.#flush(meant, around);
    if (action === 'end_host') for (const host of meant) host.hasEnded = true;
    if (action === 'end_play' && meant.length > 0) this.#isOver = 'play';
    return new Set();
  }

  /** Each handler once, in their order, and then those that these have notified. */
  #flush(hosts: readonly HostState[], around: Around, isForced = false): Set<HostState> {
    const failed = new Set<HostState>();
    const done = new Map(hosts.map((host) => [host, new Set<string>()]));
    for (let round = 0; ; round++) {
      const owing = new Map(
        hosts.map((host) => [host, [...host.notified].filter((name) => done.get(host)?.has(name) === false)]),
      );
      if ([...owing].every(([host, names]) => names.length === 0 || (failed.has(host) && !isForced))) return failed;
      for (const [i, handler] of this.#program.handlers.entries()) {
        if (this.#isOver !== 'no') return failed;
        const able = hosts.filter((host) => (isForced || !failed.has(host)) && owing.get(host)?.includes(handler.name));
        for (const host of able) done.get(host)?.add(handler.name);
        const bad = this.#task(handler, able, { ...around, path: [...around.path, round, i] });
        for (const host of bad) failed.add(host);
      }
    }
  }

  #task(task: RandomTask, hosts: readonly HostState[], around: Around): Set<HostState> {
    const [first] = hosts;
    if (first === undefined) return new Set();
    const { anyErrorsFatal, maxFailPercentage } = this.#program;
    const doing = task.runOnce === true ? [first] : hosts;
    const bad = doing.filter((host) => this.#doTask(task, host, around));
    if (task.runOnce === true) for (const host of hosts) takeOver(task, first, host);
    // What is done for all fails for all.
    const failed = task.runOnce === true && bad.length > 0 ? hosts : bad;
    if (around.isRescued || bad.length === 0) return new Set(failed);
    for (const host of bad) host.hasFailed = true;
    const share = (this.#batch.filter(({ hasFailed }) => hasFailed).length * 100) / this.#batch.length;
    const isFatal = anyErrorsFatal || task.anyErrorsFatal === true || task.runOnce === true;
    if (isFatal || (maxFailPercentage !== null && share > maxFailPercentage)) this.#isOver = 'run';
    return new Set(failed);
  }

  /** True when it fails. */
  #doTask(task: RandomTask, host: HostState, around: Around): boolean {
    const { register, ignoreErrors, notify, isLoop, name } = task;
    const { path, isRescued } = around;
    const given = (item: string | null): string | null => this.#givenTo(task, host, { item, ...around });
    const rounds = isLoop === true ? items : [null];
    // Items of a `set_fact` see what those before have set.
    const each =
      task.doing.module === 'set_fact'
        ? rounds.map((item) => this.#doItem(task, host, given(item), path))
        : rounds.map(given).map((text) => this.#doItem(task, host, text, path));
    const statuses = new Set(each.map((one) => one.status));
    const status = (['failed', 'changed', 'ok'] as const).find((one) => statuses.has(one)) ?? 'skipped';
    if (register !== undefined)
      host.results.set(register, {
        status,
        stdout: isLoop === true ? null : (each[0]?.stdout ?? null),
        changed: each.some((one) => one.changed),
        lasts: false,
      });
    if (each.some((one) => one.lasts)) for (const handler of notify ?? []) host.notified.add(handler);
    const isHandler = this.#program.handlers.includes(task);
    if (isHandler && (status !== 'failed' || ignoreErrors === true)) host.notified.delete(name);
    const isFatal = status === 'failed' && ignoreErrors !== true;
    if (isFatal && isRescued) host.failedTask = name;
    const told = `${name} ${status}${status === 'failed' && !isFatal ? ' ignored' : ''}${isFatal && isRescued ? ' rescued' : ''}`;
    this.#finished.push({ host: host.name, text: told, path });
    return isFatal;
  }

  /** What an item of a task is given, before the first of them is done; `null`: it is skipped. */
  #givenTo({ when, doing }: RandomTask, host: HostState, inside: Inside): string | null {
    if (!holds(when, host)) return null;
    return 'value' in doing && doing.value !== null ? this.#valueOf(doing.value, host, inside) : '';
  }

  #doItem(task: RandomTask, host: HostState, text: string | null, path: Path): Result {
    if (text === null) return { ...wentWell, status: 'skipped' };
    let hasLasted = false;
    for (let attempt = 0; ; attempt++) {
      const first = this.#doOnce(task, host, text, path);
      const { register, failedWhen, changedWhen, until } = task;
      // The task's own conditions see its own result.
      if (register !== undefined && (failedWhen ?? changedWhen ?? until) !== undefined)
        host.results.set(register, first);
      const hasFailed = failedWhen === undefined ? first.status === 'failed' : holds(failedWhen, host);
      const isReached = until === undefined || first.stdout === until;
      const hasChanged = changedWhen === undefined ? first.changed : holds(changedWhen, host);
      const end = hasChanged ? 'changed' : 'ok';
      const status = hasFailed || !isReached ? 'failed' : end;
      const lasts = hasLasted || status === 'changed' || (hasChanged && first.lasts);
      hasLasted ||= hasChanged && first.lasts;
      if (until === undefined || isReached || attempt === retries)
        return { ...first, status, changed: hasChanged, lasts };
    }
  }

  #doOnce({ name, doing, delegateTo }: RandomTask, host: HostState, text: string, path: Path): Result {
    switch (doing.module) {
      case 'command': {
        const told = text === '' ? name : `${name} ${text}`;
        const { hasFailed, stdout } = this.#command(told, host, delegateTo ?? null, path);
        const changed = !doing.onlyAsks;
        const end = changed ? 'changed' : 'ok';
        return { status: hasFailed ? 'failed' : end, stdout, changed, lasts: changed && !hasFailed };
      }
      case 'copy': {
        if (doing.isBad && host.disk.get(doing.file) !== text) return wentWrong;
        const isSame = host.disk.get(doing.file) === text;
        host.disk.set(doing.file, text);
        return isSame ? wentWell : didChange;
      }
      case 'remove':
        return host.disk.delete(doing.file) ? didChange : wentWell;
      case 'set_fact':
        host.facts.set(doing.fact, text);
        return wentWell;
      case 'assert':
        return holds(doing.that, host) ? wentWell : wentWrong;
      case 'debug':
        return wentWell;
      case 'fail':
        return wentWrong;
    }
  }

  #command(told: string, host: HostState, delegateTo: string | null, path: Path): ReturnType<typeof answerOf> {
    const { seed, failing } = this.#program;
    const text = delegateTo === null ? told : `${told} for ${host.name}`;
    const on = delegateTo ?? host.name;
    this.#commands.push({ host: on, text, path });
    // Others may be at it there just then.
    const past = delegateTo === null ? pastOf(host.commands, host.disk) : '';
    if (delegateTo === null) host.commands.push(text);
    return answerOf(seed, failing, { host: on, text, past });
  }

  #valueOf(value: Value, host: HostState, { item, given }: Inside): string {
    switch (value.from) {
      case 'text':
        return 'text';
      case 'item':
        return item ?? '';
      case 'given':
        return given;
      case 'failed task':
        return host.failedTask;
      case 'result':
        return host.results.get(value.name)?.stdout ?? 'none';
      case 'fact':
        return host.facts.get(value.name) ?? 'inv';
      case 'other host':
        return this.#hosts.find(({ name }) => name === value.host)?.facts.get(value.name) ?? 'inv';
    }
  }
}

interface Inside {
  readonly item: string | null;
  readonly given: string;
}

function takeOver({ register, doing }: RandomTask, from: HostState, to: HostState): void {
  const result = register === undefined ? undefined : from.results.get(register);
  if (register !== undefined && result !== undefined) to.results.set(register, result);
  const fact = doing.module === 'set_fact' ? from.facts.get(doing.fact) : undefined;
  if (doing.module === 'set_fact' && fact !== undefined) to.facts.set(doing.fact, fact);
  to.failedTask = from.failedTask;
}

function both(outer: Condition, inner: Condition | undefined): Condition {
  return inner === undefined ? outer : { asks: 'both', all: [outer, inner] };
}

function holds(condition: Condition | undefined, host: HostState): boolean {
  if (condition === undefined) return true;
  const { results, facts, name } = host;
  switch (condition.asks) {
    case 'changed':
      return (results.get(condition.result)?.changed === true) !== condition.not;
    case 'failed':
    case 'skipped':
      return (results.get(condition.result)?.status === condition.asks) !== condition.not;
    case 'stdout':
      return results.get(condition.result)?.stdout === condition.is;
    case 'fact':
      return (facts.get(condition.fact) ?? 'inv') === condition.is;
    case 'host':
      return name === condition.is;
    case 'both':
      return condition.all.every((one) => holds(one, host));
  }
}
