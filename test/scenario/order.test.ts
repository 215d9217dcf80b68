import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { type Lab, openLab, requireLab } from '../lab/lab.ts';
import { kmesh, siteOf, statuses, why } from './kmesh.ts';

// The order between hosts, by their own clock: all of them have that of this machine's kernel.
const test = suite('scenario/order');
requireLab();

let lab: Lab;
const hosts = ['h1', 'h2', 'h3', 'h4'];

test.before(async () => {
  lab = await openLab({ name: 'order', hosts: 4, fresh: true });
});
test.after(async () => {
  site.remove();
  await lab.down();
});

/** A task that notes when it starts and ends; it takes some time, another one on each host. */
function step(number: number, more = ''): string {
  const pause = `0.$(od -An -N1 -tu1 /dev/urandom | tr -d " ")`;
  const note = (word: string): string => `echo ${word} ${number} $(date +%s%N) >>/root/order`;
  return `{name: s${number}, shell: '${note('start')}; sleep ${pause}; ${note('end')}; test {{ inventory_hostname }} != {{ failing }}'${more}}`;
}

const tasks = `
    - ${step(10)}
    - block:
        - ${step(20, ', vars: {failing: h2}')}
        - ${step(30)}
      rescue:
        - ${step(40)}
      always:
        - ${step(50)}
    - include_tasks: "{{ inventory_hostname }}.yml"
    - ${step(70, ', run_once: true')}
    - {name: mine, copy: {dest: /root/mine, content: x}, notify: h}
    - ${step(80, ', ignore_errors: true, vars: {failing: h3}')}
`;

const play = (strategy: string): string => `
- hosts: all
  become: true
  gather_facts: false
  strategy: ${strategy}
  vars: {failing: none}
  tasks:${tasks}
  handlers:
    - ${step(90).replace('name: s90', 'name: h')}
`;

const site = siteOf({
  'linear.yml': play('linear'),
  'free.yml': play('free'),
  'lockstep.yml': play('lockstep'),
  'h1.yml': `- ${step(60)}\n- ${step(61)}\n`,
  'h2.yml': `- ${step(60)}\n`,
  'h3.yml': '- {debug: }\n',
  'h4.yml': `- {debug: }\n- ${step(61)}\n`,
});

interface Noted {
  readonly host: string;
  readonly word: string;
  readonly step: number;
  readonly at: bigint;
}

async function notes(): Promise<Noted[]> {
  const all = await Promise.all(
    hosts.map(async (host) => {
      const { stdout } = await lab.exec(host, ['cat', '/root/order']);
      const lines = stdout.trim().split('\n');
      return lines.map((line): Noted => {
        const [word = '', number = '', at = ''] = line.split(' ');
        return { host, word, step: Number(number), at: BigInt(at) };
      });
    }),
  );
  return all.flat();
}

/** Where a step has started on a host before an earlier one has ended on another. */
function overtakings(noted: readonly Noted[]): string[] {
  return noted
    .filter(({ word }) => word === 'start')
    .flatMap((start) =>
      noted
        .filter(({ word, step: earlier, at }) => word === 'end' && earlier < start.step && at > start.at)
        .map((end) => `${start.host} starts ${start.step} before ${end.host} has ended ${end.step}`),
    );
}

async function runOf(strategy: string): Promise<{ noted: Noted[]; ends: ReturnType<typeof statuses> }> {
  await lab.reset(hosts);
  const run = await kmesh(['run', site.path(`${strategy}.yml`), '-i', lab.inventoryPath, '--output', 'json']);
  assert.is(run.code, 0, why(run));
  return { noted: await notes(), ends: statuses(run) };
}

test('starts nothing that can be seen before all hosts have ended what stands before it', async () => {
  for (const strategy of ['linear', 'lockstep']) {
    const { noted, ends } = await runOf(strategy);
    assert.equal(overtakings(noted), [], strategy);
    assert.is(ends['h2']?.['s40'], 'changed');
    assert.is(ends['h1']?.['s40'], undefined);
    assert.equal(
      noted.filter(({ step: number, word }) => number === 70 && word === 'start').map(({ host }) => host),
      ['h1'],
    );
    assert.is(noted.filter(({ step: number, word }) => number === 90 && word === 'end').length, 4);
  }
});

test('lets hosts overtake each other where they run free', async () => {
  const { noted } = await runOf('free');
  assert.ok(overtakings(noted).length > 0);
});

test.run();
