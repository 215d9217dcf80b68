import type { Duplex } from 'node:stream';
import { ConnectError } from '../../base/errors.ts';
import type { ConnectOptions, Target } from '../session.ts';
import type { Link } from '../shell/channel.ts';
import { planAuth } from './auth.ts';
import type { Place } from './failures.ts';
import { forward, type Hop, holdHop, type OpenedHop } from './hops.ts';
import { HostKeyCheck } from './host-key-check.ts';
import { loadKnownHosts } from './host-key-files.ts';
import { unlock } from './identity-file.ts';
import { knownNames, linesFor } from './known-hosts.ts';
import { Login } from './login.ts';
import { resolveConfig } from './resolve-config.ts';
import { openProxyCommand, openTcp } from './sockets.ts';
import type { SshConfig } from './ssh-config.ts';
import { SshLink } from './ssh-link.ts';
import { wordsForHop } from './ssh-words.ts';

/**
 * Logs in over ssh2, through the jump hosts that ssh_config or the arguments name; each of them proves its host key.
 *
 * @throws ConnectError
 */
export async function connectSsh(target: Target, options: ConnectOptions): Promise<Link> {
  const config = await resolveConfig(target);
  const route = await openRoute(target, config, options, []);
  const another = (): Promise<Login> => logIn(target, config, options, route);
  try {
    const first = await another();
    const release = async (): Promise<void> => await route?.release();
    return new SshLink({ host: target.name, loginUser: config.user, first, another, release });
  } catch (error) {
    await route?.release();
    throw error;
  }
}

const defaultKeepAliveMs = 15_000;
const mostHops = 8;

async function logIn(target: Target, config: SshConfig, options: ConnectOptions, hop: Hop | null): Promise<Login> {
  const place: Place = { host: target.name, address: addressOf(config) };
  const hostKey = await hostKeyCheck(target, config, options);
  let login: Login | null = null;
  const auth = await planAuth({
    config,
    privateKeyFile: target.privateKeyFile,
    password: target.password,
    agentSocket: options.agentSocket,
    unlock: async (file) => {
      const ask = (): ReturnType<typeof unlock> => unlock(file, options.askPassphrase);
      return await (login === null ? ask() : login.whileAsking(ask));
    },
  });
  const stream = await openStream(target, config, place, hop);
  login = new Login({
    place,
    user: config.user,
    stream,
    hostKey,
    auth,
    timeoutMs: target.connectTimeoutMs,
    keepAliveMs: config.keepAliveMs ?? defaultKeepAliveMs,
    keepAliveCount: config.keepAliveCount,
    forwardedAgent: config.forwardAgent ? options.agentSocket : null,
  });
  return await login.ready();
}

async function openStream(
  { connectTimeoutMs }: Target,
  config: SshConfig,
  place: Place,
  hop: Hop | null,
): Promise<Duplex> {
  if (hop !== null) return await forward(hop, place, { host: config.hostName, port: config.port }, connectTimeoutMs);
  if (config.proxyCommand !== null) return await openProxyCommand(config.proxyCommand, config, place);
  return await openTcp(config, place, connectTimeoutMs);
}

async function hostKeyCheck(target: Target, config: SshConfig, { notice }: ConnectOptions): Promise<HostKeyCheck> {
  const names = knownNames(config.hostName, config.port, config.hostKeyAlias);
  return new HostKeyCheck({
    host: target.name,
    names,
    known: linesFor(await loadKnownHosts(config.knownHostsFiles), names),
    // A strict word of ssh_config counts, a weak one does not: weaker is only what kmesh itself was told.
    policy: isStrict(config) ? 'yes' : target.hostKeyChecking,
    saidWeaker: ['no', 'off', 'false', 'accept-new'].includes(config.strictHostKeyChecking ?? ''),
    file: config.newHostsFile,
    hashed: config.hashKnownHosts,
    notice,
  });
}

/** The last jump host before the target; `null`: it is reached directly. */
async function openRoute(
  target: Target,
  config: SshConfig,
  options: ConnectOptions,
  behind: readonly string[],
): Promise<Hop | null> {
  const spec = config.proxyJump.at(-1);
  if (spec === undefined) return null;
  if (behind.length >= mostHops) {
    throw new ConnectError(`The way to ${target.name} has more than ${mostHops} jump hosts: ${behind.join(', ')}.`);
  }
  const before = config.proxyJump.slice(0, -1);
  const hopTarget = { ...target, ...parseHop(spec), password: null, sshArgs: wordsForHop(target.sshArgs) };
  const own = await resolveConfig(hopTarget);
  // The hops before it on the same list, else those that the jump host's own configuration names.
  const hopConfig = before.length > 0 ? { ...own, proxyJump: before } : own;
  const chain = [...behind, spec];
  const key = JSON.stringify([hopConfig, hopTarget.privateKeyFile, hopTarget.hostKeyChecking]);
  try {
    return await holdHop(key, hopTarget.name, () => openHop(hopTarget, hopConfig, options, chain));
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const message = `There is no way to ${target.name} through ${hopTarget.name}. ${error.message}`;
    throw new ConnectError(message, { hint: error.hint, cause: error });
  }
}

async function openHop(
  target: Target,
  config: SshConfig,
  options: ConnectOptions,
  behind: readonly string[],
): Promise<OpenedHop> {
  const before = await openRoute(target, config, options, behind);
  try {
    return { login: await logIn(target, config, options, before), before };
  } catch (error) {
    await before?.release();
    throw error;
  }
}

/** `[user@]host[:port]`, or the same as an `ssh://` URL. */
function parseHop(spec: string): Pick<Target, 'name' | 'address' | 'port' | 'user'> {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(spec) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined)
    throw new ConnectError(`\`${spec}\` is no jump host: it should look like \`user@host:port\`.`);
  return { name: address, address, user: user ?? null, port: port === undefined ? null : Number(port) };
}

function isStrict({ strictHostKeyChecking }: SshConfig): boolean {
  return strictHostKeyChecking === 'yes' || strictHostKeyChecking === 'true';
}

function addressOf({ hostName, port }: SshConfig): string {
  return `${hostName} port ${port}`;
}
