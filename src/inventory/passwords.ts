import type { Entry } from '../base/node.ts';
import { taint } from '../vault/taint.ts';
import type { Vault } from '../vault/vault.ts';
import { settingNames } from './connection-names.ts';

const names: ReadonlySet<string> = new Set([...settingNames.password, ...settingNames.becomePassword]);

/** Makes secrets of the passwords among variables, so that no message about the line they stand in shows them. */
export function taintPasswords(entries: Iterable<Entry>, vault: Vault): void {
  for (const { key, value } of entries) if (names.has(key) && !isTemplate(value)) taint(value, vault.mask);
}

/** The same for variables of an inventory; those of an encrypted one are secrets, all of them. */
export function taintVariables(entries: Iterable<Entry>, vault: Vault): void {
  const all = [...entries];
  taintPasswords(all, vault);
  for (const { value } of all) if (vault.isSecret(value.span.source)) taint(value, vault.mask);
}

// What it comes to is a secret, not what it is made of.
function isTemplate(value: Entry['value']): boolean {
  return value.kind === 'scalar' && !value.verbatim && String(value.value).includes('{{');
}
