import { PlanError } from '../base/errors.ts';
import { condition, type ConditionAnswer, type ConditionQuestion } from '../probes/condition.ts';
import { argProblem, type ArgProblem, defineModule, resultOf } from './module.ts';

export interface WaitForArgs {
  readonly host: string;
  readonly port: number | null;
  readonly path: string | null;
  readonly search_regex: string | null;
  readonly state: 'absent' | 'present' | 'started' | 'stopped';
  readonly delay: number;
  readonly timeout: number;
  readonly sleep: number;
  readonly connect_timeout: number;
  readonly msg: string | null;
}

export interface WaitForState {
  readonly condition: ConditionAnswer;
}

/** Waits on a host until a port is open or closed, a file there or gone, or a time over. */
export const waitFor = defineModule<WaitForArgs, WaitForState>({
  name: 'wait_for',
  description: 'Waits until a port is open or closed, a file there or gone, or for a time; changes nothing.',
  effects: 'none',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      host: {
        type: 'string',
        pattern: '^[A-Za-z0-9:._-]+$',
        default: '127.0.0.1',
        description: 'Where the port is, as the managed host sees it.',
      },
      port: { type: ['integer', 'null'], minimum: 1, maximum: 65535, default: null, description: 'TCP port.' },
      path: {
        type: ['string', 'null'],
        pattern: '^/[^\\n\\r\\u0000]*$',
        default: null,
        description: 'Absolute path on the host; links are followed.',
      },
      search_regex: {
        type: ['string', 'null'],
        minLength: 1,
        default: null,
        description: 'With `path`: what a line of the file matches, as `grep -E` takes it.',
      },
      state: {
        enum: ['absent', 'present', 'started', 'stopped'],
        default: 'started',
        description: '`started` or `present`: until it is so; `stopped` or `absent`: until it is not.',
      },
      delay: seconds(0, 'Seconds before the first look.'),
      timeout: seconds(300, 'Seconds after which it failed; without `port` and `path`, how long to wait.'),
      sleep: seconds(1, 'Seconds between looks.'),
      connect_timeout: { ...seconds(5, 'Seconds for one attempt to connect.'), minimum: 1 },
      msg: { type: ['string', 'null'], default: null, description: 'What to say when time is up.' },
    },
  },

  check: checkArgs,
  probe: (args) => ({ condition: condition(questionOf(args)) }),

  plan(args, { condition: { isMet } }) {
    if (isMet) return [];
    throw new PlanError(
      args.msg ?? `After ${args.timeout} s, ${subjectOf(args)} ${isWanted(args) ? 'is not there' : 'is still there'}.`,
    );
  },

  result: ({ path, port, state }, { condition: { elapsed } }) => resultOf({ elapsed, path, port, state }),
});

function seconds(standard: number, description: string) {
  return { type: 'integer', minimum: 0, maximum: 86_400, default: standard, description };
}

function checkArgs({ port, path, search_regex }: WaitForArgs): ArgProblem[] {
  const problems: ArgProblem[] = [];
  if (port !== null && path !== null) problems.push(argProblem('path', 'Only one of `port` and `path` can be given.'));
  if (search_regex !== null && path === null) problems.push(argProblem('search_regex', '`search_regex` needs `path`.'));
  const foreign = /\\[dDSZA]|\(\?/.exec(search_regex ?? '')?.[0];
  if (foreign !== undefined) {
    problems.push(
      argProblem(
        'search_regex',
        `\`${foreign}\` is not known to \`grep -E\`.`,
        'A digit is `[0-9]`, a space `[[:space:]]`.',
      ),
    );
  }
  return problems;
}

function questionOf(args: WaitForArgs): ConditionQuestion {
  const { delay, sleep, timeout } = args;
  return { what: whatOf(args), isWanted: isWanted(args), delay, sleep, timeout };
}

function whatOf({ host, port, path, search_regex, connect_timeout }: WaitForArgs): ConditionQuestion['what'] {
  if (port !== null) return { kind: 'port', host, port, connectTimeout: connect_timeout };
  return path === null ? { kind: 'time' } : { kind: 'path', path, pattern: search_regex };
}

function isWanted({ state }: WaitForArgs): boolean {
  return state === 'present' || state === 'started';
}

function subjectOf({ host, port, path, search_regex }: WaitForArgs): string {
  if (port !== null) return `port ${port} of ${host}`;
  return search_regex === null ? `\`${path}\`` : `\`${search_regex}\` in \`${path}\``;
}
