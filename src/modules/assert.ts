import { PlanError } from '../base/errors.ts';
import { defineModule, type Evaluated, noResult, type Result } from './module.ts';

export interface AssertArgs {
  readonly that: Evaluated | readonly Evaluated[];
  readonly fail_msg: string | null;
  readonly success_msg: string | null;
  readonly quiet: boolean;
}

/** Fails unless all expressions hold. */
export const assert = defineModule<AssertArgs, Record<string, never>>({
  name: 'assert',
  description: 'Fails unless all expressions are true; changes nothing.',
  effects: 'controller',
  aliases: { msg: 'fail_msg' },
  expressions: ['that'],
  schema: {
    type: 'object',
    required: ['that'],
    additionalProperties: false,
    properties: {
      that: { description: 'Expression or list of expressions that must be true.' },
      fail_msg: { type: ['string', 'null'], default: null, description: 'What to say when one is not true.' },
      success_msg: { type: ['string', 'null'], default: null, description: 'What to say when all are.' },
      quiet: { type: 'boolean', default: false, description: 'Says nothing when all are true.' },
    },
  },

  probe: () => ({}),

  plan(args) {
    for (const { expression, value } of listOf(args)) {
      if (value === true) continue;
      if (value === false)
        throw new PlanError(args.fail_msg ?? `Not true: ${expression}`, { hint: hintFor(args, expression) });
      throw new PlanError(`\`${expression}\` is neither true nor false: ${JSON.stringify(value)}.`, {
        hint: 'Compare it with something, as in `size(x) > 0` or `x != ""`.',
      });
    }
    return [];
  },

  result(args): Result {
    const message = args.success_msg ?? 'All assertions passed';
    return { ...noResult, values: { msg: message }, message: args.quiet ? null : message };
  },
});

function hintFor({ fail_msg }: AssertArgs, expression: string): string | null {
  return fail_msg === null ? null : `Not true: ${expression}`;
}

function listOf({ that }: AssertArgs): readonly Evaluated[] {
  return 'expression' in that ? [that] : that;
}
