interface Who {
  /** The bits a clause may touch. */
  readonly scope: number;
  /** Nobody was named: the umask holds bits back, and `=` clears all. */
  readonly isEveryone: boolean;
}

const bitsOfWho: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };

// Everything on a host runs with this one; see umask(2).
const umask = 0o022;

const action = '[-+=]([rwxXst]*|[ugo])';
const clause = `([ugoa]+(${action})+|${action})`;

/** What `mode` args may look like: `644`, `'0644'`, `u=rwX,go-w`, `g=u`; not `-rw-r--r--`, as `ls` prints them. */
export const modePattern = `^(0?[0-7]{3,4}|${clause}(,${clause})*)$`;

/**
 * The mode that `chmod MODE` would leave, as four octal digits; see chmod(1).
 *
 * @param mode octal (`644`, `0644`) or symbolic (`u=rwX,go-w`)
 * @param before four octal digits: what symbolic modes start from
 */
export function modeAfter(mode: string, before: string, isDirectory: boolean): string {
  if (/^[0-7]+$/.test(mode)) return mode.slice(-4).padStart(4, '0');
  let bits = Number.parseInt(before, 8);
  for (const part of mode.split(',')) bits = applyClause(part, bits, isDirectory);
  return bits.toString(8).padStart(4, '0');
}

function applyClause(part: string, before: number, isDirectory: boolean): number {
  const [, names = '', actions = ''] = /^([ugoa]*)(.*)$/.exec(part) ?? [];
  const scope = (names || 'a').split('').reduce((sum, letter) => sum | (bitsOfWho[letter] ?? 0), 0);
  let bits = before;
  for (const [, operator = '', permissions = ''] of actions.matchAll(/([-+=])([^-+=]*)/g)) {
    bits = applyAction(operator, permissions, { bits, isDirectory, who: { scope, isEveryone: names === '' } });
  }
  return bits;
}

interface ActionContext {
  readonly bits: number;
  readonly isDirectory: boolean;
  readonly who: Who;
}

function applyAction(operator: string, permissions: string, { bits, isDirectory, who }: ActionContext): number {
  const held = who.isEveryone ? umask : 0;
  const wanted =
    permissions.split('').reduce((sum, letter) => sum | permissionBits(letter, bits, isDirectory), 0) &
    who.scope &
    ~held;
  if (operator === '+') return bits | wanted;
  if (operator === '-') return bits & ~wanted;
  // `=` on a directory keeps its set-ID bits unless they are named, as GNU chmod does.
  const cleared = isDirectory ? who.scope & 0o1777 : who.scope;
  return (bits & ~cleared) | wanted;
}

function permissionBits(letter: string, bits: number, isDirectory: boolean): number {
  switch (letter) {
    case 'r':
      return 0o444;
    case 'w':
      return 0o222;
    case 'x':
      return 0o111;
    case 'X':
      return isDirectory || (bits & 0o111) !== 0 ? 0o111 : 0;
    case 's':
      return 0o6000;
    case 't':
      return 0o1000;
    case 'u':
      return ((bits >> 6) & 7) * 0o111;
    case 'g':
      return ((bits >> 3) & 7) * 0o111;
    case 'o':
      return (bits & 7) * 0o111;
    default:
      return 0;
  }
}
