import type { Diagnostic } from '../base/diagnostic.ts';
import type { Node } from '../base/node.ts';
import type { Span } from '../base/source.ts';
import type { Vault } from '../vault/vault.ts';

/** What reading needs: passwords, and a place for what is wrong. */
export interface YamlReading {
  readonly vault: Vault;
  readonly problems: Diagnostic[];
}

/** The value of a YAML file, `null` when it is empty or wrong, which is noted. */
export function readYaml(file: string, { vault, problems }: YamlReading, at: Span | null = null): Node | null {
  const read = vault.read(file, at);
  if ('problem' in read) {
    problems.push(read.problem);
    return null;
  }
  const { node, diagnostics } = vault.parse(read.source);
  problems.push(...diagnostics);
  return node;
}
