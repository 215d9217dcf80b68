import { didYouMean } from '../../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Play, Step, Task } from '../../playbook/playbook.ts';
import { allSteps, playSteps } from './all-steps.ts';
import { HostCheck } from './check-host.ts';
import { Findings } from './findings.ts';
import { handlersOf } from '../steps/handlers.ts';
import type { InputFiles } from '../hosts/inputs.ts';
import { gatheringFacts } from '../variables/not-yet-known.ts';
import type { Site } from '../variables/site.ts';
import type { AssignedPlay } from './site-hosts.ts';
import { nameOf } from '../steps/task-ref.ts';
import { namesSetBy } from '../steps/task-run.ts';

/**
 * Goes through all tasks of all hosts as far as that can be done without contacting any: what is undefined or of the
 * wrong form is found now. Facts and results count as values that come later.
 */
export function checkInput(site: Site, plays: readonly AssignedPlay[], files: InputFiles): Diagnostic[] {
  const findings = new Findings();
  const roles = plays.flatMap(({ play }) => play.roles);
  for (const { play, allHosts } of plays) if (play.gatherFacts) awaitFacts(site, allHosts);
  for (const { play, hosts } of plays) {
    checkNotify(play, findings);
    findings.among(hosts);
    awaitResults(site, play, hosts);
    awaitSetup(site, play, hosts);
    for (const name of hosts) {
      const run = site.hosts.get(name);
      if (run === undefined) continue;
      const check = new HostCheck({ site, files, run, play, hosts, roles });
      findings.on(name, check.go());
    }
  }
  return findings.all();
}

// Of all hosts before one is checked: templates may look at each other's.
function awaitFacts({ hosts }: Site, names: readonly string[]): void {
  for (const name of names) {
    const known = hosts.get(name)?.known;
    if (known !== undefined) known.factsWaitFor = gatheringFacts;
  }
}

function awaitResults({ hosts, extraVars }: Site, play: Play, names: readonly string[]): void {
  const results = stepsOf(play).flatMap((step) => namesSetBy(step).map((name) => [name, nameOf(step)] as const));
  const asked = play.varsPrompt
    .filter(({ name }) => !extraVars.entries.has(name))
    .map(({ name }) => [name, name] as const);
  for (const [result, task] of [...results, ...asked]) {
    for (const name of names) hosts.get(name)?.known.awaitResult(result, task);
  }
}

/** Where a play gathers no facts by itself, a `setup` in it may. */
function awaitSetup(site: Site, play: Play, names: readonly string[]): void {
  for (const step of stepsOf(play)) {
    if (step.kind === 'task' && step.module.name === 'setup') awaitFacts(site, ownersOf(step, names, site));
  }
}

/** The hosts that the facts of a task may be those of. */
function ownersOf({ delegateTo, delegateFacts }: Task, names: readonly string[], { hosts }: Site): readonly string[] {
  if (delegateTo === null || !delegateFacts) return names;
  const name = String(delegateTo.value);
  return name.includes('{{') ? [...hosts.keys()] : [name];
}

function stepsOf(play: Play): Step[] {
  return [...playSteps(play), ...allSteps(play.handlers)];
}

function checkNotify(play: Play, findings: Findings): void {
  const handlers = play.handlers.flatMap(({ name, listen }) => [
    ...(name === null ? [] : [String(name.value)]),
    ...listen,
  ]);
  for (const task of stepsOf(play)) if (task.kind === 'task') checkNotifyOf(task, play, handlers, findings);
}

function checkNotifyOf(task: Task, play: Play, handlers: readonly string[], findings: Findings): void {
  for (const name of task.notify) {
    const text = String(name.value);
    if (text.includes('{{') || handlersOf(play, text, task.role).length > 0) continue;
    const known = handlers.length === 0 ? 'This play has no handlers.' : `Handlers: ${handlers.join(', ')}.`;
    findings.add(diagnostic(name.span, `There is no handler \`${text}\`.`, didYouMean(text, handlers) ?? known));
  }
}
