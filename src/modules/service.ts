import { type UnitState, unitState } from '../probes/unit-state.ts';
import { defineModule, resultOf } from './module.ts';
import { planUnit, type UnitArgs, unitProperties } from './plan-unit.ts';

export type ServiceArgs = Pick<UnitArgs, 'enabled' | 'name' | 'state'>;

export interface ServiceState {
  readonly unit: UnitState;
}

/** Keeps a service running, as `systemd` does. */
export const service = defineModule<ServiceArgs, ServiceState>({
  name: 'service',
  description: 'Starts, stops and enables services; of systemd, as other managers are not supported.',
  effects: 'host',
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: unitProperties.name,
      state: unitProperties.state,
      enabled: unitProperties.enabled,
      use: { enum: ['auto', 'systemd'], default: 'auto', description: 'The service manager is always systemd.' },
    },
  },

  probe: ({ name }) => ({ unit: unitState(name) }),
  plan: (args, { unit }) => planUnit({ ...args, masked: null, no_block: false }, unit),
  result: ({ name, state }, { unit }) => resultOf({ name, state, status: { ...unit } }),
});
