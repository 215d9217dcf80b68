import { formatSpan } from '../../base/source.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { factAliases } from './fact-aliases.ts';
import type { HostRun } from './host-run.ts';
import type { Place, Site } from './site.ts';

/** Where a variable that has no value is usually set; `null` when nothing tells. */
export function missingHint(name: string, site: Site, run: HostRun, place: Place): string | null {
  if (name === 'facts' || factAliases.has(name)) {
    return 'Facts are not gathered: the play says `gather_facts: no`.';
  }
  return factHint(name) ?? otherHostsHint(name, site, run) ?? otherRoleHint(name, site, place);
}

/** Facts of Ansible's that are not among the aliases, and what tells the same. */
const facts: Readonly<Record<string, string>> = {
  ansible_bios_version: 'no fact of kmesh: `command: dmidecode -s bios-version`',
  ansible_date_time: 'no fact of kmesh: `command: date`, with `register`',
  ansible_default_interface: 'facts.default_ipv4.interface',
  ansible_devices: 'no fact of kmesh: `command: lsblk --json`, with `register`',
  ansible_dns: 'no fact of kmesh: `command: cat /etc/resolv.conf`, with `register`',
  ansible_env: 'no fact of kmesh: `command: printenv NAME`, with `register`',
  ansible_lsb: 'facts.os',
  ansible_memfree_mb: 'facts.memory_mb.free',
  ansible_memory_mb: 'facts.memory_mb',
  ansible_mounts: 'no fact of kmesh: `command: findmnt --json`, with `register`',
  ansible_nodename: 'facts.hostname',
  ansible_processor: 'facts.cpus',
  ansible_processor_cores: 'facts.cpus',
  ansible_processor_count: 'facts.cpus',
  ansible_processor_nproc: 'facts.cpus',
  ansible_python: 'facts.python',
  ansible_python_version: 'facts.python',
  ansible_selinux: 'facts.selinux',
  ansible_swaptotal_mb: 'facts.memory_mb.swap_total',
  ansible_system: '"Linux": hosts have no other one',
  ansible_user_dir: 'facts.user.home',
  ansible_user_id: 'facts.user.name',
  ansible_user_uid: 'facts.user.uid',
  ansible_virtualization_role: 'facts.virtualization',
  ansible_virtualization_type: 'facts.virtualization',
};

function factHint(name: string): string | null {
  if (!name.startsWith('ansible_')) return null;
  const here = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (here?.startsWith('facts.')) return `Ansible's \`${name}\` is \`${here}\` here.`;
  if (here !== undefined) return `Ansible's \`${name}\` is ${here}.`;
  const device = /^ansible_((?:eth|en|wl|br|bond|lo|vlan|docker|cni|wg|tun|tap)\w*)$/.exec(name)?.[1];
  if (device !== undefined) return `Ansible's \`${name}\` is \`facts.interfaces["${device}"]\` here.`;
  return didYouMean(name, [...factAliases, ...Object.keys(facts)]);
}

const shownHosts = 3;

// The same words for every host that lacks it, so that they are told once.
function otherHostsHint(name: string, { inventory, hosts }: Site, run: HostRun): string | null {
  const found: string[] = [];
  let place: string | null = null;
  for (const host of hosts.keys()) {
    const entry = inventory
      .layersOf(host)
      .toReversed()
      .find(({ entries }) => entries.has(name))
      ?.entries.get(name);
    if (entry === undefined || host === run.host.name) continue;
    place ??= formatSpan(entry.keySpan);
    found.push(host);
  }
  if (place === null) return null;
  const more = found.length - shownHosts;
  const names = `${found.slice(0, shownHosts).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `It is set only for ${names} (${place}).`;
}

function otherRoleHint(name: string, { roles }: Site, { play }: Place): string | null {
  for (const role of roles) {
    const entry = role.defaults.entries.get(name) ?? role.vars.entries.get(name);
    if (entry === undefined || play?.roles.includes(role) === true) continue;
    return `It is a variable of the role \`${role.name}\` (${formatSpan(entry.keySpan)}), which is not in this play.`;
  }
  return null;
}
