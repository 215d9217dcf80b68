import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ApplyError } from '../../base/errors.ts';
import { raw, sh } from '../../base/shell.ts';
import type { Counts } from '../session.ts';
import { type Channel, describeEnd, type Ended } from './channel.ts';

/** What to write where, through which channel. */
export interface Upload {
  /** A greeted shell that nobody else uses; it is used up. */
  readonly channel: Channel;
  /** `root on web1`, for messages. */
  readonly place: string;
  readonly path: string;
  readonly content: Buffer | (() => Readable);
  readonly counts: Counts;
}

/**
 * Writes a new file of mode 0600 through a shell of its own.
 *
 * @throws ApplyError with what the host said; no part of the file is left.
 * @throws ConnectError when the connection died; the host removes the part that it has got when it sees that.
 */
export async function upload({ channel, place, path, content, counts }: Upload): Promise<void> {
  const heard = listen(channel);
  const size = Buffer.isBuffer(content) ? content.length : null;
  const script = Buffer.from(`${receiveScript(path, size)}\n`);
  let sent = 0;
  let failure: unknown = null;
  try {
    channel.stdin.write(script);
    sent = await send(channel, Buffer.isBuffer(content) ? content : content());
  } catch (error) {
    // The source failed, not the host: a part that looks whole must not stay.
    failure = error;
    channel.destroy();
  }
  const ended = await channel.ended;
  counts.bytesSent += script.length + sent;
  counts.bytesReceived += heard.stdout.length + heard.stderr.length;
  if (failure !== null) throw new ApplyError(`The content for \`${path}\` cannot be read.`, { cause: failure });
  if (ended.lost !== null) throw ended.lost;
  judge(heard, { place, path, sent, ended });
}

interface Heard {
  stdout: string;
  stderr: string;
}

function listen(channel: Channel): Heard {
  const heard = { stdout: '', stderr: '' };
  channel.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString())).resume();
  channel.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString())).resume();
  channel.stdin.on('error', () => {});
  return heard;
}

/** One line of shell text. Says `STATUS BYTES`; no status: the file could not be made. */
function receiveScript(path: string, size: number | null): string {
  if (/[\0\n]/.test(path)) throw new ApplyError(`The path ${JSON.stringify(path)} holds a line break or a NUL.`);
  const whole = raw(size === null ? '' : `&& [ "$kmesh_n" -eq ${size} ] `);
  // A host that lost its client sees the end of the content, and then that nobody hears its answer.
  return sh`exec 2>&3;trap "" PIPE;umask 077;set -C;kmesh_s=;kmesh_n=0;\
if [ -e ${path} ]||[ -L ${path} ];then echo "it exists already" >&2;\
else { cat >&4;kmesh_s=$?; } 4>${path};fi;\
if [ -n "$kmesh_s" ];then kmesh_n=$(wc -c <${path});[ "$kmesh_s" = 0 ] ${whole}|| rm -f -- ${path};fi;\
echo "=$kmesh_s" $kmesh_n || rm -f -- ${path};exit`.replaceAll('\\\n', '');
}

async function send(channel: Channel, content: Buffer | Readable): Promise<number> {
  let sent = 0;
  let over = false;
  void channel.ended.then(() => (over = true));
  for await (const chunk of Buffer.isBuffer(content) ? [content] : content) {
    if (over) break;
    const bytes = Buffer.from(chunk);
    sent += bytes.length;
    if (channel.stdin.write(bytes)) continue;
    const waiting = new AbortController();
    const drained = once(channel.stdin, 'drain', { signal: waiting.signal }).catch(() => {});
    await Promise.race([drained, channel.ended]);
    waiting.abort();
  }
  channel.stdin.end();
  return sent;
}

interface Outcome {
  readonly place: string;
  readonly path: string;
  readonly sent: number;
  readonly ended: Ended;
}

function judge({ stdout, stderr }: Heard, { place, path, sent, ended }: Outcome): void {
  const found = /=(\d*) (\d+)/.exec(stdout);
  const received = Number(found?.[2] ?? 0);
  if (found?.[1] === '0' && received === sent) return;
  const said =
    stderr.trim() || (found === null ? `the shell ended (${describeEnd(ended)})` : `${received} of ${sent} bytes came`);
  throw new ApplyError(`\`${path}\` was not written as ${place}: ${said}`);
}
