import type { Layer } from '../base/layer.ts';
import type { Data } from '../base/node.ts';
import { omitted } from '../template/omit.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { HostRun } from './host-run.ts';
import type { Place, Site } from './site.ts';

/** Names that have a value on every host. */
export const magicNames = [
  'inventory_hostname',
  'inventory_hostname_short',
  'group_names',
  'groups',
  'hostvars',
] as const;

/** The version of Ansible whose playbooks kmesh reads: roles ask for it before they use what is new. */
const languageVersion: Data = { full: '2.17.0', string: '2.17.0', major: 2, minor: 17, revision: 0 };

/** The value of a name that kmesh itself gives, but for `hostvars`; `undefined` for any other name. */
export function magicValue(name: string, site: Site, { host }: HostRun, place: Place): Data | undefined {
  switch (name) {
    case 'inventory_hostname':
      return host.name;
    case 'inventory_hostname_short':
      return host.name.split('.')[0] ?? host.name;
    case 'group_names':
      return host.groups.filter((group) => group !== 'all').sort();
    case 'groups':
      return groupsOf(site.inventory);
    case 'omit':
      return omitted;
    case 'inventory_dir':
      return host.inventoryDir ?? undefined;
    case 'inventory_file':
      return host.inventoryFile ?? undefined;
    case 'playbook_dir':
      return site.playbookDir;
    case 'role_name':
      return place.role?.name;
    case 'role_path':
      return place.role?.path;
    case 'ansible_play_hosts':
      return place.playHosts;
    case 'play_hosts':
      return place.batch;
    case 'ansible_play_hosts_all':
      return site.plays.find(({ play }) => play === place.play)?.hosts;
    case 'ansible_play_name':
      return place.play?.name;
    case 'ansible_play_role_names':
    case 'role_names':
      return place.play?.roles.map((role) => role.name);
    case 'ansible_role_name':
      return place.role?.name;
    case 'ansible_limit':
      return site.chosen.limit ?? undefined;
    case 'ansible_run_tags':
      return site.chosen.tags.length === 0 ? ['all'] : site.chosen.tags;
    case 'ansible_skip_tags':
      return site.chosen.skipTags;
    case 'ansible_version':
      return languageVersion;
    case 'ansible_play_batch':
      return place.batch;
    case 'ansible_check_mode':
      return site.check;
    case 'ansible_diff_mode':
      return site.diff;
    default:
      return undefined;
  }
}

const groups = new WeakMap<Inventory, Data>();

// The same for all hosts, and with many of them too much to make for each.
function groupsOf(inventory: Inventory): Data {
  const known = groups.get(inventory);
  if (known !== undefined) return known;
  const made = Object.fromEntries([...inventory.groups.values()].map((group) => [group.name, group.hosts]));
  groups.set(inventory, made);
  return made;
}

/** All layers of files and of the command line that apply at a place, highest first. */
export function layersAt(
  site: Site,
  { host, known }: HostRun,
  { play, role, taskVars, params }: Place,
): readonly Layer[] {
  const roles = play?.roles ?? [];
  return [
    site.extraVars,
    ...params.toReversed(),
    ...(role === null ? [] : [role.params]),
    ...known.included(),
    ...taskVars.toReversed(),
    ...(role === null ? [] : [role.vars]),
    ...roles.map((r) => r.vars).toReversed(),
    ...(play?.varsFiles ?? []).toReversed(),
    ...(play === null ? [] : [play.vars]),
    ...site.inventory.layersOf(host.name).toReversed(),
    ...(role === null ? [] : [role.defaults]),
    ...roles.map((r) => r.defaults).toReversed(),
  ];
}
