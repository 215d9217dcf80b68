import { createHash } from 'node:crypto';
import type { Data } from '../../base/node.ts';
import { stringAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';

/** Base64 of a text's UTF-8. */
export function b64encode(args: readonly Data[]): string {
  return Buffer.from(stringAt(args, 0), 'utf8').toString('base64');
}

/** The text that base64 stands for; white space in it does not count. */
export function b64decode(args: readonly Data[]): string {
  const packed = stringAt(args, 0).replace(/\s+/g, '');
  const isBase64 = packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
  if (!isBase64) throw wrongArgument(args, 0, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    throw new CallProblem('it stands for bytes that are no text', 0);
  }
}

const algorithms = ['sha256', 'sha512', 'sha384', 'sha224', 'sha1', 'md5'];

/** The hash of a text's UTF-8 in hexadecimal digits. */
export function hashOf(args: readonly Data[]): string {
  const algorithm = stringAt(args, 1);
  if (!algorithms.includes(algorithm)) throw wrongArgument(args, 1, `one of ${algorithms.join(', ')}`);
  return createHash(algorithm).update(stringAt(args, 0), 'utf8').digest('hex');
}

/** The sha256 of a text's UTF-8 in hexadecimal digits. */
export function sha256(args: readonly Data[]): string {
  return hashOf([args[0] ?? null, 'sha256']);
}
