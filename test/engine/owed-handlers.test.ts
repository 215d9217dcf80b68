import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { must } from '../../src/base/errors.ts';
import { OwedHandlers } from '../../src/engine/steps/owed-handlers.ts';
import type { Host } from '../../src/inventory/inventory.ts';
import type { Task } from '../../src/playbook/playbook.ts';
import { type Answer, dies, failing } from '../support/fake-session.ts';
import { type SiteParts, type Told, withSite } from '../support/run-site.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runPlay } from './support.ts';

const test = suite('engine/owed-handlers');

const play = `  tasks: [{name: t, command: x, notify: h}, {name: u, command: "{{ more }}"}]
  handlers: [{name: h, command: restart}]
  vars: {more: bad}
`;

/** Calls `use` with handlers that are kept in a new directory, and that directory. */
async function withKept(use: (kept: OwedHandlers, folder: string) => Promise<void> | void): Promise<void> {
  const { dir, remove } = tempDir();
  try {
    await use(new OwedHandlers(dir), join(dir, 'owed-handlers'));
  } finally {
    remove();
  }
}

const inventory = 'a\n';

function runKept(kept: OwedHandlers, parts: SiteParts = {}, text = play): Promise<Told> {
  const answers: Record<string, Answer> = { bad: failing('broken'), '(exec ': '' };
  return runPlay(text, { inventory, answers, owed: () => kept, ...parts });
}

function owed(kept: OwedHandlers): string[] {
  return kept.all().flatMap(({ host, owed: list }) => list.map((one) => `${host}: ${one.handler}`));
}

test('keeps what a host owes that has failed before its handlers', async () => {
  await withKept(async (kept, folder) => {
    await runKept(kept);
    assert.equal(owed(kept), ['a: h']);
    const [file = ''] = readdirSync(folder);
    assert.is(statSync(join(folder, file)).mode & 0o777, 0o600);
  });
});

test('owes nothing any more when the handler has run', async () => {
  await withKept(async (kept, folder) => {
    await runKept(kept, { extraVars: ['more=good'] });
    assert.equal(readdirSync(folder), []);
  });
});

test('owes a handler that has failed', async () => {
  await withKept(async (kept) => {
    const text = play.replace('restart', 'bad').replace('more: bad', 'more: good');
    const told = await runKept(kept, {}, text);
    assert.equal(told.ends['h'], { a: 'failed' });
    assert.equal(owed(kept), ['a: h']);
  });
});

test('writes down what is owed before the change is sent', async () => {
  await withKept(async (kept) => {
    const atChange: string[][] = [];
    const look: Answer = () => {
      atChange.push(owed(kept));
      return '';
    };
    await runKept(kept, { answers: { '(exec x': look, '(exec ': '' } });
    assert.equal(atChange, [['a: h']]);
  });
});

test('owes nothing for a change that failed', async () => {
  await withKept(async (kept) => {
    await runKept(kept, {}, play.replace('command: x', 'command: bad'));
    assert.equal(owed(kept), []);
  });
});

const partly = `  tasks: [{name: t, command: "{{ item }}", loop: [good, bad], notify: h}]
  handlers: [{name: h, command: restart}]
`;

test('owes what a task has changed that failed behind it', async () => {
  await withKept(async (kept) => {
    const told = await runKept(kept, {}, partly);
    assert.equal(told.ends, { t: { a: 'failed' } });
    assert.equal(owed(kept), ['a: h']);
    assert.ok(told.events.some((event) => event.kind === 'handlers-owed' && event.from === 'this-run'));
  });
});

test('owes what a task has changed that its own condition calls failed', async () => {
  const failed = 'command: x, failed_when: true';
  await withKept(async (kept) => {
    await runKept(kept, {}, play.replace('command: x', `${failed}, changed_when: false`));
    assert.equal(owed(kept), []);
    await runKept(kept, {}, play.replace('command: x', failed));
    assert.equal(owed(kept), ['a: h']);
  });
});

test('owes what an attempt has changed that is not the last', async () => {
  await withKept(async (kept) => {
    let times = 0;
    const answers: Record<string, Answer> = { '(exec x': () => (times++ === 0 ? '' : failing('broken')), '(exec ': '' };
    const retried = 'command: x, register: r, until: "r.stdout == \'y\'", retries: 1, delay: 0';
    await runKept(kept, { answers }, play.replace('command: x', retried));
    assert.is(times, 2);
    assert.equal(owed(kept), ['a: h']);
  });
});

test('owes what a change notifies that was lost with the shell', async () => {
  await withKept(async (kept) => {
    await runKept(kept, { answers: { '(exec x': dies, '(exec ': '' } });
    assert.equal(owed(kept), ['a: h']);
  });
});

test('runs at once what a task has changed that failed, where handlers are forced or the host goes on', async () => {
  for (const text of [
    `  force_handlers: true\n${partly}`,
    partly.replace('notify: h', 'notify: h, ignore_errors: true'),
  ]) {
    await withKept(async (kept) => {
      const told = await runKept(kept, {}, text);
      assert.equal(told.ends['h'], { a: 'changed' });
      assert.equal(owed(kept), []);
    });
  }
});

/** Each run has a directory of its own, and so another inventory; these come to the same host of it. */
function ofEarlierRun(kept: OwedHandlers): SiteParts {
  return {
    prepare: ({ site }) => {
      const { host } = must(site.hosts.get('a'), 'host a');
      kept.add(host, [handler('h')], 'site.yml');
    },
  };
}

test('runs what an earlier run owes, and says so', async () => {
  await withKept(async (kept) => {
    const text = play.replace('command: x', 'command: x, when: false').replace('more: bad', 'more: good');
    const told = await runKept(kept, ofEarlierRun(kept), text);
    assert.equal(told.ends, { t: { a: 'skipped' }, u: { a: 'changed' }, h: { a: 'changed' } });
    assert.ok(told.events.some((event) => event.kind === 'handlers-owed' && event.from === 'earlier-run'));
    assert.equal(owed(kept), []);
  });
});

test('leaves in a check what is owed as it is', async () => {
  await withKept(async (kept) => {
    await runKept(kept, { check: true });
    assert.equal(owed(kept), []);
    await runKept(kept, { ...ofEarlierRun(kept), check: true });
    assert.equal(owed(kept), ['a: h']);
  });
});

function handler(name: string): Task {
  const tasks = withSite(
    `- hosts: all\n  handlers: [{name: ${name}, debug: }]\n`,
    { inventory },
    ({ plays }) => must(plays[0], 'play').play.handlers,
  );
  return must(tasks[0], 'handler');
}

function hostOf(inventoryFile: string | null): Host {
  const host = withSite('- hosts: all\n', { inventory }, ({ site }) => must(site.hosts.get('a'), 'host a').host);
  return { ...host, inventoryFile };
}

test('tells two hosts of the same name in two inventories apart', async () => {
  await withKept((kept) => {
    const [one, other] = [hostOf('/site/one'), hostOf('/site/other')];
    kept.add(one, [handler('h')], 'site.yml');
    kept.add(other, [handler('i')], 'site.yml');
    assert.equal(
      [one, other].map((host) => kept.of(host).map((owes) => owes.handler)),
      [['h'], ['i']],
    );
    kept.remove(one, [handler('h')]);
    assert.equal(owed(kept), ['a: i']);
  });
});

test('writes a handler down once', async () => {
  await withKept((kept) => {
    const host = hostOf('/site/one');
    kept.add(host, [handler('h')], 'site.yml');
    kept.add(host, [handler('h'), handler('i')], 'site.yml');
    assert.equal(owed(kept), ['a: h', 'a: i']);
    kept.forget(host);
    assert.equal(owed(kept), []);
  });
});

const corrupt = [
  '',
  '{',
  'null',
  '[]',
  '{"host": "a"}',
  '{"host": "a", "owed": {}}',
  '{"host": "a", "owed": [null]}',
  '{"host": 1, "owed": [{"handler": 2}]}',
  '\u0000',
];

test('takes a file that can not be read for nothing, and writes it anew', async () => {
  await withKept((kept, folder) => {
    const host = hostOf('/site/one');
    for (const text of corrupt) {
      kept.add(host, [handler('h')], 'site.yml');
      const [file = ''] = readdirSync(folder);
      writeFileSync(join(folder, file), text);
      assert.equal([kept.of(host), kept.all()], [[], []], text);
      kept.add(host, [handler('i')], 'site.yml');
      assert.match(readFileSync(join(folder, file), 'utf8'), '"handler":"i"');
      kept.forget(host);
      assert.not.ok(existsSync(join(folder, file)));
    }
  });
});

test.run();
