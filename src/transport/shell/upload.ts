import { once } from 'node:events';
import { ApplyError } from '../../base/errors.ts';
import { raw, sh } from '../../base/shell.ts';
import type { Counts, UploadContent } from '../session.ts';
import { type Channel, describeEnd, type Ended, exitGrace } from './channel.ts';
import { within } from './within.ts';

/** What to write where, through which channel. */
export interface Upload {
  /** A greeted shell that nobody else uses; it is used up. */
  readonly channel: Channel;
  /** `root on web1`, for messages. */
  readonly place: string;
  readonly path: string;
  readonly content: UploadContent;
  readonly counts: Counts;
}

/**
 * Writes a new file of mode 0600 through a shell of its own.
 *
 * @throws ApplyError with what the host said; no part of the file is left.
 * @throws ConnectError when the connection died; the host removes the part that it has got when it sees that.
 */
export async function upload({ channel, place, path, content, counts }: Upload): Promise<void> {
  const unpacked = 'unpackedBytes' in content ? content.unpackedBytes : null;
  const size = Buffer.isBuffer(content) ? content.length : unpacked;
  const script = Buffer.from(`${receiveScript(path, size, unpacked !== null)}\n`);
  const heard = listen(channel, counts);
  channel.stdin.write(script);
  const { sent, failure } = await send(channel, content);
  counts.bytesSent += script.length + sent;
  if (failure !== null) {
    // A part that looks whole must not stay: the host sees that nobody hears its answer.
    channel.destroy();
    await within(exitGrace, channel.ended);
    throw new ApplyError(`The content for \`${path}\` cannot be read.`, { cause: failure });
  }
  const ended = await channel.ended;
  if (ended.lost !== null) throw ended.lost;
  judge(heard, { place, path, wanted: unpacked ?? sent, ended });
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

/** One line of shell text. Says `STATUS BYTES`; no status: the file could not be made. */
function receiveScript(path: string, size: number | null, isPacked: boolean): string {
  if (/[\0\n]/.test(path)) throw new ApplyError(`The path ${JSON.stringify(path)} holds a line break or a NUL.`);
  const whole = raw(size === null ? '' : `&& [ "$kmesh_n" -eq ${size} ] `);
  const take = raw(isPacked ? takeSegments : 'cat >&4;kmesh_s=$?;');
  // A host that lost its client sees the end of the content, and then that nobody hears its answer.
  return sh`exec 2>&3;trap "" PIPE;umask 077;set -C;kmesh_s=;kmesh_n=0;\
if [ -e ${path} ]||[ -L ${path} ];then echo "it exists already" >&2;\
else { ${take} } 4>${path};fi;\
if [ -n "$kmesh_s" ];then kmesh_n=$(wc -c <${path});[ "$kmesh_s" = 0 ] ${whole}|| rm -f -- ${path};fi;\
echo "=$kmesh_s" $kmesh_n || rm -f -- ${path};exit`;
}

// `dd` takes exactly what it is told to, which `head` of BusyBox does not; it never sees the end before that of the
// stream. See POSIX on `read`: of what is no file, it takes not a byte more than a line.
const takeSegments = `kmesh_s=1;while read -r kmesh_k kmesh_b kmesh_c;do case $kmesh_k in \
raw) dd bs=$kmesh_b count=$kmesh_c iflag=fullblock 2>/dev/null;;\
gz) dd bs=$kmesh_b count=$kmesh_c iflag=fullblock 2>/dev/null|gzip -dc;;\
end) kmesh_s=0;break;;*) break;;esac||break;done >&4;`;

interface Sent {
  readonly sent: number;
  /** Why the content could not be read to its end. */
  readonly failure: unknown;
}

async function send(channel: Channel, content: Upload['content']): Promise<Sent> {
  let sent = 0;
  let isOver = false;
  try {
    const source = Buffer.isBuffer(content) ? [content] : content();
    void channel.ended.then(() => {
      isOver = true;
      // It may be waiting for more where nobody takes it.
      if (!Array.isArray(source)) source.destroy();
    });
    for await (const chunk of source) {
      const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      sent += bytes.length;
      if (!channel.stdin.write(bytes)) await drained(channel);
      if (isOver) break;
    }
  } catch (failure) {
    if (!isOver) return { sent, failure };
  }
  channel.stdin.end();
  return { sent, failure: null };
}

async function drained({ stdin, ended }: Channel): Promise<void> {
  const waiting = new AbortController();
  const drain = once(stdin, 'drain', { signal: waiting.signal }).catch(() => {});
  await Promise.race([drain, ended]);
  waiting.abort();
}

interface Outcome {
  readonly place: string;
  readonly path: string;
  /** Bytes that the file has to have. */
  readonly wanted: number;
  readonly ended: Ended;
}

function judge({ stdout, stderr }: Heard, { place, path, wanted, ended }: Outcome): void {
  const found = /=(\d*) (\d+)/.exec(stdout);
  const received = Number(found?.[2] ?? 0);
  if (found?.[1] === '0' && received === wanted) return;
  const said =
    stderr.trim() ||
    (found === null ? `the shell ended (${describeEnd(ended)})` : `${received} of ${wanted} bytes came`);
  throw new ApplyError(`\`${path}\` was not written as ${place}: ${said}`);
}
