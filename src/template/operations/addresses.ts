import type { Data } from '../../base/node.ts';
import { stringAt, wholeAt } from './arguments.ts';
import { CallProblem, WrongArgument, wrongArgument } from './call-problem.ts';
import { addressOrCidrAt, cidrAt, formatAddress, formatNetwork, isIn, networkOf, parseCidr, widthOf } from './cidr.ts';

/** The host of a network by its number; negative ones count from the end. */
export function cidrHost(args: readonly Data[]): string {
  const cidr = cidrAt(args, 0);
  const index = BigInt(wholeAt(args, 1));
  const size = 1n << BigInt(widthOf(cidr) - cidr.prefix);
  const offset = index < 0n ? size + index : index;
  if (offset >= 0n && offset < size) return formatAddress(cidr.family, networkOf(cidr) + offset);
  throw new CallProblem(
    `${formatNetwork(cidr)} has no host ${index}, only ${size} address${size === 1n ? '' : 'es'}`,
    1,
  );
}

/** The network a CIDR is in: `10.0.0.7/24` → `10.0.0.0/24`. */
export function cidrNetwork(args: readonly Data[]): string {
  return formatNetwork(cidrAt(args, 0));
}

/** The prefix length of a CIDR. */
export function cidrPrefix(args: readonly Data[]): number {
  return cidrAt(args, 0).prefix;
}

/** Whether a network holds an address, or the whole of another network. */
export function cidrContains(args: readonly Data[]): boolean {
  const outer = cidrAt(args, 0);
  const inner = addressOrCidrAt(args, 1);
  return outer.family === inner.family && inner.prefix >= outer.prefix && isIn(outer, inner);
}

/** Whether two networks have any address in common. */
export function cidrOverlaps(args: readonly Data[]): boolean {
  const a = cidrAt(args, 0);
  const b = cidrAt(args, 1);
  return a.family === b.family && (a.prefix <= b.prefix ? isIn(a, b) : isIn(b, a));
}

/** 4 or 6. */
export function ipFamily(args: readonly Data[]): number {
  return addressOrCidrAt(args, 0).family;
}

/** An address as URLs and `host:port` want it: IPv6 in brackets. */
export function ipWrap(args: readonly Data[]): string {
  const text = stringAt(args, 0);
  if (!isAddress(text)) throw wrongArgument(args, 0, 'an IP address');
  return text.includes(':') ? `[${text}]` : text;
}

/** Whether a network holds an address; the other way round than `cidrContains`. */
export function ipInCidr([address = null, cidr = null]: readonly Data[]): boolean {
  try {
    return cidrContains([cidr, address]);
  } catch (error) {
    // The problem must point at the argument as the user wrote it, not as the other function counts.
    if (!(error instanceof WrongArgument)) throw error;
    throw new WrongArgument(error.message, 1 - error.argument, error.hint);
  }
}

/** Whether a text is an address of either family. */
export function isAddress(text: string): boolean {
  return !text.includes('/') && parseCidr(text) !== null;
}

/** Whether a text is a network: an address with a prefix length. */
export function isNetwork(text: string): boolean {
  return text.includes('/') && parseCidr(text) !== null;
}
