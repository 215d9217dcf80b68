import type { Mask } from '../base/mask.ts';
import type { WritableStream } from '../report/output.ts';
import type { Vault } from '../vault/vault.ts';
import type { PromptIo } from './ask/prompt.ts';

/** The world around a command, so that only main.ts touches the process. */
export interface World {
  readonly stdout: WritableStream;
  readonly stderr: WritableStream;
  readonly stdin: PromptIo['input'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folders of the roles that come with kmesh. */
  readonly bundledRoles: readonly string[];
  /** Aborted by the first Ctrl-C. */
  readonly stop: AbortSignal;
}

/** A world that tells no secret on stderr, and knows them for whatever else is told. */
export interface MaskedWorld extends World {
  readonly mask: Mask;
  /** Reads files with the passwords of the command line; what is in them becomes known to the mask. */
  readonly vault: Vault;
}

/** Where questions are asked. */
export function promptIo({ stdin, stderr }: World): PromptIo {
  return { input: stdin, output: stderr };
}
