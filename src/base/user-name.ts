/**
 * Whether a text may name a user to sudo(8): `#` and a number, or a name without what means something to a shell, in a
 * path or in `passwd`. Names of directories, such as `DOMAIN\user` and `user@domain`, are among them.
 */
export function isUserName(text: string): boolean {
  return text.length <= 256 && (/^#\d+$/.test(text) || name.test(text));
}

const name = /^[\p{L}\p{N}_.][\p{L}\p{N}_.@\\+-]*\$?$/u;
