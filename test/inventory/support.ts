import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { type Data, type Node, toData } from '../../src/base/node.ts';
import { formatSpan, type Span } from '../../src/base/source.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { type LoadedInventory, loadInventory } from '../../src/inventory/load.ts';

/** Calls `use` in a new directory with these files, which is removed afterwards. */
export function withFiles<T>(files: Readonly<Record<string, string | Buffer>>, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'kmesh-inventory-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What loading gave, with paths and places as text that does not depend on the directory. */
export interface Loaded extends LoadedInventory {
  readonly errors: readonly string[];
  readonly warned: readonly string[];
}

/** Loads sources out of a new directory with these files. */
export function load(
  files: Readonly<Record<string, string | Buffer>>,
  sources: readonly string[],
  playbookDirs: readonly string[] = [],
): Loaded {
  return withFiles(files, (dir) => {
    const loaded = loadInventory(sources, { cwd: dir, playbookDirs });
    const lines = (found: readonly Diagnostic[]): string[] => found.map((d) => line(d).replaceAll(`${dir}/`, ''));
    return { ...loaded, errors: lines(loaded.diagnostics), warned: lines(loaded.warnings) };
  });
}

/** Loads one INI text as `hosts.ini`. */
export function loadIni(text: string): Loaded {
  return load({ 'hosts.ini': text }, ['hosts.ini']);
}

/** Loads one YAML text as `hosts.yml`. */
export function loadYaml(text: string): Loaded {
  return load({ 'hosts.yml': text }, ['hosts.yml']);
}

/** A diagnostic on one line: `file:line:col: message (hint)`. */
export function line({ at, message, hint }: Diagnostic): string {
  return `${at === null ? '' : `${formatSpan(at)}: `}${message}${hint === null ? '' : ` (${hint})`}`;
}

/** The variables a host ends up with. */
export function varsOf(inventory: Inventory, host: string): Record<string, Data> {
  const vars: Record<string, Data> = {};
  for (const layer of inventory.layersOf(host)) {
    for (const { key, value } of layer.entries.values()) vars[key] = plain(toData(value));
  }
  return vars;
}

/** The node of a variable as the highest layer has it. */
export function nodeOf(inventory: Inventory, host: string, name: string): Node | undefined {
  return inventory
    .layersOf(host)
    .findLast((layer) => layer.entries.has(name))
    ?.entries.get(name)?.value;
}

/** The characters of the source that a span covers. */
export function covered({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

// Objects with a prototype, as literals in tests have it.
function plain(data: Data): Data {
  return JSON.parse(JSON.stringify(data)) as Data;
}
