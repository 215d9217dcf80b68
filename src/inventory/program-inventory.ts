import { diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { type Entry, entryOf, type MapNode, type Node } from '../base/node.ts';
import { addHost, type DraftGroup, groupIn, isVariable, type Reading, setGroupVariable } from './draft.ts';
import { hostNameProblem } from './names.ts';

/** Reads what a program said to `--list`, and to `--host` of each host, into a draft, as Ansible does. */
export function parseProgramInventory(reading: Reading, list: MapNode, hosts: ReadonlyMap<string, Node>): void {
  const named = new Set<string>();
  for (const entry of list.entries) if (entry.key !== meta) readGroup(reading, entry, named);
  const hostvars = hostvarsOf(list);
  if (hostvars === null) {
    for (const [name, vars] of hosts) addVariables(reading, name, vars);
    return;
  }
  for (const { key, keySpan, value } of mapEntries(reading, hostvars, '`hostvars`')) {
    if (named.has(key)) addVariables(reading, key, value);
    else reading.findings.warnings.push(diagnostic(keySpan, `No group has the host \`${key}\`: it is passed over.`));
  }
}

/** The hosts whose variables have to be asked one by one: none where the list has `_meta.hostvars`. */
export function askedHosts(list: MapNode): readonly string[] {
  if (hostvarsOf(list) !== null) return [];
  const names = list.entries.flatMap(({ key, value }) => (key === meta ? [] : hostNodes(key, value)));
  const hosts = names.flatMap((node) => (node.kind === 'scalar' && typeof node.value === 'string' ? [node] : []));
  // A name that starts like an option is refused before anybody is asked.
  const good = hosts.filter(({ span, value }) => hostNameProblem(String(value), span) === null);
  return [...new Set(good.map(({ value }) => String(value)))];
}

const meta = '_meta';
const sections = ['hosts', 'children', 'vars'] as const;

function hostvarsOf(list: MapNode): Node | null {
  const found = entryOf(list, meta)?.value;
  return found?.kind === 'map' ? (entryOf(found, 'hostvars')?.value ?? null) : null;
}

/** The nodes that name hosts, in all three forms of a group. */
function hostNodes(group: string, value: Node): readonly Node[] {
  if (value.kind === 'list') return value.items;
  if (value.kind !== 'map') return [];
  const hosts = entryOf(value, 'hosts')?.value;
  if (hosts?.kind === 'list') return hosts.items;
  return isShort(value) ? [{ kind: 'scalar', span: value.span, value: group, written: group, ...plain }] : [];
}

const plain = { style: 'plain', verbatim: false } as const;

// `"web1": {"ansible_host": "…"}`: a host with its variables, in a group of its own.
function isShort({ entries }: MapNode): boolean {
  return entries.length > 0 && !entries.some(({ key }) => sections.some((section) => section === key));
}

function readGroup(reading: Reading, { key, keySpan, value }: Entry, named: Set<string>): void {
  const group = groupIn(reading, key, keySpan);
  if (group === null) return;
  group.declared = true;
  group.bare = false;
  if (value.kind === 'scalar') {
    const hint = 'A group is a list of hosts, or an object with `hosts`, `children` and `vars`.';
    refuse(reading, value, `The group \`${key}\` is neither a list nor an object.`, hint);
    return;
  }
  for (const node of hostNodes(key, value)) readHost(reading, group, node, named);
  if (value.kind === 'list') return;
  if (isShort(value)) return setVariables(reading, group, value);
  for (const entry of value.entries) readSection(reading, group, entry);
}

function readSection(reading: Reading, group: DraftGroup, { key, keySpan, value }: Entry): void {
  switch (key) {
    case 'hosts':
      if (value.kind !== 'list') refuse(reading, value, '`hosts` is a list of names.', '`"hosts": ["web1", "web2"]`');
      return;
    case 'children':
      return readChildren(reading, group, value);
    case 'vars':
      return setVariables(reading, group, value);
    default: {
      const hint = didYouMean(key, sections) ?? 'Beside `hosts`, `children` and `vars` nothing is read.';
      reading.findings.warnings.push(diagnostic(keySpan, `\`${key}\` means nothing in a group.`, hint));
    }
  }
}

function readHost(reading: Reading, group: DraftGroup, node: Node, named: Set<string>): void {
  if (node.kind !== 'scalar' || typeof node.value !== 'string')
    return refuse(reading, node, 'The name of a host is a text.', null);
  const problem = hostNameProblem(node.value, node.span);
  if (problem !== null) {
    reading.findings.diagnostics.push(problem);
    return;
  }
  named.add(node.value);
  addHost(reading, node.value, node.span, { group, vars: [] });
}

function readChildren(reading: Reading, group: DraftGroup, node: Node): void {
  if (node.kind !== 'list')
    return refuse(reading, node, '`children` is a list of groups.', '`"children": ["web", "db"]`');
  for (const item of node.items) {
    const child =
      item.kind === 'scalar' && typeof item.value === 'string' ? groupIn(reading, item.value, item.span) : null;
    if (child === null) {
      if (item.kind !== 'scalar' || typeof item.value !== 'string')
        refuse(reading, item, 'The name of a group is a text.', null);
      continue;
    }
    child.declared = true;
    child.bare = false;
    if (!group.children.has(child.name)) group.children.set(child.name, item.span);
  }
}

function setVariables(reading: Reading, group: DraftGroup, node: Node): void {
  for (const entry of variablesIn(reading, node, '`vars`')) setGroupVariable(reading, group, entry);
}

function addVariables(reading: Reading, name: string, node: Node): void {
  const host = reading.draft.hosts.get(name);
  for (const entry of variablesIn(reading, node, `What is said of the host \`${name}\``))
    host?.vars.set(entry.key, entry);
}

function variablesIn(reading: Reading, node: Node, what: string): Entry[] {
  const entries = mapEntries(reading, node, what).filter(({ key, keySpan }) => isVariable(reading, key, keySpan));
  return entries.map((entry) => ({ ...entry, value: marked(reading, entry.value) }));
}

/** Texts that Ansible's JSON marks as no templates become such. */
function marked(reading: Reading, node: Node): Node {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => marked(reading, item)) };
  const [only] = node.entries;
  if (only?.key === '__ansible_unsafe' && only.value.kind === 'scalar') return { ...only.value, verbatim: true };
  if (only?.key === '__ansible_vault')
    refuse(
      reading,
      only.value,
      'Values encrypted with ansible-vault are not supported.',
      'Let the program decrypt it.',
    );
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: marked(reading, entry.value) })) };
}

function mapEntries(reading: Reading, node: Node, what: string): readonly Entry[] {
  if (node.kind === 'map') return node.entries;
  refuse(reading, node, `${what} is an object.`, '`{"name": "value"}`');
  return [];
}

function refuse({ findings }: Reading, { span }: Node, message: string, hint: string | null): void {
  findings.diagnostics.push(diagnostic(span, message, hint));
}
