import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('contract/layers');
const root = join(import.meta.dirname, '../..');

/** What lint says of a file that would lie in a folder of src. */
async function complaintsAbout(folder: string, text: string): Promise<string> {
  const dir = join(root, 'src', folder);
  const file = join(dir, `zz-forbidden-${process.pid}.ts`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, text);
  try {
    const { stdout } = await execa('node_modules/.bin/oxlint', [file], { cwd: root, reject: false });
    return stdout;
  } finally {
    rmSync(file);
  }
}

const forbidden: readonly (readonly [folder: string, text: string, complaint: string])[] = [
  ['base', "import '../engine/run.ts';", 'base/ may not import engine/'],
  ['base', "import '../vault/vault.ts';", 'base/ may not import vault/'],
  ['vault', "import '../inventory/load.ts';", 'vault/ may not import inventory/'],
  ['transport', "import '../vault/vault.ts';", 'transport/ may not import vault/'],
  ['transport', "import '../changes/change.ts';", 'transport/ may not import changes/'],
  ['probes', "import '../changes/change.ts';", 'probes/ may not import changes/'],
  ['changes', "import '../probes/probe.ts';", 'changes/ may not import probes/'],
  ['modules', "import '../changes/apply.ts';", 'A module plans; it never writes'],
  ['modules', "import 'node:fs';", 'A module has no file system'],
  ['modules', "import '../transport/session.ts';", 'modules/ may not import transport/'],
  ['template', "import '../inventory/load.ts';", 'template/ may not import inventory/'],
  ['inventory', "import '../playbook/playbook.ts';", 'inventory/ may not import playbook/'],
  ['playbook', "import '../engine/run.ts';", 'playbook/ may not import engine/'],
  ['engine', "import '../report/reporter.ts';", 'engine/ may not import report/'],
  ['report', "import '../cli/args.ts';", 'report/ may not import cli/'],
  ['cli', "import '../main.ts';", 'Nothing imports main.ts'],
];

test('lint refuses imports against the one way', async () => {
  for (const [folder, text, complaint] of forbidden) {
    const said = await complaintsAbout(folder, `${text}\n`);
    assert.ok(said.includes(complaint), `${folder}: ${text}\n${said}`);
  }
});

test.run();
