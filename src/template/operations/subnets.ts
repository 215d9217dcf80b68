import type { Data } from '../../base/node.ts';
import { wholeAt } from './arguments.ts';
import { CallProblem, wrongArgument } from './call-problem.ts';
import { addressOrCidrAt, cidrAt, formatAddress, formatNetwork, networkOf, widthOf } from './cidr.ts';
import { stringAt } from './arguments.ts';

/** A network inside of a network, by its prefix length and its number; negative ones count from the end. */
export function cidrSubnet(args: readonly Data[]): string {
  const cidr = cidrAt(args, 0);
  const prefix = wholeAt(args, 1);
  const width = widthOf(cidr);
  if (prefix < cidr.prefix || prefix > width) {
    throw wrongArgument(args, 1, `a prefix length from ${cidr.prefix} to ${width}`);
  }
  const count = 1n << BigInt(prefix - cidr.prefix);
  const wanted = BigInt(wholeAt(args, 2));
  const index = wanted < 0n ? count + wanted : wanted;
  if (index < 0n || index >= count) {
    const networks = `network${count === 1n ? '' : 's'}`;
    throw new CallProblem(`${formatNetwork(cidr)} has no /${prefix} number ${wanted}, only ${count} ${networks}`, 2);
  }
  const address = networkOf(cidr) + (index << BigInt(width - prefix));
  return `${formatAddress(cidr.family, address)}/${prefix}`;
}

/** An address some addresses further; of a network's address, with its prefix length. */
export function ipAdd(args: readonly Data[]): string {
  const cidr = addressOrCidrAt(args, 0);
  const moved = cidr.address + BigInt(wholeAt(args, 1));
  const prefix = stringAt(args, 0).includes('/') ? `/${cidr.prefix}` : '';
  if (moved >= 0n && moved < 1n << BigInt(widthOf(cidr))) return formatAddress(cidr.family, moved) + prefix;
  throw new CallProblem(`there is no address ${args[1] as number} further than ${stringAt(args, 0)}`, 1);
}

/** The address of `10.0.0.7/24` without its prefix length. */
export function cidrAddress(args: readonly Data[]): string {
  const { family, address } = cidrAt(args, 0);
  return formatAddress(family, address);
}

/** The netmask of an IPv4 network: `255.255.255.0`. */
export function cidrNetmask(args: readonly Data[]): string {
  const cidr = cidrAt(args, 0);
  if (cidr.family === 6) throw wrongArgument(args, 0, 'an IPv4 network');
  const all = (1n << 32n) - 1n;
  return formatAddress(4, all ^ (all >> BigInt(cidr.prefix)));
}
