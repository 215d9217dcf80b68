import { setTimeout as sleep } from 'node:timers/promises';
import { createReporter } from '../../../src/report/create-reporter.ts';
import { outputOf } from '../../../src/report/output.ts';
import { liveRun, optionsOf } from '../sample.ts';

// Tells a run to the terminal it stands in: `live-driver.ts [crash]`.
const reporter = createReporter('live', outputOf(process.stdout, true), optionsOf({ diff: true }));
for (const [index, event] of liveRun.entries()) {
  reporter.handle(event);
  if (index % 2 === 0) await sleep(60);
  if (process.argv[2] === 'crash' && index === 40) throw new Error('a bug');
}
await reporter.close();
