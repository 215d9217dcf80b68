import { EvaluationError, KmeshError } from '../../base/errors.ts';
import { type Data, type Entry, entryOf, type Node, nodeAt } from '../../base/node.ts';
import { checkData, locate, valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';
import type { Loop, Step, Task } from '../../playbook/playbook.ts';
import type { Probe } from '../../probes/probe.ts';
import { evaluateCondition, evaluateExpression } from '../../template/cel.ts';
import { evaluate } from '../../template/evaluate.ts';
import { withoutOmitted } from '../../template/omit.ts';
import type { Scope } from '../../template/scope.ts';
import { environmentOf } from '../variables/environment.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { InputFiles } from '../hosts/inputs.ts';
import { isTrue } from '../variables/is-true.ts';
import type { ControllerFiles } from '../variables/loop-files.ts';
import { itemsOf } from '../variables/loop-items.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import type { Placed } from './placed.ts';

/** A task on a host with all its args, for one item of its loop or for none. */
export interface Instance {
  readonly task: Task;
  readonly scope: Scope;
  /** The item as the user sees it; `null` without a loop. */
  readonly label: string | null;
  /** The item and what else the loop tells, by name; `null` without a loop. */
  readonly loop: ReadonlyMap<string, Data> | null;
  /** Why it is not run, or `null`. */
  readonly skipped: string | null;
  readonly args: unknown;
  readonly inputs: Record<string, unknown>;
  readonly probes: Readonly<Record<string, Probe<unknown>>>;
  /** The host that it is done on; `null`: its own. */
  readonly delegate: HostRun | null;
  /** `null`: the login user. */
  readonly becomeUser: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Nothing of it is told but its status. */
  readonly noLog: boolean;
}

/** What preparing a task needs to know of the run. */
export interface Preparation {
  readonly files: InputFiles;
  /** The scope of a step of the host; with the item of a loop when there is one. */
  scope(placed: Placed, loop: ReadonlyMap<string, Data> | null): Scope;
  /** How often variables of other hosts were looked at. */
  othersSeen(): number;
  /** The host of a name that a task is delegated to. */
  delegate(name: string, at: Span): HostRun;
  becomeUser(task: Task, scope: Scope, delegate: HostRun | null): string | null;
  /** Makes variables known that the host does not have yet. Gives how to take them back. */
  foretell(variables: Readonly<Record<string, Data>>): () => void;
}

/**
 * The instances of a task on a host, one or one per item.
 *
 * @throws NotYetKnown when something in it depends on a result that is not there
 * @throws EvaluationError, KmeshError when it can not be evaluated
 */
export function prepareTask(placed: Placed<Task>, preparation: Preparation): Instance[] {
  const rounds = loopOf(placed, preparation);
  if (rounds === null) return [prepareInstance(placed, preparation, null)];
  const told: (() => void)[] = [];
  try {
    return rounds.map((round) => {
      const instance = prepareInstance(placed, preparation, round);
      told.push(preparation.foretell(variablesSetBy(instance)));
      return instance;
    });
  } finally {
    for (const takeBack of told.toReversed()) takeBack();
  }
}

/** What `set_fact` sets: each item of a loop sees what those before it have set. */
function variablesSetBy({ task, skipped, args, inputs }: Instance): Readonly<Record<string, Data>> {
  if (skipped !== null || task.module.name !== 'set_fact') return {};
  return task.module.result(args, {}, [], inputs).variables;
}

/** One round of a loop: what it adds to the variables, and what it is called. */
export interface Round {
  readonly variables: ReadonlyMap<string, Data>;
  readonly item: Data;
  readonly index: number;
}

/** The rounds of a step's loop; `null` when it has none. @throws NotYetKnown, EvaluationError */
export function loopOf(placed: Placed, preparation: Preparation): Round[] | null {
  const { loop } = placed.step;
  if (loop === null) return null;
  const value = loopValue(loop, placed.step, preparation.scope(placed, null));
  if (value === undefined) return [];
  const items = itemsOf(loop.kind, value, loop.node.span, filesFor(placed.step, preparation));
  return items.map((item, index) => ({ item, index, variables: variablesOf(loop, items, index) }));
}

/**
 * What a loop goes over; `undefined`: nothing, since its list is missing and its step is not wanted without it.
 *
 * @throws NotYetKnown, EvaluationError
 */
export function loopValue(loop: Loop, { when }: Pick<Step, 'when'>, scope: Scope): Data | undefined {
  try {
    return evaluate(loop.node, scope);
  } catch (error) {
    if (error instanceof EvaluationError && isUnwanted(when, scope)) return undefined;
    throw error;
  }
}

/** Whether a condition does not hold, whatever the item. */
function isUnwanted(when: Step['when'], scope: Scope): boolean {
  try {
    return skippedBy({ when }, scope) !== null;
  } catch (error) {
    if (error instanceof KmeshError || error instanceof NotYetKnown) return false;
    throw error;
  }
}

// What an include may mean is known already; other loops look on the disk.
function filesFor(step: Step, { files }: Preparation): ControllerFiles {
  const looking = files.lookingFor(step.role);
  if (step.kind !== 'include') return looking;
  return { ...looking, find: (name) => step.find(name)?.path ?? null };
}

/** What a loop tells in one of its rounds. */
export function variablesOf(loop: Loop, items: readonly Data[], index: number): ReadonlyMap<string, Data> {
  const variables = new Map<string, Data>([[loop.variable, items[index] ?? null]]);
  if (loop.indexVariable !== null) variables.set(loop.indexVariable, index);
  if (loop.isExtended) variables.set('ansible_loop', extended(loop, items, index));
  return variables;
}

function extended({ variable }: Loop, items: readonly Data[], index: number): Data {
  const { length } = items;
  return {
    allitems: items,
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(index > 0 ? { previtem: items[index - 1] ?? null } : {}),
    ...(index < length - 1 ? { nextitem: items[index + 1] ?? null } : {}),
    loop_var: variable,
  };
}

/** Why a step is not done in a scope, or `null`. @throws NotYetKnown, EvaluationError */
export function skippedBy({ when }: Pick<Step, 'when'>, scope: Scope): string | null {
  const failing = when.find((condition) => !evaluateCondition(condition, scope));
  return failing === undefined ? null : `\`${String(failing.value)}\` is false`;
}

function prepareInstance(placed: Placed<Task>, preparation: Preparation, round: Round | null): Instance {
  const { step: task } = placed;
  const scope = preparation.scope(placed, round?.variables ?? null);
  const noLog = isHidden(task, scope);
  const none = {
    task,
    scope,
    label: round === null ? null : labelOf(round, task, scope),
    loop: round?.variables ?? null,
    args: {},
    inputs: {},
    probes: {},
    delegate: null,
    becomeUser: null,
    environment: {},
    noLog,
  };
  const skipped = skippedBy(task, scope);
  if (skipped !== null) return { ...none, skipped };
  const args = argsOf(task, scope);
  const inputs = inputsOf(task, args, preparation, scope);
  const delegate = delegateOf(task, preparation, scope);
  return {
    ...none,
    skipped: null,
    args,
    inputs,
    probes: task.module.probe(args, inputs),
    delegate,
    becomeUser: preparation.becomeUser(task, scope, delegate),
    environment: environmentOf(task.environment, scope),
  };
}

// When nobody can tell whether it is a secret, it is one.
function isHidden({ noLog }: Task, scope: Scope): boolean {
  if (noLog === null) return false;
  try {
    return isTrue(evaluate(noLog, scope));
  } catch (error) {
    if (error instanceof KmeshError || error instanceof NotYetKnown) return true;
    throw error;
  }
}

function delegateOf({ delegateTo }: Task, preparation: Preparation, scope: Scope): HostRun | null {
  if (delegateTo === null) return null;
  const name = evaluate(delegateTo, scope);
  if (typeof name === 'string' && name !== '') return preparation.delegate(name, delegateTo.span);
  throw new EvaluationError(`\`delegate_to\` must be the name of a host, not ${valueWords(name)}.`, {
    at: delegateTo.span,
  });
}

/** The args of a task in a scope, checked against the module's schema, defaults filled in. */
function argsOf(task: Task, scope: Scope): unknown {
  const values = Object.create(null) as Record<string, Data>;
  for (const entry of task.args.entries) values[entry.key] = argOf(entry, task, scope);
  const { data, problems } = checkData(
    withoutOmitted(values),
    task.module.schema,
    `an argument of ${task.module.name}`,
  );
  const [first] = locate(problems, task.args, task.call.keySpan);
  if (first !== undefined) throw new EvaluationError(first.message, { at: first.at, hint: first.hint });
  return data;
}

function argOf({ key, value }: Entry, task: Task, scope: Scope): Data {
  return task.module.expressions.includes(key) ? expressionsOf(value, scope) : evaluate(value, scope);
}

function expressionsOf(node: Node, scope: Scope): Data {
  return node.kind === 'list' ? node.items.map((item) => evaluated(item, scope)) : evaluated(node, scope);
}

function evaluated(node: Node, scope: Scope): { readonly expression: string; readonly value: Data } {
  if (node.kind !== 'scalar') throw new EvaluationError('An expression is text.', { at: node.span });
  return {
    expression: String(node.value),
    value: typeof node.value === 'string' ? evaluateExpression(node, scope) : node.value,
  };
}

function inputsOf(task: Task, args: unknown, { files }: Preparation, scope: Scope): Record<string, unknown> {
  const loaded: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(task.module.inputs(args))) {
    const at = entryOf(task.args, name)?.value.span ?? nodeAt(task.args, []).span;
    loaded[name] = files.load(input, task, scope, at);
  }
  return loaded;
}

/** What a round of a loop is called: its `label`, or its item in few words. */
function labelOf({ item }: Round, { loop }: Task, scope: Scope): string {
  const label = loop?.label ?? null;
  return inFewWords(label === null ? item : evaluate(label, scope));
}

function inFewWords(item: Data): string {
  if (item !== null && typeof item === 'object' && !Array.isArray(item)) {
    const { name } = item as { readonly name?: Data };
    if (typeof name === 'string') return name;
  }
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
