import type { Area } from '../base/footprint.ts';
import type { ArgSchema } from './module.ts';

/** What programs that change accounts write. */
export const accountFiles: readonly Area[] = [
  'account:*',
  'path:/etc/passwd',
  'path:/etc/group',
  'path:/etc/shadow',
  'path:/etc/gshadow',
];

/** The schema of a user's or group's name; see useradd(8). */
export function accountName(description: string): ArgSchema {
  return { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]*[$]?$', maxLength: 32, description };
}
