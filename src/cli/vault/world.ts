import type { PromptIo } from '../ask/prompt.ts';

/** The world around `kmesh vault`. */
export interface VaultWorld {
  readonly stdin: PromptIo['input'];
  readonly stdout: { write(content: string | Buffer): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls something before the program ends, however it ends. */
  readonly atExit: (clean: () => void) => void;
}

/** Where questions are asked. */
export function promptIo({ stdin, stderr }: Pick<VaultWorld, 'stdin' | 'stderr'>): PromptIo {
  return { input: stdin, output: stderr };
}

/** All that comes on stdin. */
export async function readStdin({ stdin, stderr }: VaultWorld): Promise<Buffer> {
  if (stdin.isTTY === true) stderr.write('Reading from the terminal: end it with Ctrl-D.\n');
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
