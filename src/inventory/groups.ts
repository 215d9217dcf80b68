import { diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Draft, DraftGroup } from './draft.ts';
import type { Findings } from './files.ts';
import type { Group } from './inventory.ts';

/** How the groups of an inventory lie in each other. */
export interface GroupTree {
  readonly groups: ReadonlyMap<string, Group>;
  /** For each host all its groups, from lowest to highest precedence. Hosts of the same groups share one list. */
  readonly groupsOfHosts: ReadonlyMap<string, readonly string[]>;
}

/** Works out parents, depths and members; groups without definition and cycles go to the findings. */
export function resolveGroups(draft: Draft, findings: Findings): GroupTree {
  reportUndeclared(draft, findings);
  const children = childrenOf(draft, findings);
  const parents = parentsOf(children);
  const depths = depthsOf(children, parents);
  const direct = directGroups(draft);
  const groups = new Map<string, Group>();
  const members = membersOf(draft, direct);
  for (const { name, at, priority } of draft.groups.values()) {
    const below = descendants(name, children);
    const hosts = new Set(below.flatMap((group) => members.get(group) ?? []));
    const rank = { depth: depths.get(name) ?? 0, priority, at };
    groups.set(name, {
      name,
      hosts: [...hosts],
      members: members.get(name) ?? [],
      children: children.get(name) ?? [],
      parents: parents.get(name) ?? [],
      ...rank,
    });
  }
  reportEmpty(draft, groups, findings);
  return { groups, groupsOfHosts: allGroups(direct, groups) };
}

type Names = ReadonlyMap<string, readonly string[]>;

function reportUndeclared({ groups }: Draft, { diagnostics }: Findings): void {
  const declared = [...groups.values()].filter((group) => group.declared).map((group) => group.name);
  for (const { name, at, declared: isDeclared } of groups.values()) {
    if (isDeclared) continue;
    const hint = didYouMean(name, declared) ?? `Define it: \`[${name}]\`.`;
    diagnostics.push(diagnostic(at, `The group \`${name}\` is not defined.`, hint));
  }
}

// A child that stands in YAML with nothing below it, here or elsewhere, has no hosts: most likely it is misspelt.
function reportEmpty(draft: Draft, groups: ReadonlyMap<string, Group>, { warnings }: Findings): void {
  for (const { name, bare, at } of draft.groups.values()) {
    const group = groups.get(name);
    if (at === null || !bare || group === undefined || group.hosts.length > 0 || group.children.length > 0) continue;
    const filled = [...groups.values()].filter((other) => other.hosts.length > 0).map((other) => other.name);
    const message = `The group \`${name}\` has no hosts and no variables.`;
    if (draft.groups.get(name)?.declared === true) warnings.push(diagnostic(at, message, didYouMean(name, filled)));
  }
}

function childrenOf(draft: Draft, findings: Findings): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const group of draft.groups.values()) {
    children.set(
      group.name,
      [...group.children.keys()].filter((child) => mayBeChild(group, child, findings)),
    );
  }
  cutCycles(draft, children, findings);
  const inside = new Set([...children.values()].flat());
  const top = [...draft.groups.keys()].filter((name) => name !== 'all' && !inside.has(name));
  const ofAll = (children.get('all') ?? []).filter((name) => name !== 'ungrouped');
  children.set('all', ['ungrouped', ...ofAll, ...top.filter((name) => name !== 'ungrouped')]);
  return children;
}

function mayBeChild(group: DraftGroup, child: string, { diagnostics }: Findings): boolean {
  if (child !== 'all' && (child !== 'ungrouped' || group.name === 'all')) return true;
  const why = child === 'all' ? 'it holds all groups' : 'it holds the hosts that are in no other group';
  const message = `\`${child}\` can not be a child of \`${group.name}\`: ${why}.`;
  diagnostics.push(diagnostic(group.children.get(child) ?? null, message));
  return false;
}

/** Removes, with a finding each, the edges that close a cycle. */
function cutCycles(draft: Draft, children: Map<string, string[]>, { diagnostics }: Findings): void {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    path.push(name);
    for (const child of children.get(name) ?? []) {
      if (!path.includes(child)) {
        visit(child);
        continue;
      }
      const cycle = [...path.slice(path.indexOf(child)), child].map((group) => `\`${group}\``).join(' > ');
      const at = draft.groups.get(name)?.children.get(child) ?? null;
      diagnostics.push(diagnostic(at, `These groups contain each other: ${cycle}.`, 'Take one of them out.'));
      children.set(
        name,
        (children.get(name) ?? []).filter((other) => other !== child),
      );
    }
    path.pop();
    done.add(name);
  };
  for (const name of draft.groups.keys()) visit(name);
}

function parentsOf(children: Names): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const [parent, names] of children) {
    for (const child of names) parents.set(child, [...(parents.get(child) ?? []), parent]);
  }
  return parents;
}

function depthsOf(children: Names, parents: Names): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(parents.get(name) ?? []).map(depthOf)) + 1;
    depths.set(name, depth);
    return depth;
  };
  for (const name of children.keys()) depthOf(name);
  return depths;
}

/** The groups that name a host themselves; `ungrouped` for those that only `all` or nothing names. */
function directGroups(draft: Draft): Map<string, string[]> {
  const direct = new Map<string, string[]>([...draft.hosts.keys()].map((name) => [name, []]));
  for (const group of draft.groups.values()) {
    if (group.name === 'ungrouped') continue;
    for (const host of group.hosts.keys()) direct.get(host)?.push(group.name);
  }
  for (const groups of direct.values()) {
    if (!groups.some((name) => name !== 'all')) groups.push('ungrouped');
  }
  return direct;
}

/** The hosts each group names itself, in the order it names them. */
function membersOf(draft: Draft, direct: Names): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const { name, hosts } of draft.groups.values()) members.set(name, [...hosts.keys()]);
  const isLeft = (host: string): boolean => direct.get(host)?.includes('ungrouped') === true;
  // As in Ansible those that stand there come before those that only `all` names.
  const left = new Set([...(members.get('ungrouped') ?? []), ...direct.keys()].filter(isLeft));
  return members.set('ungrouped', [...left]);
}

/** A group and all below it, level by level. */
function descendants(name: string, children: Names): string[] {
  const found = new Set([name]);
  // A set hands out what is added to it while it is walked.
  for (const group of found) for (const child of children.get(group) ?? []) found.add(child);
  return [...found];
}

function allGroups(direct: Names, groups: ReadonlyMap<string, Group>): Map<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  const result = new Map<string, readonly string[]>();
  for (const [host, names] of direct) {
    const key = names.join('\n');
    const list = known.get(key) ?? withAncestors(names, groups);
    known.set(key, list);
    result.set(host, list);
  }
  return result;
}

function withAncestors(names: readonly string[], groups: ReadonlyMap<string, Group>): readonly string[] {
  const found = new Set(names);
  for (const name of found) for (const parent of groups.get(name)?.parents ?? []) found.add(parent);
  const known = [...found].flatMap((name) => groups.get(name) ?? []);
  known.sort((a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1));
  return known.map((group) => group.name);
}
