import type { Data } from '../base/node.ts';
import { argProblem, defineModule, type Evaluated, noResult } from './module.ts';

export interface DebugArgs {
  readonly msg: Data;
  readonly var: Evaluated | null;
  readonly verbosity: number;
}

/** Says something. */
export const debug = defineModule<DebugArgs, Record<string, never>>({
  name: 'debug',
  description: 'Shows a message or the value of an expression; changes nothing.',
  effects: 'controller',
  expressions: ['var'],
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      msg: { default: null, description: 'Text, or any value. Not given: `Hello world!`.' },
      var: { default: null, description: 'Expression whose value is shown, such as `facts.kernel`.' },
      verbosity: { type: 'integer', minimum: 0, default: 0, description: 'Shown only from this many `-v` on.' },
    },
  },

  check: (args) =>
    args.msg !== null && args.var !== null ? [argProblem('var', 'Only one of `msg` and `var` can be given.')] : [],

  probe: () => ({}),
  plan: () => [],

  result({ msg, var: shown, verbosity }) {
    if (shown === null) {
      const value = msg ?? 'Hello world!';
      return { ...noResult, values: { msg: value }, message: textOf(value), verbosity };
    }
    const values = { [shown.expression]: shown.value };
    return { ...noResult, values, message: `${shown.expression}: ${textOf(shown.value)}`, verbosity };
  },
});

function textOf(value: Data): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
