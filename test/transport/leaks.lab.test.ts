import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connect } from '../../src/transport/connect.ts';
import { fragment, labTarget } from './support.ts';
import { TransportLab } from './transport-lab.ts';

const test = suite('transport over ssh: what is left behind');
const at = new TransportLab(test, { name: 'transport-leaks', hosts: 2 });

let uploads = 0;
const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

/** Logs in, asks, uploads, and leaves; so many times, eight at once. */
async function comeAndGo(times: number, leave: 'closed' | 'in the middle' = 'closed'): Promise<void> {
  const hosts = at.lab.hosts.map(({ name }) => name);
  for (let done = 0; done < times; done += 8) {
    const visits = Array.from({ length: 8 }, async (_, i) => {
      const connection = await connect(labTarget(at.lab, hosts[i % 2] ?? '', {}), at.options());
      const session = await connection.session(null);
      const work = session.run([fragment(leave === 'closed' ? 'echo hi' : 'sleep 60')]);
      if (leave === 'closed') {
        await work;
        await session.upload(`/tmp/leak-${uploads++}`, Buffer.alloc(100_000));
      } else work.catch(() => {});
      await connection.close();
    });
    await Promise.all(visits);
  }
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

at.it(
  'leaves no file, no socket and no timer of 200 connections, and no rejection that nobody hears',
  async () => {
    // What is loaded and kept for good comes with the first ones.
    await comeAndGo(16);
    await sleep(200);
    const before = { files: openFiles(), resources: process.getActiveResourcesInfo().sort() };
    await comeAndGo(184);
    await comeAndGo(16, 'in the middle');
    await sleep(500);
    assert.equal({ files: openFiles(), resources: process.getActiveResourcesInfo().sort() }, before);
    assert.equal(rejections, []);
    for (const { name } of at.lab.hosts) {
      const { stdout } = await at.lab.exec(name, ['sh', '-c', 'pgrep -fc "[s]shd: root@" || true']);
      assert.is(stdout.trim(), '0', `${name}: sessions that nobody ended`);
    }
  },
  120,
);

test.run();
