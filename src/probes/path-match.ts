import { ProbeError } from '../base/errors.ts';
import { type Footprint, pathArea } from '../base/footprint.ts';
import { raw, sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/** A path, or a glob pattern of the shell, and where it starts when it is relative. */
export interface MatchQuestion {
  readonly pattern: string;
  /** `null`: the login directory. */
  readonly directory: string | null;
}

/** Asks whether anything is at a path or matches a glob; the answer is the first that does, or `null`. */
export function pathMatch(pattern: string, directory: string | null): Probe<string | null> {
  return ask(pathMatchKind, { pattern, directory });
}

/** Costs no process where something matches; see glob(7). */
export const pathMatchKind: ProbeKind<MatchQuestion, string | null> = {
  name: 'path-match',
  isTidy: true,
  reads: readBy,
  script: (questions) => questions.map(scriptOf).join(''),
  parse(reply, questions) {
    const answers = reply.stdout.toString('utf8').split('\0');
    if (answers.length !== questions.length + 1) {
      throw new ProbeError(`No answer about \`${questions[0]?.pattern}\`: ${lastLine(reply.stderr) ?? 'nothing said'}`);
    }
    return questions.map((_, i) => answerOf(answers[i] ?? ''));
  },
};

function readBy({ pattern, directory }: MatchQuestion): Footprint {
  const path = pattern.startsWith('/') || directory === null ? pattern : `${directory}/${pattern}`;
  if (!path.startsWith('/')) return 'host';
  const fixed = path.slice(0, path.search(/[*?[]|$/));
  return [pathArea(fixed === path ? path : fixed.slice(0, fixed.lastIndexOf('/')) || '/')];
}

// What the shell can not see may be there all the same: `ls` tells "not there" from "may not look".
function scriptOf({ pattern, directory }: MatchQuestion): string {
  const look = sh`set -- ${raw(globText(pattern))}
if [ -e "$1" ] || [ -L "$1" ]; then printf 'y%s\\0' "$1"; else printf 'n%s\\0' "$(ls -d -- "$1" 2>&1 >/dev/null)"; fi\n`;
  return directory === null ? look : sh`(cd -- ${directory} 2>/dev/null || { printf 'n\\0'; exit; }\n${raw(look)})\n`;
}

// Everything is quoted but `*`, `?`, brackets and a leading `~/`.
function globText(pattern: string): string {
  const home = pattern.startsWith('~/') ? '~/' : '';
  const rest = pattern.slice(home.length);
  const parts = rest.split(/([*?]|\[[^\]]+\])/);
  return (
    home + parts.map((part, i) => (i % 2 === 1 ? bracketText(part) : part === '' ? '' : sh`${part}`)).join('') || "''"
  );
}

function bracketText(part: string): string {
  return part.startsWith('[') ? `[${part.slice(1, -1).replace(/[^A-Za-z0-9!^-]/g, '\\$&')}]` : part;
}

function answerOf(text: string): string | null {
  if (text.startsWith('y')) return text.slice(1);
  const complaint = text.slice(1).trim();
  if (complaint === '' || /(No such file or directory|Not a directory)$/.test(complaint)) return null;
  throw new ProbeError(complaint.split('\n').pop() ?? complaint);
}
