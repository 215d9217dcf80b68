import { LinkConnection } from './connection.ts';
import { LocalLink } from './local.ts';
import type { Connection, ConnectOptions, Target } from './session.ts';

/**
 * Connects and logs in to one host. No shell is opened yet.
 *
 * @throws ConnectError
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  if (target.connection === 'local') return new LinkConnection(new LocalLink(target.name), target.connectTimeoutMs);
  if (target.connection === 'openssh') {
    const { connectOpenssh } = await import('./openssh/connect-openssh.ts');
    return new LinkConnection(await connectOpenssh(target, options), target.connectTimeoutMs);
  }
  // Imported here: a run on the controller alone needs no ssh, which takes a while to load.
  const { connectSsh } = await import('./ssh/connect-ssh.ts');
  return new LinkConnection(await connectSsh(target, options), target.connectTimeoutMs);
}
