import { existsSync } from 'node:fs';
import type { LabHost } from './host.ts';
import type { LabState } from './state.ts';
import { ask, run } from './run.ts';

type Net = Pick<LabState, 'net'>;

/**
 * The network namespace with the lab's bridge.
 *
 * The bridge is not among this machine's own interfaces, so no firewall or docker rule here touches what hosts send
 * to each other (bridge-nf-call-iptables), and deleting one namespace removes it all.
 */
export function switchOf({ net }: Net): string {
  return `kmesh-lab-${net}`;
}

/** The interface through which this machine reaches the hosts. */
export function uplinkOf({ net }: Net): string {
  return `kml${net}`;
}

/** This machine's address on the lab's network. */
function gatewayOf({ net }: Net): string {
  return `10.77.${net}.1`;
}

/** Has the bridge ready. */
export async function ensureSwitch(lab: Net): Promise<void> {
  const space = switchOf(lab);
  if (!existsSync(`/run/netns/${space}`)) await run('ip', ['netns', 'add', space]);
  const { code } = await ask('ip', ['-n', space, 'link', 'show', 'bridge']);
  if (code !== 0) await batch(['link add bridge type bridge', 'link set bridge up'], space);
}

/** Joins this machine to the bridge, without any delay. */
export async function plugUplink(lab: Net): Promise<void> {
  await batch([`link add ${uplinkOf(lab)} type veth peer name uplink netns ${switchOf(lab)}`]);
  await connectUplink(lab);
}

/** Puts both ends of the uplink, whatever it is made of, to use. */
export async function connectUplink(lab: Net): Promise<void> {
  const link = uplinkOf(lab);
  await batch(['link set uplink master bridge up'], switchOf(lab));
  await batch([`address add ${gatewayOf(lab)}/24 dev ${link}`, `link set ${link} up`]);
}

/** Whether this machine is joined to the bridge. */
export function hasUplink(lab: Net): boolean {
  return existsSync(`/sys/class/net/${uplinkOf(lab)}`);
}

/** Takes the uplink away; its other end goes with it. */
export async function unplugUplink(lab: Net): Promise<void> {
  if (hasUplink(lab)) await run('ip', ['link', 'delete', uplinkOf(lab)]);
}

/** Removes the lab's network. */
export async function removeSwitch(lab: Net): Promise<void> {
  await unplugUplink(lab);
  if (existsSync(`/run/netns/${switchOf(lab)}`)) await run('ip', ['netns', 'delete', switchOf(lab)]);
}

/** Opens the host's port on the bridge; false when there is none. */
export async function openPort(lab: Net, host: LabHost): Promise<boolean> {
  return (await ask('ip', ['-n', switchOf(lab), 'link', 'set', host.name, 'up'])).code === 0;
}

/** Closes the host's port: it hangs then, it does not refuse. */
export async function closePort(lab: Net, host: LabHost): Promise<void> {
  await run('ip', ['-n', switchOf(lab), 'link', 'set', host.name, 'down']);
}

/** Removes the host's port, and with it its interface. */
export async function removePort(lab: Net, host: LabHost): Promise<void> {
  await ask('ip', ['-n', switchOf(lab), 'link', 'delete', host.name]);
}

/** `ip` commands that run in a new network namespace and give it the host's one interface. */
export function hostLinkCommands(lab: Net, host: LabHost): string[] {
  return [
    `link add eth0 address ${host.mac} type veth peer name ${host.name} netns ${switchOf(lab)}`,
    'link set lo up',
    `address add ${host.address}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${gatewayOf(lab)}`,
  ];
}

async function batch(commands: readonly string[], space?: string): Promise<void> {
  const where = space === undefined ? [] : ['-n', space];
  await run('ip', [...where, '-batch', '-'], { input: commands.join('\n') });
}
