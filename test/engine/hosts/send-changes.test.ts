import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runSite } from '../../support/run-site.ts';

const test = suite('engine/send-changes');

const large = 'large '.repeat(20_000);

/** Runs tasks that copy `large` to paths of one host; gives the paths it travelled to, and what is at `look`. */
async function copied(tasks: string, look: readonly string[]): Promise<{ uploads: number; texts: string[] }> {
  let texts: string[] = [];
  const told = await runSite(`- hosts: all\n  gather_facts: no\n  tasks:\n${tasks}`, {
    files: { 'files/large': large },
    look: (dir) => {
      texts = look.map((name) => readFileSync(join(dir, name), 'utf8'));
    },
  });
  return { uploads: told.hosts.uploads('a').length, texts };
}

const to = (name: string): string => `    - {name: to ${name}, copy: {src: large, dest: /HOST/${name}}}\n`;

test('sends a large content once for all paths of a host', async () => {
  const { uploads, texts } = await copied(to('x') + to('y') + to('z'), ['x', 'y', 'z']);
  assert.is(uploads, 1);
  assert.equal(texts, [large, large, large]);
});

test('sends it again when the first copy is another file by now', async () => {
  const change = '    - {name: change, shell: "echo other > /HOST/x", changed_when: true}\n';
  const { uploads, texts } = await copied(to('x') + change + to('y'), ['x', 'y']);
  assert.is(uploads, 2);
  assert.equal(texts, ['other\n', large]);
});

test.run();
