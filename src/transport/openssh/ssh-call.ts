import type { Target } from '../session.ts';
import type { SshConfig } from '../ssh/ssh-config.ts';
import { wordsOfOpenssh } from '../ssh/ssh-words.ts';

/** All that ssh has to be told of one host. */
export interface SshCall {
  readonly target: Target;
  readonly config: SshConfig;
  /** `null`: no agent. */
  readonly agentSocket: string | null;
}

const defaultKeepAliveS = 15;

/** The arguments that every call for a host has; of two that say the same the first counts, and ours come first. */
export function callWords({ target, config }: SshCall): string[] {
  const { port, user, privateKeyFile, connectTimeoutMs, sshArgs } = target;
  const keepAlive = config.keepAliveMs === null ? [`ServerAliveInterval=${defaultKeepAliveS}`] : [];
  const options = [
    'BatchMode=yes',
    'RequestTTY=no',
    'RemoteCommand=none',
    'PermitLocalCommand=no',
    'ClearAllForwardings=yes',
    ...hostKeyOptions(target, config),
    ...keepAlive,
    `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`,
  ];
  return [
    '-T',
    '-x',
    '-e',
    'none',
    ...options.flatMap((option) => ['-o', option]),
    ...(port === null ? [] : ['-p', String(port)]),
    ...(user === null ? [] : ['-l', user]),
    ...(privateKeyFile === null ? [] : ['-i', privateKeyFile]),
    ...wordsOfOpenssh(sshArgs),
  ];
}

/** The environment of ssh beside that of kmesh. */
export function callEnv({ agentSocket }: SshCall): Record<string, string | undefined> {
  return { SSH_AUTH_SOCK: agentSocket ?? undefined, SSH_ASKPASS_REQUIRE: 'never' };
}

function hostKeyOptions({ hostKeyChecking }: Target, { strictHostKeyChecking, knownHostsFiles }: SshConfig): string[] {
  // A strict word of ssh_config counts, a weak one does not.
  const isStrict = strictHostKeyChecking === 'yes' || strictHostKeyChecking === 'true';
  if (isStrict || hostKeyChecking === 'yes') return ['StrictHostKeyChecking=yes'];
  if (hostKeyChecking === 'accept-new') return ['StrictHostKeyChecking=accept-new'];
  // `no` of ssh goes on when a key has changed. This takes new ones alone, and writes them nowhere.
  const files = ['/dev/null', ...knownHostsFiles].map((file) => `"${file.replaceAll('%', '%%')}"`);
  return ['StrictHostKeyChecking=accept-new', `UserKnownHostsFile=${files.join(' ')}`, 'UpdateHostKeys=no'];
}
