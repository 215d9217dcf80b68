import { playbookOf } from './playbook.ts';
import type { RandomProgram } from './program.ts';

// A program takes some ten milliseconds; the machine may be busy with other things.
const limitMs = 20_000;

/** The same promise; an error that names the program when it hangs. */
export async function inTime<T>(promise: Promise<T>, program: RandomProgram): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`seed ${program.seed} hangs:\n${playbookOf(program).playbook}`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
