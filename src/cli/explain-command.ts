import { formatDiagnostic, sortDiagnostics } from '../base/diagnostic.ts';
import type { Data } from '../base/node.ts';
import { explain, type Explanation } from '../engine/explain.ts';
import { loadSite, type SiteRequest } from '../engine/load-site.ts';
import { type ProgramOutputs, runPrograms } from '../inventory/programs.ts';
import { explanationData, formatExplanation } from '../report/explanation.ts';
import { escapeControls } from '../report/json.ts';
import type { ExplainCommand } from './command.ts';
import { exitCode, inputExitCode } from './exit-code.ts';
import { factsPlaybook } from './made-up-playbook.ts';
import { askFacts, defaultsOf, tellProblems, type World } from './run-command.ts';
import { wantsJson } from './wants-json.ts';

/** Prints where a variable of a host comes from, and gives the exit code: 1 when it has no value. */
export async function printExplanation(command: ExplainCommand, world: World): Promise<number> {
  const programs = await runPrograms(command.inventory, world);
  const asked = command.facts ? await factsOf(command, programs, world) : { code: 0, facts: null };
  if (asked.code !== 0) return asked.code;
  const loaded = loadSite(requestOf(command, programs, world));
  for (const warning of sortDiagnostics(loaded.warnings)) world.stderr.write(`warning: ${formatDiagnostic(warning)}\n`);
  // Without its files nothing could be told of a variable; all other problems may be why somebody asks.
  if (loaded.problems.some(({ at }) => at === null)) return tellProblems(loaded, world);
  const explanation = explain(loaded, { name: command.name, host: command.host, facts: asked.facts });
  if (!('views' in explanation)) return tellProblems({ problems: [explanation] }, world);
  const shown = command.playbook === null ? withoutPlaces(explanation) : explanation;
  const text = wantsJson(command)
    ? escapeControls(JSON.stringify(explanationData(shown), null, 2))
    : formatExplanation(shown);
  world.stdout.write(`${text}\n`);
  tellOthers(loaded.problems.length, world);
  return explanation.views.every(({ value }) => value.kind === 'wrong') ? inputExitCode : 0;
}

function requestOf(command: ExplainCommand, programs: ProgramOutputs, { cwd, bundledRoles }: World): SiteRequest {
  const { inventory, extraVars, playbook, host } = command;
  return {
    playbook: playbook ?? factsPlaybook(host, cwd),
    inventory,
    programs,
    extraVars,
    bundledRoles,
    limit: null,
    tags: [],
    skipTags: [],
    startAtTask: null,
    phases: 'all',
    check: false,
    diff: false,
  };
}

// The play that the variable was looked up in is made up.
function withoutPlaces(explanation: Explanation): Explanation {
  return { ...explanation, views: explanation.views.map((view) => ({ ...view, places: [] })) };
}

function tellOthers(count: number, { stderr }: World): void {
  if (count === 0) return;
  const what = count === 1 ? 'problem in the input' : 'problems in the input';
  stderr.write(`${count} ${what}; \`kmesh run --syntax-check\` tells.\n`);
}

async function factsOf(
  command: ExplainCommand,
  programs: ProgramOutputs,
  world: World,
): Promise<{ readonly code: number; readonly facts: Data | null }> {
  const loaded = loadSite({ ...requestOf(command, programs, world), playbook: factsPlaybook(command.host, world.cwd) });
  if (loaded.problems.length > 0) return { code: tellProblems(loaded, world), facts: null };
  const recap = await askFacts(loaded, command, await defaultsOf(command, world), world);
  const facts = loaded.runs[0]?.known.facts ?? null;
  return { code: exitCode({ recap, interrupted: world.stop.aborted }), facts };
}
