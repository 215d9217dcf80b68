import { ProbeError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/**
 * Asks where a path leads when all its links are followed; `null` when a directory on the way is missing.
 *
 * The last name need not exist: it is where a file would be made.
 */
export function realPath(path: string): Probe<string | null> {
  return ask(realPathKind, path);
}

/** See readlink(1), of which BusyBox has `-f` too. */
export const realPathKind: ProbeKind<string, string | null> = {
  name: 'real-path',
  reads: (path) => [pathArea(path)],
  script: (paths) => paths.map((path) => sh`readlink -f -- ${path}; printf '\\0'\n`).join(''),
  parse(reply, paths) {
    const answers = reply.stdout.toString('utf8').split('\0');
    if (answers.length !== paths.length + 1) {
      throw new ProbeError(`No answer about \`${paths[0]}\`: ${lastLine(reply.stderr) ?? 'nothing said'}`);
    }
    return paths.map((_, i) => (answers[i] ?? '').replace(/\n$/, '') || null);
  },
};
