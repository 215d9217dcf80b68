import { sh } from '../../base/shell.ts';

/**
 * Shell text that kills a fragment and all that descends from it, if the fragment is still the one that runs.
 *
 * Stopped first, so that nothing is started while the list is made. Only /proc and builtins: it works where there is
 * no ps, and kernels without `/proc/PID/task/TID/children` are no exception.
 */
export function killTreeScript(shellPid: number, fragmentPid: number): string {
  return sh`
ppid() { read -r stat <"/proc/$1/stat" 2>/dev/null || return 1; set -- \${stat##*) }; parent=$2; }
ppid ${fragmentPid} && [ "$parent" = ${shellPid} ] || exit 0
tree=" ${fragmentPid} "
kill -STOP ${fragmentPid}
grown=1
while [ $grown = 1 ]; do
  grown=0
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/}
    case $tree in *" $pid "*) continue;; esac
    ppid $pid || continue
    case $tree in *" $parent "*) kill -STOP $pid; tree="$tree$pid "; grown=1;; esac
  done
done
kill -KILL $tree
`;
}
