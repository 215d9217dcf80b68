import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../src/base/secrets.ts';
import { parseArgs } from '../../src/cli/options/args.ts';
import { printExplanation } from '../../src/cli/commands/explain-command.ts';
import { printInventory } from '../../src/cli/commands/inventory-command.ts';
import { runCommandLine, type SiteCommand } from '../../src/cli/commands/run-command.ts';
import type { World } from '../../src/cli/world.ts';
import { encrypt } from '../../src/vault/keyring.ts';
import { type Said, saidIn } from './support.ts';

const test = suite('cli/vault-commands');

function vaultOf(text: string): string {
  return encrypt(Buffer.from(text), { id: 'default', password: new Secret('correct horse') });
}

const inline = `token: !vault |\n  ${vaultOf('to-KEN-12').trimEnd().replaceAll('\n', '\n  ')}\n`;
const files = {
  password: 'correct horse\n',
  hosts: 'n1 ansible_connection=local\n',
  'group_vars/all.yml': vaultOf('db_password: pass-word\npin: 77665544\n'),
  'host_vars/n1.yml': `${inline}url: "https://{{ token }}@{{ db_password }}"\n`,
  'files/secret.txt': vaultOf('out of a vaulted file\n'),
};
const secrets = ['pass-word', '77665544', 'to-KEN-12', 'out of a vaulted', 'correct horse'];

function refuseSecrets(text: string): void {
  for (const secret of secrets) assert.not(text.includes(secret), `${secret}\n${text}`);
}

/** What a command line says, which must be no secret. */
async function kmesh(
  line: string,
  more: Readonly<Record<string, string>> = {},
  look?: (dir: string) => void,
): Promise<Said> {
  const said = await saidIn({ ...files, ...more }, async (world) => {
    const code = await doCommand(`${line} -i hosts --vault-password-file password`, world);
    look?.(world.cwd);
    return code;
  });
  refuseSecrets(said.out + said.err);
  return said;
}

function doCommand(line: string, world: World): Promise<number> {
  const command = parseArgs(line.split(' '));
  if (command.kind === 'inventory') return printInventory(command, world);
  if (command.kind === 'explain') return printExplanation(command, world);
  if (command.kind === 'usage-error') throw new Error(command.message);
  return runCommandLine(command as SiteCommand, world);
}

test('an inventory is shown without its secrets, in a form that can be read', async () => {
  const { out, err } = await kmesh('inventory --list');
  assert.is(err, '');
  type Listed = Record<'_meta', { readonly hostvars: Record<string, Record<string, unknown>> }>;
  const { n1 } = (JSON.parse(out) as Listed)['_meta'].hostvars;
  assert.is(n1?.['db_password'], '******');
  assert.is(n1?.['pin'], '******');
  assert.match((await kmesh('inventory --list --yaml')).out, 'db_password: ');
  assert.match((await kmesh('inventory --graph --vars')).out, '{pin = ******}');
  assert.match((await kmesh('inventory --host n1')).out, '"url": "https://{{ token }}@{{ db_password }}"');
});

test('a variable is explained without its secrets', async () => {
  assert.match((await kmesh('explain url --host n1')).out, 'https://******@******');
  const { out } = await kmesh('explain token --host n1 -o json');
  assert.match(JSON.stringify(JSON.parse(out)), '******');
});

test('what is wrong with the input is reported without secrets', async () => {
  const play =
    '- hosts: all\n  gather_facts: false\n  tasks:\n    - command: "echo {{ db_password }} $(x{{ token }})"\n';
  const { code, out } = await kmesh('run site.yml -o json', { 'site.yml': play });
  assert.is(code, 1);
  assert.match(out, '"event":"input-problem"');
});

test('the journal keeps no secret', async () => {
  const play = '- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: {msg: "{{ url }} {{ pin }}"}\n';
  let kept = '';
  const { out } = await kmesh('run site.yml -vvv', { 'site.yml': play }, (dir) => {
    const folder = join(dir, '.state/journal');
    kept = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  });
  assert.match(out, 'https://******@******');
  assert.match(kept, 'https://******@****** ******');
  refuseSecrets(kept);
});

test('what lookups find is decrypted, and secret', async () => {
  const text = '{{ lookup "file" "secret.txt" }}';
  const play = `- hosts: all\n  gather_facts: false\n  tasks:\n    - {name: show, debug: {msg: '${text}'}}\n    - {name: size, debug: {msg: "{{ cel \\"size(lookup('file', 'secret.txt'))\\" }}"}}\n`;
  const { code, out } = await kmesh('run site.yml', { 'site.yml': play });
  assert.is(code, 0);
  assert.match(out, 'n1: ******');
});

test('a password that is looked up is secret', async () => {
  const play = `- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: 'it is {{ lookup "password" "made.txt" }}!'}}]\n`;
  let made = '';
  const { out } = await kmesh('run site.yml', { 'site.yml': play }, (dir) => {
    made = readFileSync(join(dir, 'made.txt'), 'utf8').trim();
  });
  assert.ok(made.length >= 8);
  assert.match(out, 'it is ******!');
});

test.run();
