import { CallProblem } from '../operations/call-problem.ts';
import { maxWork, programOf, type Step } from './program.ts';

// What is matched often comes from a host, and JavaScript's own expressions can take years for a few dozen characters. This
// one follows all choices at once (as RE2, which CEL names), so its time is at most characters × steps of the expression.

/**
 * Whether a regular expression matches somewhere in a text.
 *
 * @throws CallProblem for a pattern that is not RE2's syntax or too long, and for a text too long for it.
 */
export function matches(text: string, pattern: string): boolean {
  const { steps } = programOf(pattern);
  if (text.length * steps.length > maxWork) {
    throw new CallProblem(`the text has ${text.length} characters, too many for this regular expression`, 0);
  }
  return run(steps, text);
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
    else if (step.kind === 'save') starts.push(step.next);
    else if (step.test(place.before, place.after)) starts.push(step.next);
  }
  return false;
}
