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

// Not `readlink -f`: BusyBox follows a link that leads nowhere from the working directory.
const resolve = `r() { p=$1; n=0
while [ -L "$p" ]; do n=$((n + 1)); [ $n -le 40 ] || return; t=$(readlink -- "$p") || return
case $t in /*) p=$t ;; *) p=\${p%/*}/$t ;; esac; done
if [ -d "$p" ]; then cd -P -- "$p" && printf %s "$PWD"; return; fi
d=\${p%/*}; cd -P -- "\${d:-/}" 2>/dev/null && printf %s "\${PWD%/}/\${p##*/}"; }
`;

export const realPathKind: ProbeKind<string, string | null> = {
  name: 'real-path',
  reads: (path) => [pathArea(path)],
  isTidy: true,
  // In a subshell, since it goes about; all paths are absolute.
  script: (paths) => `(${resolve}${paths.map((path) => sh`r ${path}; printf '\\0'\n`).join('')}:)\n`,
  parse(reply, paths) {
    const answers = reply.stdout.toString('utf8').split('\0');
    if (answers.length !== paths.length + 1) {
      throw new ProbeError(`No answer about \`${paths[0]}\`: ${lastLine(reply.stderr) ?? 'nothing said'}`);
    }
    return paths.map((_, i) => answers[i] || null);
  },
};
