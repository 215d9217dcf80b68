import { CallProblem } from '../operations/call-problem.ts';
import type { CharTest } from './classes.ts';
import { bad, parseRegex, type PlaceTest, type Regex } from './parse.ts';

// What is matched often comes from a host, and JavaScript's own expressions can take years for a few dozen characters. This
// one follows all choices at once (as RE2, which CEL names), so its time is at most characters × steps of the expression.

type Step =
  | { readonly kind: 'char'; readonly test: CharTest; next: number }
  | { readonly kind: 'assert'; readonly test: PlaceTest; next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'jump'; other: number }
  | { readonly kind: 'match' };

const maxPattern = 1000;
const maxSteps = 5000;
const maxWork = 20_000_000;
const maxCached = 200;

const programs = new Map<string, readonly Step[]>();

/**
 * Whether a regular expression matches somewhere in a text.
 *
 * @throws CallProblem for a pattern that is not RE2's syntax or too long, and for a text too long for it.
 */
export function matches(text: string, pattern: string): boolean {
  const program = programOf(pattern);
  if (text.length * program.length > maxWork) {
    throw new CallProblem(`the text has ${text.length} characters, too many for this regular expression`, 0);
  }
  return run(program, text);
}

function programOf(pattern: string): readonly Step[] {
  const known = programs.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > maxPattern) throw bad(`it is longer than ${maxPattern} characters`);
  const program: Step[] = [];
  emit(program, parseRegex(pattern));
  push(program, { kind: 'match' });
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

function emitRepeat(program: Step[], { part, min, max }: Regex & { readonly kind: 'repeat' }): void {
  for (let i = 0; i < min; i++) emit(program, part);
  if (max === Infinity) {
    const start = program.length;
    const fork = pushFork(program);
    emit(program, part);
    pushJump(program).other = start;
    fork.other = program.length;
    return;
  }
  const forks: { other: number }[] = [];
  for (let i = min; i < max; i++) {
    forks.push(pushFork(program));
    emit(program, part);
  }
  for (const fork of forks) fork.other = program.length;
}

function pushFork(program: Step[]): { other: number } {
  const fork = { kind: 'fork' as const, next: program.length + 1, other: program.length + 1 };
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

function run(program: readonly Step[], text: string): boolean {
  // For each step the place where it was last added: each is added once per place.
  const seen = new Int32Array(program.length).fill(-1);
  const place = { at: 0, before: -1, after: text.codePointAt(0) ?? -1 };
  const starts: number[] = [];
  const waiting: number[] = [];
  for (;;) {
    starts.push(0);
    if (follow(program, seen, place, { starts, waiting })) return true;
    if (place.after === -1) return false;
    for (const index of waiting) {
      const step = program[index];
      if (step?.kind === 'char' && step.test(place.after)) starts.push(step.next);
    }
    waiting.length = 0;
    place.at += place.after > 0xffff ? 2 : 1;
    place.before = place.after;
    place.after = text.codePointAt(place.at) ?? -1;
  }
}

interface Place {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

interface Lists {
  /** Steps to go on from; empty afterwards. */
  readonly starts: number[];
  /** Gets the steps that wait for a character. */
  readonly waiting: number[];
}

/** Goes on as far as that is possible without a character; `true`: to the end of the expression. */
function follow(program: readonly Step[], seen: Int32Array, place: Place, { starts, waiting }: Lists): boolean {
  for (let index = starts.pop(); index !== undefined; index = starts.pop()) {
    if (seen[index] === place.at) continue;
    seen[index] = place.at;
    const step = program[index];
    if (step === undefined || step.kind === 'match') return true;
    if (step.kind === 'char') waiting.push(index);
    else if (step.kind === 'fork') starts.push(step.next, step.other);
    else if (step.kind === 'jump') starts.push(step.other);
    else if (step.test(place.before, place.after)) starts.push(step.next);
  }
  return false;
}
