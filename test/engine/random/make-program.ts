import { randomNumbers } from '../../support/random.ts';
import {
  type Condition,
  type Doing,
  facts,
  items,
  type RandomInclude,
  type RandomProgram,
  type RandomStep,
  type RandomTask,
  results,
  sayings,
  type Value,
} from './program.ts';

/** What programs are made of beside commands. */
export interface Flavour {
  /** Tasks that write files: these need a real shell, which takes time. */
  readonly hasFiles: boolean;
  /** Nothing but files and variables: all is known before the run. */
  readonly isKnowable?: boolean;
  /** Words that end a play for all hosts, or do something for all: then hosts depend on each other. */
  readonly couplesHosts: boolean;
}

/** A program that looks random, the same for a seed each time. */
export function makeProgram(seed: number, flavour: Flavour): RandomProgram {
  return new Maker(seed, flavour).program();
}

class Maker {
  readonly #seed: number;
  readonly #flavour: Flavour;
  readonly #random: (below: number) => number;
  readonly #hosts: readonly string[];
  #tasks = 0;

  constructor(seed: number, flavour: Flavour) {
    this.#seed = seed;
    this.#flavour = flavour;
    this.#random = randomNumbers(seed);
    this.#hosts = Array.from({ length: 1 + this.#random(4) }, (_, i) => `h${i}`);
  }

  program(): RandomProgram {
    const { couplesHosts } = this.#flavour;
    return {
      seed: this.#seed,
      hosts: this.#hosts,
      failing: this.#pick([0, 5, 15, 30]),
      strategy: 'linear',
      serial: this.#is(5) ? 1 + this.#random(2) : null,
      anyErrorsFatal: couplesHosts && this.#is(6),
      maxFailPercentage: couplesHosts && this.#is(6) ? this.#pick([0, 40, 60]) : null,
      forceHandlers: this.#is(4),
      lists: Array.from({ length: 1 + this.#random(3) }, () => this.#steps(2 + this.#random(4), 2)),
      handlers: [0, 1, 2].map((i) => this.#handler(i)),
      files: Object.fromEntries([...this.#hosts, ...sayings, 'none'].map((name) => [name, this.#file()])),
    };
  }

  #file(): readonly RandomStep[] {
    // Where hosts depend on each other, steps of different files stand side by side: that is plain without blocks only.
    return this.#steps(1 + this.#random(2), this.#flavour.couplesHosts ? 0 : 1, false);
  }

  #handler(i: number): RandomTask {
    const notify = this.#is(4) ? { notify: [`n${this.#random(3)}`] } : {};
    return { ...this.#task({ isInLoopedFile: false }), name: `n${i}`, ...notify };
  }

  #steps(length: number, depth: number, mayInclude = true): RandomStep[] {
    return Array.from({ length }, () => this.#step(depth, mayInclude));
  }

  #step(depth: number, mayInclude: boolean): RandomStep {
    const choice = this.#random(20);
    if (choice < 3 && depth > 0) return this.#block(depth - 1, mayInclude);
    if (choice < 5 && mayInclude) return this.#include();
    if (choice === 5) return this.#meta();
    if (choice === 6 && this.#is(2)) return { kind: 'vars', value: this.#pick(items), ...this.#when(3) };
    return this.#task({ isInLoopedFile: !mayInclude });
  }

  #block(depth: number, mayInclude: boolean): RandomStep {
    const part = (least: number): RandomStep[] => this.#steps(least + this.#random(3), depth, mayInclude);
    const rescue = this.#is(3) ? [] : [this.#rescuing(), ...part(0)];
    return {
      kind: 'block',
      block: part(1),
      rescue,
      always: this.#is(2) ? part(1) : [],
      ...this.#when(5),
    };
  }

  #rescuing(): RandomTask {
    return {
      kind: 'task',
      name: this.#name(),
      doing: this.#telling(),
    };
  }

  #telling(): Doing {
    const value = { from: 'failed task' } as const;
    if (this.#flavour.isKnowable === true) return { module: 'copy', file: 'f', value, isBad: false };
    return { module: 'command', value, onlyAsks: false };
  }

  #include(): RandomInclude {
    const file = this.#pick([{ one: this.#pick(sayings) }, { by: 'host' }, { by: this.#pick(results) }] as const);
    return { kind: 'include', name: this.#name(), file, ...this.#when(4), ...(this.#is(4) ? { isLoop: true } : {}) };
  }

  #meta(): RandomStep {
    const ends = this.#flavour.couplesHosts ? (['end_host', 'end_play'] as const) : (['end_host'] as const);
    const action = this.#pick(['flush_handlers', 'noop', 'flush_handlers', ...ends] as const);
    return { kind: 'meta', action, ...(action.startsWith('end') ? { when: this.#condition() } : this.#when(3)) };
  }

  #task({ isInLoopedFile }: { readonly isInLoopedFile: boolean }): RandomTask {
    const isLoop = this.#is(6);
    const doing = this.#doing(isLoop, isInLoopedFile);
    const { couplesHosts } = this.#flavour;
    const isCommand = doing.module === 'command';
    if (this.#flavour.isKnowable === true) return this.#knowable(doing, isLoop);
    const until = isCommand && !doing.onlyAsks && this.#is(10);
    const register = until || this.#is(3) ? this.#pick(results) : null;
    return {
      kind: 'task',
      name: this.#name(),
      doing,
      ...this.#when(4),
      ...(isLoop ? { isLoop } : {}),
      ...(register === null ? {} : { register }),
      ...(this.#is(4) ? { notify: [`n${this.#random(3)}`] } : {}),
      ...(this.#is(6) ? { ignoreErrors: true } : {}),
      ...(until ? { until: this.#pick(sayings) } : {}),
      ...(this.#is(10) && ['command', 'copy', 'debug'].includes(doing.module) ? { failedWhen: this.#condition() } : {}),
      ...(this.#is(10) && !(isCommand && doing.onlyAsks) ? { changedWhen: this.#condition() } : {}),
      ...(couplesHosts && this.#is(12) ? { runOnce: true } : {}),
      ...(couplesHosts && isCommand && this.#is(12) ? { delegateTo: this.#pick(this.#hosts) } : {}),
      ...(couplesHosts && this.#is(20) ? { anyErrorsFatal: true } : {}),
    };
  }

  #knowable(doing: Doing, isLoop: boolean): RandomTask {
    return {
      kind: 'task',
      name: this.#name(),
      doing,
      ...this.#when(4),
      ...(isLoop ? { isLoop } : {}),
      ...(this.#is(4) ? { notify: [`n${this.#random(3)}`] } : {}),
      ...(this.#is(6) ? { ignoreErrors: true } : {}),
    };
  }

  #doing(isLoop: boolean, isInLoopedFile: boolean): Doing {
    const value = (): Value => this.#value(isLoop, isInLoopedFile);
    const choice = this.#random(20);
    if (choice < 2) return { module: 'set_fact', fact: this.#pick(facts), value: value() };
    if (choice === 2) return { module: 'debug' };
    if (choice === 3) return { module: 'assert', that: this.#condition() };
    if (choice === 4 && this.#is(2)) return { module: 'fail' };
    if (this.#flavour.isKnowable === true || (choice < 12 && this.#flavour.hasFiles))
      return choice < 8
        ? { module: 'remove', file: this.#pick(['f', 'g']) }
        : {
            module: 'copy',
            file: this.#pick(['f', 'g']),
            value: value(),
            isBad: this.#flavour.isKnowable !== true && this.#is(6),
          };
    return { module: 'command', value: this.#is(2) ? value() : null, onlyAsks: this.#is(8) };
  }

  #value(isLoop: boolean, isInLoopedFile: boolean): Value {
    const other = { from: 'other host', host: this.#pick(this.#hosts), name: this.#pick(facts) } as const;
    return this.#pick<Value>([
      { from: 'text' },
      { from: 'result', name: this.#pick(results) },
      { from: 'fact', name: this.#pick([...facts, 'included']) },
      isLoop ? { from: 'item' } : { from: 'text' },
      isInLoopedFile ? { from: 'given' } : { from: 'text' },
      this.#flavour.couplesHosts ? other : { from: 'text' },
    ]);
  }

  #when(oneOf: number): { readonly when?: Condition } {
    return this.#is(oneOf) ? { when: this.#condition() } : {};
  }

  #condition(): Condition {
    const result = this.#pick(results);
    return this.#pick<Condition>([
      { asks: this.#pick(['failed', 'changed', 'skipped'] as const), result, not: this.#is(2) },
      { asks: 'stdout', result, is: this.#pick(sayings) },
      { asks: 'fact', fact: this.#pick(facts), is: this.#pick(['text', ...sayings, ...items]) },
      { asks: 'host', is: this.#pick(this.#hosts) },
    ]);
  }

  #name(): string {
    return `t${this.#tasks++}`;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random(choices.length)] as T;
  }

  /** True once in so many times. */
  #is(oneOf: number): boolean {
    return this.#random(oneOf) === 0;
  }
}
