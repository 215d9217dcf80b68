import { diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/did-you-mean.ts';
import { PlanError } from '../../base/errors.ts';
import { isUserName } from '../../base/user-name.ts';
import type { Data, Node } from '../../base/node.ts';
import { checkData, locate, valueWords } from '../../base/schema.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Task } from '../../playbook/playbook.ts';
import { withoutOmitted } from '../../template/omit.ts';
import { environmentOf } from '../variables/environment.ts';
import type { InputFiles } from '../hosts/inputs.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import type { Questions } from './questions.ts';
import type { Site } from '../variables/site.ts';

interface Around {
  readonly site: Site;
  readonly files: InputFiles;
}

/** Notes what is wrong with a task that is wanted, in one of its rounds. */
export function checkTaskBody(task: Task, ask: Questions, { site, files }: Around): void {
  checkKeys(task, ask);
  checkRetry(task, ask);
  checkDelegate(task, ask, site.inventory);
  const { module, args } = task;
  const values: Record<string, Data> = Object.create(null) as Record<string, Data>;
  let isComplete = true;
  for (const { key, value } of args.entries) {
    const given = module.expressions.includes(key) ? ask.expressions(value) : ask.valueOf(value);
    if (given === undefined) isComplete = false;
    else values[key] = given;
  }
  if (isComplete) checkArgs(task, values, ask, files);
  else if (values.src !== undefined) checkSource(task, values, ask, files);
}

function checkKeys(task: Task, ask: Questions): void {
  const { notify, environment, become, ignoreErrors, noLog, loop, failedWhen, changedWhen } = task;
  for (const node of environment) checkEnvironment(node, ask);
  checkBecomeUser(become.user, ask);
  const others: (Node | null)[] = [...notify, become.enabled, ignoreErrors, noLog, loop?.label ?? null];
  for (const node of others) if (node !== null) ask.valueOf(node);
  for (const node of [...(failedWhen ?? []), ...(changedWhen ?? [])]) ask.expressions(node);
}

function checkBecomeUser(node: Node | null, ask: Questions): void {
  const user = node === null ? null : (ask.valueOf(node) ?? null);
  if (node === null || typeof user !== 'string' || isUserName(user)) return;
  ask.problems.push(diagnostic(node.span, `\`become_user\` must be the name of a user, not ${valueWords(user)}.`));
}

function checkEnvironment(node: Node, ask: Questions): void {
  try {
    environmentOf([node], ask.scope);
  } catch (error) {
    ask.note(error);
    if (error instanceof NotYetKnown) ask.valueOf(node);
  }
}

function checkRetry({ retry }: Task, ask: Questions): void {
  if (retry === null) return;
  for (const node of retry.until ?? []) ask.expressions(node);
  for (const [key, node] of [['retries', retry.retries] as const, ['delay', retry.delay] as const]) {
    const value = node === null ? undefined : ask.valueOf(node);
    if (node === null || value === undefined) continue;
    const number = Number(value);
    if (typeof value !== 'boolean' && value !== '' && value !== null && Number.isFinite(number) && number >= 0)
      continue;
    ask.problems.push(diagnostic(node.span, `\`${key}\` must be a number, not ${valueWords(value)}.`));
  }
}

/** A host that is not in the inventory may be meant, but hardly one that is named almost like one of its hosts. */
function checkDelegate({ delegateTo }: Task, ask: Questions, inventory: Inventory): void {
  const name = delegateTo === null ? undefined : ask.valueOf(delegateTo);
  if (delegateTo === null || name === undefined) return;
  if (typeof name !== 'string' || name === '') {
    ask.problems.push(
      diagnostic(delegateTo.span, `\`delegate_to\` must be the name of a host, not ${valueWords(name)}.`),
    );
    return;
  }
  if (inventory.hosts.has(name) || ['localhost', '127.0.0.1', '::1'].includes(name)) return;
  const near =
    /^[\d.:a-f]+$/.test(name) && /[.:]/.test(name) ? null : nearest(name, [...inventory.hosts.keys(), 'localhost']);
  // `node-9` beside `node-8` is another host, not a slip.
  if (near === null || near.replaceAll(/\d/g, '') === name.replaceAll(/\d/g, '')) return;
  const message = `\`${name}\` is not a host of the inventory.`;
  ask.problems.push(diagnostic(delegateTo.span, message, `Did you mean \`${near}\`?`));
}

// Args that are not known yet may be anything, so that only the file is looked for.
function checkSource(task: Task, values: Record<string, Data>, ask: Questions, files: InputFiles): void {
  const { module } = task;
  const { data } = checkData({ dest: '/', ...values }, module.schema, `an argument of ${module.name}`);
  checkInputs(task, data, { ask, files, passedOver: PlanError });
}

function checkArgs(task: Task, values: Record<string, Data>, ask: Questions, files: InputFiles): void {
  const { module, args, call } = task;
  if (module.expressions.some((name) => name in values)) return;
  const { data, problems } = checkData(withoutOmitted(values), module.schema, `an argument of ${module.name}`);
  ask.problems.push(...locate(problems, args, call.keySpan));
  if (problems.length > 0) return;
  const refused = module.check(data);
  for (const { arg, message, hint } of refused) {
    const at = args.entries.find(({ key }) => key === arg)?.value.span ?? args.span;
    ask.problems.push(diagnostic(at, message, hint));
  }
  if (refused.length === 0) checkInputs(task, data, { ask, files, passedOver: null });
}

interface Looking {
  readonly ask: Questions;
  readonly files: InputFiles;
  readonly passedOver: typeof PlanError | null;
}

function checkInputs(task: Task, data: unknown, { ask, files, passedOver }: Looking): void {
  const { module, args, call } = task;
  try {
    for (const [name, input] of Object.entries(module.inputs(data))) {
      const at = args.entries.find(({ key }) => key === name)?.value.span ?? call.keySpan;
      const path = files.find(input, task, at);
      if (input.kind === 'template') ask.template(files.source(path, at));
      else if (input.decrypt !== false) files.open(path, at);
    }
  } catch (error) {
    if (passedOver === null || !(error instanceof passedOver)) ask.note(error);
  }
}
