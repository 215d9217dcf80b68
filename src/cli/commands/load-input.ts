import { type LoadedSite, loadSite, reloadInventory, type SiteRequest } from '../../engine/input/load-site.ts';
import type { Reloaded } from '../../engine/input/reloaded.ts';
import { runPrograms } from '../../inventory/programs.ts';
import { askPrompts } from '../ask/ask-prompts.ts';
import type { Options } from '../options/command.ts';
import { PromptInterrupted } from '../ask/prompt.ts';
import { type MaskedWorld, promptIo } from '../world.ts';

/** The input, and how to read the inventory anew. */
export interface LoadedInput extends LoadedSite {
  readonly reload: () => Promise<Reloaded>;
}

/** What a command says of the input, without what is asked of programs and people. */
export type InputRequest = Omit<SiteRequest, 'programs' | 'vault' | 'answers'>;

/**
 * Reads the input: runs inventories that are programs.
 *
 * @param mayAsk what plays want to know (`vars_prompt`) is asked once all else is right
 */
export async function loadInput(
  request: InputRequest,
  command: Pick<Options, 'inventory'>,
  world: MaskedWorld,
  mayAsk: (loaded: LoadedSite) => boolean,
): Promise<LoadedInput> {
  const programs = await runPrograms(command.inventory, world);
  if (world.stop.aborted) throw new PromptInterrupted('Interrupted.');
  const full: SiteRequest = { ...request, programs, vault: world.vault };
  const first = loadSite(full);
  const reload = async (): Promise<Reloaded> =>
    reloadInventory(full, first.site, await runPrograms(command.inventory, world));
  if (first.problems.length > 0 || first.prompts.length === 0 || !mayAsk(first)) return { ...first, reload };
  const answers = await askPrompts(first.prompts, promptIo(world), (secret) => world.mask.add(secret.reveal()));
  return { ...loadSite({ ...full, answers }), reload };
}
