import { jsonReporter } from '../../../src/report/files/json.ts';
import { reporterInFile } from '../../../src/report/files/report-file.ts';
import { optionsOf } from '../sample.ts';

// Tells one event into a file: `report-file-driver.ts FILE [exit|crash]`.
const [, , path = '', mode] = process.argv;
const reporter = reporterInFile(
  path,
  (output) => jsonReporter(output, optionsOf()),
  () => {},
);
reporter.handle({ kind: 'warning', message: 'told' });
if (mode === 'exit') process.exit(130);
if (mode === 'crash') throw new Error('a bug');
await reporter.close();
