import type { Mask } from '../../base/mask.ts';
import type { Data } from '../../base/node.ts';
import { explain, type Explanation } from '../../engine/variables/explain.ts';
import { explanationData, formatExplanation } from '../../report/inventory/explanation.ts';
import { escapeControls } from '../../report/files/json.ts';
import { hideIn } from '../../report/masked.ts';
import { askFacts } from './ask-facts.ts';
import type { ExplainCommand } from '../options/command.ts';
import { inputExitCode } from '../options/exit-code.ts';
import { type InputRequest, loadInput } from './load-input.ts';
import { factsPlaybook } from './made-up-playbook.ts';
import { masked } from '../masked-output.ts';
import { tellProblems, tellWarnings } from './tell-input.ts';
import { wantsJson } from '../options/wants-json.ts';
import type { MaskedWorld, World } from '../world.ts';

/** Prints where a variable of a host comes from, and gives the exit code: 1 when it has no value. */
export function printExplanation(command: ExplainCommand, outer: World): Promise<number> {
  return masked(command, outer, async (world) => {
    const asked = command.facts ? await factsOf(command, world) : { code: 0, facts: null };
    if (asked.code !== 0) return asked.code;
    const loaded = await loadInput(requestOf(command, world), command, world, () => false);
    tellWarnings(loaded.warnings, world);
    // Without its files nothing could be told of a variable; all other problems may be why somebody asks.
    if (loaded.problems.some(({ at }) => at === null)) return tellProblems(loaded, world);
    const explanation = explain(loaded, { name: command.name, host: command.host, facts: asked.facts });
    if (!('views' in explanation)) return tellProblems({ problems: [explanation] }, world);
    const shown = command.playbook === null ? withoutPlaces(explanation) : explanation;
    world.stdout.write(`${textOf(shown, wantsJson(command), world.mask)}\n`);
    tellOthers(loaded.problems.length, world);
    return explanation.views.every(({ value }) => value.kind === 'wrong') ? inputExitCode : 0;
  });
}

function textOf(explanation: Explanation, isJson: boolean, mask: Mask): string {
  if (isJson) return escapeControls(JSON.stringify(hideIn(explanationData(explanation), mask), null, 2));
  return mask.hideParts(formatExplanation(explanation));
}

function requestOf(command: ExplainCommand, { cwd, bundledRoles, env }: World): InputRequest {
  const { inventory, extraVars, playbook, host } = command;
  return {
    playbook: playbook ?? factsPlaybook(host, cwd),
    inventory,
    env,
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
  world: MaskedWorld,
): Promise<{ readonly code: number; readonly facts: Data | null }> {
  const request = { ...requestOf(command, world), playbook: factsPlaybook(command.host, world.cwd) };
  const loaded = await loadInput(request, command, world, () => false);
  if (loaded.problems.length > 0) return { code: tellProblems(loaded, world), facts: null };
  const code = await askFacts(loaded, command, world);
  return { code, facts: loaded.runs[0]?.known.facts ?? null };
}
