import type { AnyAuthMethod, NextAuthHandler } from 'ssh2';
import { ConnectError } from '../../base/errors.ts';
import type { Attempt, AuthPlan } from './auth.ts';

/** Goes through an auth plan as the host answers, and can say afterwards why nothing worked. */
export class AuthRun {
  readonly #plan: AuthPlan;
  readonly #username: string;
  readonly #tried: Attempt[] = [];
  #next = 0;
  /** `null`: not told yet. */
  #allowed: readonly string[] | null = null;
  #hasAsked = false;
  #notes: readonly string[];

  constructor(plan: AuthPlan, username: string) {
    this.#plan = plan;
    this.#username = username;
    this.#notes = plan.notes;
  }

  /** What ssh2 calls for the first and after each refused attempt. */
  readonly handler = (allowed: readonly string[] | null, _partial: boolean | null, next: NextAuthHandler): void => {
    this.#allowed = allowed ?? this.#allowed;
    void this.#nextMethod().then(next as (method: AnyAuthMethod | false) => void);
  };

  /** Something went wrong in an attempt that is not the host's refusal. */
  note(text: string): void {
    this.#notes = [...this.#notes, text];
  }

  /** Why the host let nobody in. */
  failure(host: string): ConnectError {
    const who = `\`${this.#username}\``;
    const allowed = this.#allowed === null ? '' : ` It allows ${this.#allowed.join(', ') || 'nothing'}.`;
    const hint = this.#notes.length === 0 ? null : this.#notes.join(' ');
    if (this.#tried.length === 0) {
      const message = `There is nothing to log in to ${host} with as ${who}.${allowed}`;
      return new ConnectError(message, { hint: hint ?? 'Name a key file, start an agent, or give a password.' });
    }
    const isPassword = this.#tried.some(({ method }) => method !== 'publickey');
    const keys = this.#tried.filter(({ method }) => method === 'publickey').map(({ what }) => what);
    const refusals = [
      ...(isPassword ? [`the password of ${who}`] : []),
      ...(keys.length > 0 ? [`${isPassword ? 'keys' : `each key for ${who}`} (${keys.join(', ')})`] : []),
    ];
    return new ConnectError(`${host} refuses ${refusals.join(' and ')}.${allowed}`, { hint });
  }

  async #nextMethod(): Promise<AnyAuthMethod | false> {
    for (let attempt = this.#take(); attempt !== null; attempt = this.#take()) {
      const method = await attempt.make().catch((error: unknown) => {
        this.note(`${attempt.what}: ${error instanceof Error ? error.message : String(error)}.`);
        return null;
      });
      if (method === null) continue;
      this.#tried.push(attempt);
      return method;
    }
    if (this.#allowed !== null || this.#hasAsked) return false;
    // Nothing that was tried makes ssh2 tell what the host allows; this does.
    this.#hasAsked = true;
    return { type: 'none', username: this.#username };
  }

  #take(): Attempt | null {
    for (;;) {
      const attempt = this.#plan.attempts[this.#next];
      if (attempt === undefined) return null;
      this.#next += 1;
      if (this.#isWorthIt(attempt)) return attempt;
    }
  }

  #isWorthIt({ method }: Attempt): boolean {
    if (this.#allowed === null) return method !== 'keyboard-interactive' || !this.#hasTriedPassword();
    // A password that was refused is not sent another way.
    if (method === 'keyboard-interactive' && this.#allowed.includes('password') && this.#hasTriedPassword())
      return false;
    return this.#allowed.includes(method);
  }

  #hasTriedPassword(): boolean {
    return this.#tried.some(({ method }) => method === 'password');
  }
}
