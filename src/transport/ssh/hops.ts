import type { Duplex } from 'node:stream';
import { ConnectError } from '../../base/errors.ts';
import { within } from '../shell/within.ts';
import { type Place, timeoutFailure } from './failures.ts';
import type { Login } from './login.ts';

/** A login to a jump host that several connections go through. */
export interface Hop {
  /** What it is called in messages. */
  readonly name: string;
  readonly login: Login;
  /** Lets go of it; it is closed when nobody holds it any more. */
  readonly release: () => Promise<void>;
}

/** A login to a jump host, and the one it goes through itself. */
export interface OpenedHop {
  readonly login: Login;
  readonly before: Hop | null;
}

interface Held {
  readonly opened: Promise<OpenedHop>;
  holders: number;
}

const held = new Map<string, Held>();

/**
 * A login to a jump host, shared by all that come with the same key: fifty hosts behind one need one login there, not
 * fifty at once that its MaxStartups refuses.
 *
 * @throws ConnectError
 */
export async function holdHop(key: string, name: string, open: () => Promise<OpenedHop>): Promise<Hop> {
  const known = held.get(key);
  const isGone = known !== undefined && (await known.opened.then(({ login }) => login.lost !== null).catch(() => true));
  const entry = known === undefined || isGone ? { opened: open(), holders: 0 } : known;
  held.set(key, entry);
  entry.holders += 1;
  let isHeld = true;
  const release = async (): Promise<void> => {
    if (!isHeld) return;
    isHeld = false;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    if (held.get(key) === entry) held.delete(key);
    await entry.opened.then(close).catch(() => {});
  };
  try {
    return { name, login: (await entry.opened).login, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function close({ login, before }: OpenedHop): Promise<void> {
  await login.end();
  await before?.release();
}

/** A stream to an address as seen from the jump host. */
export async function forward(hop: Hop, place: Place, to: Destination, timeoutMs: number): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    if (hop.login.lost !== null) return reject(hop.login.lost);
    hop.login.client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, stream) => {
      if (error === undefined) return resolve(stream);
      reject(hop.login.lost ?? forwardFailure(hop, place, error));
    });
  });
  const stream = await within(timeoutMs, opened);
  if (stream !== null) return stream;
  opened.then((late) => late.destroy()).catch(() => {});
  throw timeoutFailure({ ...place, address: `${place.address} (through ${hop.name})` }, 'connecting', timeoutMs);
}

interface Destination {
  readonly host: string;
  readonly port: number;
}

function forwardFailure(hop: Hop, { host, address }: Place, error: Error & { reason?: unknown }): ConnectError {
  const said = error.message.replace('(SSH) Channel open failure: ', '');
  // 1: administratively prohibited (RFC 4254, 5.1).
  if (error.reason === 1) {
    return new ConnectError(`Cannot connect to ${host}: ${hop.name} forwards nothing to ${address} (${said}).`, {
      hint: 'Its sshd needs `AllowTcpForwarding yes`.',
    });
  }
  return new ConnectError(`Cannot connect to ${host}: ${hop.name} cannot reach ${address} (${said}).`, {
    cause: error,
  });
}
