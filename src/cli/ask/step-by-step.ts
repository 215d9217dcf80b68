import { KmeshError } from '../../base/errors.ts';
import { visible } from '../../base/diagnostic.ts';
import type { TaskRef } from '../../engine/events.ts';
import { askText, type PromptIo } from './prompt.ts';

/**
 * Asks before each task, as `--step` wants it: yes, no, or go on without asking.
 *
 * @param pause keeps the report off the terminal while a question stands there
 * @throws KmeshError when there is no terminal
 */
export function stepByStep(io: PromptIo, pause: () => () => void): (task: TaskRef) => Promise<boolean> {
  if (io.input.isTTY !== true) throw new KmeshError('`--step` asks before each task, and there is no terminal.');
  let goesOn = false;
  return async ({ name, role }) => {
    if (goesOn) return true;
    const resume = pause();
    try {
      const shown = visible(role === null ? name : `${role} : ${name}`);
      const answer = (await askText(`${shown}? (N)o, (y)es, (c)ontinue`, io)).trim().toLowerCase();
      goesOn = answer === 'c' || answer === 'continue';
      return goesOn || answer === 'y' || answer === 'yes';
    } finally {
      resume();
    }
  };
}
