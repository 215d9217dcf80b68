import type { Course } from '../course.ts';
import type { Flush } from './flush-handlers.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Itinerary } from './itinerary.ts';
import type { Preparation } from './prepare.ts';

/** One host on its way through the steps of a play. */
export interface Journey {
  readonly run: HostRun;
  readonly course: Course;
  readonly itinerary: Itinerary;
  readonly preparation: Preparation;
  readonly flush: Flush;
}
