/** What one piece of shell text said on a host. */
export interface Reply {
  /** 128 + n: ended by signal n. Never 0 when `timedOut` or `truncated`. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut: boolean;
  /** It said more than is kept of one stream and was killed for it; only the beginning was kept. */
  readonly truncated: boolean;
}
