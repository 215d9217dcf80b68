import { type Layer, layerOf } from '../base/layer.ts';
import { namedSource, scalarNode } from '../base/node.ts';
import { spanOf } from '../base/source.ts';
import type { Draft } from './draft.ts';
import type { GroupTree } from './groups.ts';
import { type Host, type Inventory, localNames } from './inventory.ts';
import type { VarDir } from './var-dirs.ts';

/** The directories with `group_vars/` and `host_vars/`, lowest precedence first. */
export interface VarDirs {
  readonly inventory: readonly VarDir[];
  readonly playbook: readonly VarDir[];
}

/** Makes the inventory out of what was read. */
export function makeInventory(draft: Draft, { groups, groupsOfHosts }: GroupTree, dirs: VarDirs): Inventory {
  const hosts = new Map<string, Host>();
  for (const { name, at, origin } of draft.hosts.values()) {
    const place = { at, inventoryFile: origin.file, inventoryDir: origin.dir };
    hosts.set(name, { name, groups: groupsOfHosts.get(name) ?? [], ...place });
  }
  const implicit = new Map([...localNames].map((name) => [name, implicitHost(name)]));
  const host = (name: string): Host | null => hosts.get(name) ?? implicit.get(name) ?? null;
  const shared = new Map<string, readonly Layer[]>();
  const layers = new Map<string, readonly Layer[]>();
  const compute = (found: Host): readonly Layer[] => {
    const key = found.groups.join('\n');
    const ofGroups = shared.get(key) ?? groupLayers(found.groups, draft, dirs);
    shared.set(key, ofGroups);
    return [...ofGroups, ...hostLayers(found.name, draft, dirs)];
  };
  const layersOf = (name: string): readonly Layer[] => {
    const found = layers.get(name);
    if (found !== undefined) return found;
    const known = host(name);
    if (known === null) return [];
    const computed = compute(known);
    layers.set(name, computed);
    return computed;
  };
  return {
    hosts,
    groups,
    host,
    layersOf,
    ownLayersOf: (name) => hostLayers(name, draft, dirs),
    layersOfGroup: (name) => groupLayers([name], draft, dirs),
  };
}

// As in Ansible it sees the variables of `all`, though it is no member.
function implicitHost(name: string): Host {
  return { name, groups: ['all'], at: null, inventoryFile: null, inventoryDir: null };
}

function groupLayers(groups: readonly string[], draft: Draft, { inventory, playbook }: VarDirs): readonly Layer[] {
  const own = groups.flatMap((name) => {
    const vars = draft.groups.get(name)?.vars;
    return vars === undefined || vars.size === 0 ? [] : [{ name: `inventory vars of group ${name}`, entries: vars }];
  });
  const all = groups.filter((name) => name === 'all');
  const others = groups.filter((name) => name !== 'all');
  return [
    ...own,
    ...filesOf(inventory, all),
    ...filesOf(playbook, all),
    ...filesOf(inventory, others),
    ...filesOf(playbook, others),
  ];
}

function filesOf(dirs: readonly VarDir[], groups: readonly string[]): Layer[] {
  return dirs.flatMap((dir) => groups.flatMap((name) => dir.groups.get(name) ?? []));
}

function hostLayers(name: string, draft: Draft, { inventory, playbook }: VarDirs): readonly Layer[] {
  const host = draft.hosts.get(name);
  const own = host === undefined ? [localLayer()] : [{ name: `inventory vars of host ${name}`, entries: host.vars }];
  const files = [...inventory, ...playbook].flatMap((dir) => dir.hosts.get(name) ?? []);
  return [...own.filter((layer) => layer.entries.size > 0), ...files];
}

function localLayer(): Layer {
  const at = spanOf(namedSource('implicit localhost', 'ansible_connection: local'), 0, 18);
  const value = scalarNode('local', { ...at, start: 20, end: 25 });
  return layerOf('implicit localhost', [{ key: 'ansible_connection', keySpan: at, value }]);
}
