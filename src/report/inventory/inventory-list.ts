import type { Group } from '../../inventory/inventory.ts';
import { groupVariables, hostVariables, type InventoryView, shownMembers } from './inventory-view.ts';
import type { PythonDict, PythonValue } from './python-value.ts';

/** Groups and variables in the shape of `ansible-inventory --list`, which is also what inventory programs print. */
export function inventoryList(view: InventoryView): PythonDict {
  const list = new Map<string, PythonValue>();
  for (const group of view.inventory.groups.values()) {
    const shown = withoutEmpty([
      ['hosts', shownMembers(view, group)],
      ['children', group.children],
      ['vars', view.isExport ? groupVariables(view, group) : new Map()],
    ]);
    if (shown.size > 0) list.set(group.name, shown);
  }
  const hostvars = [...view.hosts].map((name) => [name, hostVariables(view, name)] as const);
  const meta = new Map([['hostvars', new Map(hostvars.filter(([, vars]) => vars.size > 0))]]);
  return list.set('_meta', meta);
}

/** The same in the shape of `ansible-inventory --list --yaml`, which is that of inventories in YAML. */
export function inventoryTree(view: InventoryView): PythonDict {
  const seen = new Set<string>();
  const all = view.inventory.groups.get('all');
  return all === undefined ? new Map() : new Map([['all', treeOf(view, all, seen)]]);
}

function treeOf(view: InventoryView, group: Group, seen: Set<string>): PythonDict {
  const children = group.children.flatMap((name) => {
    const child = view.inventory.groups.get(name);
    return child === undefined ? [] : [[name, treeOf(view, child, seen)] as const];
  });
  const hosts = shownMembers(view, group).map((name) => {
    // Variables stand where a host is named first.
    const vars: PythonDict = seen.has(name) ? new Map() : hostVariables(view, name);
    seen.add(name);
    return [name, vars] as const;
  });
  return withoutEmpty([
    ['children', new Map(children)],
    ['hosts', new Map(hosts)],
    ['vars', view.isExport ? groupVariables(view, group) : new Map()],
  ]);
}

function withoutEmpty(parts: readonly (readonly [string, readonly string[] | PythonDict])[]): PythonDict {
  return new Map(parts.filter(([, part]) => ('size' in part ? part.size : part.length) > 0));
}
