import { type Diagnostic, diagnostic, formatDiagnostic, sortDiagnostics, visible } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Mask } from '../../base/mask.ts';
import { loadExtraVars } from '../../engine/input/extra-vars.ts';
import { type LoadedInventory, loadInventory, noInventory } from '../../inventory/load.ts';
import { runPrograms } from '../../inventory/programs.ts';
import { patternText, selectHosts } from '../../inventory/select.ts';
import { inventoryGraph } from '../../report/inventory/inventory-graph.ts';
import { inventoryList, inventoryTree } from '../../report/inventory/inventory-list.ts';
import { hostVariables, type InventoryView } from '../../report/inventory/inventory-view.ts';
import { escapeControls } from '../../report/files/json.ts';
import { formatPythonJson } from '../../report/inventory/python-json.ts';
import { hideInPython } from '../../report/inventory/python-masked.ts';
import type { PythonValue } from '../../report/inventory/python-value.ts';
import { formatPythonYaml } from '../../report/inventory/python-yaml.ts';
import type { InventoryCommand } from '../options/command.ts';
import { exitCode, inputExitCode } from '../options/exit-code.ts';
import { masked } from '../masked-output.ts';
import type { MaskedWorld, World } from '../world.ts';

/** Prints an inventory as `ansible-inventory` does, and gives the exit code. */
export function printInventory(command: InventoryCommand, outer: World): Promise<number> {
  return masked(command, outer, (world) => print(command, world));
}

async function print(command: InventoryCommand, world: MaskedWorld): Promise<number> {
  const problems: Diagnostic[] = [];
  const { inventory, warnings } = await load(command, world, problems);
  if (world.stop.aborted) return exitCode({ recap: [], interrupted: true });
  for (const warning of sortDiagnostics(warnings)) world.stderr.write(`warning: ${formatDiagnostic(warning)}\n`);
  const text = problems.length > 0 ? null : textOf(command, inventory, { problems, mask: world.mask });
  if (text === null) return tellProblems(problems, world);
  world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
}

type Loaded = Pick<LoadedInventory, 'warnings'> & { readonly inventory: InventoryView };

async function load(command: InventoryCommand, world: MaskedWorld, problems: Diagnostic[]): Promise<Loaded> {
  const { inventory: sources, playbookDir, extraVars, isExport, limit } = command;
  const options = { cwd: world.cwd, programs: await runPrograms(sources, world), vault: world.vault };
  const given = playbookDir === null ? [] : [playbookDir];
  // As in Ansible: the variables of hosts are those of a run that is started here, those of groups are the inventory's.
  const { inventory, diagnostics, warnings } = loadInventory(sources, {
    ...options,
    playbookDirs: playbookDir === null ? [world.cwd] : given,
  });
  const { inventory: exported } = loadInventory(sources, { ...options, playbookDirs: given });
  problems.push(...diagnostics);
  const limited = selectHosts('all', inventory, {
    limit: limit === null ? null : patternText('--limit', limit),
    cwd: world.cwd,
  });
  problems.push(...limited.diagnostics);
  const hosts = new Set(limited.hosts.map(({ name }) => name));
  const view = { inventory, exported, hosts, isExport, extraVars: loadExtraVars(extraVars, problems, world.vault) };
  const missing = sources.length === 0 ? [noInventory] : [];
  return { inventory: view, warnings: [...missing, ...warnings, ...limited.warnings] };
}

interface Telling {
  readonly problems: Diagnostic[];
  readonly mask: Mask;
}

function textOf({ shown, isYaml }: InventoryCommand, view: InventoryView, { problems, mask }: Telling): string | null {
  const format = (value: PythonValue): string => {
    const hidden = hideInPython(value, mask);
    return isYaml ? formatPythonYaml(hidden) : escapeControls(formatPythonJson(hidden));
  };
  switch (shown.kind) {
    case 'list':
      return format(isYaml ? inventoryTree(view) : inventoryList(view));
    case 'host':
      return ofHost(shown.host, view, problems, format);
    case 'graph':
      return ofGroup(shown.group, view, problems, (group) =>
        visible(mask.hide(inventoryGraph(view, group, shown.withVars))),
      );
  }
}

function ofHost(
  pattern: string,
  view: InventoryView,
  problems: Diagnostic[],
  format: (value: PythonValue) => string,
): string | null {
  const text = patternText('--host', pattern);
  const { hosts, diagnostics } = selectHosts(text, view.inventory);
  problems.push(...diagnostics);
  const [host, ...others] = hosts;
  if (host !== undefined && others.length === 0) return format(hostVariables(view, host.name));
  if (diagnostics.length === 0)
    problems.push(diagnostic(text.span, `This names ${hosts.length} hosts; \`--host\` shows one.`));
  return null;
}

function ofGroup(
  name: string,
  { inventory: { groups } }: InventoryView,
  problems: Diagnostic[],
  draw: (group: NonNullable<ReturnType<typeof groups.get>>) => string,
): string | null {
  const group = groups.get(name);
  if (group !== undefined) return draw(group);
  const { span } = patternText('--graph', name);
  problems.push(diagnostic(span, `No group is called \`${name}\`.`, didYouMean(name, groups.keys())));
  return null;
}

function tellProblems(problems: readonly Diagnostic[], { stderr }: World): number {
  stderr.write(`${sortDiagnostics(problems).map(formatDiagnostic).join('\n\n')}\n`);
  return inputExitCode;
}
