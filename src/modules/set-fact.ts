import type { Data } from '../base/node.ts';
import { argProblem, defineModule, noResult } from './module.ts';

export interface SetFactArgs {
  readonly [name: string]: Data;
}

/** Sets variables of a host for the rest of the run. */
export const setFact = defineModule<SetFactArgs, Record<string, never>>({
  name: 'set_fact',
  description: 'Sets variables of the host for the rest of the run; any key is a variable.',
  effects: 'controller',
  schema: {
    type: 'object',
    additionalProperties: true,
    properties: {
      cacheable: { type: 'boolean', default: false, description: 'Accepted for playbooks of Ansible; means nothing.' },
    },
  },

  check: (args) =>
    Object.keys(args)
      .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map((name) =>
        argProblem(name, `\`${name}\` can not be the name of a variable.`, 'Use letters, digits and underscores.'),
      ),

  probe: () => ({}),
  plan: () => [],

  result(args) {
    const variables = Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'cacheable'));
    return { ...noResult, variables };
  },
});
