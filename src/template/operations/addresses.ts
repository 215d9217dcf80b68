import { Address4, Address6 } from 'ip-address';
import type { Data } from '../../base/node.ts';
import { stringAt, wholeAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';

/** An address or network of either family. */
interface Cidr {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly prefix: number;
}

/** The host of a network by its number; negative ones count from the end. */
export function cidrHost(args: readonly Data[]): string {
  const cidr = cidrAt(args, 0);
  const index = BigInt(wholeAt(args, 1));
  const size = 1n << BigInt(widthOf(cidr) - cidr.prefix);
  const offset = index < 0n ? size + index : index;
  if (offset >= 0n && offset < size) return format(cidr.family, networkOf(cidr) + offset);
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

/** Whether a text is an address of either family. */
export function isAddress(text: string): boolean {
  return !text.includes('/') && parse(text) !== null;
}

/** Whether a text is a network: an address with a prefix length. */
export function isNetwork(text: string): boolean {
  return text.includes('/') && parse(text) !== null;
}

function cidrAt(args: readonly Data[], index: number): Cidr {
  const text = stringAt(args, index);
  const parsed = text.includes('/') ? parse(text) : null;
  if (parsed === null) throw wrongArgument(args, index, 'a network as 10.0.0.0/24 or fd00::/64');
  return parsed;
}

function addressOrCidrAt(args: readonly Data[], index: number): Cidr {
  const parsed = parse(stringAt(args, index));
  if (parsed === null) throw wrongArgument(args, index, 'an IP address or network');
  return parsed;
}

// Zones (`fe80::1%eth0`) mean something on one host only, so they are no address here.
function parse(text: string): Cidr | null {
  try {
    if (!text.includes(':')) {
      const ip = new Address4(text);
      return { family: 4, address: ip.bigInt(), prefix: ip.subnetMask };
    }
    if (text.includes('%')) return null;
    const ip = new Address6(text);
    return { family: 6, address: ip.bigInt(), prefix: ip.subnetMask };
  } catch {
    return null;
  }
}

function widthOf({ family }: Cidr): number {
  return family === 4 ? 32 : 128;
}

function networkOf(cidr: Cidr): bigint {
  const hostBits = BigInt(widthOf(cidr) - cidr.prefix);
  return (cidr.address >> hostBits) << hostBits;
}

function isIn(outer: Cidr, inner: Cidr): boolean {
  return networkOf({ ...inner, prefix: outer.prefix }) === networkOf(outer);
}

function format(family: 4 | 6, address: bigint): string {
  return family === 4 ? Address4.fromBigInt(address).correctForm() : Address6.fromBigInt(address).correctForm();
}

function formatNetwork(cidr: Cidr): string {
  return `${format(cidr.family, networkOf(cidr))}/${cidr.prefix}`;
}
