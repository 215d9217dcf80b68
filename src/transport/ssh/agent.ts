import ssh2, { type ParsedKey } from 'ssh2';

/** Signs with a key that is not at hand. */
export type Sign = (data: Buffer, hash: string | undefined) => Promise<Buffer>;

const listings = new Map<string, Promise<readonly ParsedKey[]>>();

/** The keys that an agent holds, asked for once per process. An agent that does not answer holds none. */
export async function agentKeys(socket: string): Promise<readonly ParsedKey[]> {
  let keys = listings.get(socket);
  if (keys === undefined) listings.set(socket, (keys = listKeys(socket)));
  return await keys;
}

/** Signs through an agent. */
export function agentSign(socket: string, key: ParsedKey): Sign {
  return async (data, hash) =>
    await new Promise((resolve, reject) => {
      const options = hash === undefined ? {} : { hash: hash as 'sha256' };
      new ssh2.OpenSSHAgent(socket).sign(key, data, options, (error, signature) => {
        if (error instanceof Error) return reject(error);
        return signature === undefined ? reject(new Error('no signature')) : resolve(signature);
      });
    });
}

/**
 * An agent that holds one key. ssh2 offers the public half first and asks for a signature only when the host would take
 * it, so the signer may ask a user, or another agent.
 */
export class SingleKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #key: ParsedKey;
  readonly #sign: Sign;

  constructor(key: ParsedKey, sign: Sign) {
    super();
    this.#key = key;
    this.#sign = sign;
  }

  override getIdentities(done: (error: Error | null, keys?: ParsedKey[]) => void): void {
    done(null, [this.#key]);
  }

  override sign(...[, data, options, done]: SignArguments): void {
    const answer = typeof options === 'function' ? options : done;
    const hash = typeof options === 'function' ? undefined : options?.hash;
    this.#sign(data, hash).then(
      (signature) => answer?.(null, signature),
      (error: unknown) => answer?.(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

type SignCallback = (error?: Error | null, signature?: Buffer) => void;
type SignArguments = [
  key: ParsedKey,
  data: Buffer,
  options?: { readonly hash?: string } | SignCallback,
  done?: SignCallback,
];

function listKeys(socket: string): Promise<readonly ParsedKey[]> {
  return new Promise((resolve) => {
    new ssh2.OpenSSHAgent(socket).getIdentities((error, keys) => {
      // The types know of other forms; this agent gives parsed keys.
      resolve(error instanceof Error || keys === undefined ? [] : (keys as ParsedKey[]));
    });
  });
}
