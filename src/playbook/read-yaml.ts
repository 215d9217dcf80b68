import type { Diagnostic } from '../base/diagnostic.ts';
import type { Node } from '../base/node.ts';
import { readSource } from '../base/read-source.ts';
import type { Span } from '../base/source.ts';
import { parseYaml } from '../base/yaml.ts';

/** The value of a YAML file, `null` when it is empty or wrong, which is noted. */
export function readYaml(file: string, problems: Diagnostic[], at: Span | null = null): Node | null {
  const read = readSource(file, at);
  if ('problem' in read) {
    problems.push(read.problem);
    return null;
  }
  const { node, diagnostics } = parseYaml(read.source);
  problems.push(...diagnostics);
  return node;
}
