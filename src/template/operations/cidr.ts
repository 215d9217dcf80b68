import { Address4, Address6 } from 'ip-address';
import type { Data } from '../../base/node.ts';
import { stringAt } from './arguments.ts';
import { wrongArgument } from './call-problem.ts';

/** An address or network of either family. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly prefix: number;
}

/** A network argument: an address with a prefix length. */
export function cidrAt(args: readonly Data[], index: number): Cidr {
  const text = stringAt(args, index);
  const parsed = text.includes('/') ? parseCidr(text) : null;
  if (parsed === null) throw wrongArgument(args, index, 'a network as 10.0.0.0/24 or fd00::/64');
  return parsed;
}

/** An argument that is an address or a network. */
export function addressOrCidrAt(args: readonly Data[], index: number): Cidr {
  const parsed = parseCidr(stringAt(args, index));
  if (parsed === null) throw wrongArgument(args, index, 'an IP address or network');
  return parsed;
}

/**
 * An address or network; `null` when the text is none.
 *
 * Zones (`fe80::1%eth0`) mean something on one host only, so they are no address here.
 */
export function parseCidr(text: string): Cidr | null {
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

/** How many bits an address has. */
export function widthOf({ family }: Cidr): number {
  return family === 4 ? 32 : 128;
}

/** The first address of a network. */
export function networkOf(cidr: Cidr): bigint {
  const hostBits = BigInt(widthOf(cidr) - cidr.prefix);
  return (cidr.address >> hostBits) << hostBits;
}

/** Whether a network holds another one. */
export function isIn(outer: Cidr, inner: Cidr): boolean {
  return networkOf({ ...inner, prefix: outer.prefix }) === networkOf(outer);
}

/** An address as text. */
export function formatAddress(family: 4 | 6, address: bigint): string {
  return family === 4 ? Address4.fromBigInt(address).correctForm() : Address6.fromBigInt(address).correctForm();
}

/** A network as text. */
export function formatNetwork(cidr: Cidr): string {
  return `${formatAddress(cidr.family, networkOf(cidr))}/${cidr.prefix}`;
}
