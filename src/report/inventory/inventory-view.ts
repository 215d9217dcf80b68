import type { Layer } from '../../base/layer.ts';
import type { Group, Inventory } from '../../inventory/inventory.ts';
import { type PythonDict, type PythonValue, pythonValue } from './python-value.ts';

/** What is shown of an inventory. */
export interface InventoryView {
  /** Its variables, and those beside a playbook. */
  readonly inventory: Inventory;
  /** Its variables alone: what is shown of groups, and of what is exported. */
  readonly exported: Inventory;
  readonly extraVars: Layer;
  /** The hosts that are shown. */
  readonly hosts: ReadonlySet<string>;
  /** Variables where they are set: those of groups with the groups, not with each of their hosts. */
  readonly isExport: boolean;
}

/** All variables of a host; in an export, those that are its own. */
export function hostVariables({ inventory, exported, extraVars, isExport }: InventoryView, name: string): PythonDict {
  return variablesOf(isExport ? exported.ownLayersOf(name) : [...inventory.layersOf(name), extraVars]);
}

/** The variables of a group itself. */
export function groupVariables({ exported }: InventoryView, { name, priority }: Group): PythonDict {
  const vars = new Map(variablesOf(exported.layersOfGroup(name)));
  return priority === 1 ? vars : vars.set('ansible_group_priority', priority);
}

/** The shown hosts that a group names itself; all that `all` names are in `ungrouped`, too. */
export function shownMembers({ hosts }: InventoryView, { name, members }: Group): string[] {
  return name === 'all' ? [] : members.filter((host) => hosts.has(host));
}

function variablesOf(layers: readonly Layer[]): PythonDict {
  const vars = new Map<string, PythonValue>();
  for (const { entries } of layers) for (const [name, { value }] of entries) vars.set(name, pythonValue(value));
  return vars;
}
