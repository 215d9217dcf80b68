import { PlanError } from '../base/errors.ts';
import { splitWords, wordsProblem } from '../base/shell-words.ts';
import { runCommand } from '../changes/change.ts';
import { argProblem, type ArgProblem, defineModule, exactlyOne, noResult } from './module.ts';
import {
  argInFreeForm,
  type RunArgs,
  runProbes,
  runProperties,
  type RunState,
  stdinOf,
  whyNotRun,
} from './run-args.ts';
import { runResult, skippedRunResult } from './run-result.ts';

export interface CommandArgs extends RunArgs {
  readonly cmd: string | null;
  readonly argv: readonly string[] | null;
}

/** Runs a program without a shell. */
export const command = defineModule<CommandArgs, RunState>({
  name: 'command',
  description: 'Runs a program, without a shell: no variables, pipes or redirections.',
  effects: 'host',
  freeForm: 'cmd',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      cmd: {
        type: ['string', 'null'],
        minLength: 1,
        default: null,
        description: 'Program and args as one text, split at spaces outside quotes.',
      },
      argv: {
        type: ['array', 'null'],
        items: { type: ['string', 'number'] },
        minItems: 1,
        default: null,
        description: 'Program and args as a list, each passed on as it is.',
      },
      ...runProperties,
    },
  },

  check: (args) => [...exactlyOne(args, ['cmd', 'argv']), ...(args.cmd === null ? [] : checkText(args.cmd))],

  probe: runProbes,

  plan(args, state) {
    if (whyNotRun(args, state) !== null) return [];
    return [runCommand({ command: wordsOf(args), directory: args.chdir, stdin: stdinOf(args), touches: 'host' })];
  },

  result(args, state, [reply]) {
    const why = whyNotRun(args, state);
    if (why !== null) return skippedRunResult(wordsOf(args), why);
    return reply === null || reply === undefined ? noResult : runResult(wordsOf(args), reply, args.strip_empty_ends);
  },
});

function wordsOf({ cmd, argv }: CommandArgs): readonly string[] {
  if (argv !== null) return argv.map(String);
  const { words, problem } = splitWords(cmd ?? '', { comments: false });
  if (problem !== null) throw new PlanError(wordsProblem(cmd ?? '', problem));
  return words.map(({ text }) => text);
}

function checkText(cmd: string): ArgProblem[] {
  const { words, problem } = splitWords(cmd, { comments: false });
  if (problem !== null) return [argProblem('cmd', wordsProblem(cmd, problem))];
  if (words.length === 0) return [argProblem('cmd', 'The command is empty.')];
  const arg = argInFreeForm(words.map(({ text }) => text));
  if (arg !== null)
    return [argProblem('cmd', `\`${arg}=\` is part of the command here.`, `Write it as a key: \`${arg}: …\`.`)];
  const foreign = shellPart(cmd);
  if (foreign === null) return [];
  return [argProblem('cmd', `\`${foreign}\` needs a shell.`, 'Use `shell`, or `argv` to pass it on as it is.')];
}

// What only a shell understands; of quoted parts, only what a shell expands in double quotes.
function shellPart(cmd: string): string | null {
  const open = cmd.replace(/\\[^]|'[^']*'/g, '_');
  const expanded = /\$(?:\{?[A-Za-z_]\w*|\()|`/.exec(open)?.[0];
  if (expanded !== undefined) return expanded;
  const bare = open.replace(/"[^"]*"/g, '_');
  return /(?:^|\s)(\|\|?|&&?|(?:[12]|&)?>\S*|<\S*)(?=\s|$)|(;)(?=\s|$)/.exec(bare)?.[0].trim() ?? null;
}
