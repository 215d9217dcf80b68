import { raw, sh } from '../base/shell.ts';
import type { RunCommand, ShellText } from './change.ts';

/**
 * Shell text that runs a program, or text in a shell. The text never is an argument of a process, where every user of
 * the host could read it: the shell reads it from a pipe.
 */
export function commandText({ command, directory, environment, stdin, diagnose }: RunCommand): string {
  const input = typeof stdin === 'string' || stdin === null ? stdin : stdin.reveal();
  const run = 'text' in command && isBourne(command) ? shellRun(command, input, diagnose) : programRun(command, input);
  return [
    ...(directory === null ? [] : [sh`cd -- ${directory} || exit 1`]),
    ...Object.entries(environment).map(([name, value]) => sh`export ${raw(name)}=${value}`),
    diagnose === null ? run : sh`{ ${raw(run)}\n} || { s=$?; (${raw(diagnose)}\n) >&2; exit $s; }`,
  ].join('\n');
}

// `exec`: the first word is a program, never a keyword, an assignment or a builtin of the shell.
function programRun(command: RunCommand['command'], input: string | null): string {
  const program = 'text' in command ? sh`${command.shell} -c ${command.text}` : sh`${command}`;
  return input === null ? `(exec ${program})` : sh`printf %s ${input} | (exec ${raw(program)})`;
}

// Others, such as python3 or fish, take text as an argument alone.
function isBourne({ shell }: ShellText): boolean {
  return /\/(?:sh|ash|bash|dash|ksh|ksh93|mksh|yash|zsh)$/.test(shell);
}

/** What fits into any pipe while nobody reads, with room for what stands around it. */
const pipeBytes = 4_000;

/**
 * Through `.`, so that `$0` and the options are those of `sh -c`. Descriptor 3 is closed again by the text itself, which
 * the shell has opened anew by then: what it starts sees nothing of it.
 *
 * A here-document is a pipe, and costs no process, in dash and BusyBox, and in bash since 5.1 when it is short; where it
 * might be a file on disk, a subshell writes the text.
 */
function shellRun({ shell, text }: ShellText, input: string | null, diagnose: string | null): string {
  const start = sh`exec ${shell} -c '. /proc/self/fd/3'`;
  const isPipe = Buffer.byteLength(text) <= pipeBytes ? "''|5.[1-9]*|[6-9].*|[1-9][0-9].*" : "''";
  // A pipe has a subshell already; else, with nothing to do behind it, that of the fragment becomes the shell.
  const isOwn = input !== null || diagnose === null;
  const fromHere = `${start} 3<<kmesh\nexec 3<&-;$1\nkmesh\n`;
  const fromPipe = `{ printf 'exec 3<&-;%s' "$1" 2>/dev/null 4<&- | (${start} 3<&0 <&4 4<&-); } 4<&0`;
  const choose = `case \${BASH_VERSION-}\${KSH_VERSION-}\${ZSH_VERSION-} in
${isPipe}) ${isOwn ? fromHere : `(${fromHere})`};;
*) ${fromPipe};;
esac`;
  return `${sh`set -- ${text}`}\n${input === null ? choose : sh`printf %s ${input} | ${raw(choose)}`}`;
}
