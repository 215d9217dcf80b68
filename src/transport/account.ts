import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The name of the account that runs this, or its number where it has none (in containers). */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 0);
  }
}

/** The account's home as ssh sees it: the one of the account, not `$HOME`. */
export function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

/** A path in which a leading `~/` stands for the home. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? join(accountHome(), path.slice(2)) : path;
}
