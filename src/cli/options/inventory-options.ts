import { type Command as Commander, Option } from 'commander';
import type { InventoryCommand, ShownInventory } from './command.ts';
import { onlyOnce, repeated, text } from './option-values.ts';
import { addVaultOptions, readVaultOptions } from './options.ts';

/** The options of `kmesh inventory`, which are those of `ansible-inventory`. */
export function addInventoryOptions(command: Commander): Commander {
  command
    .optionsGroup('What:')
    .option('--list', 'all groups, hosts and variables (the default)')
    .addOption(new Option('--host <host>', 'the variables of one host').argParser(text).conflicts(['list', 'graph']))
    .addOption(new Option('--graph [group]', 'the tree of all groups and hosts, or of one group').conflicts('list'))
    .option('--vars', 'with variables, in the graph')
    .option('--export', 'variables where they are set, not with each host')
    .option('-y, --yaml', 'as YAML rather than JSON')
    .optionsGroup('Hosts:')
    .option('-i, --inventory <file>', 'file, program, folder or `host1,host2,`; may be repeated', repeated)
    .option('-l, --limit <pattern>', 'only these of the hosts', onlyOnce)
    .option('-e, --extra-vars <vars>', 'k=v, JSON or @file; wins over all other variables', repeated)
    .option('--playbook-dir <folder>', 'whose group_vars and host_vars count, too (default: this one)', text);
  return addVaultOptions(command).helpOption('-h, --help', 'show this');
}

interface RawOptions {
  readonly host?: string;
  readonly graph?: string | true;
  readonly vars?: boolean;
  readonly export?: boolean;
  readonly yaml?: boolean;
  readonly inventory?: readonly string[];
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  readonly playbookDir?: string;
}

/** The options of `kmesh inventory` that were parsed. */
export function readInventoryOptions(command: Commander): InventoryCommand {
  const raw = command.opts<RawOptions>();
  return {
    kind: 'inventory',
    ...readVaultOptions(command),
    shown: shownIn(raw),
    isYaml: raw.yaml ?? false,
    isExport: raw.export ?? false,
    inventory: raw.inventory ?? [],
    limit: raw.limit ?? null,
    extraVars: raw.extraVars ?? [],
    playbookDir: raw.playbookDir ?? null,
  };
}

function shownIn({ host, graph, vars = false }: RawOptions): ShownInventory {
  if (host !== undefined) return { kind: 'host', host };
  if (graph !== undefined) return { kind: 'graph', group: graph === true ? 'all' : graph, withVars: vars };
  return { kind: 'list' };
}
