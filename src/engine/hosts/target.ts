import type { Diagnostic } from '../../base/diagnostic.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { KmeshError } from '../../base/errors.ts';
import type { Secret } from '../../base/secrets.ts';
import { type ConnectionSettings, type ConnectionVariable, connectionVars } from '../../inventory/connection.ts';
import type { Task } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { Scope } from '../../template/scope.ts';
import type { Become, Target } from '../../transport/session.ts';
import { nowhere, type Site } from '../variables/site.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import { HostScope } from '../variables/variables.ts';
import type { HostRun } from '../variables/host-run.ts';
import { isTrue } from '../variables/is-true.ts';

/** What the command line and the play say of connections; the inventory wins over it. */
export interface ConnectDefaults {
  readonly user: string | null;
  readonly port: number | null;
  readonly connection: Target['connection'] | null;
  readonly password: Secret | null;
  readonly privateKeyFile: string | null;
  readonly hostKeyChecking: Target['hostKeyChecking'];
  readonly connectTimeoutMs: number;
  readonly become: boolean;
  readonly becomeUser: string | null;
  readonly becomePassword: Secret | null;
}

/** A host's connection settings, read out of its variables. */
export function settingsOf(site: Site, run: HostRun, problems: Diagnostic[]): ConnectionSettings {
  const scope = new HostScope(site, run, nowhere);
  const variables = new Map<string, ConnectionVariable>();
  for (const layer of scope.layers()) {
    for (const { key, value } of layer.entries.values()) {
      if (!key.startsWith('ansible_') || variables.has(key)) continue;
      const given = valueOf(key, scope, problems);
      if (given !== undefined) variables.set(key, { value: given, at: value.span });
    }
  }
  const { settings, diagnostics } = connectionVars(variables);
  problems.push(...diagnostics);
  return settings;
}

function valueOf(key: string, scope: Scope, problems: Diagnostic[]): ReturnType<Scope['lookup']> {
  try {
    return scope.lookup(key);
  } catch (error) {
    if (error instanceof NotYetKnown)
      problems.push(diagnostic(null, `\`${key}\` depends on ${error.waitsFor}, which is known only after connecting.`));
    else if (error instanceof KmeshError) problems.push(error.diagnostic);
    else throw error;
    return undefined;
  }
}

/** Where and how a host is reached. */
export function targetOf({ host }: HostRun, settings: ConnectionSettings, defaults: ConnectDefaults): Target {
  const isLocal = host.name === 'localhost' && settings.address === null;
  return {
    name: host.name,
    address: settings.address ?? host.name,
    port: settings.port ?? defaults.port,
    user: settings.user ?? defaults.user,
    connection: settings.connection ?? defaults.connection ?? (isLocal ? 'local' : 'ssh'),
    password: settings.password ?? defaults.password,
    privateKeyFile: settings.privateKeyFile ?? defaults.privateKeyFile,
    sshArgs: settings.sshArgs,
    hostKeyChecking: settings.hostKeyChecking ?? defaults.hostKeyChecking,
    connectTimeoutMs: settings.connectTimeoutMs ?? defaults.connectTimeoutMs,
  };
}

/** The user that a task runs as; `null`: the login user. The inventory wins over the playbook, that over `-b`. */
export function becomeUserOf(
  become: Task['become'],
  scope: Scope,
  settings: ConnectionSettings,
  defaults: ConnectDefaults,
): string | null {
  const enabled =
    settings.become ?? (become.enabled === null ? defaults.become : isTrue(evaluate(become.enabled, scope)));
  if (!enabled) return null;
  const user = settings.becomeUser ?? (become.user === null ? defaults.becomeUser : evaluate(become.user, scope));
  if (typeof user === 'number') return String(user);
  return typeof user === 'string' ? user : 'root';
}

/** How to become a user on a host. */
export function becomeAs(user: string, settings: ConnectionSettings, defaults: ConnectDefaults): Become {
  return { user, method: 'sudo', password: settings.becomePassword ?? defaults.becomePassword };
}
