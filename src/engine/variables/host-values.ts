import { rootNames } from '../../template/evaluate.ts';
import { factAliases } from './fact-aliases.ts';
import type { HostRun } from './host-run.ts';
import { layersAt } from './magic.ts';
import type { Place, Site } from './site.ts';

/** What some variables are made of in the end, as far as it matters to trust. */
export interface Origins {
  /** The first of them that a host has a say in, or `null`. */
  readonly fromHost: string | null;
  /** One of them is a loop's: its items may have come from anywhere. */
  readonly fromLoop: boolean;
}

/**
 * Whether variables are facts, results, or made of them.
 *
 * `set_fact` counts as a result, since nobody can tell any more what its value was made of.
 */
export function originsOf(names: readonly string[], site: Site, run: HostRun, place: Place): Origins {
  const layers = layersAt(site, run, place);
  const seen = new Set<string>();
  let fromLoop = false;
  const isHosts = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    if (place.loop?.has(name) === true) fromLoop = true;
    if (name === 'hostvars' || name === 'facts' || factAliases.has(name)) return true;
    if (run.known.get(name) !== undefined || run.known.waitsFor(name) !== null) return true;
    const entry = layers.find(({ entries }) => entries.has(name))?.entries.get(name);
    return entry !== undefined && rootNames(entry.value).filter((root) => isHosts(root.name)).length > 0;
  };
  let fromHost: string | null = null;
  for (const name of names) if (isHosts(name)) fromHost ??= name;
  return { fromHost, fromLoop };
}
