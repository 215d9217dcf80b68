/** What gives facts their value. */
export const gatheringFacts = 'gathering facts';

/** A name has no value yet: what gives it one has not run. It passes through templates and tells the engine to wait. */
export class NotYetKnown extends Error {
  /** The name of the task that would tell. */
  readonly waitsFor: string;

  constructor(waitsFor: string) {
    super(`not known before: ${waitsFor}`);
    this.waitsFor = waitsFor;
  }
}
