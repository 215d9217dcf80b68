import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError } from '../../base/errors.ts';
import type { Place } from '../ssh/failures.ts';
import { type ControlFiles, isListening, moveFiles, newFiles, removeFiles, sharedFiles } from './control-dir.ts';
import { opensshFailure, slowLogin } from './failures.ts';
import { callEnv, callWords, type SshCall } from './ssh-call.ts';

/** A connection that an ssh in the background holds, for others to go through. */
export interface Master {
  readonly call: SshCall;
  readonly place: Place;
  readonly files: ControlFiles;
  /** It is left to itself in the end, for the next run. */
  readonly isKept: boolean;
}

// PAM may wait some seconds before it says no, and a FIDO key for a finger.
const authMs = 30_000;
// When kmesh was killed, what it left ends by itself.
const idleS = 60;
const endMs = 1_000;

/**
 * Logs in, or finds the connection that an earlier run kept (`ControlPersist`).
 *
 * @throws ConnectError
 */
export async function openMaster(call: SshCall, dir: string, notice: (message: string) => void): Promise<Master> {
  const { target, config } = call;
  const place: Place = { host: target.name, address: `${config.hostName} port ${config.port}` };
  const { controlPersist } = config;
  if (controlPersist === null) {
    const files = newFiles(dir);
    await logIn({ call, place, files, isKept: false }, notice);
    return { call, place, files, isKept: false };
  }
  const files = sharedFiles(dir, [callWords(call), call.agentSocket, config]);
  const master = { call, place, files, isKept: true };
  if (await isListening(files)) return master;
  // Two that come at once each log in; the later one takes the place.
  const own = newFiles(dir);
  await logIn({ ...master, files: own }, notice);
  await moveFiles(own, files);
  return master;
}

/** The arguments for a call that goes through a master, or tells it something. */
export function throughMaster({ files }: Master): string[] {
  return ['-S', files.socket, '-o', 'ControlMaster=no'];
}

/** Why a connection is gone; `null`: its master is there. */
export async function whyLost({ call, place, files }: Master): Promise<ConnectError | null> {
  // A master tells its clients of the end before it stops to listen.
  for (let i = 0; i < 5; i++) {
    if (!(await isListening(files))) {
      return opensshFailure({ call, place, said: await readLog(files), isLoggedIn: true });
    }
    await sleep(20);
  }
  return null;
}

/** Ends the connection and waits until it is gone. */
export async function endMaster({ files }: Master): Promise<void> {
  const { execa } = await import('execa');
  // Without files: what they say means nothing here, and a `Match exec` would run once more.
  await execa('ssh', ['-F', 'none', '-S', files.socket, '-O', 'exit', '--', 'master'], {
    reject: false,
    stdio: 'ignore',
  });
  const until = Date.now() + endMs;
  while (Date.now() < until && (await isListening(files))) await sleep(10);
  await removeFiles(files);
}

async function logIn({ call, place, files }: Master, notice: (message: string) => void): Promise<void> {
  const timeoutMs = Math.ceil(call.target.connectTimeoutMs / 1000) * 1000 + authMs;
  const end = await runLogin(call, files, timeoutMs);
  const said = await readLog(files);
  const isThere = end === 'done' && (await isListening(files));
  if (!isThere) {
    await removeFiles(files);
    if (end === 'no-ssh') throw noSsh(place);
    throw end === 'late' ? slowLogin(place, said, timeoutMs) : opensshFailure({ call, place, said, isLoggedIn: false });
  }
  if (call.target.hostKeyChecking !== 'accept-new') return;
  const [, name, type] = /Permanently added '(.+?)' \((\S+)\)/.exec(said) ?? [];
  if (name !== undefined) notice(`The ${type ?? ''} key of ${place.host} is new, written to known_hosts as ${name}.`);
}

type LoginEnd = 'done' | 'failed' | 'late' | 'no-ssh';

/** Its first process ends when the login is done; another one goes on in the background. */
async function runLogin(call: SshCall, files: ControlFiles, timeoutMs: number): Promise<LoginEnd> {
  const { execa } = await import('execa');
  const persist = call.config.controlPersist ?? String(idleS);
  const own = ['-N', '-E', files.log, '-o', 'LogLevel=INFO', '-S', files.socket];
  const control = ['-o', 'ControlMaster=yes', '-o', `ControlPersist=${persist}`];
  // Not a pipe: what a ProxyCommand says comes here, too, and that lives as long as the connection.
  const log = await open(files.log, 'a', 0o600);
  try {
    const { code, exitCode, timedOut } = await execa(
      'ssh',
      [...own, ...control, ...callWords(call), '--', call.target.address],
      {
        // The types know small numbers alone.
        stdio: ['ignore', 'ignore', log.fd as 3],
        reject: false,
        timeout: timeoutMs,
        // Ctrl-C is for kmesh, and there shall be no terminal to ask on.
        detached: true,
        env: callEnv(call),
      },
    );
    if (code === 'ENOENT') return 'no-ssh';
    return timedOut ? 'late' : exitCode === 0 ? 'done' : 'failed';
  } finally {
    await log.close();
  }
}

async function readLog({ log }: ControlFiles): Promise<string> {
  return await readFile(log, 'utf8').catch(() => '');
}

function noSsh({ host }: Place): ConnectError {
  return new ConnectError(`Cannot connect to ${host}: there is no \`ssh\` on this machine.`, {
    hint: 'Install the OpenSSH client, or use `ansible_connection: ssh`, which needs none.',
  });
}
