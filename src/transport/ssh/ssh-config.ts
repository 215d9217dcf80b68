import { accountHome, accountName, expandHome } from '../account.ts';

/** What ssh_config(5) and `-o` words say about one destination; what nobody said has ssh's default. */
export interface SshConfig {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** In the order to try, `~` and `%` expanded; they need not exist. */
  readonly identityFiles: readonly string[];
  /** Use no keys of the agent but those of `identityFiles`. */
  readonly identitiesOnly: boolean;
  /** `none`, a socket, or `null`: the one of the environment. */
  readonly identityAgent: string | null;
  readonly knownHostsFiles: readonly string[];
  /** Where a new key is written: the first of the user's files; `null`: nowhere. */
  readonly newHostsFile: string | null;
  readonly hashKnownHosts: boolean;
  readonly forwardAgent: boolean;
  readonly hostKeyAlias: string | null;
  /** The hops, first one first. */
  readonly proxyJump: readonly string[];
  readonly proxyCommand: string | null;
  /** In small letters; `null`: nobody said. */
  readonly strictHostKeyChecking: string | null;
  readonly family: 0 | 4 | 6;
  readonly bindAddress: string | null;
  /** `null`: nobody said. */
  readonly keepAliveMs: number | null;
  readonly keepAliveCount: number;
  /** How long OpenSSH keeps a connection that nobody uses: seconds, or `yes`; `null`: not at all. */
  readonly controlPersist: string | null;
  readonly methods: { readonly publicKey: boolean; readonly password: boolean; readonly keyboard: boolean };
}

const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

/** What the user said of a destination outside of ssh_config. */
export interface Explicit {
  /** What the user calls the host; may be an alias of ssh_config. */
  readonly address: string;
  /** `null`: as configured. */
  readonly port: number | null;
  /** `null`: as configured. */
  readonly user: string | null;
}

/** Reads `key value` lines, as `ssh -G` prints them. */
export function parseSshConfig(text: string, explicit: Explicit): SshConfig {
  const values = readLines(text);
  const one = (key: string): string | null => values.get(key)?.[0] ?? null;
  const isYes = (key: string, otherwise: boolean): boolean => {
    const value = one(key);
    return value === null ? otherwise : /^(?:yes|true)$/i.test(value);
  };
  const { address } = explicit;
  const hostName = (one('hostname') ?? address).replaceAll('%h', address);
  const port = explicit.port ?? Number(one('port') ?? 22);
  const user = explicit.user ?? one('user') ?? accountName();
  const expand = expander({ h: hostName, n: address, p: String(port), r: user, k: one('hostkeyalias') ?? hostName });
  const userFiles = files(one('userknownhostsfile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2').map(expand);
  const globalFiles = files(one('globalknownhostsfile') ?? '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2');
  const keepAlive = Number(one('serveraliveinterval') ?? 0);
  return {
    hostName,
    port,
    user,
    identityFiles: (values.get('identityfile') ?? defaultKeys.map((name) => `~/.ssh/${name}`)).map(expand),
    identitiesOnly: isYes('identitiesonly', false),
    identityAgent: agentOf(one('identityagent'), expand),
    knownHostsFiles: [...userFiles, ...globalFiles.map(expand)],
    newHostsFile: userFiles[0] ?? null,
    hashKnownHosts: isYes('hashknownhosts', false),
    forwardAgent: isYes('forwardagent', false),
    hostKeyAlias: one('hostkeyalias'),
    proxyJump: (unlessNone(one('proxyjump')) ?? '').split(',').filter((hop) => hop !== ''),
    proxyCommand: unlessNone(one('proxycommand')),
    strictHostKeyChecking: one('stricthostkeychecking')?.toLowerCase() ?? null,
    family: familyOf(one('addressfamily')),
    bindAddress: one('bindaddress'),
    keepAliveMs: keepAlive > 0 ? keepAlive * 1000 : null,
    keepAliveCount: Number(one('serveralivecountmax') ?? 3),
    controlPersist: unlessNo(one('controlpersist')),
    methods: {
      publicKey: isYes('pubkeyauthentication', true) || one('pubkeyauthentication') === 'unbound',
      password: isYes('passwordauthentication', true),
      keyboard: isYes('kbdinteractiveauthentication', true),
    },
  };
}

/** Replaces `%h`, `%p`, `%r`, `%n` as in a ProxyCommand. */
export function expandTokens(text: string, { hostName, port, user }: SshConfig, address: string): string {
  return replaceTokens(text, { h: hostName, p: String(port), r: user, n: address });
}

function readLines(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const name = key.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

function expander(tokens: Record<string, string>): (path: string) => string {
  const home = accountHome();
  const all = { ...tokens, d: home, u: accountName(), i: String(process.getuid?.() ?? 0) };
  return (path) => expandHome(replaceTokens(path, all).replaceAll('${HOME}', home));
}

function replaceTokens(text: string, tokens: Record<string, string>): string {
  return text.replace(/%(.)/g, (all, token: string) => (token === '%' ? '%' : (tokens[token] ?? all)));
}

function files(value: string): string[] {
  return value.split(/\s+/).filter((path) => path !== '' && path !== 'none');
}

function agentOf(value: string | null, expand: (path: string) => string): string | null {
  return value === null || value === 'SSH_AUTH_SOCK' ? null : expand(value);
}

function unlessNone(value: string | null): string | null {
  return value === null || value.toLowerCase() === 'none' ? null : value;
}

function unlessNo(value: string | null): string | null {
  return value === null || /^(?:no|false)$/i.test(value) ? null : value;
}

function familyOf(value: string | null): 0 | 4 | 6 {
  if (value === 'inet') return 4;
  return value === 'inet6' ? 6 : 0;
}
