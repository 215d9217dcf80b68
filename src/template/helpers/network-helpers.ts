import { cidrContains, cidrHost, cidrNetwork, cidrPrefix, ipFamily, ipWrap } from '../operations/addresses.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers for IPv4 and IPv6 addresses and networks. */
export const networkHelpers = {
  cidrHost: helper('CIDR NUMBER', cidrHost),
  cidrNetwork: helper('CIDR', cidrNetwork),
  cidrPrefix: helper('CIDR', cidrPrefix),
  cidrContains: helper('CIDR ADDRESS', cidrContains),
  ipFamily: helper('ADDRESS', ipFamily),
  ipWrap: helper('ADDRESS', ipWrap),
} satisfies Helpers;
