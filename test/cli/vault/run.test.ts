import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KmeshError } from '../../../src/base/errors.ts';
import { parseArgs } from '../../../src/cli/options/args.ts';
import { runVault } from '../../../src/cli/vault/run.ts';
import { rejects } from '../../support/rejects.ts';
import { type Files, tempDir, writeFiles } from '../../support/temp-dir.ts';

interface Context {
  readonly dir: string;
  readonly remove: () => void;
}

const test = suite<Context>('cli/vault/run');
const fixtures = join(import.meta.dirname, '../../vault/fixtures');

test.before.each((context) => {
  Object.assign(context, tempDir({ pass: 'correct horse\n', other: 'battery staple\n' }));
});
test.after.each(({ remove }) => remove());

interface Done {
  readonly out: string;
  readonly told: string;
}

interface Surroundings {
  /** What comes on stdin; typed, when it is a terminal. */
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly editor?: string;
}

/** Does a command line in the directory. */
async function kmesh(
  { dir }: Context,
  words: readonly string[],
  { stdin = '', isTTY = false, ...around }: Surroundings = {},
): Promise<Done> {
  const command = parseArgs(['vault', ...words]);
  if (command.kind !== 'vault') throw new Error(JSON.stringify(command));
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => {} });
  if (isTTY) input.write(stdin);
  else input.end(stdin);
  let out = '';
  let told = '';
  await runVault(command, {
    stdin: input,
    stdout: { write: (text) => void (out += String(text)) },
    stderr: { write: (text) => void (told += text) },
    env: { EDITOR: around.editor },
    cwd: dir,
    atExit: () => {},
  });
  return { out, told };
}

function read({ dir }: Context, name: string): string {
  return readFileSync(join(dir, name), 'utf8');
}

const pass = ['--vault-password-file', 'pass'] as const;

test('encrypts files and decrypts them again, keeping their modes', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n', 'b/c': Buffer.from([0xff, 0, 1]) });
  chmodSync(join(context.dir, 'a'), 0o640);
  await kmesh(context, ['encrypt', ...pass, 'a', 'b/c']);
  assert.match(read(context, 'a'), /^\$ANSIBLE_VAULT;1\.1;AES256\n[0-9a-f]{80}\n/);
  assert.is(statSync(join(context.dir, 'a')).mode & 0o777, 0o640);
  await kmesh(context, ['decrypt', ...pass, 'a', 'b/c']);
  assert.is(read(context, 'a'), 'text of a\n');
  assert.equal([...readFileSync(join(context.dir, 'b/c'))], [0xff, 0, 1]);
  assert.is(statSync(join(context.dir, 'a')).mode & 0o777, 0o640);
  assert.equal(readdirSync(context.dir).sort(), ['a', 'b', 'other', 'pass']);
});

test('writes through a link, and new files for their owner alone', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n' });
  symlinkSync('a', join(context.dir, 'link'));
  await kmesh(context, ['encrypt', ...pass, 'link']);
  assert.ok(lstatSync(join(context.dir, 'link')).isSymbolicLink());
  assert.match(read(context, 'a'), '$ANSIBLE_VAULT;');
  await kmesh(context, ['decrypt', ...pass, 'a', '--output', 'new']);
  assert.is(read(context, 'new'), 'text of a\n');
  assert.is(statSync(join(context.dir, 'new')).mode & 0o777, 0o600);
  assert.match(read(context, 'a'), '$ANSIBLE_VAULT;');
});

test('goes from stdin to stdout', async (context) => {
  const { out } = await kmesh(context, ['encrypt', ...pass], { stdin: 'a text' });
  assert.match(out, '$ANSIBLE_VAULT;1.1;AES256\n');
  assert.is((await kmesh(context, ['decrypt', ...pass, '-'], { stdin: out })).out, 'a text');
});

test('shows what ansible-vault encrypted', async (context) => {
  const { out } = await kmesh(context, ['view', ...pass, join(fixtures, 'v1.1.yml'), join(fixtures, 'v1.2.yml')]);
  assert.is(out, 'db_password: s3cr3t-of-the-db\ndb_port: 5432\n'.repeat(2));
});

test('gives the id of several passwords that is asked for', async (context) => {
  const ids = ['--vault-id', 'dev@pass', '--vault-id', 'prod@other'];
  const { out } = await kmesh(context, ['encrypt', ...ids, '--encrypt-vault-id', 'prod'], { stdin: 'x' });
  assert.match(out, '$ANSIBLE_VAULT;1.2;AES256;prod\n');
  assert.is((await kmesh(context, ['decrypt', '--vault-id', 'prod@other'], { stdin: out })).out, 'x');
  const error = await rejects(kmesh(context, ['encrypt', ...ids], { stdin: 'x' }), KmeshError);
  assert.is(error.message, 'There are passwords for the vault ids `dev`, `prod`.');
  const unknown = await rejects(
    kmesh(context, ['encrypt', ...ids, '--encrypt-vault-id', 'x'], { stdin: 'x' }),
    KmeshError,
  );
  assert.is(unknown.message, 'There is no password for the vault id `x`.');
});

test('encrypts with another password', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n' });
  await kmesh(context, ['encrypt', ...pass, 'a']);
  await kmesh(context, ['rekey', ...pass, '--new-vault-id', 'prod@other', 'a']);
  assert.match(read(context, 'a'), '$ANSIBLE_VAULT;1.2;AES256;prod\n');
  await rejects(kmesh(context, ['view', ...pass, 'a']), KmeshError);
  await kmesh(context, ['rekey', '--vault-id', 'other', '--new-vault-password-file', 'pass', 'a']);
  assert.is((await kmesh(context, ['view', ...pass, 'a'])).out, 'text of a\n');
});

test('asks for a password twice where it is new, and once where it is not', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n' });
  const { told } = await kmesh(context, ['encrypt', 'a'], { stdin: 'new pass\rnew pass\r', isTTY: true });
  assert.is(told, 'New vault password: \nNew vault password once more: \n');
  const { out, told: asked } = await kmesh(context, ['view', 'a'], { stdin: 'new pass\r', isTTY: true });
  assert.is(out, 'text of a\n');
  assert.is(asked, 'Vault password: \n');
  writeFiles(context.dir, { b: 'text of b\n' });
  const error = await rejects(kmesh(context, ['encrypt', 'b'], { stdin: 'one\rtwo\r', isTTY: true }), KmeshError);
  assert.is(error.message, 'The two passwords differ.');
  assert.is(read(context, 'b'), 'text of b\n');
});

test('encrypts texts to be put into a file', async (context) => {
  const words = ['encrypt-string', ...pass, '-n', 'one', '-n', 'two', 'first text', 'second text'];
  const { out } = await kmesh(context, words);
  assert.match(out, /^one: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n( {10}[0-9a-f]+\n)+\ntwo: !vault \|\n/);
  const vault = (out.split('\n\n')[0] ?? '').replace(/^.*\n/, '').replace(/^ +/gm, '');
  assert.is((await kmesh(context, ['decrypt', ...pass], { stdin: vault })).out, 'first text');
});

test('encrypts a text that is asked for, or comes on stdin', async (context) => {
  const asked = await kmesh(context, ['encrypt_string', ...pass, '-p'], { stdin: 'typed\r', isTTY: true });
  assert.match(asked.out, /^!vault \|\n {10}\$ANSIBLE_VAULT/);
  assert.is(asked.told, 'Text to encrypt: \n');
  const piped = await kmesh(context, ['encrypt-string', ...pass, '--stdin-name', 'x', '--output', 'out.yml'], {
    stdin: 'piped',
  });
  assert.is(piped.out, '');
  assert.match(read(context, 'out.yml'), /^x: !vault \|\n/);
  assert.is(
    (await rejects(kmesh(context, ['encrypt-string', ...pass]), KmeshError)).message,
    'There is nothing to encrypt: the text is empty.',
  );
});

/** An editor that says where its file is, and does something with it. */
function editor({ dir }: Context, text: string): string {
  const path = join(dir, 'my editor');
  writeFileSync(path, `#!/bin/sh\nprintf '%s %s\\n' "$(stat -c %a "$2")" "$2" >"$1"\n${text}\n`, { mode: 0o755 });
  return `'${path}' ${join(dir, 'seen')}`;
}

test('edits what is encrypted, and leaves nothing of it behind', async (context) => {
  writeFiles(context.dir, { 'a.yml': 'text of a\n' });
  await kmesh(context, ['encrypt', '--vault-id', 'prod@pass', 'a.yml']);
  await kmesh(context, ['edit', ...pass, 'a.yml'], { editor: editor(context, 'echo more >>"$2"; cp "$2" "$2~"') });
  assert.is((await kmesh(context, ['view', ...pass, 'a.yml'])).out, 'text of a\nmore\n');
  assert.match(read(context, 'a.yml'), '$ANSIBLE_VAULT;1.2;AES256;prod\n');
  const [, mode, path = ''] = /^(\d+) (.*)\n/.exec(read(context, 'seen')) ?? [];
  assert.is(mode, '600');
  assert.match(path, /kmesh-vault-[^/]+\/a\.yml$/);
  assert.not(existsSync(join(path, '..')));
});

test('leaves the file as it was when nothing was edited, or the editor failed', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n' });
  await kmesh(context, ['encrypt', ...pass, 'a']);
  const before = read(context, 'a');
  await kmesh(context, ['edit', ...pass, 'a'], { editor: editor(context, '') });
  assert.is(read(context, 'a'), before);
  const failing = kmesh(context, ['edit', ...pass, 'a'], { editor: editor(context, 'echo x >"$2"; exit 3') });
  assert.match((await rejects(failing, KmeshError)).message, /failed: .*The file stays as it was\.$/);
  assert.is(read(context, 'a'), before);
  assert.not(existsSync(read(context, 'seen').trim().replace(/^\d+ /, '')));
  const missing = await rejects(kmesh(context, ['edit', ...pass, 'a'], { editor: '/no/editor' }), KmeshError);
  assert.is(missing.message, 'The editor `/no/editor` failed: it is not there. The file stays as it was.');
});

test('makes a new file in the editor, and never over another one', async (context) => {
  await kmesh(context, ['create', ...pass, 'new.yml'], { editor: editor(context, 'echo "a: 1" >"$2"') });
  assert.is((await kmesh(context, ['view', ...pass, 'new.yml'])).out, 'a: 1\n');
  assert.is(statSync(join(context.dir, 'new.yml')).mode & 0o777, 0o600);
  const error = await rejects(kmesh(context, ['create', ...pass, 'new.yml'], { editor: '/no/editor' }), KmeshError);
  assert.is(error.message, '`new.yml` is there already.');
});

const refusals: readonly (readonly [what: string, files: Files, words: readonly string[], message: RegExp])[] = [
  ['files that are not there', {}, ['encrypt', 'x', 'y'], /^`x` can not be read: it does not exist\.\n`y` can not/],
  [
    'files that are not encrypted',
    { a: '1', b: '2' },
    ['decrypt', 'a', 'b'],
    /^`a` is not encrypted\.\n`b` is not encrypted\.$/,
  ],
  [
    'broken vaults',
    { a: '$ANSIBLE_VAULT;1.1;AES256\n12x' },
    ['view', 'a'],
    /^a:2:3: The lines of a vault are hexadecimal digits\./,
  ],
  [
    'one output for two files',
    { a: '1', b: '2' },
    ['encrypt', 'a', 'b', '--output', 'c'],
    /^`--output c` is one file, and there are 2 to be written\./,
  ],
];

for (const [what, files, words, message] of refusals) {
  test(`refuses ${what}`, async (context) => {
    writeFiles(context.dir, files);
    assert.match((await rejects(kmesh(context, [...words, ...pass]), KmeshError)).message, message);
  });
}

test('writes no file when one of them is wrong', async (context) => {
  writeFiles(context.dir, { a: 'text of a\n', b: 'text of b\n' });
  await kmesh(context, ['encrypt', ...pass, 'b']);
  await rejects(kmesh(context, ['encrypt', ...pass, 'a', 'b']), KmeshError);
  assert.is(read(context, 'a'), 'text of a\n');
  await kmesh(context, ['encrypt', '--vault-id', 'other', 'a']);
  const before = read(context, 'b');
  const error = await rejects(kmesh(context, ['decrypt', ...pass, 'b', 'a']), KmeshError);
  assert.match(error.message, /^a:1:1: The vault password `default` does not open this vault\./);
  assert.is(read(context, 'b'), before);
});

test.run();
