import { KmeshError } from '../base/errors.ts';
import { Mask } from '../base/mask.ts';
import type { WritableStream } from '../report/output.ts';
import { Vault } from '../vault/vault.ts';
import type { VaultOptions } from './options/command.ts';
import { vaultKeys } from './vault/keys.ts';
import { type MaskedWorld, promptIo, type World } from './world.ts';

/** Does something in a world that tells no secret on stderr, nor in an error; asks for the passwords of vaults first. */
export async function masked<T>(
  command: VaultOptions,
  outer: World,
  work: (world: MaskedWorld) => Promise<T>,
): Promise<T> {
  const mask = new Mask();
  try {
    const world = { ...outer, stderr: maskedStream(outer.stderr, mask), mask };
    const vault = new Vault(await vaultKeys(command, { io: promptIo(world), cwd: world.cwd }), mask);
    return await work({ ...world, vault });
  } catch (error) {
    throw maskedError(error, mask);
  }
}

/** A stream that hides secrets. For text alone: in JSON and in what moves on a terminal, events are masked before. */
function maskedStream(stream: WritableStream, mask: Mask): WritableStream {
  return { write: (text) => stream.write(mask.hideParts(text)) };
}

/** An error that tells no secret, whoever prints it; a bug keeps its stack. */
function maskedError(error: unknown, mask: Mask): unknown {
  if (!(error instanceof Error) || mask.isEmpty) return error;
  const hidden = { message: mask.hideParts(error.message), stack: mask.hide(error.stack ?? '') };
  return Object.assign(
    error,
    hidden,
    error instanceof KmeshError && { hint: error.hint && mask.hideParts(error.hint) },
  );
}
