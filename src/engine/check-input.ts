import { didYouMean } from '../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { KmeshError, PlanError } from '../base/errors.ts';
import type { Data, Node } from '../base/node.ts';
import { checkData, locate } from '../base/schema.ts';
import type { Source, Span } from '../base/source.ts';
import type { Play, Role, Task } from '../playbook/playbook.ts';
import { evaluateCondition, expressionRootNames, guardedNames } from '../template/cel.ts';
import { checkTemplate, evaluate, rootNames, tryTemplate } from '../template/evaluate.ts';
import { missingName } from '../template/missing.ts';
import { withoutOmitted } from '../template/omit.ts';
import { checkRoleArguments } from './check-role-arguments.ts';
import { Findings } from './findings.ts';
import type { HostRun } from './host-run.ts';
import type { InputFiles } from './inputs.ts';
import { handlersOf } from './handlers.ts';
import type { AssignedPlay } from './site-hosts.ts';
import { listOf } from './prepare.ts';
import { nameOf } from './task-ref.ts';
import { namesSetBy } from './task-run.ts';
import type { Place, Site } from './site.ts';
import { gatheringFacts, NotYetKnown } from './not-yet-known.ts';
import { HostScope } from './variables.ts';

interface Checked {
  /** Of all plays. */
  readonly roles: readonly Role[];
  readonly site: Site;
  readonly files: InputFiles;
  readonly findings: Findings;
}

/**
 * Goes through all tasks of all hosts as far as that can be done without contacting any: what is undefined or of the
 * wrong form is found now. Facts and results count as values that come later.
 */
export function checkInput(site: Site, plays: readonly AssignedPlay[], files: InputFiles): Diagnostic[] {
  const findings = new Findings();
  const roles = plays.flatMap(({ play }) => play.roles);
  for (const { play, hosts } of plays) if (play.gatherFacts) awaitFacts(site, hosts);
  for (const { play, hosts } of plays) {
    checkNotify(play, findings);
    findings.among(hosts);
    awaitResults(site, play, hosts);
    for (const name of hosts) {
      const run = site.hosts.get(name);
      if (run !== undefined) checkHost(run, play, hosts, { site, files, findings, roles });
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

function awaitResults({ hosts }: Site, play: Play, names: readonly string[]): void {
  for (const task of tasksOf(play)) {
    for (const result of namesSetBy(task)) {
      for (const name of names) hosts.get(name)?.known.awaitResult(result, nameOf(task));
    }
  }
}

function tasksOf({ phases, handlers }: Play): Task[] {
  return [...phases.flatMap(({ tasks }) => tasks), ...handlers];
}

function checkHost(run: HostRun, play: Play, hosts: readonly string[], checked: Checked): void {
  const tasks = tasksOf(play);
  const at = (task: Task | null): Place => ({
    play,
    playHosts: hosts,
    batch: hosts,
    role: task?.role ?? null,
    taskVars: task?.vars ?? null,
    loop: null,
  });
  for (const role of play.roles) {
    const scope = new HostScope(checked.site, run, { ...at(null), role });
    checked.findings.on(run.host.name, checkRoleArguments(role, scope, checked.roles));
  }
  const scopes = new Map<Task['role'], HostScope>();
  for (const task of tasks) {
    const shared = scopes.get(task.role) ?? new HostScope(checked.site, run, { ...at(task), taskVars: null });
    scopes.set(task.role, shared);
    const scope = task.vars === null ? shared : new HostScope(checked.site, run, at(task));
    checked.findings.on(run.host.name, new TaskCheck(task, scope, { run, place: at(task), ...checked }).go());
  }
}

interface TaskSurroundings extends Checked {
  readonly run: HostRun;
  readonly place: Place;
}

/** Finds what is wrong with one task on one host. */
class TaskCheck {
  readonly #task: Task;
  readonly #around: TaskSurroundings;
  #scope: HostScope;
  readonly #problems: Diagnostic[] = [];
  /** Names that exist whenever the conditions hold, which can not be told yet. */
  readonly #guarded = new Set<string>();

  constructor(task: Task, scope: HostScope, around: TaskSurroundings) {
    this.#task = task;
    this.#scope = scope;
    this.#around = around;
  }

  go(): Diagnostic[] {
    for (const scope of this.#scopes()) {
      this.#scope = scope;
      if (this.#isWanted()) this.#checkBody();
    }
    return this.#problems;
  }

  /** One scope an item; one without knowing the item, when the items are not known yet. */
  #scopes(): HostScope[] {
    const { loop } = this.#task;
    if (loop === null) return [this.#scope];
    const items = this.#valueOf(loop);
    const { site, run, place } = this.#around;
    if (items === undefined) {
      run.known.awaitResult('item', nameOf(this.#task));
      return [new HostScope(site, run, place)];
    }
    const scopeOf = (item: Data): HostScope => new HostScope(site, run, { ...place, loop: new Map([['item', item]]) });
    try {
      return listOf(loop, items).map(scopeOf);
    } catch (error) {
      this.#note(error);
      return [];
    }
  }

  // A task that is not wanted on this host may name what this host does not have.
  #isWanted(): boolean {
    for (const condition of this.#task.when) {
      try {
        if (!evaluateCondition(condition, this.#scope)) return false;
      } catch (error) {
        this.#note(error);
        if (!(error instanceof NotYetKnown)) return false;
        this.#checkRoots(expressionRootNames(condition));
        for (const name of guardedNames(condition)) this.#guarded.add(name);
      }
    }
    return true;
  }

  #checkBody(): void {
    const { name, notify, environment, become, module, args } = this.#task;
    const others: (Node | null)[] = [name, ...notify, environment, become.enabled, become.user];
    for (const node of others) if (node !== null) this.#valueOf(node);
    const values: Record<string, Data> = Object.create(null) as Record<string, Data>;
    let isComplete = true;
    for (const { key, value } of args.entries) {
      const given = module.expressions.includes(key) ? this.#expressions(value) : this.#valueOf(value);
      if (given === undefined) isComplete = false;
      else values[key] = given;
    }
    if (isComplete) this.#checkArgs(values);
    else if (values.src !== undefined) this.#checkSource(values);
  }

  // Args that are not known yet may be anything, so that only the file is looked for.
  #checkSource(values: Record<string, Data>): void {
    const { module } = this.#task;
    const { data } = checkData({ dest: '/', ...values }, module.schema, `an argument of ${module.name}`);
    this.#checkInputs(data, PlanError);
  }

  #checkArgs(values: Record<string, Data>): void {
    const { module, args, call } = this.#task;
    if (module.expressions.some((name) => name in values)) return;
    const { data, problems } = checkData(withoutOmitted(values), module.schema, `an argument of ${module.name}`);
    this.#problems.push(...locate(problems, args, call.keySpan));
    if (problems.length > 0) return;
    const refused = module.check(data);
    for (const { arg, message, hint } of refused) {
      const at = args.entries.find(({ key }) => key === arg)?.value.span ?? args.span;
      this.#problems.push(diagnostic(at, message, hint));
    }
    if (refused.length === 0) this.#checkInputs(data);
  }

  #checkInputs(data: unknown, passedOver: typeof PlanError | null = null): void {
    const { module, args, call } = this.#task;
    try {
      for (const [name, input] of Object.entries(module.inputs(data))) {
        const at = args.entries.find(({ key }) => key === name)?.value.span ?? call.keySpan;
        const path = this.#around.files.find(input, this.#task, at);
        if (input.kind === 'template') this.#checkFile(this.#around.files.source(path, at));
      }
    } catch (error) {
      if (passedOver === null || !(error instanceof passedOver)) this.#note(error);
    }
  }

  #checkFile(source: Source): void {
    const problems = checkTemplate(source);
    this.#problems.push(...problems);
    if (problems.length > 0) return;
    this.#try(source);
  }

  #expressions(node: Node): undefined {
    for (const item of node.kind === 'list' ? node.items : [node]) {
      if (item.kind === 'scalar' && typeof item.value === 'string') this.#checkRoots(expressionRootNames(item));
    }
    return undefined;
  }

  #valueOf(node: Node): Data | undefined {
    try {
      return evaluate(node, this.#scope);
    } catch (error) {
      if (!(error instanceof NotYetKnown || error instanceof KmeshError)) throw error;
      this.#try(node);
      return undefined;
    }
  }

  // One run stops at the first thing that is wrong; this finds what is wrong beside it, and beside what is not known yet.
  #try(template: Node | Source): void {
    const { errors, others } = tryTemplate(template, this.#scope);
    for (const error of errors) this.#note(error);
    const roots = others.length === 0 ? [] : rootNames(template);
    for (const { error, part } of others) {
      this.#note(error);
      if (error instanceof NotYetKnown)
        this.#checkRoots(roots.filter(({ span }) => part === null || isInside(span, part)));
    }
  }

  #checkRoots(roots: readonly ReturnType<typeof rootNames>[number][]): void {
    for (const { name, span, optional } of roots) {
      if (optional || this.#guarded.has(name)) continue;
      try {
        if (this.#scope.lookup(name) !== undefined) continue;
        this.#problems.push(missingName(name, this.#scope, span).diagnostic);
      } catch (error) {
        this.#note(error);
      }
    }
  }

  #note(error: unknown): void {
    if (error instanceof NotYetKnown) return;
    if (!(error instanceof KmeshError)) throw error;
    const { message, hint, at } = error;
    this.#problems.push(diagnostic(at ?? this.#task.call.keySpan, message, hint));
  }
}

function isInside(span: Span, part: Span): boolean {
  return span.source === part.source && span.start >= part.start && span.end <= part.end;
}

function checkNotify(play: Play, findings: Findings): void {
  const handlers = play.handlers.flatMap(({ name, listen }) => [
    ...(name === null ? [] : [String(name.value)]),
    ...listen,
  ]);
  for (const task of tasksOf(play)) {
    for (const name of task.notify) {
      const text = String(name.value);
      if (text.includes('{{') || handlersOf(play, text, task.role).length > 0) continue;
      const known = handlers.length === 0 ? 'This play has no handlers.' : `Handlers: ${handlers.join(', ')}.`;
      findings.add(diagnostic(name.span, `There is no handler \`${text}\`.`, didYouMean(text, handlers) ?? known));
    }
  }
}
