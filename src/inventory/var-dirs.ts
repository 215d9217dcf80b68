import { extname, join } from 'node:path';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { nearest } from '../base/did-you-mean.ts';
import { type Layer, layerOf } from '../base/layer.ts';
import type { Entry } from '../base/node.ts';
import { displayPath } from '../base/read-source.ts';
import { type Source, spanOf } from '../base/source.ts';
import type { Vault } from '../vault/vault.ts';
import { type Findings, kindOf, listDirectory, maxDirectoryDepth, readText } from './files.ts';
import { variableNameProblem } from './names.ts';
import { taintPasswords } from './passwords.ts';

/** What the `group_vars/` and `host_vars/` of one directory say. */
export interface VarDir {
  readonly path: string;
  /** For each group its layers, one per file. */
  readonly groups: ReadonlyMap<string, readonly Layer[]>;
  readonly hosts: ReadonlyMap<string, readonly Layer[]>;
}

/** Whose files there may be. */
export interface Owners {
  readonly groups: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  /** Beside a playbook that serves several inventories, files of the others' hosts and groups are no mistake. */
  readonly beside: 'inventory' | 'playbook';
  readonly vault: Vault;
}

/** Reads `group_vars/` and `host_vars/` in a directory; files that belong to nobody are warned of and not read. */
export function loadVarDir(path: string, owners: Owners, findings: Findings): VarDir {
  const { groups, hosts, beside, vault } = owners;
  return {
    path,
    groups: loadKind(join(path, 'group_vars'), { kind: 'group', names: groups, beside, vault }, findings),
    hosts: loadKind(join(path, 'host_vars'), { kind: 'host', names: hosts, beside, vault }, findings),
  };
}

interface Kind {
  readonly kind: 'group' | 'host';
  readonly names: ReadonlySet<string>;
  readonly beside: Owners['beside'];
  readonly vault: Vault;
}

const extensions: ReadonlySet<string> = new Set(['.yml', '.yaml', '.json']);

function loadKind(directory: string, kind: Kind, findings: Findings): Map<string, Layer[]> {
  const layers = new Map<string, Layer[]>();
  const is = kindOf(directory);
  if (is === 'missing') return layers;
  if (is !== 'directory') {
    const message = `\`${displayPath(directory)}\` is not a directory, so nothing reads it.`;
    findings.warnings.push(diagnostic(null, message));
    return layers;
  }
  const origins = new Map<string, string>();
  for (const entry of listDirectory(directory, findings)) {
    if (isIgnored(entry)) continue;
    const path = join(directory, entry);
    const name = ownerOf(entry, path, kind, findings);
    if (name === null) continue;
    const other = origins.get(name);
    if (other !== undefined) {
      findings.diagnostics.push(twoOrigins(path, other));
      continue;
    }
    origins.set(name, path);
    layers.set(
      name,
      filesBelow(path, findings).flatMap((file) => loadLayer(file, `${kind.kind}_vars of ${name}`, kind, findings)),
    );
  }
  return layers;
}

// Ansible would read only the directory, or only the first file, and be silent about the other.
function twoOrigins(path: string, other: string): Diagnostic {
  const message = `\`${displayPath(path)}\` and \`${displayPath(other)}\` are the variables of one name.`;
  return diagnostic(null, message, 'Keep one of them, or make a directory with several files in it.');
}

/** Who a file or directory belongs to; `null`, with a warning where it looks like a slip, when it is nobody. */
function ownerOf(entry: string, path: string, { kind, names, beside }: Kind, findings: Findings): string | null {
  if (names.has(entry)) return entry;
  const extension = extname(entry);
  const stem = extensions.has(extension) ? entry.slice(0, -extension.length) : entry;
  if (names.has(stem)) return stem;
  const meant = nearest(stem, names);
  // A README.md may lie here; so may the variables of a group that only another inventory has.
  const isFile = stem !== entry || extension === '' || kindOf(path) === 'directory';
  if (meant === null && (beside === 'playbook' || !isFile)) return null;
  const at = spanOf({ name: displayPath(path), text: '' }, 0);
  const hint = meant === null ? `Rename or remove it: no ${kind} has this name.` : `Did you mean \`${meant}\`?`;
  findings.warnings.push(diagnostic(at, `There is no ${kind} \`${stem}\`, so nothing reads this.`, hint));
  return null;
}

function filesBelow(path: string, findings: Findings, depth = 1): string[] {
  if (kindOf(path) !== 'directory') return [path];
  if (depth > maxDirectoryDepth) return [];
  return listDirectory(path, findings).flatMap((entry) => {
    if (isIgnored(entry)) return [];
    const inner = join(path, entry);
    const extension = extname(entry);
    if (kindOf(inner) === 'directory') return filesBelow(inner, findings, depth + 1);
    return extension === '' || extensions.has(extension) ? [inner] : [];
  });
}

function isIgnored(entry: string): boolean {
  return entry.startsWith('.') || /(?:~|\.(?:bak|orig|retry|swp|pyc|pyo))$/.test(entry);
}

function loadLayer(path: string, name: string, { vault }: Kind, findings: Findings): Layer[] {
  const source = readText(path, findings, vault);
  if (source === null) return [];
  const entries = variablesOf(source, findings, vault);
  taintPasswords(entries, vault);
  return entries.length === 0 ? [] : [layerOf(name, entries)];
}

function variablesOf(source: Source, findings: Findings, vault: Vault): Entry[] {
  const { node, diagnostics } = vault.parse(source);
  findings.diagnostics.push(...diagnostics);
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind !== 'map') {
    const hint = 'Write `name: value` lines.';
    findings.diagnostics.push(diagnostic(node.span, 'A file of variables is a mapping.', hint));
    return [];
  }
  return node.entries.filter((entry) => isUsable(entry, findings));
}

function isUsable({ key, keySpan }: Entry, { diagnostics, warnings }: Findings): boolean {
  if (key === 'ansible_group_priority') {
    const message = '`ansible_group_priority` has no effect here.';
    warnings.push(diagnostic(keySpan, message, 'Set it in the inventory itself, under the `vars` of the group.'));
    return false;
  }
  const problem = variableNameProblem(key, keySpan);
  if (problem !== null) diagnostics.push(problem);
  return problem === null;
}
