import { type Diagnostic, formatDiagnostic, sortDiagnostics } from '../../base/diagnostic.ts';
import type { LoadedSite } from '../../engine/input/load-site.ts';
import { withoutCommands } from '../../report/files/github-command.ts';
import type { Reporter } from '../../report/reporter.ts';
import { inputExitCode } from '../options/exit-code.ts';
import { inputProblem } from './reporters.ts';
import { isGithub } from '../terminal.ts';
import type { World } from '../world.ts';

/** Tells on stderr what is doubtful in the input. */
export function tellWarnings(warnings: readonly Diagnostic[], world: World): void {
  for (const warning of sortDiagnostics(warnings)) tell(`warning: ${formatDiagnostic(warning)}\n`, world);
}

/** Tells on stderr all that is wrong with the input, and gives the exit code. */
export function tellProblems({ problems }: Pick<LoadedSite, 'problems'>, world: World): number {
  const sorted = sortDiagnostics(problems);
  const sum = `${sorted.length} ${sorted.length === 1 ? 'problem' : 'problems'} in the input; no host was contacted.`;
  tell(`${sorted.map(formatDiagnostic).join('\n\n')}\n\n${sum}\n`, world);
  return inputExitCode;
}

/** Tells it to those who read a report; on stderr it stands already. */
export function reportInput({ warnings, problems }: LoadedSite, reporter: Reporter): void {
  for (const warning of sortDiagnostics(warnings)) reporter.handle(inputProblem('warning', warning));
  for (const problem of sortDiagnostics(problems)) reporter.handle(inputProblem('error', problem));
}

function tell(text: string, { stderr, env }: World): void {
  stderr.write(isGithub({ isTty: false, env }) ? withoutCommands(text) : text);
}
