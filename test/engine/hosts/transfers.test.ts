import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ApplyError, ConnectError } from '../../../src/base/errors.ts';
import { contentOf } from '../../../src/changes/content.ts';
import { Transfers } from '../../../src/engine/hosts/transfers.ts';
import type { Session } from '../../../src/transport/session.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('engine/transfers');

const text = contentOf('all the same '.repeat(10_000));

/** A session that notes how each content came; one that is packed may fail. */
function sessionOf(failure: Error | null = null): { session: Session; came: string[] } {
  const came: string[] = [];
  const upload = async (_: string, content: Buffer | (() => Readable)): Promise<void> => {
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
  await transfers.toHost({ isLocal: false })(session, '/a', text);
  await transfers.toHost({ isLocal: false })(session, '/b', contentOf(randomBytes(100_000)));
  await transfers.toHost({ isLocal: true })(session, '/c', text);
  assert.equal(came, ['packed', 'plain', 'plain']);
});

test('sends it as it is to a host that can not unpack, and then at once', async () => {
  const send = new Transfers(null).toHost({ isLocal: false });
  const { session, came } = sessionOf(new ApplyError('no gzip'));
  await send(session, '/a', text);
  await send(session, '/b', text);
  assert.equal(came, ['packed', 'plain', 'plain']);
});

test('does not try again over a connection that is gone', async () => {
  const { session, came } = sessionOf(new ConnectError('gone'));
  await rejects(new Transfers(null).toHost({ isLocal: false })(session, '/a', text), ConnectError);
  assert.equal(came, ['packed']);
});

test('limits contents that are held in memory, too', async () => {
  const send = new Transfers(500_000).toHost({ isLocal: false });
  const startedAt = performance.now();
  await send(sessionOf().session, '/a', contentOf(randomBytes(100_000)));
  assert.ok(performance.now() - startedAt >= 140);
});

test.run();
