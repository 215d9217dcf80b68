import { KmeshError } from '../../base/errors.ts';
import type { Task } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import type { Instance } from './prepare.ts';

/** The name of a task as a host has it; `null` when that is the one in the playbook, is hidden, or can not be known. */
export function evaluatedName({ name, loop }: Task, [instance]: readonly Instance[]): string | null {
  if (name === null || loop !== null || instance === undefined || instance.noLog) return null;
  try {
    const value = evaluate(name, instance.scope);
    return value === name.value || value === null || typeof value === 'object' ? null : String(value);
  } catch (error) {
    // A name is no reason for a task to fail.
    if (error instanceof KmeshError || error instanceof NotYetKnown) return null;
    throw error;
  }
}
