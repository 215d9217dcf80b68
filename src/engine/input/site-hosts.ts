import { randomInt } from 'node:crypto';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/select.ts';
import type { PatternText } from '../../inventory/pattern.ts';
import type { HostOrder, Play } from '../../playbook/playbook.ts';
import { type HostRun, newHostRun } from '../variables/host-run.ts';

/** A play with the hosts that it is for. */
export interface AssignedPlay {
  readonly play: Play;
  readonly hosts: readonly string[];
  /** Also those that `--limit` leaves out: templates may look at their facts. */
  readonly allHosts: readonly string[];
}

/** Finds the hosts of each play. */
export function assignHosts(
  plays: readonly Play[],
  inventory: Inventory,
  limit: PatternText | null,
  found: { readonly problems: Diagnostic[]; readonly warnings: Diagnostic[] },
): AssignedPlay[] {
  return plays.map((play) => {
    const patterns = play.hosts.map((node) => ({ text: String(node.value), span: node.span }));
    const { hosts, diagnostics, warnings } = selectHosts(patterns, inventory, { limit });
    found.problems.push(...diagnostics);
    found.warnings.push(...warnings);
    const all = limit === null ? hosts : selectHosts(patterns, inventory, { limit: null }).hosts;
    return { play, hosts: inOrder(play.order, namesOf(hosts)), allHosts: namesOf(all) };
  });
}

function namesOf(hosts: readonly Host[]): string[] {
  return hosts.map(({ name }) => name);
}

/** Hosts as the `order` of a play takes them. */
function inOrder(order: HostOrder, hosts: readonly string[]): string[] {
  switch (order) {
    case 'inventory':
      return [...hosts];
    case 'reverse_inventory':
      return hosts.toReversed();
    case 'sorted':
      return hosts.toSorted();
    case 'reverse_sorted':
      return hosts.toSorted().toReversed();
    case 'shuffle':
      return shuffled(hosts);
  }
}

function shuffled(hosts: readonly string[]): string[] {
  const left = [...hosts];
  return hosts.flatMap(() => left.splice(randomInt(left.length), 1));
}

/** A run of every host: those of the inventory, since templates may look at any, and `localhost` where a play asks for it. */
export function hostRuns(inventory: Inventory, plays: readonly AssignedPlay[]): Map<string, HostRun> {
  const names = new Set([...inventory.hosts.keys(), ...plays.flatMap(({ hosts }) => hosts)]);
  const runs = new Map<string, HostRun>();
  for (const name of names) {
    const host = inventory.host(name);
    if (host !== null) runs.set(name, newHostRun(host));
  }
  return runs;
}

/** The hosts that at least one play is for, in the order of the inventory. */
export function chosenRuns(runs: ReadonlyMap<string, HostRun>, plays: readonly AssignedPlay[]): HostRun[] {
  const chosen = new Set(plays.flatMap(({ hosts }) => hosts));
  return [...runs.values()].filter(({ host }) => chosen.has(host.name));
}
