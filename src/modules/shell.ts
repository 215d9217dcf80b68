import { runCommand } from '../changes/change.ts';
import { argProblem, defineModule, noResult } from './module.ts';
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

export interface ShellArgs extends RunArgs {
  readonly cmd: string;
  readonly executable: string;
}

/** Runs text in a shell. */
export const shell = defineModule<ShellArgs, RunState>({
  name: 'shell',
  description: 'Runs a piece of shell text, with variables, pipes and redirections.',
  effects: 'host',
  freeForm: 'cmd',
  schema: {
    type: 'object',
    required: ['cmd'],
    additionalProperties: false,
    properties: {
      cmd: { type: 'string', minLength: 1, description: 'The text, as one would type it.' },
      executable: {
        type: 'string',
        pattern: '^/',
        default: '/bin/sh',
        description: 'The shell that runs it.',
      },
      ...runProperties,
    },
  },

  check({ cmd }) {
    const arg = argInFreeForm(cmd.trim().split(/\s+/).slice(-4));
    if (arg === null) return [];
    return [argProblem('cmd', `\`${arg}=\` is part of the command here.`, `Write it as a key: \`${arg}: …\`.`)];
  },

  probe: runProbes,

  plan(args, state) {
    if (whyNotRun(args, state) !== null) return [];
    const text = { shell: args.executable, text: args.cmd };
    return [runCommand({ command: text, directory: args.chdir, stdin: stdinOf(args), touches: 'host' })];
  },

  result(args, state, [reply]) {
    const why = whyNotRun(args, state);
    if (why !== null) return skippedRunResult(args.cmd, why);
    return reply === null || reply === undefined ? noResult : runResult(args.cmd, reply, args.strip_empty_ends);
  },
});
