import type { ConnectOptions, Target } from '../session.ts';
import type { Link } from '../shell/channel.ts';
import { resolveConfig } from '../ssh/resolve-config.ts';
import { controlDir } from './control-dir.ts';
import { type Master, openMaster } from './master.ts';
import { OpensshLink } from './openssh-link.ts';

/**
 * Logs in with the system's own ssh, which knows what ssh2 does not: certificates, FIDO keys, GSSAPI, newer algorithms.
 *
 * @throws ConnectError
 */
export async function connectOpenssh(target: Target, { agentSocket, notice, stateDir }: ConnectOptions): Promise<Link> {
  const config = await resolveConfig(target);
  const dir = await controlDir(stateDir);
  const login = (): Promise<Master> => openMaster({ target, config, agentSocket }, dir, notice);
  return new OpensshLink(await login(), login);
}
