import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { splitWords } from '../../src/base/shell-words.ts';
import { parseArgs } from '../../src/cli/options/args.ts';
import { printExplanation } from '../../src/cli/commands/explain-command.ts';
import { printInventory } from '../../src/cli/commands/inventory-command.ts';
import { journalCommand } from '../../src/cli/commands/journal-command.ts';
import { runCommandLine } from '../../src/cli/commands/run-command.ts';
import type { World } from '../../src/cli/world.ts';
import { tempDir } from '../support/temp-dir.ts';
import { codeBlocks } from './markdown.ts';
import { root } from './pages.ts';

// What stands behind three backquotes makes a block an example that is tried: `ini file=hosts` is written to that file,
// `console` is run, command after command, in the folder of all files of the page so far.
const test = suite('docs/examples');

const pages = ['docs/inventory.md', 'docs/variables.md'];

for (const page of pages) {
  test(`${page} shows what kmesh says`, async () => {
    const blocks = codeBlocks(readFileSync(join(root, page), 'utf8'));
    const { dir, remove } = tempDir();
    const before = process.cwd();
    process.chdir(dir);
    try {
      let tried = 0;
      for (const { info, text, line } of blocks) {
        const file = / file=(\S+)$/.exec(info)?.[1];
        if (file !== undefined) writeExample(file, text);
        if (info !== 'console') continue;
        tried++;
        assert.is(await transcriptOf(commandsIn(text)), text, `${page}:${line}`);
      }
      assert.ok(tried > 0);
    } finally {
      process.chdir(before);
      remove();
    }
  });
}

function writeExample(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (text.startsWith('#!')) chmodSync(path, 0o755);
}

function commandsIn(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('$ kmesh '));
}

/** The commands, each with what it says behind it. */
async function transcriptOf(commands: readonly string[]): Promise<string> {
  let transcript = '';
  const stream = { write: (text: string) => (transcript += text) };
  const world: World = {
    stdout: stream,
    stderr: stream,
    stdin: Readable.from([]),
    env: {},
    cwd: realpathSync('.'),
    bundledRoles: [],
    stop: new AbortController().signal,
  };
  for (const command of commands) {
    transcript += `${command}\n`;
    const { words } = splitWords(command.slice('$ kmesh '.length), { comments: false });
    await run(
      words.map(({ text }) => text),
      world,
    );
  }
  return transcript;
}

function run(argv: readonly string[], world: World): Promise<number> {
  const command = parseArgs(argv);
  switch (command.kind) {
    case 'inventory':
      return printInventory(command, world);
    case 'explain':
      return printExplanation(command, world);
    case 'journal':
      return journalCommand(command, world);
    case 'vault':
    case 'help':
    case 'version':
    case 'usage-error':
      throw new Error(JSON.stringify(command));
    default:
      return runCommandLine(command, world);
  }
}

test.run();
