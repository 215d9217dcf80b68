import { createHash } from 'node:crypto';
import type { Content } from './change.ts';

/** Content that was made in memory; text is UTF-8. */
export function contentOf(made: string | Buffer): Content {
  const bytes = typeof made === 'string' ? Buffer.from(made, 'utf8') : made;
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, bytes, file: null };
}
