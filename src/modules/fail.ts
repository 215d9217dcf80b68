import { PlanError } from '../base/errors.ts';
import { defineModule } from './module.ts';

export interface FailArgs {
  readonly msg: string;
}

/** Ends a host's run. */
export const fail = defineModule<FailArgs, Record<string, never>>({
  name: 'fail',
  description: 'Fails with a message; changes nothing.',
  effects: 'controller',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      msg: { type: 'string', default: 'Failed as requested from task', description: 'Why.' },
    },
  },

  probe: () => ({}),
  plan({ msg }) {
    throw new PlanError(msg);
  },
});
