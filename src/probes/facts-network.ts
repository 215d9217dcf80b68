import type { DefaultRoute, InterfaceAddress, InterfaceFacts } from './facts-shape.ts';

/** Interfaces by name: `files` are those of `/sys/class/net`, `addresses` is what `ip -o addr` prints. */
export function interfacesFrom(
  files: ReadonlyMap<string, readonly string[]>,
  addresses: string,
): Record<string, InterfaceFacts> {
  const byName = addressesFrom(addresses);
  const interfaces: Record<string, InterfaceFacts> = {};
  for (const [path, [mtu]] of files) {
    const name = /^\/sys\/class\/net\/([^/]{1,15})\/mtu$/.exec(path)?.[1];
    if (name === undefined || name === '__proto__') continue;
    const fileOf = (file: string): string => files.get(`/sys/class/net/${name}/${file}`)?.[0] ?? '';
    interfaces[name] = {
      mac: macOf(fileOf('address')),
      mtu: Number(mtu),
      up: (Number(fileOf('flags')) & 1) === 1,
      addresses: byName.get(name) ?? [],
    };
  }
  return interfaces;
}

// Tunnels have an address of another length, the loopback interface one of zeros.
function macOf(text: string): string | null {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text) && text !== '00:00:00:00:00:00' ? text : null;
}

/** `ip` of iproute2 and of BusyBox print the same parts: `2: eth0    inet 192.0.2.2/24 brd … scope global eth0`. */
function addressesFrom(output: string): Map<string, InterfaceAddress[]> {
  const line =
    /^\d+: ([^\s@]{1,15})(?:@\S+)?\s+(inet6?) ([0-9a-f.:]{2,45})(?: peer [0-9a-f.:]+)?(?:\/(\d{1,3}))?\s.*?\bscope (\w+)/gm;
  const byName = new Map<string, InterfaceAddress[]>();
  for (const [, name = '', kind, address = '', prefix, scope = ''] of output.matchAll(line)) {
    const family = kind === 'inet6' ? 'ipv6' : 'ipv4';
    const whole = family === 'ipv6' ? 128 : 32;
    const addresses = byName.get(name) ?? [];
    addresses.push({ address, prefix: prefix === undefined ? whole : Number(prefix), family, scope });
    byName.set(name, addresses);
  }
  return byName;
}

/** The default route with the lowest metric, of what `ip -o route show default` prints. */
export function defaultRouteFrom(
  output: string,
  family: InterfaceAddress['family'],
  interfaces: { readonly [name: string]: InterfaceFacts },
): DefaultRoute | null {
  const routes = output.split('\n').filter((line) => line.startsWith('default '));
  const line = routes.sort((a, b) => metricOf(a) - metricOf(b))[0] ?? '';
  const name = / dev (\S+)/.exec(line)?.[1];
  if (name === undefined) return null;
  const gateway = / via (?:inet6? )?([0-9a-f.:]+)/.exec(line)?.[1] ?? null;
  const source = / src ([0-9a-f.:]+)/.exec(line)?.[1];
  const own = (interfaces[name]?.addresses ?? []).filter((each) => each.family === family);
  const address =
    own.find((each) => each.address === source) ??
    own.find((each) => gateway !== null && isInNet(gateway, each)) ??
    own.find((each) => each.scope === 'global');
  return address === undefined ? null : { interface: name, address: address.address, prefix: address.prefix, gateway };
}

function metricOf(route: string): number {
  return Number(/ metric (\d+)/.exec(route)?.[1] ?? 0);
}

// Of IPv6 the gateway is link-local, which tells nothing about the address.
function isInNet(address: string, { address: own, prefix, family }: InterfaceAddress): boolean {
  if (family === 'ipv6') return false;
  const size = 2 ** (32 - prefix);
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(own) / size);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Addresses that others can reach: without loopback and link-local ones. */
export function reachableAddresses(
  interfaces: { readonly [name: string]: InterfaceFacts },
  family: InterfaceAddress['family'],
): string[] {
  return Object.values(interfaces)
    .flatMap(({ addresses }) => addresses)
    .filter((each) => each.family === family && each.scope !== 'host' && each.scope !== 'link')
    .map(({ address }) => address);
}
