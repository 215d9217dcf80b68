import { ConnectError } from '../../base/errors.ts';
import { closedFailure, connectFailure, type Place, type Stage, timeoutFailure } from '../ssh/failures.ts';
import type { SshCall } from './ssh-call.ts';

/** What is known about an ssh that ended, or has to be. */
export interface Failure {
  readonly call: SshCall;
  readonly place: Place;
  /** Its messages, all of them. */
  readonly said: string;
  readonly isLoggedIn: boolean;
}

/** The error for an ssh that did not log in, or whose connection broke, from what it said. */
export function opensshFailure({ call, place, said, isLoggedIn }: Failure): ConnectError {
  const lines = said.split('\n').map((line) => line.trim());
  const meant = lines.filter((line) => line !== '' && !line.startsWith('Warning: Permanently added'));
  const lastLine = meant.at(-1);
  if (lastLine === undefined) return silent(place, isLoggedIn);
  const last = new Error(lastLine);
  const stage = isLoggedIn ? 'ready' : 'handshake';
  for (const { when, what } of explanations) {
    const found = when.exec(said);
    if (found !== null) return what({ call, place, stage, found, said, last });
  }
  return connectFailure(last, place, stage);
}

// A master in the background has no stderr to tell on that the host hung up.
function silent({ host, address }: Place, isLoggedIn: boolean): ConnectError {
  if (!isLoggedIn) return new ConnectError(`Cannot connect to ${host}: ssh ended without a word.`);
  return new ConnectError(`The connection to ${host} is gone: ${address} closed it, or its ssh was ended.`);
}

/** The error for a login that takes too long although a connection is there. */
export function slowLogin(place: Place, said: string, timeoutMs: number): ConnectError {
  return timeoutFailure(place, 'auth', timeoutMs, new Error(said.trim().split('\n').at(-1)));
}

interface Told extends Pick<Failure, 'call' | 'place' | 'said'> {
  readonly stage: Stage;
  readonly found: RegExpExecArray;
  /** The last line, to be kept as the cause. */
  readonly last: Error;
}

interface Explanation {
  readonly when: RegExp;
  readonly what: (told: Told) => ConnectError;
}

// As OpenSSH 8.4 to 10 say it; the first that is found counts. What comes last may be the effect of what came first.
const explanations: readonly Explanation[] = [
  { when: /Could not resolve hostname (\S+): Temporary failure/, what: bySystem('EAI_AGAIN') },
  { when: /Could not resolve hostname (\S+):/, what: bySystem('ENOTFOUND') },
  { when: /connect to host (\S+) port (\d+): Connection refused/, what: bySystem('ECONNREFUSED') },
  {
    when: /connect to host (\S+) port (\d+): (?:No route to host|Network is unreachable)/,
    what: bySystem('ENETUNREACH'),
  },
  { when: /connect to host (\S+) port (\d+): (?:Connection|Operation) timed out/, what: late('connecting') },
  { when: /Connection timed out during banner exchange/, what: late('silent') },
  { when: /Connection to \S+ port \d+ timed out/, what: late('handshake') },
  {
    when: /Timeout, server \S+ not responding/,
    what: ({ place, stage }) => connectFailure(new Error('Keepalive timeout'), place, stage),
  },
  { when: /REVOKED HOST KEY|host key .* revoked/i, what: revokedKey },
  { when: /REMOTE HOST IDENTIFICATION HAS CHANGED/, what: changedKey },
  { when: /No (\S+) host key is known for (.+?) and you have requested strict checking/, what: unknownKey },
  { when: /Host key verification failed/, what: unknownKey },
  { when: /Unable to negotiate with .*?: (no matching [^.]+ found.*)/, what: noAlgorithm },
  { when: /Too many authentication failures/, what: ({ last, place, stage }) => connectFailure(last, place, stage) },
  { when: /Permission denied(?: \((.*)\))?/, what: denied },
  {
    when: /banner exchange: .*invalid format|Bad remote protocol version|too many (?:lines|characters) before/i,
    what: noSsh,
  },
  { when: /banner exchange: .*Connection (?:reset|refused)|Connection reset by/, what: bySystem('ECONNRESET') },
  { when: /kex_exchange_identification: (?:Connection closed|read: )/, what: hungUp },
  { when: /closed by remote host|Connection closed by/, what: closed(null) },
];

/** As the same thing is told of a socket that kmesh opened itself. */
function bySystem(code: string): Explanation['what'] {
  return ({ place, found, last, stage }) => connectFailure(Object.assign(last, { code }), placeOf(place, found), stage);
}

function late(stage: Stage): Explanation['what'] {
  return ({ call, place, found, last }) =>
    timeoutFailure(placeOf(place, found), stage, call.target.connectTimeoutMs, last);
}

function closed(stage: Stage | null): Explanation['what'] {
  return ({ place, stage: own, last }) => closedFailure(place, own === 'ready' ? own : (stage ?? own), last);
}

function noSsh({ place, last }: Told): ConnectError {
  return connectFailure(new Error('Invalid identification', { cause: last }), place, 'handshake');
}

function hungUp(told: Told): ConnectError {
  const { call, place, last } = told;
  const { proxyCommand, proxyJump } = call.config;
  if (proxyCommand === null && proxyJump.length === 0) return closed('silent')(told);
  const what = proxyCommand === null ? `there is no way through ${proxyJump.join(', ')}` : 'its ProxyCommand ended';
  // ssh throws away what those say as soon as a connection may be kept.
  const hint = `Start ssh by hand to see why: ssh ${call.target.address}`;
  return new ConnectError(`Cannot connect to ${place.host}: ${what}.`, { hint, cause: last });
}

function noAlgorithm({ place, found, last }: Told): ConnectError {
  const message = `Cannot connect to ${place.host}: no algorithm in common with ${place.address} (${found[1] ?? ''}).`;
  const hint = 'Allow one of those in ssh_config, with `KexAlgorithms`, `HostKeyAlgorithms`, `Ciphers` or `MACs`.';
  return new ConnectError(message, { hint, cause: last });
}

function unknownKey({ place, found, last }: Told): ConnectError {
  const type = found[1] === undefined ? '' : ` (${found[1]}, as \`${found[2] ?? ''}\`)`;
  return new ConnectError(`The host key of ${place.host} is not known${type}.`, {
    hint: 'Accept new keys with `--host-key-checking accept-new`, or add it with ssh-keyscan after comparing it.',
    cause: last,
  });
}

function changedKey({ place, said, last }: Told): ConnectError {
  const shown = /fingerprint for the (\S+) key sent by the remote host is\s+(\S+?)\.?\s/.exec(said);
  const known = /Offending \S+ key in (\S+)/.exec(said)?.[1];
  const shows = shown === null ? '' : `: it shows ${shown[1] ?? ''} ${shown[2] ?? ''}`;
  const from = known === undefined ? '' : ` (known is ${known})`;
  return new ConnectError(`The host key of ${place.host} is not the known one${shows}${from}.`, {
    hint: 'Somebody may be in between. If the host was set up anew, remove the old key with `ssh-keygen -R`.',
    cause: last,
  });
}

function revokedKey({ place, last }: Told): ConnectError {
  return new ConnectError(`The host key of ${place.host} is revoked.`, {
    hint: 'Somebody may have a copy of the key. Do not log in until you know why it was revoked.',
    cause: last,
  });
}

function denied({ call, place, found, last, said }: Told): ConnectError {
  const allowed = found[1] === undefined ? '' : ` It allows ${found[1].replaceAll(',', ', ')}.`;
  const message = `${place.host} refuses each key for \`${call.config.user}\`.${allowed}`;
  return new ConnectError(message, { hint: hintOfDenial(call, said), cause: last });
}

function hintOfDenial({ target }: SshCall, said: string): string {
  const file = /Identity file (\S+) not accessible/.exec(said)?.[1];
  if (file !== undefined) return `\`${file}\` cannot be read.`;
  if (/UNPROTECTED PRIVATE KEY FILE/.test(said)) return 'Others can read the key file; chmod 600 it.';
  if (target.password !== null) {
    return 'The password was not used: passwords need `ansible_connection: ssh`, which is the default.';
  }
  return 'ssh may ask for nothing here: a key with a passphrase has to be in an agent (`ssh-add`).';
}

function placeOf(place: Place, [, host, port]: RegExpExecArray): Place {
  if (host === undefined) return place;
  // It may be a jump host that cannot be reached.
  return place.address.startsWith(`${host} `)
    ? place
    : { ...place, address: `${host}${port === undefined ? '' : ` port ${port}`}` };
}
