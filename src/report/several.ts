import type { Reporter } from './reporter.ts';

/** All of these reporters as one. */
export function severalReporters(reporters: readonly Reporter[]): Reporter {
  return {
    handle(event) {
      for (const reporter of reporters) reporter.handle(event);
    },
    pause() {
      const resumes = reporters.map((reporter) => reporter.pause());
      return () => {
        for (const resume of resumes) resume();
      };
    },
    async close() {
      await Promise.all(reporters.map((reporter) => reporter.close()));
    },
  };
}
