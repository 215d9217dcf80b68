import { sh, raw } from '../base/shell.ts';
import type { ConnectError } from '../base/errors.ts';
import { isUserName } from '../base/user-name.ts';
import { type Become, BecomeError } from './session.ts';
import type { Refusal } from './shell/greet.ts';
import { newToken, noShell, type Opening } from './shell/opening.ts';
import { shellWords } from './shell/shell-command.ts';

/** Who becomes whom, where. */
export interface Switch {
  readonly host: string;
  readonly loginUser: string;
  readonly become: Become;
  readonly timeoutMs: number;
}

/**
 * A shell as another user, through sudo(8).
 *
 * The password goes to sudo's stdin, once, and only after sudo asked for it with a prompt that nobody could know
 * before. Without a password sudo is told not to ask. Its messages are wanted in English, to be told apart.
 */
export function becomeOpening({ host, loginUser, become, timeoutMs }: Switch): Opening {
  const token = newToken();
  const { user, password } = become;
  if (!isUserName(user)) throw new BecomeError(`\`${user}\` can not be the name of a user on ${host}.`);
  const prompt = `${newToken()}:`;
  const asking = password === null ? sh`-n` : sh`-S -p ${prompt}`;
  const command = sh`exec env LC_ALL=C sudo -H ${raw(asking)} -u ${user} -- ${raw(shellWords(token))}`;
  const refused = (refusal: Refusal): ConnectError => explain({ host, loginUser, become, timeoutMs }, refusal);
  const answer = password === null ? null : { text: prompt, answer: password.reveal() };
  return { command, greeting: { token, timeoutMs, prompt: answer, refused } };
}

interface Explanation {
  readonly said: RegExp;
  readonly means: (who: { readonly login: string; readonly user: string; readonly host: string }) => string;
  readonly hint: string | null;
}

const askForPassword =
  'Give the password with `--ask-become-pass` or `ansible_become_password`, or allow it by NOPASSWD.';

// As sudo 1.8 and 1.9 say it.
const explanations: readonly Explanation[] = [
  {
    said: /not in the sudoers file|may not run sudo/,
    means: ({ login, host }) => `\`${login}\` is not in the sudoers file of ${host}`,
    hint: 'Add a rule below /etc/sudoers.d/ on the host, or log in as another user.',
  },
  {
    said: /is not allowed to execute/,
    means: ({ login, user, host }) => `sudo on ${host} does not let \`${login}\` run /bin/sh as \`${user}\``,
    hint: 'kmesh needs a rule that allows /bin/sh; a list of single commands is not enough.',
  },
  {
    said: /a password is required|no password was provided/,
    means: ({ login, host }) => `sudo on ${host} wants the password of \`${login}\``,
    hint: askForPassword,
  },
  {
    said: /incorrect password|try again/,
    means: ({ login, host }) => `sudo on ${host} refused the password of \`${login}\``,
    hint: 'It was sent once and is not tried again.',
  },
  {
    said: /unknown user|invalid user/,
    means: ({ user, host }) => `There is no user \`${user}\` on ${host}`,
    hint: null,
  },
  {
    said: /must have a tty/,
    means: ({ login, host }) => `sudo on ${host} wants a terminal (requiretty)`.concat(` from \`${login}\``),
    hint: 'Say `Defaults:USER !requiretty` in its sudoers file.',
  },
  {
    said: /sudo['’:\s]+(?:command )?not found|sudo.*No such file|Unknown command/,
    means: ({ host }) => `There is no sudo on ${host}`,
    hint: 'Install sudo there, or log in as the user itself.',
  },
];

function explain({ host, loginUser, become }: Switch, refusal: Refusal): ConnectError {
  const who = { login: loginUser, user: become.user, host };
  const refusedAgain = refusal.kind === 'prompted-again' ? 'incorrect password' : refusal.said;
  const known = explanations.find(({ said }) => said.test(refusedAgain));
  if (known !== undefined) return new BecomeError(`${known.means(who)}.`, { hint: known.hint });
  const { message, hint, cause } = noShell(`\`${loginUser}\` cannot become \`${become.user}\` on ${host}`, refusal);
  // A connection that went away is no answer of sudo's.
  return refusal.ended?.lost ?? new BecomeError(message, { hint, cause });
}
