import { access } from 'node:fs/promises';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import type { Secret } from '../../base/secrets.ts';
import { expandHome } from '../account.ts';
import { agentKeys, agentSign, type Sign, SingleKeyAgent } from './agent.ts';
import { type Identity, loadIdentity, type UnusableIdentity } from './identity-file.ts';
import type { SshConfig } from './ssh-config.ts';

/** One way to log in. */
export interface Attempt {
  readonly method: 'publickey' | 'password' | 'keyboard-interactive';
  /** As `key ~/.ssh/id_rsa`, for messages. */
  readonly what: string;
  /** `null`: it turned out not to be possible. */
  readonly make: () => Promise<AnyAuthMethod | null>;
}

/** All ways to log in, the best first, and why others are none. */
export interface AuthPlan {
  readonly attempts: readonly Attempt[];
  /** One sentence each. */
  readonly notes: readonly string[];
}

/** What there is to log in with. */
export interface Credentials {
  readonly config: SshConfig;
  /** The one key file to use; `null`: those of the configuration. */
  readonly privateKeyFile: string | null;
  readonly password: Secret | null;
  readonly agentSocket: string | null;
  /** Gets the key of an encrypted file, which may take a user's answer; `null`: there was none. */
  readonly unlock: (file: string) => Promise<ParsedKey | null>;
}

/**
 * The ways to log in, in ssh's order: keys of the agent that stand for a key file, the other keys of the agent, key
 * files, the password. A key file that the user named comes first. Encrypted files come last among the keys, and their
 * passphrase is asked for only once the host said that it takes the key.
 */
export async function planAuth(credentials: Credentials): Promise<AuthPlan> {
  const keys = credentials.config.methods.publicKey ? await planKeys(credentials) : { attempts: [], notes: [] };
  return { attempts: [...keys.attempts, ...planPassword(credentials)], notes: keys.notes };
}

async function planKeys(credentials: Credentials): Promise<AuthPlan> {
  const { config, privateKeyFile, unlock } = credentials;
  const { user } = config;
  const loaded = await loadFiles(config, privateKeyFile);
  const unusable = loaded.flatMap((one) => ('reason' in one ? [`\`${one.file}\` cannot be used: ${one.reason}.`] : []));
  const notes = [...unusable, ...(await notesOfCertificates(loaded))];
  const files = loaded.filter((one): one is Identity => !('reason' in one));
  const socket = config.identityAgent === 'none' ? null : (config.identityAgent ?? credentials.agentSocket);
  const held = socket === null ? [] : await agentKeys(socket);
  const isHeld = ({ publicKey }: Identity): boolean => held.some((key) => isSame(key, publicKey));
  const fromAgent = held.map((key) => ({
    isNamed: files.some(({ publicKey }) => isSame(key, publicKey)),
    attempt: agentAttempt(user, key, agentSign(socket ?? '', key)),
  }));
  const open = files.filter((file) => !isHeld(file) && file.privateKey !== 'encrypted');
  const locked = files.filter((file) => !isHeld(file) && file.privateKey === 'encrypted');
  const own = open.flatMap((file) => openAttempt(user, file));
  const namedInAgent = fromAgent.filter(({ isNamed }) => isNamed).map(({ attempt }) => attempt);
  const otherInAgent = config.identitiesOnly
    ? []
    : fromAgent.filter(({ isNamed }) => !isNamed).map((one) => one.attempt);
  const middle = privateKeyFile === null ? [...otherInAgent, ...own] : [...own, ...otherInAgent];
  return { attempts: [...namedInAgent, ...middle, ...locked.map((file) => lockedAttempt(user, file, unlock))], notes };
}

async function loadFiles(config: SshConfig, named: string | null): Promise<(Identity | UnusableIdentity)[]> {
  if (named === null) {
    const loaded = await Promise.all(config.identityFiles.map(loadIdentity));
    return loaded.filter((identity) => identity !== null);
  }
  const file = expandHome(named);
  return [(await loadIdentity(file)) ?? { file, reason: 'there is no such file' }];
}

async function notesOfCertificates(identities: readonly { readonly file: string }[]): Promise<string[]> {
  const notes = identities.map(async ({ file }) => {
    const certificate = `${file.replace(/\.pub$/, '')}-cert.pub`;
    const isThere = await access(certificate).then(
      () => true,
      () => false,
    );
    return isThere ? [`\`${certificate}\` is not used: certificates need \`ansible_connection: openssh\`.`] : [];
  });
  return (await Promise.all(notes)).flat();
}

function agentAttempt(username: string, key: ParsedKey, sign: Sign): Attempt {
  return {
    method: 'publickey',
    what: `the agent's key ${key.comment || key.type}`,
    make: async () => ({ type: 'agent', username, agent: new SingleKeyAgent(key, sign) }),
  };
}

function openAttempt(username: string, { file, privateKey }: Identity): Attempt[] {
  if (typeof privateKey === 'string') return [];
  return [{ method: 'publickey', what: file, make: async () => ({ type: 'publickey', username, key: privateKey }) }];
}

function lockedAttempt(username: string, { file, publicKey }: Identity, unlock: Credentials['unlock']): Attempt {
  const shown = publicKey === null ? null : ssh2.utils.parseKey(publicKey);
  const sign: Sign = async (data, hash) => {
    const key = await unlock(file);
    if (key === null) throw new Error(`no passphrase for ${file}`);
    return key.sign(data, hash);
  };
  const make = async (): Promise<AnyAuthMethod | null> => {
    if (shown !== null && !(shown instanceof Error)) {
      return { type: 'agent', username, agent: new SingleKeyAgent(shown, sign) };
    }
    const key = await unlock(file);
    return key === null ? null : { type: 'publickey', username, key };
  };
  return { method: 'publickey', what: file, make };
}

function planPassword({ config, password }: Credentials): Attempt[] {
  if (password === null) return [];
  const username = config.user;
  const attempts: Attempt[] = [];
  const what = 'the password';
  if (config.methods.password) {
    const make = async (): Promise<AnyAuthMethod> => ({ type: 'password', username, password: password.reveal() });
    attempts.push({ method: 'password', what, make });
  }
  if (config.methods.keyboard) {
    const make = async (): Promise<AnyAuthMethod> => keyboardMethod(username, password);
    attempts.push({ method: 'keyboard-interactive', what, make });
  }
  return attempts;
}

/** Answers the one question that can only be for the password, and no other. */
function keyboardMethod(username: string, password: Secret): AnyAuthMethod {
  let answered = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (...[, , , prompts, finish]) => {
      const isPassword = !answered && prompts.length === 1 && prompts[0]?.echo !== true;
      answered = true;
      finish(isPassword ? [password.reveal()] : prompts.map(() => ''));
    },
  };
}

function isSame(key: ParsedKey, publicKey: Buffer | null): boolean {
  return publicKey?.equals(key.getPublicSSH()) === true;
}
