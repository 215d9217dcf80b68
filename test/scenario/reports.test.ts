import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import type { Lab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { junitReporter } from '../../src/report/files/junit.ts';
import { memoryOutput, optionsOf, sampleRun } from '../report/sample.ts';
import { kmesh, siteOf, startKmesh } from './kmesh.ts';

const test = suite('scenario/reports');
let lab: Lab;

const site = siteOf({
  'site.yml': `
- name: "Nodes <of> a \\"mesh\\" & more"
  hosts: all
  tasks:
    - name: a file
      copy: {dest: /etc/motd, content: "{{ inventory_hostname }}\\n"}
    - name: says what no document may hold
      command: printf '\\033[31m]]>&<\\001\\377'
    - name: each
      command: "echo {{ item }}"
      loop: [one, two]
      changed_when: false
    - name: fails on one
      shell: echo '<&]]>' >&2; exit 3
      when: inventory_hostname == 'h2'
`,
  'slow.yml': `
- name: Slow
  hosts: h1
  tasks:
    - name: quick
      command: "true"
    - name: takes long
      command: sleep 30
`,
});

test.before(async () => {
  lab = await openTestLab({ name: 'reports', hosts: 2 });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

function host(): string {
  return lab.hosts[0]?.name ?? '';
}

/** Whether a strict parser takes it, and the schema does; else why not. */
async function problemsOf(path: string): Promise<string> {
  const schema = join(import.meta.dirname, '../report/junit.xsd');
  const { exitCode, stderr } = await execa('xmllint', ['--noout', '--schema', schema, path], { reject: false });
  return exitCode === 0 ? '' : stderr;
}

async function count(path: string, expression: string): Promise<number> {
  const { stdout } = await execa('xmllint', ['--xpath', `count(${expression})`, path]);
  return Number(stdout);
}

test('writes JUnit that is valid, with all that happened on the hosts', async () => {
  const path = site.path('run.xml');
  const args = ['run', site.path('site.yml'), '-i', lab.inventoryPath, '-D', '-o', 'lines', '-o', `junit=${path}`];
  const { code, stdout } = await kmesh(args);
  assert.is(code, 2, stdout);
  assert.is(await problemsOf(path), '');
  assert.is(await count(path, '//testcase'), 2 + 2 * 5);
  assert.is(await count(path, '//testcase[failure]'), 1);
  assert.is(await count(path, '//testcase[skipped]'), 1);
  assert.match(readFileSync(path, 'utf8'), 'stderr: &lt;&amp;]]&gt;');
});

test('writes JUnit of every kind of event that is valid', async () => {
  const output = memoryOutput();
  const reporter = junitReporter(output, optionsOf({ diff: true }));
  const evil = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
  for (const event of sampleRun) reporter.handle(event);
  const message = `${evil}\ud800\udc00\ud800\ufffe\uffff]]>`;
  const failure = {
    message,
    hint: message,
    excerpt: null,
    command: message,
    status: 1,
    stderr: message,
    stdout: message,
  };
  reporter.handle({ kind: 'host-unreachable', host: message, failure });
  await reporter.close();
  const { dir, remove } = siteOf({ 'run.xml': output.text() });
  assert.is(await problemsOf(join(dir, 'run.xml')), '');
  remove();
});

for (const [how, signals, code] of [
  ['interrupted', ['SIGINT'], 130],
  ['left at once', ['SIGINT', 'SIGINT'], 130],
] as const) {
  test(`has the reports of a run that was ${how}`, async () => {
    const [xml, json] = [site.path(`${how}.xml`), site.path(`${how}.json`)];
    const files = ['-o', 'lines', '-o', `junit=${xml}`, '-o', `json=${json}`];
    const run = startKmesh(['run', site.path('slow.yml'), '-i', lab.inventoryPath, ...files]);
    await until(async () => (await lab.exec(host(), ['pgrep', '-x', 'sleep'])).code === 0);
    for (const signal of signals) {
      run.kill(signal);
      await sleep(300);
    }
    if (signals.length === 1) await lab.exec(host(), ['pkill', '-x', 'sleep']);
    const { exitCode } = await run;
    assert.is(exitCode, code);
    assert.is(await problemsOf(xml), '');
    assert.is(await count(xml, "//testcase[@name='quick on h1' and not(*[self::failure or self::error])]"), 1);
    assert.is(await count(xml, "//testcase[@name='takes long on h1']/*[self::error or self::failure]"), 1);
    assert.match(readFileSync(json, 'utf8'), '"event":"task-started"');
    const { stdout } = await kmesh(['journal', 'last']);
    assert.match(stdout, /^ {2}quick +changed 1$/m);
  });
}

test('keeps what a run did that was killed', async () => {
  const run = startKmesh(['run', site.path('slow.yml'), '-i', lab.inventoryPath, '-o', 'lines']);
  await until(async () => (await lab.exec(host(), ['pgrep', '-x', 'sleep'])).code === 0);
  run.kill('SIGKILL');
  await run;
  await lab.exec(host(), ['pkill', '-x', 'sleep']);
  const { stdout, stderr } = await kmesh(['journal', 'last']);
  assert.match(stdout, /^ {2}quick +changed 1$/m);
  assert.match(stdout, /^ {2}takes long +unfinished 1$/m);
  assert.match(stderr, 'The run has not ended');
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isTrue()); tries++) {
    if (tries === 100) throw new Error('it never came');
    await sleep(100);
  }
}

test.run();
