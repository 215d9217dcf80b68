import { randomBytes } from 'node:crypto';
import { ConnectError } from '../../base/errors.ts';
import { describeEnd } from './channel.ts';
import type { Greeting, Refusal } from './greet.ts';
import { shellCommand } from './shell-command.ts';

/** A command that starts a shell, and how to wait for it. */
export interface Opening {
  readonly command: string;
  readonly greeting: Greeting;
}

/** The shell of the login user. */
export function loginOpening(host: string, user: string, timeoutMs: number): Opening {
  const token = newToken();
  const refused = (refusal: Refusal): ConnectError => noShell(`\`${user}\` gets no shell on ${host}`, refusal);
  return { command: shellCommand(token), greeting: { token, timeoutMs, prompt: null, refused } };
}

/** A word that nothing else on the host says. It shows in its process list, so it guards nothing. */
export function newToken(): string {
  return `kmesh-${randomBytes(8).toString('hex')}`;
}

/** The error for a shell that did not come: what was tried, what was said in its place, how it ended. */
export function noShell(what: string, { said, ended }: Refusal): ConnectError {
  const hint = 'kmesh needs a login that may run `/bin/sh`.';
  if (ended?.lost) return new ConnectError(`${what}: ${ended.lost.message}`, { cause: ended.lost });
  const how = ended === null ? 'no answer came in time' : `it ended (${describeEnd(ended)})`;
  return new ConnectError(said === '' ? `${what}: ${how}.` : `${what}: ${how} and said: ${said}`, { hint });
}
