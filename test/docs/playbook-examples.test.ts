import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { parseArgs } from '../../src/cli/options/args.ts';
import { runCommandLine } from '../../src/cli/commands/run-command.ts';
import { loadSite } from '../../src/engine/input/load-site.ts';
import { siteRequest } from '../support/site-request.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type CodeBlock, codeBlocks } from './markdown.ts';
import { root } from './pages.ts';

// `yaml` is a whole playbook and `yaml tasks` a list of tasks; each is checked as input of the site in `site/`.
// With `says` they are also run on this machine, and the block behind one is what its `debug` tasks say.
// `yaml role-meta` is the meta of the role `greeter`.
const test = suite('docs/playbook-examples');

const page = 'docs/playbooks.md';
const blocks = codeBlocks(readFileSync(join(root, page), 'utf8'));

for (const block of blocks) {
  const playbook = playbookOf(block);
  if (playbook === null) continue;
  test(`${page}:${block.line} has no mistake`, () => {
    assert.equal(problemsOf({ 'site.yml': playbook }), []);
  });
}

for (const block of blocks.filter(({ info }) => info === 'yaml role-meta')) {
  test(`${page}:${block.line} is the meta of a role`, () => {
    const files = { 'site.yml': '- hosts: nodes\n  roles: [greeter]\n', 'roles/greeter/meta/main.yml': block.text };
    assert.equal(problemsOf(files), []);
    assert.match(
      problemsOf({
        ...files,
        'site.yml': files['site.yml'].replace('roles:', 'vars: {greeter_word: 5}\n  roles:'),
      })[0] ?? '',
      '`greeter_word` must be text',
    );
  });
}

for (const [i, block] of blocks.entries()) {
  const playbook = block.info.endsWith(' says') ? localPlaybookOf(block) : null;
  if (playbook === null) continue;
  test(`${page}:${block.line} says what stands behind it`, async () => {
    assert.is(await saidBy(playbook), blocks[i + 1]?.text);
  });
}

test('there are examples of every kind', () => {
  for (const info of ['yaml', 'yaml says', 'yaml tasks', 'yaml tasks says', 'yaml role-meta'])
    assert.ok(
      blocks.some((block) => block.info === info),
      info,
    );
});

function playbookOf({ info, text }: CodeBlock): string | null {
  if (info === 'yaml' || info === 'yaml says') return text;
  return /^yaml tasks( says)?$/.test(info) ? playOf(text, 'all') : null;
}

/** An example that is run: its tasks, or the whole of it where it is a playbook for this machine. */
function localPlaybookOf({ info, text }: CodeBlock): string {
  return info === 'yaml says' ? text : playOf(text, 'localhost', '  connection: local\n  gather_facts: false\n');
}

function playOf(tasks: string, hosts: string, more = ''): string {
  return `- hosts: ${hosts}\n${more}  tasks:\n${tasks.replace(/^(?=.)/gm, '    ')}`;
}

/** All that is wrong with the sample site with these files in it. */
function problemsOf(files: Readonly<Record<string, string>>): string[] {
  return inSite(files, (dir) =>
    loadSite({
      ...siteRequest(join(dir, 'site.yml'), [join(dir, 'hosts.ini')]),
      bundledRoles: [join(root, 'roles')],
    }).problems.map(formatDiagnostic),
  );
}

function inSite<T>(files: Readonly<Record<string, string>>, use: (dir: string) => T): T {
  const { dir, remove } = tempDir();
  cpSync(join(import.meta.dirname, 'site'), dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  try {
    return use(dir);
  } finally {
    remove();
  }
}

/** What the `debug` tasks say, a line each, when a playbook is run on this machine in an empty folder. */
async function saidBy(playbook: string): Promise<string> {
  const { dir, remove } = tempDir({ 'site.yml': playbook });
  const before = process.cwd();
  process.chdir(dir);
  let events = '';
  try {
    const command = parseArgs(['run', 'site.yml', '-i', 'localhost,', '-o', 'json']);
    if (command.kind !== 'run') throw new Error(command.kind);
    const world = {
      stdout: { write: (text: string) => (events += text) },
      stderr: { write: (text: string) => (events += text) },
      stdin: Readable.from([]),
      env: { KMESH_STATE: join(dir, 'state') },
      cwd: dir,
      bundledRoles: [],
      stop: new AbortController().signal,
    };
    assert.is(await runCommandLine(command, world), 0, events);
  } finally {
    process.chdir(before);
    remove();
  }
  return messagesOf(events);
}

interface Said {
  readonly event: string;
  readonly task?: { readonly module: string };
  readonly status?: string;
  readonly message?: string | null;
  readonly items?: readonly { readonly status: string; readonly message: string | null }[];
}

function messagesOf(events: string): string {
  const said = events
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
    .filter(({ event, task }) => event === 'task-finished' && task?.module === 'debug');
  return said
    .flatMap(({ status, message, items = [] }) => [{ status, message }, ...items])
    .flatMap(({ status, message }) => (status === 'ok' && typeof message === 'string' ? [`${message}\n`] : []))
    .join('');
}

test.run();
