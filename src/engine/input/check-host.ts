import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Layer } from '../../base/layer.ts';
import type { Data } from '../../base/node.ts';
import { displayPath } from '../../base/read-source.ts';
import { valueWords } from '../../base/schema.ts';
import type { Candidate, Include, Play, Role, Step } from '../../playbook/playbook.ts';
import { playSteps } from './all-steps.ts';
import { checkRoleArguments } from './check-role-arguments.ts';
import { checkTaskBody } from './check-task.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { InputFiles } from '../hosts/inputs.ts';
import { rounds, type Round } from './check-rounds.ts';
import { Questions } from './questions.ts';
import type { Place, Site } from '../variables/site.ts';
import { nameOf } from '../steps/task-ref.ts';
import { HostScope } from '../variables/variables.ts';

/** What is checked, and for which host. */
export interface Checked {
  readonly site: Site;
  readonly files: InputFiles;
  readonly run: HostRun;
  readonly play: Play;
  /** Names of the play's hosts. */
  readonly hosts: readonly string[];
  /** Of all plays. */
  readonly roles: readonly Role[];
}

/** What the includes around a step bring. */
interface Around {
  readonly params: readonly Layer[];
  readonly loop: ReadonlyMap<string, Data> | null;
  /** Names that exist wherever the steps are reached, which can not be told yet. */
  readonly guarded: readonly string[];
  /** Whether it is known by now that the steps are reached. */
  readonly isCertain: boolean;
  readonly isRescue: boolean;
}

const failedNames = ['ansible_failed_task', 'ansible_failed_result'];

/** Finds what is wrong with the steps of a play on one host. */
export class HostCheck {
  readonly #checked: Checked;
  readonly #problems: Diagnostic[] = [];
  /** Roles of which something is done on this host, or may be. */
  readonly #used = new Set<Role | null>();
  readonly #shared = new Map<Role | null, HostScope>();

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  go(): Diagnostic[] {
    const { play } = this.#checked;
    const outside = { params: [], loop: null, guarded: [], isCertain: true, isRescue: false };
    for (const { steps } of play.phases) this.#steps(steps, outside);
    this.#steps(play.handlers, outside);
    const withSteps = new Set(playSteps(play).map(({ role }) => role));
    for (const role of play.roles) if (this.#used.has(role) || !withSteps.has(role)) this.#arguments(role, []);
    return this.#problems;
  }

  #steps(steps: readonly Step[], around: Around): void {
    for (const step of steps) {
      const isRescue = around.isRescue || step.sections.some(({ part }) => part !== 'block');
      const { known } = this.#checked.run;
      if (isRescue) for (const name of failedNames) known.awaitResult(name, nameOf(step));
      this.#step(step, { ...around, isRescue, isCertain: around.isCertain && !isRescue });
      if (isRescue) for (const name of failedNames) known.awaitNoLonger(name);
    }
  }

  #step(step: Step, around: Around): void {
    if (step.runOnce && !this.#isFirst()) return;
    const { site, run, files } = this.#checked;
    const place = this.#placeOf(step, around);
    const ask = (scope: HostScope): Questions => new Questions(scope, step.at, around.guarded, this.#problems);
    const first = this.#scopeOf(step, place);
    for (const round of rounds(step, { place, ask: ask(first), files, run })) {
      const scope = round.loop === null ? first : new HostScope(site, run, { ...place, loop: round.loop });
      const questions = ask(scope);
      const wanted = questions.areWanted(step.when);
      if (wanted !== false) {
        this.#used.add(step.role);
        this.#body(
          step,
          questions,
          { ...around, loop: round.loop ?? place.loop, isCertain: around.isCertain && wanted === true },
          round,
        );
      }
      round.end();
    }
  }

  #body(step: Step, questions: Questions, around: Around, round: Round): void {
    if (step.name !== null) questions.valueOf(step.name);
    switch (step.kind) {
      case 'task':
        checkTaskBody(step, questions, this.#checked);
        return;
      case 'include':
        this.#include(step, questions, { ...around, isCertain: around.isCertain && round.isKnown });
        return;
      case 'meta':
    }
  }

  #include(step: Include, questions: Questions, around: Around): void {
    const name = questions.valueOf(step.file);
    const isKnown = name !== undefined;
    const chosen = isKnown ? this.#find(step, name) : step.candidates;
    const inside: Around = {
      ...around,
      params: step.params === null ? around.params : [...around.params, step.params],
      guarded: questions.guarded,
      isCertain: around.isCertain && isKnown,
    };
    for (const candidate of chosen) {
      if (step.what === 'vars') this.#includeVars(step, candidate, inside.isCertain);
      else this.#steps(candidate.steps, inside);
      const role = step.what === 'role' && isKnown ? roleOf(candidate) : null;
      if (role !== null) this.#arguments(role, inside.params, inside.loop);
    }
  }

  #find(step: Include, name: Data): readonly Candidate[] {
    const found = typeof name === 'string' ? step.find(name) : null;
    if (found !== null) return [found];
    const noun = step.what === 'role' ? 'role' : 'file';
    // That there is nothing was told when it was read.
    if (step.candidates.length === 0) return [];
    const known = step.candidates.map(({ path }) => displayPath(path));
    const hint = didYouMean(typeof name === 'string' ? name : '', known) ?? `Known: ${known.join(', ')}.`;
    this.#problems.push(diagnostic(step.file.span, `There is no ${noun} ${valueWords(name)} to include.`, hint));
    return [];
  }

  #includeVars(step: Include, { variables }: Candidate, isCertain: boolean): void {
    const { known } = this.#checked.run;
    if (step.into !== null) known.awaitResult(step.into, nameOf(step));
    else if (isCertain && variables !== null) known.include(variables);
    else for (const name of variables?.entries.keys() ?? []) known.awaitResult(name, nameOf(step));
  }

  #arguments(role: Role, params: readonly Layer[], loop: Place['loop'] = null): void {
    const { site, run, play, hosts, roles } = this.#checked;
    const place = { play, playHosts: hosts, batch: hosts, role, taskVars: [], params, loop };
    this.#problems.push(...checkRoleArguments(role, new HostScope(site, run, place), roles));
  }

  // One host does it for all. Which one that is in later batches can not be said so simply.
  #isFirst(): boolean {
    const { play, hosts, run } = this.#checked;
    return play.serial.length > 0 || hosts[0] === run.host.name;
  }

  #placeOf({ role, vars }: Step, { params, loop }: Around): Place {
    const { play, hosts } = this.#checked;
    return { play, playHosts: hosts, batch: hosts, role, taskVars: vars, params, loop };
  }

  // Steps of one role see the same variables, so what was evaluated for one serves the next.
  #scopeOf({ role, vars }: Step, place: Place): HostScope {
    const { site, run } = this.#checked;
    if (vars.length > 0 || place.params.length > 0 || place.loop !== null) return new HostScope(site, run, place);
    const known = this.#shared.get(role) ?? new HostScope(site, run, place);
    this.#shared.set(role, known);
    return known;
  }
}

function roleOf({ path, steps }: Candidate): Role | null {
  return steps.map(({ role }) => role).findLast((role) => role !== null && path.startsWith(role.path)) ?? null;
}
