import type { Group } from '../../inventory/inventory.ts';
import { groupVariables, hostVariables, type InventoryView, shownMembers } from './inventory-view.ts';
import { pythonText } from './python-repr.ts';
import { type PythonDict, sortedEntries } from './python-value.ts';

/** The tree of groups and hosts as `ansible-inventory --graph` draws it, with their variables where wanted. */
export function inventoryGraph(view: InventoryView, start: Group, withVars: boolean): string {
  return groupLines({ view, withVars }, start, 0).join('\n');
}

interface Drawing {
  readonly view: InventoryView;
  readonly withVars: boolean;
}

function groupLines(drawing: Drawing, group: Group, depth: number): string[] {
  const { view } = drawing;
  const children = group.children.flatMap((name) => {
    const child = view.inventory.groups.get(name);
    return child === undefined ? [] : groupLines(drawing, child, depth + 1);
  });
  const hosts = shownMembers(view, group).flatMap((name) => [
    branch(name, depth + 1),
    ...variableLines(drawing, () => hostVariables(view, name), depth + 2),
  ]);
  const vars = variableLines(drawing, () => groupVariables(view, group), depth + 1);
  return [branch(`@${group.name}:`, depth), ...children, ...hosts, ...vars];
}

function variableLines({ withVars }: Drawing, vars: () => PythonDict, depth: number): string[] {
  if (!withVars) return [];
  return sortedEntries(vars()).map(([name, value]) => branch(`{${name} = ${pythonText(value)}}`, depth));
}

function branch(text: string, depth: number): string {
  return depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
}
