import { KmeshError } from '../base/errors.ts';
import { newHostRun } from './variables/host-run.ts';
import { gatheringFacts } from './variables/not-yet-known.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Reads the inventory anew, as `meta: refresh_inventory` says: variables count from now on, hosts from the next play on.
 *
 * @throws KmeshError when it is not right any more; then all stays as it was
 */
export async function refreshInventory({ site, plays, runs, reload }: RunParts): Promise<void> {
  const { inventory, problems, assign } = await reload();
  const [first] = problems;
  if (first !== undefined) throw new KmeshError(first.message, first);
  site.inventory = inventory;
  for (const run of site.hosts.values()) {
    run.host = inventory.host(run.host.name) ?? run.host;
    run.known.renew();
  }
  for (const host of inventory.hosts.values()) {
    if (!site.hosts.has(host.name)) site.hosts.set(host.name, newHostRun(host));
  }
  for (const [i, { play }] of plays.entries()) plays[i] = assign(play);
  for (const name of plays.flatMap(({ hosts }) => hosts)) {
    const run = site.hosts.get(name);
    if (run === undefined || runs.includes(run)) continue;
    run.known.factsWaitFor = gatheringFacts;
    runs.push(run);
  }
}
