import { runCommand } from '../changes/change.ts';
import { runningHostname, staticHostname } from '../probes/hostname.ts';
import { defineModule } from './module.ts';

export interface HostnameArgs {
  readonly name: string;
}

export interface HostnameState {
  /** `null`: none is set. */
  readonly current: string | null;
  readonly running: string;
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

  probe: () => ({ current: staticHostname(), running: runningHostname() }),

  plan({ name }, { current, running }) {
    if (current === name && running === name) return [];
    // Both: the static name alone would leave another one that was given while the host ran.
    const command = ['hostnamectl', 'set-hostname', '--static', '--transient', name];
    return [
      runCommand({
        command,
        touches: ['path:/etc/hostname', 'kernel:hostname'],
        before: current === name ? running : (current ?? 'none'),
        after: name,
      }),
    ];
  },
});
