import { EvaluationError } from '../base/errors.ts';
import { type Data, type Entry, entryOf, type MapNode, type Node, nodeAt } from '../base/node.ts';
import { checkData, locate } from '../base/schema.ts';
import type { Task } from '../playbook/playbook.ts';
import type { Probe } from '../probes/probe.ts';
import { evaluateCondition, evaluateExpression } from '../template/cel.ts';
import { evaluate } from '../template/evaluate.ts';
import { omitted, withoutOmitted } from '../template/omit.ts';
import type { Scope } from '../template/scope.ts';
import type { InputFiles } from './inputs.ts';

/** A task on a host with all its args, for one item of its loop or for none. */
export interface Instance {
  readonly task: Task;
  readonly scope: Scope;
  /** The item as the user sees it; `null` without a loop. */
  readonly label: string | null;
  readonly item: Data | undefined;
  /** Why it is not run, or `null`. */
  readonly skipped: string | null;
  readonly args: unknown;
  readonly inputs: Record<string, unknown>;
  readonly probes: Readonly<Record<string, Probe<unknown>>>;
  /** `null`: the login user. */
  readonly becomeUser: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** What preparing a task needs to know of the run. */
export interface Preparation {
  readonly files: InputFiles;
  /** A scope of the host for this task; with an item of the loop when there is one. */
  scope(task: Task, item: Data | undefined): Scope;
  /** How often variables of other hosts were looked at. */
  othersSeen(): number;
  becomeUser(task: Task, scope: Scope): string | null;
  environment(task: Task): readonly MapNode[];
}

/**
 * The instances of a task on a host, one or one per item.
 *
 * @throws NotYetKnown when something in it depends on a result that is not there
 * @throws EvaluationError, KmeshError when it can not be evaluated
 */
export function prepareTask(task: Task, preparation: Preparation): Instance[] {
  if (task.loop === null) return [prepareInstance(task, preparation, undefined)];
  const items = listOf(task.loop, evaluate(task.loop, preparation.scope(task, undefined)));
  return items.map((item) => prepareInstance(task, preparation, item));
}

/** The items of a loop. @throws EvaluationError when its value is no list */
export function listOf(loop: Node, items: Data): readonly Data[] {
  if (Array.isArray(items)) return items as readonly Data[];
  const hint =
    items !== null && typeof items === 'object' ? 'For a mapping: `{{ keys name }}` or `{{ values name }}`.' : null;
  throw new EvaluationError('`loop` must give a list.', { at: loop.span, hint });
}

function prepareInstance(task: Task, preparation: Preparation, item: Data | undefined): Instance {
  const scope = preparation.scope(task, item);
  const label = item === undefined ? null : labelOf(item);
  const none = { task, scope, label, item, args: {}, inputs: {}, probes: {}, becomeUser: null, environment: {} };
  for (const condition of task.when) {
    if (!evaluateCondition(condition, scope)) return { ...none, skipped: `\`${String(condition.value)}\` is false` };
  }
  const args = argsOf(task, scope);
  const inputs = inputsOf(task, args, preparation, scope);
  return {
    ...none,
    skipped: null,
    args,
    inputs,
    probes: task.module.probe(args, inputs),
    becomeUser: preparation.becomeUser(task, scope),
    environment: environmentOf(preparation.environment(task), scope),
  };
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

function environmentOf(maps: readonly MapNode[], scope: Scope): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const map of maps) {
    for (const { key, value } of map.entries) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
        throw new EvaluationError(`\`${key}\` can not be the name of an environment variable.`, { at: value.span });
      const given = evaluate(value, scope);
      if (given === omitted) continue;
      if (given !== null && typeof given === 'object')
        throw new EvaluationError(`\`${key}\` must be text.`, { at: value.span });
      environment[key] = String(given);
    }
  }
  return environment;
}

/** An item in few words. */
function labelOf(item: Data): string {
  if (item !== null && typeof item === 'object' && !Array.isArray(item)) {
    const { name } = item as { readonly name?: Data };
    if (typeof name === 'string') return name;
  }
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
