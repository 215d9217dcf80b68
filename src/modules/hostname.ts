import { runCommand } from '../changes/change.ts';
import { staticHostname } from '../probes/hostname.ts';
import { defineModule } from './module.ts';

export interface HostnameArgs {
  readonly name: string;
}

export interface HostnameState {
  /** `null`: none is set. */
  readonly current: string | null;
}

/** Keeps the static name of a host. See hostnamectl(1). */
export const hostname = defineModule<HostnameArgs, HostnameState>({
  name: 'hostname',
  description: 'Sets the static name of a host, now and at boot.',
  effects: 'host',
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$',
        maxLength: 64,
        description: 'One label or a full name: lower-case letters, digits, dashes and dots, at most 64 characters.',
      },
    },
  },

  probe: () => ({ current: staticHostname() }),

  plan({ name }, { current }) {
    if (current === name) return [];
    const command = ['hostnamectl', 'set-hostname', '--static', name];
    return [
      runCommand({
        command,
        touches: ['path:/etc/hostname', 'kernel:hostname'],
        before: current ?? 'none',
        after: name,
      }),
    ];
  },
});
