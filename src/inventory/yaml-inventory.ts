import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Entry, MapNode, Node } from '../base/node.ts';
import { addHosts, type DraftGroup, groupIn, isVariable, type Reading, setGroupVariable } from './draft.ts';

/** Reads a YAML (or JSON) inventory into a draft; what is wrong with it goes to the findings. */
export function parseYamlInventory(reading: Reading): void {
  const { node, diagnostics } = reading.vault.parse(reading.source);
  reading.findings.diagnostics.push(...diagnostics);
  if (node === null || isNull(node)) return;
  const problem = shapeProblem(node);
  if (problem !== null || node.kind !== 'map') {
    if (problem !== null) reading.findings.diagnostics.push(problem);
    return;
  }
  for (const entry of node.entries) readGroup(reading, entry);
}

const convert = 'Convert it once: `ansible-inventory -i FILE --list --yaml --output hosts.yml`.';

function shapeProblem(node: Node): Diagnostic | null {
  if (node.kind !== 'map') {
    const hint = 'The top level names groups: `all:` with `hosts:`, `children:` and `vars:` below it.';
    return diagnostic(node.span, 'An inventory is a mapping of groups.', hint);
  }
  for (const { key, keySpan } of node.entries) {
    if (key === 'plugin') return diagnostic(keySpan, 'Inventory plugins are not supported.', convert);
    if (key === '_meta') return diagnostic(keySpan, 'The output of an inventory script is not supported.', convert);
    if (sections.has(key)) {
      return diagnostic(
        keySpan,
        `\`${key}\` stands at the top level, where groups are wanted.`,
        'Indent it under `all:`.',
      );
    }
  }
  return null;
}

function readGroup(reading: Reading, { key, keySpan, value }: Entry): DraftGroup | null {
  const group = groupIn(reading, key, keySpan);
  if (group === null) return null;
  group.declared = true;
  if (isNull(value)) return group;
  group.bare = false;
  if (value.kind !== 'map') {
    const hint = 'Below a group stand `hosts:`, `children:` and `vars:`.';
    reading.findings.diagnostics.push(diagnostic(value.span, `The group \`${key}\` is not a mapping.`, hint));
    return group;
  }
  for (const entry of value.entries) readPart(reading, group, entry);
  return group;
}

type ReadPart = (reading: Reading, group: DraftGroup, entry: Entry) => void;

const sections: ReadonlyMap<string, ReadPart> = new Map<string, ReadPart>([
  ['hosts', readHosts],
  ['children', readChildren],
  ['vars', readVariables],
]);

function readPart(reading: Reading, group: DraftGroup, entry: Entry): void {
  const { key, keySpan } = entry;
  const read = sections.get(key);
  if (read !== undefined) return read(reading, group, entry);
  const hint = didYouMean(key, sections.keys()) ?? 'Below a group stand only `hosts`, `children` and `vars`.';
  reading.findings.diagnostics.push(diagnostic(keySpan, `\`${key}\` means nothing in a group.`, hint));
}

function readHosts(reading: Reading, group: DraftGroup, { value }: Entry): void {
  // Ansible takes `hosts: web1`, too.
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    addHosts(reading, value.value, value.span, { group, vars: [] });
    return;
  }
  for (const { key, keySpan, value: vars } of entriesOf(reading, value, { section: 'hosts', example: 'web1' })) {
    const found = entriesOf(reading, vars, { section: key, example: 'name: value' });
    const kept = found.filter((entry) => isVariable(reading, entry.key, entry.keySpan));
    addHosts(reading, key, keySpan, { group, vars: kept });
  }
}

function readChildren(reading: Reading, group: DraftGroup, { value }: Entry): void {
  // And `children: web`.
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const child = groupIn(reading, value.value, value.span);
    if (child !== null && !group.children.has(child.name)) group.children.set(child.name, value.span);
    return;
  }
  for (const entry of entriesOf(reading, value, { section: 'children', example: 'web' })) {
    const child = readGroup(reading, entry);
    if (child !== null && !group.children.has(child.name)) group.children.set(child.name, entry.keySpan);
  }
}

function readVariables(reading: Reading, group: DraftGroup, { value }: Entry): void {
  for (const entry of entriesOf(reading, value, { section: 'vars', example: 'name: value' })) {
    if (isVariable(reading, entry.key, entry.keySpan)) setGroupVariable(reading, group, entry);
  }
}

interface Wanted {
  readonly section: string;
  readonly example: string;
}

function entriesOf(reading: Reading, node: Node, { section, example }: Wanted): MapNode['entries'] {
  if (node.kind === 'map') return node.entries;
  if (isNull(node)) return [];
  const first = node.kind === 'list' ? node.items[0] : undefined;
  const shown = first?.kind === 'scalar' && example !== 'name: value' ? String(first.value) : example;
  const key = shown.includes(': ') ? shown : `${shown}:`;
  const hint =
    node.kind === 'list' ? `Write \`${key}\`, not \`- ${shown}\`.` : `Write \`${key}\` on a line of its own.`;
  const is = node.kind === 'list' ? 'a mapping, not a list' : 'a mapping, not a single value';
  reading.findings.diagnostics.push(diagnostic(node.span, `\`${section}:\` is ${is}.`, hint));
  return [];
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}
