import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { diffLines } from 'diff';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { parseArgs } from '../../src/cli/options/args.ts';
import { printInventory } from '../../src/cli/commands/inventory-command.ts';
import { must } from '../../src/base/errors.ts';
import { prepareAnsible, requireLab } from '../lab/requirements.ts';
import { type Difference, type TrickyCase, trickyCases } from './tricky-cases.ts';

requireLab();

// The same questions to Ansible itself and to kmesh.
const test = suite('inventory, compared with ansible-inventory');

const root = join(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, 'tricky');

interface Said {
  readonly code: number;
  readonly text: string;
  readonly errors: string;
}

const ansibleSaid = new Map<string, Said>();

test.before(async () => {
  await prepareAnsible();
  const limit = pLimit(Math.max(2, cpus().length));
  await Promise.all(trickyCases.map((one) => limit(async () => ansibleSaid.set(one.name, await askAnsible(one)))));
});

test('every folder is asked about', () => {
  assert.equal(
    trickyCases.map(({ name }) => name),
    readdirSync(folder).sort(),
  );
});

for (const one of trickyCases) {
  const { name, ends } = one;
  const wanted = { same: 'says the same', 'both-refuse': 'refuses, too,', differs: 'differs as its page tells' };
  test(`${wanted[ends.kind]} about ${name}`, async () => {
    const ansible = must(ansibleSaid.get(name), name);
    const kmesh = await askKmesh(one);
    assert.not.match(kmesh.errors, /\n {4}at /, 'no stack trace');
    switch (ends.kind) {
      case 'same':
        return assert.equal(comparable(one, kmesh), comparable(one, ansible), kmesh.errors + ansible.errors);
      case 'both-refuse':
        assert.is.not(ansible.code, 0, ansible.text);
        return assertError(kmesh, ends.error);
      case 'differs':
        assert.ok(differencesPage().includes(ends.told), ends.told);
        return assertDifference(ends, { ansible, kmesh });
    }
  });
}

function assertDifference(difference: Difference, { ansible, kmesh }: { ansible: Said; kmesh: Said }): void {
  if (difference.ansible === 'refuses') {
    assert.is.not(ansible.code, 0, ansible.text);
    assert.equal(linesOf(kmesh.text), difference.kmesh);
    return;
  }
  assert.is(ansible.code, 0, ansible.errors);
  if ('error' in difference.kmesh) {
    assert.equal(linesOf(ansible.text).slice(0, difference.ansible.length), difference.ansible);
    assertError(kmesh, difference.kmesh.error);
    return;
  }
  assert.is(kmesh.code, 0, kmesh.errors);
  const parts = diffLines(ansible.text, kmesh.text);
  const lines = (which: 'added' | 'removed') => parts.flatMap((part) => (part[which] ? linesOf(part.value) : []));
  assert.equal(
    { ansible: lines('removed'), kmesh: lines('added') },
    {
      ansible: difference.ansible,
      kmesh: difference.kmesh,
    },
  );
}

function assertError({ code, errors }: Said, error: string): void {
  assert.is(code, 1);
  assert.ok(errors.includes(error), errors);
}

// There is more than one way to write the same YAML.
function comparable({ args }: TrickyCase, { code, text }: Said): unknown {
  return { code, text: args.includes('--yaml') ? (parse(text, { version: '1.1' }) as unknown) : text };
}

async function askAnsible({ name, args }: TrickyCase): Promise<Said> {
  const env = { ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1', ANSIBLE_NOCOLOR: '1', LC_ALL: 'C.UTF-8' };
  const options = { cwd: join(folder, name), env, reject: false, stripFinalNewline: false } as const;
  const { exitCode, stdout, stderr } = await execa('ansible-inventory', args.split(' '), options);
  return { code: exitCode ?? -1, text: stdout, errors: stderr };
}

async function askKmesh({ name, args }: TrickyCase): Promise<Said> {
  const command = parseArgs(['inventory', ...args.split(' ')]);
  if (command.kind !== 'inventory') throw new Error(JSON.stringify(command));
  const said = { stdout: '', stderr: '' };
  const stream = (which: keyof typeof said) => ({ write: (text: string) => (said[which] += text) });
  const before = process.cwd();
  process.chdir(join(folder, name));
  try {
    const code = await printInventory(command, {
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      stdin: Readable.from([]),
      env: {},
      cwd: process.cwd(),
      bundledRoles: [],
      stop: new AbortController().signal,
    });
    return { code, text: said.stdout, errors: said.stderr };
  } finally {
    process.chdir(before);
  }
}

function differencesPage(): string {
  const page = readFileSync(join(root, 'docs/inventory.md'), 'utf8');
  return must(
    /\n## Where it differs from Ansible\n(.*?)(?=\n## |$)/s.exec(page)?.[1],
    'section of the page',
  ).replaceAll(/\s+/g, ' ');
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

test.run();
