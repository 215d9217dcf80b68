import { ProbeError } from '../base/errors.ts';
import { sh } from '../base/shell.ts';
import { ask, type Probe, type ProbeKind, textOf } from './probe.ts';

/** What the account files of a host say about a name. See passwd(5), group(5), shadow(5). */
export interface AccountState {
  /** `null`: there is no such user. */
  readonly user: UserState | null;
  /** The group of the same name; `null`: there is none. */
  readonly group: GroupState | null;
  /** All groups. */
  readonly groups: readonly GroupState[];
  /** What makes accounts: `useradd` and the like, or BusyBox's `adduser`. */
  readonly tools: 'busybox' | 'none' | 'shadow';
}

/** A user. */
export interface UserState {
  readonly uid: number;
  readonly gid: number;
  /** Full name and the like. */
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** The password; `null`: not asked for. */
  readonly password: PasswordState | null;
}

/** As much of a password as leaves the host. */
export interface PasswordState {
  readonly isLocked: boolean;
  /** Of the hash without the mark of a lock, lower-case hex. */
  readonly sha256: string;
  /** Days since 1970 from which on the account is closed; `null`: never. */
  readonly expires: number | null;
}

/** A group. */
export interface GroupState {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** What to find out about a name. */
export interface AccountQuestion {
  readonly name: string;
  /** Root only. */
  readonly password: boolean;
}

/** Asks the account files of the host, not its directory services, about a user or group of a name. */
export function account(name: string, { password = false }: { readonly password?: boolean } = {}): Probe<AccountState> {
  return ask(accountKind, { name, password });
}

export const accountKind: ProbeKind<AccountQuestion, AccountState> = {
  name: 'account',
  reads: () => ['account:*', 'path:/etc/passwd', 'path:/etc/group', 'path:/etc/shadow'],
  isTidy: true,
  // The hash of a password stays on the host: a hash of it is enough to compare.
  script(questions) {
    const names = [...new Set(questions.filter((q) => q.password).map((q) => q.name))];
    return sh`if command -v useradd >/dev/null; then echo shadow; elif command -v adduser >/dev/null; then echo busybox; else echo none; fi
printf '\\0'; e=; grep -H '' /etc/passwd /etc/group || e=1
printf '\\0'
for n in ${names}; do while IFS=: read -r u h a b c d e x y; do [ "$u" = "$n" ] || continue
l=; case $h in '!'*) l=1; h=\${h#!} ;; esac; s=$(printf %s "$h" | sha256sum); printf '%s:%s:%s:%s\\n' "$u" "$l" "\${s%% *}" "$x"; done </etc/shadow || e=1; done
printf '\\0'; [ -z "$e" ]
`;
  },
  parse(reply, questions) {
    const [tools = '', files, shadow, end] = textOf(reply, 'Accounts').split('\0');
    if (files === undefined || shadow === undefined || end === undefined) {
      throw new ProbeError('The host did not tell all about its accounts.');
    }
    const passwd = linesOf('/etc/passwd', files);
    const groups = fieldsOf(linesOf('/etc/group', files)).flatMap(groupOf);
    return questions.map(({ name, password }) => ({
      user: userOf(name, fieldsOf(passwd), password ? fieldsOf(shadow) : null),
      group: groups.find((each) => each.name === name) ?? null,
      groups,
      tools: toolsOf(tools.trim()),
    }));
  },
};

function toolsOf(word: string): AccountState['tools'] {
  return word === 'shadow' || word === 'busybox' ? word : 'none';
}

// As `grep -H` prints them.
function linesOf(path: string, files: string): string {
  const lines = files.split('\n').filter((line) => line.startsWith(`${path}:`));
  return lines.map((line) => line.slice(path.length + 1)).join('\n');
}

function fieldsOf(text: string): (readonly string[])[] {
  return text.split('\n').map((line) => line.split(':'));
}

function groupOf([name, , gid, members]: readonly string[]): GroupState[] {
  if (name === undefined || gid === undefined || !/^\d+$/.test(gid)) return [];
  return [{ name, gid: Number(gid), members: (members ?? '').split(',').filter((member) => member !== '') }];
}

function userOf(
  name: string,
  passwd: readonly (readonly string[])[],
  shadow: readonly (readonly string[])[] | null,
): UserState | null {
  const line = passwd.find((fields) => fields[0] === name);
  if (line === undefined) return null;
  const [, , uid, gid, comment = '', home = '', shell = ''] = line;
  if (!/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? ''))
    throw new ProbeError(`The line of \`${name}\` in /etc/passwd is broken.`);
  return {
    uid: Number(uid),
    gid: Number(gid),
    comment,
    home,
    shell,
    password: shadow === null ? null : passwordOf(name, shadow),
  };
}

// `x` in /etc/passwd and no line in /etc/shadow: no password was ever set.
function passwordOf(name: string, shadow: readonly (readonly string[])[]): PasswordState {
  const [, locked = '', sha256 = '', expires = ''] = shadow.find((fields) => fields[0] === name) ?? [];
  return { isLocked: locked !== '', sha256, expires: /^\d+$/.test(expires) ? Number(expires) : null };
}
