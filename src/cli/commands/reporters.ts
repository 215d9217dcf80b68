import { resolve } from 'node:path';
import { type Diagnostic, formatDiagnostic } from '../../base/diagnostic.ts';
import { InputError, KmeshError } from '../../base/errors.ts';
import { formatSpan } from '../../base/source.ts';
import type { RunEvent } from '../../engine/events.ts';
import { createReporter } from '../../report/create-reporter.ts';
import { githubReporter } from '../../report/files/github.ts';
import { outputOf, type WritableStream } from '../../report/output.ts';
import { reporterInFile } from '../../report/files/report-file.ts';
import type { Reporter, ReporterOptions } from '../../report/reporter.ts';
import { severalReporters } from '../../report/several.ts';
import type { Options } from '../options/command.ts';
import { isGithub, stdoutReporter, wantsColour } from '../terminal.ts';

/** Where reports go beside files. */
export interface ReportWorld {
  readonly stdout: WritableStream;
  readonly stderr: WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Opens all reporters that a command line asks for, as one.
 *
 * @throws InputError when files can not be written
 */
export function openReporters(
  command: Pick<Options, 'output' | 'colour'>,
  options: ReporterOptions,
  world: ReportWorld,
): Reporter {
  const terminal = { isTty: world.stdout.isTTY === true, env: world.env };
  const inFiles = openFiles(command, options, world);
  const kind = stdoutReporter(command, terminal);
  const output = outputOf(world.stdout, wantsColour(command, terminal));
  const workspace = { cwd: world.cwd, top: world.env['GITHUB_WORKSPACE'] || world.cwd };
  const onStdout =
    kind === 'lines' && isGithub(terminal)
      ? githubReporter(output, options, workspace)
      : createReporter(kind, output, options);
  return severalReporters([onStdout, ...inFiles]);
}

function openFiles({ output }: Pick<Options, 'output'>, options: ReporterOptions, { stderr, cwd }: ReportWorld) {
  const failed = (message: string): void => void stderr.write(`warning: ${message}\n`);
  const opened: Reporter[] = [];
  const problems: Diagnostic[] = [];
  for (const { kind, file } of output) {
    if (file === null) continue;
    try {
      opened.push(reporterInFile(resolve(cwd, file), (to) => createReporter(kind, to, options), failed));
    } catch (error) {
      if (!(error instanceof KmeshError)) throw error;
      problems.push(error.diagnostic);
    }
  }
  if (problems.length === 0) return opened;
  void severalReporters(opened).close();
  throw new InputError(problems);
}

/** A problem of the input as reporters hear it. */
export function inputProblem(severity: 'error' | 'warning', problem: Diagnostic): RunEvent {
  const { message, hint, at } = problem;
  const place = at === null ? null : formatSpan(at);
  return { kind: 'input-problem', severity, message, hint, at: place, excerpt: formatDiagnostic(problem) };
}
