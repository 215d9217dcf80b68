import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplyError, ConnectError } from '../../../src/base/errors.ts';
import type { Content } from '../../../src/changes/change.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { type SentContent, Transfers } from '../../../src/engine/hosts/transfers.ts';
import type { Resumable, Session, UploadContent } from '../../../src/transport/session.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('engine/transfers');

const text = contentOf('all the same '.repeat(10_000));

function to(path: string, content: Content): SentContent {
  return { path, part: `${path}.part`, content };
}

/** A session that notes how each content came; one that is packed may fail. */
function sessionOf(failure: Error | null = null): { session: Session; came: string[] } {
  const came: string[] = [];
  const upload = async (_: string, sent: UploadContent | Resumable): Promise<void> => {
    const content = 'part' in sent ? sent.from(0) : sent;
    const isPacked = 'unpackedBytes' in content;
    came.push(isPacked ? 'packed' : 'plain');
    if (isPacked && failure !== null) throw failure;
    if (!Buffer.isBuffer(content)) await content().toArray();
  };
  return { session: { upload, run: async () => [] }, came };
}

test('packs what shrinks, for hosts that are not this machine', async () => {
  const transfers = new Transfers(null);
  const { session, came } = sessionOf();
  await transfers.toHost({ isLocal: false })(session, to('/a', text));
  await transfers.toHost({ isLocal: false })(session, to('/b', contentOf(randomBytes(100_000))));
  await transfers.toHost({ isLocal: true })(session, to('/c', text));
  assert.equal(came, ['packed', 'plain', 'plain']);
});

test('sends it as it is to a host that can not unpack, and then at once', async () => {
  const send = new Transfers(null).toHost({ isLocal: false });
  const { session, came } = sessionOf(new ApplyError('no gzip'));
  await send(session, to('/a', text));
  await send(session, to('/b', text));
  assert.equal(came, ['packed', 'plain', 'plain']);
});

test('does not try again over a connection that is gone', async () => {
  const { session, came } = sessionOf(new ConnectError('gone'));
  await rejects(new Transfers(null).toHost({ isLocal: false })(session, to('/a', text)), ConnectError);
  assert.equal(came, ['packed']);
});

test('lets large contents go on after a cut, but on this machine', async () => {
  const large = randomBytes(1024 * 1024);
  const seen: (Resumable | UploadContent)[] = [];
  const session: Session = { run: async () => [], upload: async (_, content) => void seen.push(content) };
  const remote = new Transfers(null).toHost({ isLocal: false });
  await remote(session, to('/a', contentOf(large)));
  await remote(session, to('/b', contentOf(large.subarray(1))));
  await remote(session, to('/c', contentOf('packed '.repeat(200_000))));
  await new Transfers(null).toHost({ isLocal: true })(session, to('/d', contentOf(large)));
  const parts = seen.map((content) => ('part' in content ? [content.part, content.isPacked] : null));
  assert.equal(parts, [['/a.part', false], null, ['/c.part', true], null]);
  const [first] = seen;
  assert.ok(first !== undefined && 'part' in first);
  const rest = first.from(1_000_000);
  assert.ok(Buffer.isBuffer(rest) && rest.equals(large.subarray(1_000_000)));
});

test('limits contents that are held in memory, too', async () => {
  const send = new Transfers(500_000).toHost({ isLocal: false });
  const startedAt = performance.now();
  await send(sessionOf().session, to('/a', contentOf(randomBytes(100_000))));
  assert.ok(performance.now() - startedAt >= 140);
});

test.run();
