import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import { parseArgs } from '../../src/cli/options/args.ts';
import { runCommandLine, type SiteCommand } from '../../src/cli/commands/run-command.ts';
import { encrypt } from '../../src/vault/keyring.ts';
import { type Files, tempDir, writeFiles } from '../support/temp-dir.ts';

interface Context {
  readonly dir: string;
  readonly remove: () => void;
}

const test = suite<Context>('cli/vault-run');

test.before.each((context) => {
  Object.assign(context, tempDir());
});
test.after.each(({ remove }) => remove());

const password = 'correct horse';
const dbPassword = `It's a "$ecret" of 2`;
const apiKey = 'api-KEY-12';

function vaultOf(text: string, id = 'default', secret = password): string {
  return encrypt(Buffer.from(text), { id, password: new Secret(secret) });
}

function inline(name: string, text: string, id = 'default', secret = password): string {
  return `${name}: !vault |\n  ${vaultOf(text, id, secret).trimEnd().replaceAll('\n', '\n  ')}\n`;
}

/** A site on this machine with vaults of all kinds; its last task fails. */
function site(dir: string): Files {
  return {
    password: `${password}\n`,
    hosts: 'h1 ansible_connection=local\n',
    'group_vars/all.yml': vaultOf(`db_password: ${JSON.stringify(dbPassword)}\npin: 77665544\nuser: "{{ who }}"\n`),
    'host_vars/h1.yml': inline('api_key', apiKey, 'prod'),
    'extra.yml': vaultOf('who: the-user\n'),
    'files/secret.bin': vaultOf('line one of a file\nline two of a file\n'),
    'files/tree/inner.txt': vaultOf('inner text\n'),
    'templates/app.hbs': 'password={{ db_password }}\nkey={{ api_key }}\n',
    'templates/secret.hbs': vaultOf('a vaulted template of {{ user }}\n'),
    'roles/r/vars/main.yml': inline('role_secret', 'of-a-role'),
    'roles/r/defaults/main.yml': vaultOf('role_default: default-of-role\n'),
    'roles/r/tasks/main.yml': '- debug: {msg: "{{ role_secret }} {{ role_default }}"}\n',
    'site.yml': `- hosts: all
  gather_facts: false
  roles: [r]
  vars:
    ${inline('play_secret', 'of-the-play').replaceAll('\n', '\n    ').trimEnd()}
  tasks:
    - template: {src: app.hbs, dest: ${dir}/out/app.conf, mode: '0600'}
    - template: {src: secret.hbs, dest: ${dir}/out/secret.conf}
    - copy: {src: secret.bin, dest: ${dir}/out/secret.txt}
    - copy: {src: tree, dest: ${dir}/out}
    - debug: {var: db_password}
    - debug: {msg: "{{ pin }} {{ play_secret }} {{ user }}"}
    - command: {argv: [printf, '%s', "{{ db_password }}"]}
    - shell: printf 'for %s' "$KEY" | base64; echo "and {{ api_key }}" >&2; false
      environment: {KEY: "{{ api_key }}"}
`,
    'out/': '',
  };
}

const secrets = [dbPassword, '$ecret', apiKey, '77665544', 'the-user', 'of-a-role', 'default-of-role', 'of-the-play'];
const contents = [
  'line one',
  'line two',
  'inner text',
  'a vaulted template',
  password,
  btoa(`for ${apiKey}`).slice(6, 16),
];

/** Runs a command line in the site's directory and gives all that was said. */
async function kmesh({ dir }: Context, line: string, stdin = ''): Promise<{ code: number; said: string }> {
  const command = parseArgs(
    line.split(' ').map((word) => word.replace(/^(@?)\.\//, `$1${dir}/`).replace(/@\.\//, `@${dir}/`)),
  );
  if (command.kind === 'usage-error') throw new Error(command.message);
  const terminal = Object.assign(new PassThrough(), { isTTY: stdin !== '', setRawMode: () => {} });
  terminal.write(stdin);
  let said = '';
  const out = { write: (text: string) => void (said += text) };
  const world = { stdout: out, stderr: out, stdin: terminal, env: { KMESH_STATE: join(dir, 'state') }, cwd: dir };
  const stop = new AbortController().signal;
  try {
    return { code: await runCommandLine(command as SiteCommand, { ...world, bundledRoles: [], stop }), said };
  } catch (error) {
    return { code: -1, said: `${said}${String(error)}` };
  }
}

const vaultPassword = '--vault-password-file ./password -e @./extra.yml';

for (const output of ['lines', 'live', 'json']) {
  test(`tells no secret in a run, told as ${output}`, async (context) => {
    writeFiles(context.dir, site(context.dir));
    const { code, said } = await kmesh(context, `run ./site.yml -i ./hosts -D -vvv -o ${output} ${vaultPassword}`);
    assert.is(code, 2, said);
    for (const secret of [...secrets, ...contents]) assert.not(said.includes(secret), `${secret}\n${said}`);
    assert.ok(said.includes('password=******'), said);
  });
}

test('writes what was encrypted', async (context) => {
  writeFiles(context.dir, site(context.dir));
  await kmesh(context, `run ./site.yml -i ./hosts ${vaultPassword}`);
  const read = (name: string): string => readFileSync(join(context.dir, 'out', name), 'utf8');
  assert.is(read('app.conf'), `password=${dbPassword}\nkey=${apiKey}\n`);
  assert.is(statSync(join(context.dir, 'out/app.conf')).mode & 0o777, 0o600);
  assert.is(read('secret.conf'), 'a vaulted template of the-user\n');
  assert.is(read('secret.txt'), 'line one of a file\nline two of a file\n');
  assert.is(read('tree/inner.txt'), 'inner text\n');
});

test('leaves a source encrypted where that is asked for, and decrypts a large one', async (context) => {
  const large = 'a line of a large file\n'.repeat(60_000);
  writeFiles(context.dir, {
    ...site(context.dir),
    'files/large': vaultOf(large),
    'site.yml': `- hosts: all
  gather_facts: false
  tasks:
    - copy: {src: secret.bin, dest: ${context.dir}/out/kept, decrypt: false}
    - copy: {src: secret.bin, dest: ${context.dir}/out/opened}
    - copy: {src: large, dest: ${context.dir}/out/large}
`,
  });
  const { code, said } = await kmesh(context, `run ./site.yml -i ./hosts -D ${vaultPassword}`);
  assert.is(code, 0, said);
  assert.match(readFileSync(join(context.dir, 'out/kept'), 'utf8'), '$ANSIBLE_VAULT;1.1');
  assert.is(readFileSync(join(context.dir, 'out/opened'), 'utf8'), 'line one of a file\nline two of a file\n');
  assert.is(readFileSync(join(context.dir, 'out/large'), 'utf8'), large);
  assert.not.match(said, 'a line of a large file');
});

test('says in a check what a run would do, without a secret', async (context) => {
  writeFiles(context.dir, site(context.dir));
  const { said } = await kmesh(context, `run ./site.yml -i ./hosts -C -D -vvv ${vaultPassword}`);
  for (const secret of [...secrets, ...contents]) assert.not(said.includes(secret), `${secret}\n${said}`);
  assert.match(said, 'Secret content: nothing → 38 bytes');
  assert.not(existsSync(join(context.dir, 'out/app.conf')));
});

test('names all vaults that a password does not open, and runs nothing', async (context) => {
  writeFiles(context.dir, { ...site(context.dir), password: 'another one\n' });
  const { code, said } = await kmesh(context, `run ./site.yml -i ./hosts ${vaultPassword}`);
  assert.is(code, 1);
  const places = [
    ...said.matchAll(/^(?:\S*\/)?(\S+:\d+:\d+): The vault password `default` does not open this vault\.$/gm),
  ];
  assert.equal(places.map(([, place = '']) => place).sort(), [
    'all.yml:1:1',
    'h1.yml:1:10',
    'main.yml:1:1',
    'main.yml:1:14',
    'site.yml:5:18',
  ]);
  assert.match(said, /-e @.*extra\.yml: The vault password `default` does not open this vault\./);
  assert.match(said, '6 problems in the input; no host was contacted.');
});

test('names vaults of files that are copied or rendered, before anything is done', async (context) => {
  const other = vaultOf('x', 'prod', 'other');
  const files = { 'files/secret.bin': other, 'files/tree/inner.txt': other, 'templates/secret.hbs': other };
  writeFiles(context.dir, { ...site(context.dir), ...files });
  const { code, said } = await kmesh(context, `run ./site.yml -i ./hosts ${vaultPassword}`);
  assert.is(code, 1, said);
  for (const name of Object.keys(files))
    assert.match(said, `${name}:1:1: The vault password \`default\` does not open`);
  assert.not(existsSync(join(context.dir, 'out/app.conf')));
});

test('says what to give when there is no password', async (context) => {
  writeFiles(context.dir, site(context.dir));
  const { code, said } = await kmesh(context, 'run ./site.yml -i ./hosts --syntax-check -e who=me');
  assert.is(code, 1);
  assert.match(said, 'h1.yml:1:10: This is encrypted with Ansible Vault with the id `prod`, and no password is given.');
  assert.match(said, 'hint: Give it: `--ask-vault-pass`, `--vault-password-file FILE` or `--vault-id ID@FILE`.');
  assert.match(said, '5 problems in the input; no host was contacted.');
});

test('asks each password once, and tells none of them', async (context) => {
  writeFiles(context.dir, { ...site(context.dir), 'host_vars/h1.yml': inline('api_key', apiKey, 'prod', 'pr0d-pass') });
  const line = 'run ./site.yml -i ./hosts --syntax-check -e who=me --vault-id prod@prompt -J';
  const { code, said } = await kmesh(context, line, `pr0d-pass\r${password}\r`);
  assert.is(said, 'Vault password (prod): \nVault password: \nThe input is right.\n');
  assert.is(code, 0);
});

test('runs a program that is given as a password file, and tells a client the id', async (context) => {
  const program = (name: string, text: string): void => {
    writeFileSync(join(context.dir, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  writeFiles(context.dir, site(context.dir));
  program('give.sh', `[ $# = 0 ] && echo '${password}'`);
  program('keys-client.sh', `[ "$1" = --vault-id ] && [ "$2" = prod ] && echo '${password}'`);
  program('none-client', 'echo nothing is kept here >&2; exit 2');
  const run = 'run ./site.yml -i ./hosts --syntax-check -e who=me';
  assert.is((await kmesh(context, `${run} --vault-id ./give.sh`)).said, 'The input is right.\n');
  assert.is((await kmesh(context, `${run} --vault-id prod@./keys-client.sh`)).said, 'The input is right.\n');
  const { said } = await kmesh(context, `${run} --vault-id prod@./none-client`);
  assert.match(said, 'gave no vault password: exit status 2. It has no password for the id `prod`.');
});

for (const [what, line, message] of [
  [
    'missing',
    '--vault-password-file ./nowhere',
    /The vault password file `.*nowhere` can not be read: it does not exist\./,
  ],
  ['empty', '--vault-password-file ./empty', /The vault password of `.*empty` is empty\./],
  ['a directory', '--vault-id dev@./files', /The vault password file `.*files` can not be read: /],
  ['not there to be asked', '-J', /There is no terminal to ask for `Vault password`\./],
] as const) {
  test(`refuses a password that is ${what}`, async (context) => {
    writeFiles(context.dir, { ...site(context.dir), empty: '\n' });
    const { code, said } = await kmesh(context, `run ./site.yml -i ./hosts ${line}`);
    assert.is(code, -1);
    assert.match(said, message);
  });
}

test('hides passwords of connections in messages about the lines they stand in', async (context) => {
  const hosts = 'h1 ansible_connection=local ansible_password=plain-s3cret ansible_prot=22 ansible_port=x\n';
  writeFiles(context.dir, { hosts, 'site.yml': '- hosts: all\n  gather_facts: false\n  tasks: []\n' });
  const { said } = await kmesh(context, 'run ./site.yml -i ./hosts');
  assert.match(said, /1 \| h1 ansible_connection=local ansible_password=\*{6} ansible_prot=22/);
  assert.not.match(said, 'plain-s3cret');
});

test('tells no secret among facts and lists', async (context) => {
  const play = `- hosts: all\n  gather_facts: false\n  vars:\n    ${inline('a', '/bin').replaceAll('\n', '\n    ').trimEnd()}\n  tasks:\n    - name: in /bin\n      debug:\n`;
  writeFiles(context.dir, { ...site(context.dir), 'site.yml': play });
  const run = `./hosts ${vaultPassword}`;
  assert.match((await kmesh(context, `run ./site.yml --list-tasks -i ${run}`)).said, 'in ******');
  writeFiles(context.dir, { 'group_vars/all.yml': vaultOf(`path: ${process.env['PATH']?.split(':')[0] ?? ''}\n`) });
  const { said, code } = await kmesh(context, `facts all -i ${run}`);
  assert.is(code, 0);
  assert.is(typeof JSON.parse(said), 'object');
});

test.run();
