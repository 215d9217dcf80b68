import type { CharTest } from './classes.ts';
import { bad, parseRegex, type PlaceTest, type Regex } from './parse.ts';

/** One step of a regular expression that is made ready to run. */
export type Step =
  | { readonly kind: 'char'; readonly test: CharTest; next: number }
  | { readonly kind: 'assert'; readonly test: PlaceTest; next: number }
  /** Remembers the place: the start (even) or end (odd) of a group. */
  | { readonly kind: 'save'; readonly slot: number; next: number }
  /** Goes both ways; `next` is the one that is wanted more. */
  | Fork
  | { readonly kind: 'jump'; other: number }
  | { readonly kind: 'match' };

interface Fork {
  readonly kind: 'fork';
  next: number;
  other: number;
}

/** A regular expression made ready to run. */
export interface Program {
  readonly steps: readonly Step[];
  /** Places to remember: two for each group and for the whole. */
  readonly slots: number;
  readonly names: ReadonlyMap<string, number>;
}

const maxPattern = 1000;
const maxSteps = 5000;
const maxCached = 200;

/** Characters × steps that one call may go through. */
export const maxWork = 20_000_000;

const programs = new Map<string, Program>();

/**
 * The program of a pattern.
 *
 * @throws CallProblem for a pattern that is not RE2's syntax or too long
 */
export function programOf(pattern: string): Program {
  const known = programs.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > maxPattern) throw bad(`it is longer than ${maxPattern} characters`);
  const { regex, groups, names } = parseRegex(pattern);
  const steps: Step[] = [];
  emit(steps, { kind: 'group', part: regex, index: 0 });
  push(steps, { kind: 'match' });
  const program = { steps, slots: 2 * (groups + 1), names };
  if (programs.size >= maxCached) programs.clear();
  programs.set(pattern, program);
  return program;
}

function emit(program: Step[], regex: Regex): void {
  switch (regex.kind) {
    case 'char':
      push(program, { kind: 'char', test: regex.test, next: program.length + 1 });
      break;
    case 'assert':
      push(program, { kind: 'assert', test: regex.test, next: program.length + 1 });
      break;
    case 'all':
      for (const part of regex.parts) emit(program, part);
      break;
    case 'any':
      emitChoices(program, regex.choices);
      break;
    case 'repeat':
      emitRepeat(program, regex);
      break;
    case 'group':
      push(program, { kind: 'save', slot: 2 * regex.index, next: program.length + 1 });
      emit(program, regex.part);
      push(program, { kind: 'save', slot: 2 * regex.index + 1, next: program.length + 1 });
      break;
  }
}

function emitChoices(program: Step[], choices: readonly Regex[]): void {
  const exits: { other: number }[] = [];
  for (const [i, choice] of choices.entries()) {
    const isLast = i === choices.length - 1;
    const fork = isLast ? null : pushFork(program);
    emit(program, choice);
    if (fork === null) continue;
    exits.push(pushJump(program));
    fork.other = program.length;
  }
  for (const exit of exits) exit.other = program.length;
}

function emitRepeat(program: Step[], { part, min, max, lazy }: Regex & { readonly kind: 'repeat' }): void {
  for (let i = 0; i < min; i++) emit(program, part);
  const forks: Fork[] = [];
  if (max === Infinity) {
    const start = program.length;
    forks.push(pushFork(program));
    emit(program, part);
    pushJump(program).other = start;
  } else {
    for (let i = min; i < max; i++) {
      forks.push(pushFork(program));
      emit(program, part);
    }
  }
  for (const fork of forks) {
    fork.other = program.length;
    if (lazy) [fork.next, fork.other] = [fork.other, fork.next];
  }
}

function pushFork(program: Step[]): Fork {
  const fork: Fork = { kind: 'fork', next: program.length + 1, other: program.length + 1 };
  push(program, fork);
  return fork;
}

function pushJump(program: Step[]): { other: number } {
  const jump = { kind: 'jump' as const, other: 0 };
  push(program, jump);
  return jump;
}

function push(program: Step[], step: Step): void {
  if (program.length >= maxSteps) throw bad('it is too large');
  program.push(step);
}
