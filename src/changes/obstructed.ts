import { PlanError } from '../base/errors.ts';
import type { Change } from './change.ts';

/** Something is in the way of changes, or missing for them, that an earlier task may set right. */
export class Obstructed extends PlanError {
  /** What would be done without it: a check can show them, where it can not know. */
  readonly changes: readonly Change[];

  constructor(message: string, hint: string, changes: readonly Change[]) {
    super(message, { hint });
    this.changes = changes;
  }
}
