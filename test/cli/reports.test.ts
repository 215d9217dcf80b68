import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../src/cli/options/args.ts';
import { journalCommand } from '../../src/cli/commands/journal-command.ts';
import { runCommandLine, type SiteCommand } from '../../src/cli/commands/run-command.ts';
import { EventParser } from '../../src/report/files/parse-event.ts';
import { tempDir, writeFiles } from '../support/temp-dir.ts';

interface Context {
  dir: string;
  remove: () => void;
}

const test = suite<Context>('cli/reports');

// On this machine, through a real shell.
const site = {
  hosts: 'a ansible_connection=local\nb ansible_connection=local\nc ansible_port=1 ansible_host=127.0.0.1\n',
  'site.yml': `
- name: All kinds of ends
  hosts: all
  gather_facts: false
  serial: 2
  tasks:
    - name: a file
      copy: {dest: "{{ playbook_dir }}/{{ inventory_hostname }}", content: "{{ inventory_hostname }}"}
      notify: told
    - name: a loop
      command: "echo {{ item }}"
      loop: [one, two]
      register: echoed
    - name: not here
      command: "false"
      when: "false"
    - name: waits
      debug: {msg: "{{ echoed.results }}"}
    - name: fails and goes on
      command: "false"
      ignore_errors: true
    - name: fails in secret
      command: sh -c 'echo top-secret >&2; exit 3'
      no_log: true
      when: inventory_hostname == 'b'
  handlers:
    - name: told
      debug: {msg: hello}
`,
  'broken.yml': '- hosts: all\n  tasks:\n    - cmmand: x\n    - debug: {mg: y}\n',
};

test.before.each((context) => {
  Object.assign(context, tempDir());
  writeFiles(context.dir, site);
});
test.after.each(({ remove }) => remove());

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Does a command line in the directory, in which its state is, too. */
async function kmesh({ dir }: Context, line: string, env: Record<string, string> = {}): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const world = {
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
    stdin: Readable.from([]),
    env: { KMESH_STATE: join(dir, 'state'), ...env },
    cwd: dir,
    bundledRoles: [],
    stop: new AbortController().signal,
  };
  const words = line.split(' ').map((word) => (/\.yml$|^hosts$/.test(word) ? join(dir, word) : word));
  const command = parseArgs(words);
  const code =
    command.kind === 'journal'
      ? await journalCommand(command, world)
      : await runCommandLine(command as SiteCommand, world);
  return { code, stdout: said.stdout.replaceAll(`${dir}/`, ''), stderr: said.stderr.replaceAll(`${dir}/`, '') };
}

const parser = new EventParser();

for (const options of ['', '--check --diff', '-vvv --diff --profile']) {
  test(`describes all events of a run with ${options || 'no options'} in the schema`, async (context) => {
    const { code, stdout } = await kmesh(context, `run site.yml -i hosts -o json ${options}`.trim());
    const lines = stdout.split('\n').slice(0, -1);
    assert.ok(lines.length > 20);
    assert.equal(
      lines.filter((line) => parser.parse(line) === null),
      [],
    );
    assert.not.match(stdout, 'top-secret');
    assert.is(code, options.startsWith('--check') ? 3 : 2);
  });
}

test('tells a run to stdout and files at once', async (context) => {
  const { stdout } = await kmesh(context, 'run site.yml -i hosts -o lines -o junit=run.xml -o json=run.json');
  assert.match(stdout, '  a file                                           changed 2\n');
  const xml = readFileSync(join(context.dir, 'run.xml'), 'utf8');
  assert.match(xml, '<testcase name="connect to c" classname="Connect">\n      <error message="');
  assert.match(xml, '<testcase name="fails in secret on b" ');
  assert.match(xml, '<testcase name="a loop [two] on a" ');
  assert.not.match(xml, 'top-secret');
  const json = readFileSync(join(context.dir, 'run.json'), 'utf8').split('\n').slice(0, -1);
  assert.ok(json.every((line) => parser.parse(line) !== null));
  assert.is(parser.parse(json.at(-1) ?? '')?.event.kind, 'run-finished');
});

test('tells all problems of the input to programs, too, and keeps no run', async (context) => {
  const { code, stdout, stderr } = await kmesh(context, 'run broken.yml -i hosts -o json -o junit=run.xml');
  assert.is(code, 1);
  assert.match(stderr, '2 problems in the input; no host was contacted.');
  const events = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => parser.parse(line)?.event);
  assert.equal(
    events.map((event) => event?.kind === 'input-problem' && [event.severity, event.message]),
    [
      ['error', '`cmmand` is not a module or a key of a task.'],
      ['error', '`mg` is not an argument of debug.'],
    ],
  );
  assert.match(readFileSync(join(context.dir, 'run.xml'), 'utf8'), 'tests="2" failures="0" errors="2"');
  assert.not.ok(readdirSync(context.dir).includes('state'));
});

test('refuses files it can not write, all of them, before any host is contacted', async (context) => {
  try {
    await kmesh(context, 'run site.yml -i hosts -o json=no/x -o junit=nowhere/y');
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'no/x` can not be written: no such file or directory');
    assert.match(String(error), 'nowhere/y` can not be written');
  }
  assert.equal(readdirSync(join(context.dir, 'state/journal')), []);
});

test('annotates for GitHub where it runs, but never in JSON', async (context) => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: context.dir };
  const run = await kmesh(context, 'run site.yml -i hosts', env);
  const commands = run.stdout.split('\n').filter((line) => /^::(?!warning)/.test(line));
  const hidden = 'It failed; the details are hidden by `no_log`.';
  assert.equal(commands, [
    '::error title=c is unreachable::Cannot connect to c: 127.0.0.1 port 1 refuses the connection.' +
      '%0Ahint: Is sshd running, and on that port (`ansible_port`)?',
    '::group::All kinds of ends',
    `::error file=site.yml,line=23,col=7,title=fails in secret failed on b::${hidden}%0Aat site.yml:23:7`,
    '::endgroup::',
  ]);
  const json = await kmesh(context, 'run site.yml -i hosts -o json', env);
  assert.not.match(json.stdout, /^::/m);
  const broken = await kmesh(context, 'run broken.yml -i hosts', env);
  assert.match(broken.stdout, '::error file=broken.yml,line=3,col=7,title=Problem in the input::`cmmand` is not');
  assert.match(broken.stdout, '::error file=broken.yml,line=4,col=15,title=Problem in the input::`mg` is not');
});

test('looks back at a run as it was told', async (context) => {
  const { stdout } = await kmesh(context, 'run site.yml -i hosts -D');
  const [, run = ''] = /^Journal: run (.*)$/m.exec(stdout) ?? [];
  const again = await kmesh(context, `journal ${run} --diff`);
  assert.is(`${again.stdout}Journal: run ${run}\n`, stdout);
  const raw = await kmesh(context, `journal ${run} -o json`);
  assert.is(
    raw.stdout,
    readFileSync(join(context.dir, `state/journal/${run}.jsonl`), 'utf8').replaceAll(`${context.dir}/`, ''),
  );
  await kmesh(context, `journal last -o junit=back.xml`);
  assert.match(readFileSync(join(context.dir, 'back.xml'), 'utf8'), '<testcase name="a loop [two] on a" ');
});

test('lists what was run, checks too', async (context) => {
  await kmesh(context, 'run site.yml -i hosts --check');
  await kmesh(context, 'exec a -i hosts -- true');
  const { stdout } = await kmesh(context, 'journal');
  const lines = stdout.split('\n').map((line) => line.replace(/^\S+ +\S+ \S+ +/, '').replace(/\d+\.\d s$/, '0.1 s'));
  assert.equal(lines.slice(1).sort(), [
    '',
    'kmesh exec                               1 host, 1 changed, 0 failed in 0.1 s',
    'site.yml (check)  3 hosts, 7 would change, 0 failed, 1 unreachable in 0.1 s',
  ]);
  const json = await kmesh(context, 'journal -o json');
  assert.equal(
    json.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => String((JSON.parse(line) as { check: boolean }).check))
      .sort(),
    ['false', 'true'],
  );
});

test.run();
