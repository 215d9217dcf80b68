import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { toData } from '../../src/base/node.ts';
import { Secret } from '../../src/base/secrets.ts';
import { vaultedValue } from '../../src/cli/vault/strings.ts';
import { encrypt } from '../../src/vault/keyring.ts';
import { Vault } from '../../src/vault/vault.ts';
import { prepareAnsible, requireLab } from '../lab/requirements.ts';
import { suite } from '../support/suite.ts';
import { withFiles } from '../support/temp-dir.ts';

requireLab();

const test = suite('vault/ansible-vault');
const key = { id: 'prod', password: new Secret('correct horse') };
const value = `it's a "värue" {{ no_template }}`;

function run(program: 'ansible' | 'ansible-vault', dir: string, ...words: string[]): string {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  return execFileSync(program, words, { cwd: dir, encoding: 'utf8', stdio });
}

test.before(prepareAnsible);

function withPassword(name: string, check: (dir: string) => void): void {
  test(name, () => withFiles({ pass: 'correct horse\n' }, check));
}

withPassword('ansible-vault opens what kmesh encrypts', (dir) => {
  for (const plain of ['', 'x', 'sixteen letters!', `${value}\n`.repeat(1000)]) {
    writeFileSync(join(dir, 'file'), encrypt(Buffer.from(plain), key));
    run('ansible-vault', dir, 'decrypt', '--vault-id', 'prod@pass', '--output', 'plain', 'file');
    assert.is(readFileSync(join(dir, 'plain'), 'utf8'), plain);
  }
});

withPassword('Ansible reads a value that kmesh encrypts', (dir) => {
  writeFileSync(join(dir, 'vars.yml'), vaultedValue({ name: 'secret', text: value }, key));
  const words = ['-m', 'debug', '-a', 'var=secret', '-e', '@vars.yml', '--vault-id', 'prod@pass'];
  assert.match(run('ansible', dir, 'localhost', ...words), `"secret": ${JSON.stringify(value)}`);
});

withPassword('kmesh reads values and files that ansible-vault encrypts', (dir) => {
  const encrypted = run('ansible-vault', dir, 'encrypt_string', '--vault-id', 'prod@pass', '--name', 'a', value);
  writeFileSync(join(dir, 'vars.yml'), `${encrypted}\nb: 1\n`);
  run('ansible-vault', dir, 'encrypt', '--vault-password-file', 'pass', 'vars.yml');
  const vault = new Vault([key]);
  const read = vault.read(join(dir, 'vars.yml'));
  if ('problem' in read) throw new Error(read.problem.message);
  const { node } = vault.parse(read.source);
  assert.equal(node === null ? null : { ...(toData(node) as object) }, { a: value, b: 1 });
});

test.run();
