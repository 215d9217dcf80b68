import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArgs } from '../../src/cli/options/args.ts';
import { runCommandLine, type SiteCommand } from '../../src/cli/commands/run-command.ts';

interface Context {
  readonly dir: string;
  readonly server: Server;
  contacts: number;
}

const test = suite<Context>('cli/input-errors');

test.before.each((context) => {
  context.contacts = 0;
  Object.assign(context, {
    dir: mkdtempSync(join(tmpdir(), 'kmesh-input-')),
    server: createServer((socket) => {
      context.contacts++;
      socket.destroy();
    }).listen(0, '127.0.0.1'),
  });
});
test.after.each(({ dir, server }) => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** Writes files, runs the playbook against a server that counts who comes, and gives the exit code and what was said. */
async function runSite(
  context: Context,
  files: Readonly<Record<string, string>>,
  playbook = 'site.yml',
): Promise<{ code: number; said: string }> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(context.dir, name)), { recursive: true });
    writeFileSync(join(context.dir, name), text);
  }
  if (!context.server.listening) await new Promise((go) => context.server.once('listening', go));
  const { port } = context.server.address() as { port: number };
  writeFileSync(
    join(context.dir, 'hosts'),
    `web1 ansible_host=127.0.0.1 ansible_port=${port}\nweb2 ansible_host=127.0.0.1 ansible_port=${port}\n`,
  );
  let said = '';
  const stream = { write: (text: string) => (said += text) };
  const command = parseArgs([
    'run',
    join(context.dir, playbook),
    '-i',
    join(context.dir, 'hosts'),
    '-o',
    'lines',
  ]) as SiteCommand;
  const code = await runCommandLine(command, {
    stdout: stream,
    stderr: stream,
    stdin: Readable.from([]),
    env: {},
    cwd: context.dir,
    bundledRoles: [],
    stop: new AbortController().signal,
  });
  assert.is(context.contacts, 0, 'no host is contacted');
  assert.not.match(said, /\n {4}at /, 'no stack trace');
  return { code, said: said.replaceAll(`${context.dir}/`, '') };
}

test('tells everything that is wrong at once, each with its place', async (context) => {
  const { code, said } = await runSite(context, {
    'site.yml': `- hosts: web1
  vars:
    routes: [10.0.0.0/8]
  roles: [brid2]
  tasks:
    - name: a misspelt module
      tempalte: {src: a.hbs, dest: /a}
    - name: a misspelt argument
      sysctl: {name: a.b, valeu: 1}
    - copy: {content: x, dest: /x, mode: 0644}
    - template: {src: routes.hbs, dest: /etc/routes}
    - debug: {msg: hello}
      when: routes is defined
      notify: nobody
`,
    'templates/routes.hbs': 'all:\n{{#each route}}\n  {{this}}\n{{/each}}\n',
    'roles/bird2/tasks/main.yml': '[]\n',
  });
  assert.is(code, 1);
  assert.is(
    said,
    `site.yml:4:11: There is no role \`brid2\`.
    4 |   roles: [brid2]
      |           ^^^^^
  hint: Did you mean \`bird2\`? Looked in roles, vendor/roles, ROLES.

site.yml:7:7: \`tempalte\` is not a module or a key of a task.
    7 |       tempalte: {src: a.hbs, dest: /a}
      |       ^^^^^^^^
  hint: Did you mean \`template\`?

site.yml:9:27: \`valeu\` is not an argument of sysctl.
    9 |       sysctl: {name: a.b, valeu: 1}
      |                           ^^^^^
  hint: Did you mean \`value\`?

site.yml:10:42: \`mode\` must be text, not the number \`644\`.
   10 |     - copy: {content: x, dest: /x, mode: 0644}
      |                                          ^^^^
  hint: Quote it: \`mode: '0644'\`.

site.yml:13:13: \`is defined\` is Jinja.
   13 |       when: routes is defined
      |             ^^^^^^^^^^^^^^^^^
  hint: Write \`defined(routes)\`.

site.yml:14:15: There is no handler \`nobody\`.
   14 |       notify: nobody
      |               ^^^^^^
  hint: This play has no handlers.

templates/routes.hbs:2:9: \`route\` is undefined.
    2 | {{#each route}}
      |         ^^^^^
  hint: Did you mean \`routes\`?

7 problems in the input; no host was contacted.
`.replace('ROLES', said.match(/vendor\/roles, ([^.]*)\./)?.[1] ?? ''),
  );
});

const one: readonly (readonly [title: string, playbook: string, said: string])[] = [
  ['a tab', '- hosts: all\n\ttasks: []\n', 'site.yml:2:1: A tab indents this line.'],
  ['an empty file', '', '`site.yml` is empty.'],
  ['a mapping in place of a list', 'hosts: all\n', 'site.yml:1:1: A playbook is a list of plays, not a mapping.'],
  ['an unknown host', '- hosts: wbe1\n', 'site.yml:1:10: No host or group is called `wbe1`.'],
  [
    'an unquoted template',
    '- hosts: all\n  vars:\n    a: {{ b }}\n',
    'site.yml:3:8: `{{` without quotes is a YAML mapping.',
  ],
  ['a key twice', '- hosts: all\n  hosts: web1\n', 'site.yml:2:3: Map keys must be unique.'],
  [
    'an undefined variable',
    '- hosts: all\n  tasks:\n    - command: echo {{ a.b }}\n',
    'site.yml:3:24: `a` is undefined.',
  ],
  [
    'a variable made of itself',
    '- hosts: all\n  vars: {a: "{{b}}", b: "{{a}}"}\n  tasks:\n    - command: echo {{a}}\n',
    '`a` is made of itself: a → b → a.',
  ],
  ['a key of a play that is none', '- hosts: all\n  taks: []\n', 'site.yml:2:3: `taks` is not a key of a play.'],
  [
    'what Ansible has and we have not',
    '- hosts: all\n  tasks:\n    - {command: x, async: 10}\n',
    'site.yml:3:20: `async` is not supported.',
  ],
];

for (const [title, playbook, expected] of one) {
  test(`tells of ${title}`, async (context) => {
    const { code, said } = await runSite(context, { 'site.yml': playbook });
    assert.is(code, 1);
    assert.ok(said.startsWith(expected) || said.includes(`: ${expected}`), said);
  });
}

test('tells what else is wrong in a file where a key stands twice', async (context) => {
  const { said } = await runSite(context, {
    'site.yml': '- hosts: web1\n  gather_facts: false\n  gather_facts: false\n  tasks:\n    - comand: x\n',
  });
  assert.match(said, /^site\.yml:3:3: Map keys must be unique\./);
  assert.match(said, /^site\.yml:5:7: `comand` is not a module/m);
  assert.match(said, /^2 problems in the input/m);
});

test('tells nothing that follows from a file that is no YAML', async (context) => {
  const { said } = await runSite(context, {
    'site.yml': '- hosts: web1\n  vars_files: [v.yml]\n  tasks:\n    - command: echo {{ port }}\n',
    'v.yml': 'port: 1\nb: "x\n',
  });
  assert.match(said, /^v\.yml:3:1: Missing closing/);
  assert.match(said, /^1 problem in the input/m);
});

test('tells of a directory in place of a file', async (context) => {
  const { code, said } = await runSite(context, { 'site.yml/x': '' });
  assert.is(code, 1);
  assert.match(said, /^`site.yml` is a directory, not a file\.\n/);
});

test('does not read a file of 10 MB', async (context) => {
  const { code, said } = await runSite(context, { 'site.yml': '# x\n'.repeat(2_621_440) });
  assert.is(code, 1);
  assert.match(said, /^`site.yml` is 10\.0 MiB; at most 4 MiB of text is read\.\n/);
});

/** A variable that holds ten aliases of another one. */
function level(name: string, of: string): string {
  return `    ${name}: &${name} [${Array.from({ length: 10 }, () => `*${of}`).join(', ')}]\n`;
}

test('stops at an alias bomb', async (context) => {
  const bomb = `- hosts: all\n  vars:\n    a: &a [x, x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g'].map((name, i) => level(name, 'abcdef'[i] ?? 'a')).join('')}`;
  const { code, said } = await runSite(context, { 'site.yml': bomb });
  assert.is(code, 1);
  assert.match(said, /Aliases make more than 500000 values of this file\./);
});

test.run();
