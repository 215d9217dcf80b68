import { once } from 'node:events';
import type { UploadContent } from '../session.ts';
import type { Channel } from './channel.ts';

/** How far it came. */
export interface Sent {
  readonly sent: number;
  /** Why the content could not be read to its end. */
  readonly failure: unknown;
}

/** Sends a content to its end, or until nobody takes it any more, and then ends the stream. */
export async function sendContent(channel: Channel, content: UploadContent): Promise<Sent> {
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
