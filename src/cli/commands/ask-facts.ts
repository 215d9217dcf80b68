import { visible } from '../../base/diagnostic.ts';
import { KmeshError } from '../../base/errors.ts';
import type { Listener } from '../../engine/events.ts';
import { escapeControls } from '../../report/files/json.ts';
import { hideIn } from '../../report/masked.ts';
import type { Options } from '../options/command.ts';
import { exitCode } from '../options/exit-code.ts';
import type { LoadedInput } from './load-input.ts';
import { startRun } from './start-run.ts';
import type { MaskedWorld } from '../world.ts';

/** Asks all hosts of a site for their facts, and gives the exit code; who can not be reached is told. */
export async function askFacts(loaded: LoadedInput, command: Options, world: MaskedWorld): Promise<number> {
  const listener: Listener = (event) => {
    if (event.kind === 'host-unreachable') world.stderr.write(`${event.host}: ${visible(event.failure.message)}\n`);
    if (event.kind === 'warning') world.stderr.write(`warning: ${visible(event.message)}\n`);
  };
  for (const { known } of loaded.runs) known.factsWanted = true;
  const recap = await startRun(loaded, command, { listener, pause: () => () => {} }, world);
  return exitCode({ recap, interrupted: world.stop.aborted });
}

/** `kmesh facts`: prints them as JSON. */
export async function printFacts(loaded: LoadedInput, command: Options, world: MaskedWorld): Promise<number> {
  refuseFiles(command);
  const code = await askFacts(loaded, command, world);
  const facts = Object.fromEntries(
    loaded.runs.flatMap(({ host, known }) => (known.facts === null ? [] : [[host.name, known.facts]])),
  );
  world.stdout.write(`${escapeControls(JSON.stringify(hideIn(facts, world.mask), null, 2))}\n`);
  return code;
}

function refuseFiles({ output }: Options): void {
  const inFile = output.find(({ file }) => file !== null);
  if (inFile === undefined) return;
  const hint = 'Facts go to stdout: `kmesh facts PATTERN -i hosts > facts.json`.';
  throw new KmeshError(`\`kmesh facts\` has no report for \`${inFile.file}\`.`, { hint });
}
