import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCompiled } from './base/compile-cache.ts';
import { formatDiagnostic } from './base/diagnostic.ts';
import { KmeshError } from './base/errors.ts';
import { reasonOf } from './base/read-source.ts';
import { findStateDir } from './base/state-dir.ts';
import { inputExitCode } from './cli/options/exit-code.ts';
import { PromptInterrupted } from './cli/ask/prompt.ts';
import type { World } from './cli/world.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Wires the parts: the only place that touches the process. */
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && /^(?:-V|--version)$/.test(argv[0] ?? '')) return printVersion();
  // Loaded when it is needed, as what follows: who asks for the version shall not wait.
  const { parseArgs } = await import('./cli/options/args.ts');
  const command = parseArgs(argv);
  switch (command.kind) {
    case 'help':
      process.stdout.write(command.text);
      return 0;
    case 'version':
      return printVersion();
    case 'usage-error':
      process.stderr.write(`${command.message}\n`);
      return inputExitCode;
    case 'inventory': {
      const { printInventory } = await import('./cli/commands/inventory-command.ts');
      return printInventory(command, world());
    }
    case 'explain': {
      const { printExplanation } = await import('./cli/commands/explain-command.ts');
      return printExplanation(command, world());
    }
    case 'journal': {
      const { journalCommand } = await import('./cli/commands/journal-command.ts');
      const { stdout, stderr, env } = process;
      return journalCommand(command, { stdout, stderr, env, cwd: process.cwd() });
    }
    case 'vault': {
      const { runVault } = await import('./cli/vault/run.ts');
      const { stdin, stdout, stderr, env } = process;
      await runVault(command, { stdin, stdout, stderr, env, cwd: process.cwd(), atExit: atExit() });
      return 0;
    }
    default: {
      const state = findStateDir(process.env);
      if (state.path !== null) keepCompiled(state.path);
      // Loaded only now: `--version` and `--help` need none of it.
      const { runCommandLine } = await import('./cli/commands/run-command.ts');
      return runCommandLine(command, world());
    }
  }
}

/** The process, as commands see it. */
function world(): World {
  const { stdout, stderr, stdin, env } = process;
  return { stdout, stderr, stdin, env, cwd: process.cwd(), bundledRoles: [join(root, 'roles')], stop: stopSignal() };
}

function printVersion(): number {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  process.stdout.write(`kmesh ${version}\n`);
  return 0;
}

/** For what must not be left behind. While there is something, an editor is open, and Ctrl-C is its business. */
function atExit(): (clean: () => void) => void {
  let hasSome = false;
  process.on('SIGINT', () => {
    if (!hasSome) process.exit(130);
  });
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
  return (clean) => {
    hasSome = true;
    process.on('exit', clean);
  };
}

/** Aborted by the first Ctrl-C; the second one leaves at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}

// A reader that goes away, as `head` does, is no error of ours. What can not be told there may still be told elsewhere.
for (const [name, stream, other] of [
  ['stdout', process.stdout, process.stderr],
  ['stderr', process.stderr, null],
] as const) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    other?.write(`Nothing more can be written to ${name}: ${reasonOf(error)}.\n`);
    process.exit(inputExitCode);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof KmeshError)) throw error;
  process.stderr.write(`${formatDiagnostic(error.diagnostic)}\n`);
  process.exitCode = error instanceof PromptInterrupted ? 130 : inputExitCode;
}
