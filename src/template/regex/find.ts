import { CallProblem } from '../operations/call-problem.ts';
import { maxWork, type Program, type Step } from './program.ts';

/** Where a regular expression was found. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** The texts of its groups, the whole first; `null` for one that had no part in it. */
  readonly groups: readonly (string | null)[];
}

/** What is left of the steps that one call may take; shared by all searches of it. */
export interface Budget {
  left: number;
}

/** A budget for one call; used up, it was a second or two. */
export function newBudget(): Budget {
  return { left: maxWork / 2 };
}

/**
 * All matches from left to right, none inside of another, chosen as Perl and Python choose: the leftmost, and of those the
 * one that the expression wants most.
 *
 * @throws CallProblem when the budget is used up
 */
export function* findAll(program: Program, text: string, budget: Budget): Generator<Match> {
  let from = 0;
  // Behind an empty match, the next one at the same place must not be empty again.
  let emptyAt = -1;
  for (;;) {
    const match = find(program, text, { from, emptyAt, budget });
    if (match === null) return;
    yield match;
    from = match.end;
    emptyAt = match.start === match.end ? match.end : -1;
  }
}

interface Thread {
  readonly index: number;
  readonly slots: readonly number[];
}

interface Options {
  readonly from: number;
  readonly emptyAt: number;
  readonly budget: Budget;
}

function find(program: Program, text: string, { from, emptyAt, budget }: Options): Match | null {
  const search = new Search(program, text, budget, emptyAt);
  let threads: Thread[] = [];
  for (let at = from; ;) {
    const after = text.codePointAt(at) ?? -1;
    const waiting = search.follow(threads, at, after);
    if (after === -1 || (waiting.length === 0 && search.found !== null)) break;
    threads = [];
    for (const { index, slots } of waiting) {
      const step = program.steps[index];
      if (step?.kind === 'char' && step.test(after)) threads.push({ index: step.next, slots });
    }
    at += after > 0xffff ? 2 : 1;
  }
  return search.found === null ? null : matchOf(text, search.found);
}

/** One search: all threads go on together, those that are wanted more first. */
class Search {
  /** The places of the best match so far. */
  found: readonly number[] | null = null;
  readonly #steps: readonly Step[];
  readonly #blank: readonly number[];
  readonly #text: string;
  readonly #budget: Budget;
  readonly #emptyAt: number;
  /** For each step the place where it was last added: each is added once per place. */
  readonly #seen: Int32Array;

  constructor({ steps, slots }: Program, text: string, budget: Budget, emptyAt: number) {
    this.#steps = steps;
    this.#blank = Array.from({ length: slots }, () => -1);
    this.#text = text;
    this.#budget = budget;
    this.#emptyAt = emptyAt;
    this.#seen = new Int32Array(steps.length).fill(-1);
    this.#spend(steps.length);
  }

  /** Goes on as far as that is possible without a character; gives what waits for one. */
  follow(threads: readonly Thread[], at: number, after: number): Thread[] {
    const waiting: Thread[] = [];
    const before = codePointBefore(this.#text, at);
    const starts = this.found === null ? [...threads, { index: 0, slots: this.#blank }] : threads;
    for (const thread of starts) {
      // What is wanted less than a match does not go on.
      if (this.#followOne(thread, { at, before, after }, waiting)) break;
    }
    return waiting;
  }

  #followOne(thread: Thread, { at, before, after }: Place, waiting: Thread[]): boolean {
    const stack = [thread];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      const { index, slots } = one;
      this.#spend(1);
      if (this.#seen[index] === at) continue;
      this.#seen[index] = at;
      const step = this.#steps[index];
      if (step === undefined || step.kind === 'match') {
        if (slots[0] === at && at === this.#emptyAt) continue;
        this.found = slots;
        return true;
      }
      if (step.kind === 'char') waiting.push(one);
      else if (step.kind === 'fork') stack.push({ index: step.other, slots }, { index: step.next, slots });
      else if (step.kind === 'jump') stack.push({ index: step.other, slots });
      else if (step.kind === 'save') stack.push({ index: step.next, slots: this.#saved(slots, step.slot, at) });
      else if (step.test(before, after)) stack.push({ index: step.next, slots });
    }
    return false;
  }

  #saved(slots: readonly number[], slot: number, at: number): number[] {
    this.#spend(slots.length);
    return slots.with(slot, at);
  }

  #spend(steps: number): void {
    this.#budget.left -= steps;
    if (this.#budget.left < 0) {
      const { length } = this.#text;
      throw new CallProblem(`the text has ${length} characters, too many for this regular expression`, 0);
    }
  }
}

interface Place {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

function matchOf(text: string, slots: readonly number[]): Match {
  const groups: (string | null)[] = [];
  for (let i = 0; i < slots.length; i += 2) {
    const [start = -1, end = -1] = [slots[i], slots[i + 1]];
    groups.push(start === -1 || end === -1 ? null : text.slice(start, end));
  }
  return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups };
}

function codePointBefore(text: string, at: number): number {
  if (at === 0) return -1;
  const isPair =
    at > 1 && (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
  return text.codePointAt(at - (isPair ? 2 : 1)) ?? -1;
}
