import { ConnectError } from '../../base/errors.ts';

/** Where something is reached, for messages. */
export interface Place {
  /** The inventory's name. */
  readonly host: string;
  /** As `10.0.0.1 port 22`. */
  readonly address: string;
}

/** How far a connection has come. */
export type Stage = 'connecting' | 'silent' | 'noise' | 'handshake' | 'auth' | 'ready';

/** The error for a connection that could not be made, or broke, from what the socket or ssh2 said. */
export function connectFailure(cause: unknown, { host, address }: Place, stage: Stage): ConnectError {
  const first = cause instanceof AggregateError ? (cause.errors as readonly unknown[])[0] : cause;
  const code = codeOf(first);
  const text = first instanceof Error ? first.message : String(first);
  const named = code === null ? undefined : bySystemCode[code];
  const found = named ?? bySshMessage.find(({ said }) => said.test(text));
  const what = found === undefined ? `${address}: ${text}` : found.what(address, text);
  return new ConnectError(`Cannot ${stage === 'ready' ? 'keep the connection to' : 'connect to'} ${host}: ${what}.`, {
    hint: found?.hint ?? null,
    cause,
  });
}

/** The error for a host that takes too long. */
export function timeoutFailure(
  { host, address }: Place,
  stage: Stage,
  timeoutMs: number,
  cause?: unknown,
): ConnectError {
  const what = {
    connecting: `${address} did not answer within ${timeoutMs} ms`,
    silent: `${address} took the connection but said nothing within ${timeoutMs} ms`,
    noise: `what answers on ${address} is no SSH server`,
    handshake: `${address} did not finish the handshake within ${timeoutMs} ms`,
    auth: `${address} did not finish the login within ${timeoutMs} ms`,
    ready: `${address} does not answer`,
  }[stage];
  const hint = stage === 'connecting' ? 'Is it up, and does a firewall let ssh through?' : null;
  return new ConnectError(`Cannot connect to ${host}: ${what}.`, { hint, cause });
}

/** The error for a connection that the host closed without a word. */
export function closedFailure({ host, address }: Place, stage: Stage, cause?: unknown): ConnectError {
  if (stage === 'ready') return new ConnectError(`The connection to ${host} was closed by ${address}.`, { cause });
  const hint =
    stage === 'silent' ? 'sshd does so when too many log in at once (MaxStartups), or by a deny list.' : null;
  const when = {
    connecting: '',
    silent: ' before it said anything',
    noise: ' and is no SSH server',
    handshake: ' in the handshake',
    auth: ' in the login',
  };
  return new ConnectError(`Cannot connect to ${host}: ${address} closed the connection${when[stage]}.`, {
    hint,
    cause,
  });
}

interface Explanation {
  readonly what: (address: string, text: string) => string;
  readonly hint?: string;
}

const unreachable: Explanation = { what: (address) => `there is no route to ${address}` };
const unknownName: Explanation = {
  what: (address) => `the name of ${address} cannot be resolved`,
  hint: 'Correct `ansible_host`, or add the name to DNS or /etc/hosts.',
};

const bySystemCode: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    what: (address) => `${address} refuses the connection`,
    hint: 'Is sshd running, and on that port (`ansible_port`)?',
  },
  ECONNRESET: { what: (address) => `${address} reset the connection` },
  EPIPE: { what: (address) => `${address} reset the connection` },
  ETIMEDOUT: {
    what: (address) => `${address} does not answer`,
    hint: 'Is it up, and does a firewall let ssh through?',
  },
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unknownName,
  EAI_AGAIN: { what: (address) => `no name server answers for ${address}` },
};

const algorithms =
  'Say `ansible_connection: openssh`: your own ssh may know one. Or allow another on the host (`KexAlgorithms`, `HostKeyAlgorithms`).';

const bySshMessage: readonly (Explanation & { readonly said: RegExp })[] = [
  { said: /Keepalive timeout/, what: (address) => `${address} does not answer any more` },
  {
    said: /no matching (?:key exchange|host key|[CS]->[CS])/,
    what: (address, text) => `no algorithm in common with ${address} (${text.replace(/^Handshake failed: /, '')})`,
    hint: algorithms,
  },
  {
    said: /Invalid (?:header|identification)|Max greeting lines|Header line too long/,
    what: (address) => `what answers on ${address} is no SSH server`,
  },
  {
    said: /Too many authentication failures/,
    what: (address) => `${address} ended the login after too many keys`,
    hint: 'Name the key to use (`ansible_ssh_private_key_file`), or say `IdentitiesOnly yes`.',
  },
];

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
