import type { Data } from '../base/node.ts';
import { type Facts, facts } from '../probes/facts.ts';
import { defineModule, noResult } from './module.ts';

export interface SetupArgs {
  readonly filter: string | readonly string[];
}

export interface SetupState {
  readonly facts: Facts;
}

/** Gathers the facts of a host again. */
export const setup = defineModule<SetupArgs, SetupState>({
  name: 'setup',
  description: 'Gathers the facts of the host again, after something that alters them; changes nothing.',
  effects: 'none',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      filter: {
        type: ['string', 'array'],
        items: { type: 'string' },
        default: [],
        description: 'Names of facts, with `*` for any characters; not given: all.',
      },
      gather_subset: {
        type: ['string', 'array'],
        items: { type: 'string' },
        default: [],
        description: 'Accepted for playbooks of Ansible; all facts are gathered at once.',
      },
    },
  },

  probe: () => ({ facts: facts() }),
  plan: () => [],

  result({ filter }, state) {
    // Facts are plain data; only their interfaces say more.
    const all = state.facts as unknown as { readonly [name: string]: Data };
    const patterns = [filter].flat().map(globOf);
    const wanted = Object.entries(all).filter(
      ([name]) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name)),
    );
    return { ...noResult, facts: Object.fromEntries(wanted) };
  },
});

// `ansible_hostname` is `hostname` here.
function globOf(pattern: string): RegExp {
  const name = pattern.replace(/^ansible_/, '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${name.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
