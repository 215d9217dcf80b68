import { diagnostic } from '../base/diagnostic.ts';
import { type Entry, scalarNode } from '../base/node.ts';
import type { Source, Span } from '../base/source.ts';
import type { Vault } from '../vault/vault.ts';
import type { Findings } from './files.ts';
import { expandHosts } from './host-range.ts';
import { groupNameProblem, hostNameProblem, variableNameProblem } from './names.ts';

/** A group while sources are being read. */
export interface DraftGroup {
  readonly name: string;
  /** Where it was first named; `null` for `all` and `ungrouped`. */
  readonly at: Span | null;
  /** A section or key of its own says that it exists; else it was only referred to. */
  declared: boolean;
  /** So far only named as a child without content, which is how a slip of the keyboard looks too. */
  bare: boolean;
  priority: number;
  readonly hosts: Map<string, Span>;
  readonly children: Map<string, Span>;
  readonly vars: Map<string, Entry>;
}

/** A host while sources are being read. */
export interface DraftHost {
  readonly name: string;
  readonly at: Span;
  readonly origin: Origin;
  readonly vars: Map<string, Entry>;
}

/** Where an inventory's text comes from; `null` paths: a list on the command line. */
export interface Origin {
  readonly file: string | null;
  readonly dir: string | null;
}

/** Everything read so far, from all sources: what readers of single files add to. */
export interface Draft {
  readonly groups: Map<string, DraftGroup>;
  readonly hosts: Map<string, DraftHost>;
}

/** One source being read into a draft. */
export interface Reading {
  readonly source: Source;
  readonly origin: Origin;
  readonly draft: Draft;
  readonly findings: Findings;
  readonly vault: Vault;
}

/** A draft with the two groups that always are there. */
export function emptyDraft(): Draft {
  const groups = new Map<string, DraftGroup>();
  for (const name of ['all', 'ungrouped']) groups.set(name, { ...newGroup(name, null), declared: true });
  return { groups, hosts: new Map() };
}

/** The group of that name, made when it is new; `null` and a finding when it can not be a group's name. */
export function groupIn({ draft, findings }: Reading, name: string, at: Span): DraftGroup | null {
  const known = draft.groups.get(name);
  if (known !== undefined) return known;
  const problem = groupNameProblem(name, at);
  if (problem !== null) {
    findings.diagnostics.push(problem);
    return null;
  }
  const group = newGroup(name, at);
  draft.groups.set(name, group);
  return group;
}

/** Adds the hosts of one entry such as `node[1:3]:22` to a group, each with the variables given. */
export function addHosts(reading: Reading, entry: string, at: Span, { group, vars }: HostEntry): void {
  const { findings } = reading;
  const expanded = expandHosts(entry);
  if ('problem' in expanded) {
    findings.diagnostics.push(diagnostic(at, expanded.problem, expanded.hint));
    return;
  }
  for (const name of expanded.names) {
    const problem = hostNameProblem(name, at);
    if (problem !== null) {
      findings.diagnostics.push(problem);
      return;
    }
    const isNew = !reading.draft.hosts.has(name);
    const host = addHost(reading, name, at, { group, vars: [] });
    if (expanded.port !== null) setPort(host, expanded.port, { at, isNew, findings });
    for (const variable of vars) host.vars.set(variable.key, variable);
  }
}

/** Adds one host, whose name is taken as it is, to a group. */
export function addHost(reading: Reading, name: string, at: Span, { group, vars }: HostEntry): DraftHost {
  const { draft, origin } = reading;
  const host = draft.hosts.get(name) ?? { name, at, origin, vars: new Map<string, Entry>() };
  draft.hosts.set(name, host);
  if (!group.hosts.has(name)) group.hosts.set(name, at);
  for (const variable of vars) host.vars.set(variable.key, variable);
  return host;
}

interface HostEntry {
  readonly group: DraftGroup;
  readonly vars: readonly Entry[];
}

/** Whether a variable's name can be used; if not, why goes to the findings. */
export function isVariable({ findings }: Reading, name: string, at: Span): boolean {
  const problem = variableNameProblem(name, at);
  if (problem !== null) findings.diagnostics.push(problem);
  return problem === null;
}

/** Sets a variable of a group; `ansible_group_priority` is none, but its place among its neighbours. */
export function setGroupVariable({ findings }: Reading, group: DraftGroup, entry: Entry): void {
  if (entry.key !== 'ansible_group_priority') {
    group.vars.set(entry.key, entry);
    return;
  }
  const priority = entry.value.kind === 'scalar' ? Number(entry.value.value) : Number.NaN;
  if (Number.isInteger(priority)) group.priority = priority;
  else findings.diagnostics.push(diagnostic(entry.value.span, '`ansible_group_priority` is a whole number.'));
}

interface Naming {
  readonly at: Span;
  /** The host is named for the first time. */
  readonly isNew: boolean;
  readonly findings: Findings;
}

// As in Ansible, where the port of a later entry is passed over without a word.
function setPort(host: DraftHost, port: number, { at, isNew, findings }: Naming): void {
  if (isNew) {
    host.vars.set('ansible_port', { key: 'ansible_port', keySpan: at, value: scalarNode(port, at) });
    return;
  }
  const known = host.vars.get('ansible_port')?.value;
  if (known?.kind === 'scalar' && known.value === port) return;
  const message = `\`${host.name}\` is known already: this port counts for nothing.`;
  findings.warnings.push(
    diagnostic(at, message, 'Write the port where the host is named first, or set `ansible_port`.'),
  );
}

function newGroup(name: string, at: Span | null): DraftGroup {
  const empty = { hosts: new Map<string, Span>(), children: new Map<string, Span>(), vars: new Map<string, Entry>() };
  return { name, at, declared: false, bare: true, priority: 1, ...empty };
}
