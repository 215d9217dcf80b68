import { stringAt } from '../operations/arguments.ts';
import {
  cidrContains,
  cidrHost,
  cidrNetwork,
  cidrOverlaps,
  cidrPrefix,
  ipFamily,
  ipInCidr,
  ipWrap,
  isAddress,
  isNetwork,
} from '../operations/addresses.ts';
import { cidrAddress, cidrNetmask, cidrSubnet, ipAdd } from '../operations/subnets.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers for IPv4 and IPv6 addresses and networks; expressions have them as functions. */
export const networkHelpers = {
  cidrHost: helper('CIDR NUMBER', cidrHost),
  cidrSubnet: helper('CIDR PREFIX NUMBER', cidrSubnet),
  cidrNetwork: helper('CIDR', cidrNetwork),
  cidrAddress: helper('CIDR', cidrAddress),
  cidrPrefix: helper('CIDR', cidrPrefix),
  cidrNetmask: helper('CIDR', cidrNetmask),
  cidrContains: helper('CIDR ADDRESS', cidrContains),
  cidrOverlaps: helper('CIDR CIDR', cidrOverlaps),
  ipInCidr: helper('ADDRESS CIDR', ipInCidr),
  ipAdd: helper('ADDRESS NUMBER', ipAdd),
  ipFamily: helper('ADDRESS', ipFamily),
  ipWrap: helper('ADDRESS', ipWrap),
  isIP: helper('TEXT', (args) => isAddress(stringAt(args, 0))),
  isCIDR: helper('TEXT', (args) => isNetwork(stringAt(args, 0))),
} satisfies Helpers;
