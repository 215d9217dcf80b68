import { EvaluationError } from '../../base/errors.ts';
import type { Data, Node } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Play } from '../../playbook/playbook.ts';
import { evaluate } from '../../template/evaluate.ts';
import type { Target } from '../../transport/session.ts';
import type { HostRun } from '../variables/host-run.ts';
import { nowhere, type Site } from '../variables/site.ts';
import type { ConnectDefaults } from './target.ts';
import { HostScope } from '../variables/variables.ts';

/** What the command line says of connections, with what a play says of them over it. @throws EvaluationError, NotYetKnown */
export function withPlay(defaults: ConnectDefaults, play: Play, site: Site, run: HostRun): ConnectDefaults {
  const { user, port, connection } = play.connection;
  if (user === null && port === null && connection === null) return defaults;
  const scope = new HostScope(site, run, { ...nowhere, play });
  const valueOf = <T>(node: Node | null, read: (value: Data, node: Node) => T, otherwise: T): T =>
    node === null ? otherwise : read(evaluate(node, scope), node);
  return {
    ...defaults,
    user: valueOf(user, userOf, defaults.user),
    port: valueOf(port, portOf, defaults.port),
    connection: valueOf(connection, connectionOf, defaults.connection),
  };
}

function userOf(value: Data, { span }: Node): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new EvaluationError(`The name of a user is wanted here, not ${valueWords(value)}.`, { at: span });
}

function portOf(value: Data, { span }: Node): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new EvaluationError(`A port is wanted here, not ${valueWords(value)}.`, { at: span });
}

function connectionOf(value: Data, { span }: Node): Target['connection'] {
  if (value === 'ssh' || value === 'openssh' || value === 'local') return value;
  // Ansible's other name of it.
  if (value === 'smart' || value === 'paramiko') return 'ssh';
  const hint = 'There are `ssh`, `openssh` and `local`.';
  throw new EvaluationError(`${valueWords(value)} is not a kind of connection.`, { at: span, hint });
}
