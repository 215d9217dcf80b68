import { sayings } from './program.ts';

/** A command that a host is given. */
export interface Call {
  readonly host: string;
  /** `t3 text`. */
  readonly text: string;
  /** What has been done on the host before, and what lies on its disk: what a command says depends on all of it. */
  readonly past: string;
}

/** What came of it. */
export interface Said {
  readonly hasFailed: boolean;
  readonly stdout: string;
}

/** How hosts answer: at random, and for the same seed and past the same each time. */
export function answerOf(seed: number, failing: number, { host, text, past }: Call): Said {
  const number = hashOf(`${seed} ${host} ${text} ${past}`);
  return { hasFailed: number % 100 < failing, stdout: sayings[(number >>> 8) % sayings.length] ?? '' };
}

/** What a host has gone through, as a short text. */
export function pastOf(commands: readonly string[], files: Iterable<readonly [name: string, text: string]>): string {
  const disk = [...files].map(([name, text]) => `${name}=${text}`).sort();
  return `${hashOf(commands.join('\n'))} ${hashOf(disk.join('\n'))}`;
}

// FNV-1a.
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
