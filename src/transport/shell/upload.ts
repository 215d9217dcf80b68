import { ApplyError } from '../../base/errors.ts';
import type { Counts, Resumable, UploadContent } from '../session.ts';
import { type Channel, describeEnd, type Ended, exitGrace } from './channel.ts';
import { receiveScript, resumeScript } from './receive-script.ts';
import { sendContent } from './send-content.ts';
import { within } from './within.ts';

/** What to write where, through which channel. */
export interface Upload {
  /** A greeted shell that nobody else uses; it is used up. */
  readonly channel: Channel;
  /** `root on web1`, for messages. */
  readonly place: string;
  readonly path: string;
  readonly content: UploadContent | Resumable;
  readonly counts: Counts;
}

/**
 * Writes a new file of mode 0600 through a shell of its own. `spoilt`: the part it went on with was of something else,
 * and is gone.
 *
 * @throws ApplyError with what the host said; no part of the file is left.
 * @throws ConnectError when the connection died. The part of a resumable content is kept; any other one the host removes
 *   when it sees that.
 */
export async function upload({ channel, place, path, content, counts }: Upload): Promise<'written' | 'spoilt'> {
  const script = Buffer.from(`${'part' in content ? resumeScript(path, content) : plainScript(path, content)}\n`);
  const heard = listen(channel, counts);
  channel.stdin.write(script);
  counts.bytesSent += script.length;
  const offset = 'part' in content ? await offsetOf(channel, heard) : 0;
  const rest = 'part' in content ? content.from(offset) : content;
  const { sent, failure } = await sendContent(channel, rest);
  counts.bytesSent += sent;
  if (failure !== null) {
    // A part that looks whole must not stay: the host sees that nobody hears its answer.
    channel.destroy();
    await within(exitGrace, channel.ended);
    throw new ApplyError(`The content for \`${path}\` cannot be read.`, { cause: failure });
  }
  const ended = await channel.ended;
  if (ended.lost !== null) throw ended.lost;
  const wanted = 'part' in content ? content.size : (sizeOf(content) ?? sent);
  return judge(heard, { place, path, wanted, ended });
}

/** How much is there already; nothing when the shell ended instead of telling. */
async function offsetOf(channel: Channel, heard: Heard): Promise<number> {
  const told = (): string | undefined => /@(\d+)\n/.exec(heard.stdout)?.[1];
  await new Promise<void>((resolve) => {
    channel.stdout.on('data', () => told() !== undefined && resolve());
    void channel.ended.then(() => resolve());
  });
  return Number(told() ?? 0);
}

function plainScript(path: string, content: UploadContent): string {
  return receiveScript(path, sizeOf(content), 'unpackedBytes' in content);
}

function sizeOf(content: UploadContent): number | null {
  if (Buffer.isBuffer(content)) return content.length;
  return 'unpackedBytes' in content ? content.unpackedBytes : null;
}

interface Heard {
  stdout: string;
  stderr: string;
}

const longestHeard = 4_000;

function listen(channel: Channel, counts: Counts): Heard {
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    const listener = (chunk: Buffer): void => {
      counts.bytesReceived += chunk.length;
      heard[name] = (heard[name] + chunk.toString()).slice(-longestHeard);
    };
    channel[name].on('data', listener).resume();
  }
  channel.stdin.on('error', () => {});
  return heard;
}

interface Outcome {
  readonly place: string;
  readonly path: string;
  /** Bytes that the file has to have. */
  readonly wanted: number;
  readonly ended: Ended;
}

function judge({ stdout, stderr }: Heard, { place, path, wanted, ended }: Outcome): 'written' | 'spoilt' {
  const found = /=(\w*) (\d+)/.exec(stdout);
  const received = Number(found?.[2] ?? 0);
  if (found?.[1] === '0' && received === wanted) return 'written';
  if (found?.[1] === 'spoilt') return 'spoilt';
  const said =
    stderr.trim() ||
    (found === null ? `the shell ended (${describeEnd(ended)})` : `${received} of ${wanted} bytes came`);
  throw new ApplyError(`\`${path}\` was not written as ${place}: ${said}`);
}
