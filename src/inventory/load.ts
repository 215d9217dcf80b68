import { dirname, join, resolve } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { namedSource } from '../base/node.ts';
import { displayPath } from '../base/read-source.ts';
import { type Source, type Span, spanOf } from '../base/source.ts';
import { Vault } from '../vault/vault.ts';
import { warnOfSlips } from './connection.ts';
import { addHosts, type Draft, emptyDraft, type Reading } from './draft.ts';
import { type Findings, kindOf, listDirectory, readText } from './files.ts';
import { resolveGroups } from './groups.ts';
import { parseIni } from './ini.ts';
import { type Inventory, localNames } from './inventory.ts';
import { makeInventory } from './layers.ts';
import { parseProgramInventory } from './program-inventory.ts';
import type { ProgramOutputs } from './programs.ts';
import { inventoryFiles, isProgram } from './source-files.ts';
import { taintVariables } from './passwords.ts';
import { loadVarDir, type Owners, type VarDir } from './var-dirs.ts';
import { parseYamlInventory } from './yaml-inventory.ts';

/** Where and how to read. */
export interface LoadOptions {
  readonly cwd: string;
  /** Directories of playbooks whose `group_vars/` and `host_vars/` count, lowest precedence first. */
  readonly playbookDirs?: readonly string[];
  /** What the programs among the sources said; without it they are refused. */
  readonly programs?: ProgramOutputs;
  /** Passwords of what is encrypted; not given: there are none. */
  readonly vault?: Vault;
}

/** An inventory, usable as far as it could be read, and what is wrong with it. */
export interface LoadedInventory {
  readonly inventory: Inventory;
  /** Errors: a run does not start when there are any. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is allowed but most likely not meant. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads the inventory from its sources, which are merged in order: INI files, YAML or JSON files, programs, directories
 * of them, and lists of hosts such as `10.0.0.1,10.0.0.2` or `web1,`.
 */
export function loadInventory(sources: readonly string[], options: LoadOptions): LoadedInventory {
  const findings: Findings = { diagnostics: [], warnings: [] };
  const { cwd, programs = new Map(), vault = new Vault() } = options;
  const loader: Loader = { cwd, findings, draft: emptyDraft(), dirs: new Set(), programs, vault };
  for (const source of sources) loadSource(source, loader);
  const tree = resolveGroups(loader.draft, findings);
  warnOfSharedNames(loader);
  const owners = {
    groups: new Set(loader.draft.groups.keys()),
    hosts: new Set([...loader.draft.hosts.keys(), ...localNames]),
    vault,
  };
  const load = (path: string, beside: Owners['beside']): VarDir => loadVarDir(path, { ...owners, beside }, findings);
  const playbookDirs = (options.playbookDirs ?? []).map((path) => resolve(options.cwd, path));
  // A directory that is beside both is read once, where it wins.
  const inventoryDirs = [...loader.dirs].filter((path) => !playbookDirs.includes(path));
  const inventory = makeInventory(loader.draft, tree, {
    inventory: inventoryDirs.map((path) => load(path, 'inventory')),
    playbook: [...new Set(playbookDirs)].map((path) => load(path, loader.dirs.has(path) ? 'inventory' : 'playbook')),
  });
  for (const { vars } of [...loader.draft.groups.values(), ...loader.draft.hosts.values()]) {
    taintVariables(vars.values(), vault);
  }
  warnOfSlips(variablesOf(loader.draft), findings.warnings);
  return { inventory, ...findings };
}

interface Loader {
  /** What relative paths start from. */
  readonly cwd: string;
  readonly findings: Findings;
  readonly draft: Draft;
  /** Directories beside which variables lie, in the order of their last source. */
  readonly dirs: Set<string>;
  readonly programs: ProgramOutputs;
  readonly vault: Vault;
}

function loadSource(text: string, loader: Loader): void {
  const { cwd, findings } = loader;
  const path = resolve(cwd, text);
  const kind = kindOf(path);
  if (text.includes(',') && kind === 'missing') return loadList(text, loader);
  if (kind === 'missing') {
    const message = `\`${displayPath(path)}\` can not be read: it does not exist.`;
    findings.diagnostics.push(diagnostic(null, message, missingHint(text, path)));
    return;
  }
  if (kind === 'device') {
    findings.diagnostics.push(diagnostic(null, `\`${displayPath(path)}\` is not a file.`));
    return;
  }
  const dir = kind === 'directory' ? path : dirname(path);
  loader.dirs.delete(dir);
  loader.dirs.add(dir);
  const files = kind === 'directory' ? inventoryFiles(path, findings) : [path];
  for (const file of files) loadFile(file, loader);
  if (files.length === 0) {
    const message = `The directory \`${displayPath(path)}\` has no inventory in it.`;
    findings.diagnostics.push(diagnostic(null, message, 'An inventory is a file such as `hosts.yml` or `hosts.ini`.'));
  }
}

function missingHint(text: string, path: string): string | null {
  const silent: Findings = { diagnostics: [], warnings: [] };
  const siblings = listDirectory(dirname(path), silent).map((name) => displayPath(join(dirname(path), name)));
  const list = text.includes('/') ? null : `A list of hosts has a comma: \`-i ${text},\`.`;
  return didYouMean(displayPath(path), siblings) ?? list;
}

function loadList(text: string, { draft, findings, vault }: Loader): void {
  const source = namedSource('-i', text);
  const reading: Reading = { source, origin: { file: null, dir: null }, draft, findings, vault };
  const group = draft.groups.get('ungrouped');
  let at = 0;
  for (const part of text.split(',')) {
    const name = part.trim();
    const start = at + part.indexOf(name);
    if (name !== '' && group !== undefined) {
      addHosts(reading, name, spanOf(source, start, start + name.length), { group, vars: [] });
    }
    at += part.length + 1;
  }
  if (/^[,\s]*$/.test(text)) {
    findings.diagnostics.push(diagnostic(spanOf(source, 0), 'This list names no host.'));
  }
}

function loadFile(path: string, loader: Loader): void {
  if (isProgram(path)) return loadProgram(path, loader);
  const { findings, draft, vault } = loader;
  const source = readText(path, findings, vault);
  if (source === null) return;
  const refuse = (message: string, hint: string | null): void => {
    findings.diagnostics.push(diagnostic(spanOf(source, 0), message, hint));
  };
  const convert = 'Convert it once: `ansible-inventory -i FILE --list --yaml --output hosts.yml`.';
  if (source.text.startsWith('#!')) {
    return refuse('This is a program, and may not be run.', `Make it executable: \`chmod +x ${displayPath(path)}\`.`);
  }
  if (path.endsWith('.toml')) return refuse('Inventories in TOML are not supported.', convert);
  if (!/^[ \t]*[^\s#;]/m.test(source.text)) return refuse('This inventory is empty.', null);
  const reading: Reading = { source, origin: { file: path, dir: dirname(path) }, draft, findings, vault };
  if (isYaml(path, source)) parseYamlInventory(reading);
  else parseIni(reading);
}

function loadProgram(path: string, { findings, draft, programs, vault }: Loader): void {
  const output = programs.get(path);
  if (output === undefined) {
    findings.diagnostics.push(diagnostic(null, `\`${displayPath(path)}\` is a program, and was not run.`));
    return;
  }
  findings.diagnostics.push(...output.diagnostics);
  findings.warnings.push(...output.warnings);
  if (output.list === null) return;
  const { source } = output.list.span;
  const reading: Reading = { source, origin: { file: path, dir: dirname(path) }, draft, findings, vault };
  parseProgramInventory(reading, output.list, output.hosts);
}

/** By the file's name, else by its first line that says something. */
function isYaml(path: string, { text }: Source): boolean {
  if (/\.(?:ya?ml|json)$/.test(path)) return true;
  if (path.endsWith('.ini')) return false;
  const first = /^[ \t]*[^\s#;].*$/m.exec(text)?.[0] ?? '';
  return /^\s*(?:---|%YAML|\{|"[^"]*"\s*:|'[^']*'\s*:|[^\s:=[\]"']+:(?:\s|$))/.test(first);
}

function* variablesOf({ groups, hosts }: Draft): Iterable<readonly [string, { readonly at: Span }]> {
  for (const { vars } of [...groups.values(), ...hosts.values()]) {
    for (const { key, keySpan } of vars.values()) yield [key, { at: keySpan }];
  }
}

// Ansible warns, too. It matters only where a pattern names it, and there it is an error if the two differ.
function warnOfSharedNames({ draft, findings }: Loader): void {
  for (const { name, at, hosts } of draft.groups.values()) {
    const isItself = hosts.size === 1 && hosts.has(name);
    if (!draft.hosts.has(name) || isItself) continue;
    const message = `\`${name}\` is a group and a host.`;
    findings.warnings.push(diagnostic(at, message, 'A pattern with this name would be ambiguous: rename one of them.'));
  }
}

/** The warning where no inventory is named. */
export const noInventory: Diagnostic = diagnostic(
  null,
  'No inventory is given: only `localhost` is known.',
  'Name one with `-i hosts`.',
);
