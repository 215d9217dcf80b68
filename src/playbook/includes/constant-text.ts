import { EvaluationError } from '../../base/errors.ts';
import { type Data, type ScalarNode, toData } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import { checkTemplate, evaluate, isConstant, rootNames } from '../../template/evaluate.ts';
import type { Scope } from '../../template/scope.ts';
import type { TaskContext } from '../tasks/context.ts';

/** The value of a text that must be known before the run; `null`: it is not, which is noted. */
export function constantText(node: ScalarNode, key: string, context: TaskContext): string | null {
  const problems = checkTemplate(node);
  context.loader.problems.push(...problems);
  if (problems.length > 0) return null;
  try {
    const value = evaluate(node, constants(context));
    if (value !== null && typeof value !== 'object') return String(value);
    context.loader.problems.push({
      at: node.span,
      message: `\`${key}\` must be text, not ${valueWords(value)}.`,
      hint: null,
    });
    return null;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const message = `\`${key}\` is read before the run, when only \`-e\`, \`playbook_dir\` and \`role_path\` are known: ${error.message}`;
    context.loader.problems.push({
      at: error.at ?? node.span,
      message,
      hint: insteadOf(key) ?? error.hint,
    });
    return null;
  }
}

function insteadOf(key: string): string | null {
  if (key === 'vars_files') return 'Write `include_vars` as a task: it is read when its turn has come.';
  const instead = key === 'roles' ? 'include_role' : key.replace('import_', 'include_');
  return instead === key ? null : `Write \`${instead}\`: it is read when its turn has come.`;
}

/** The value of a text with what is known before the run; `null` when that is not enough. */
export function textIfKnown(
  node: ScalarNode,
  context: TaskContext,
  more: Readonly<Record<string, Data>> = {},
): string | null {
  if (checkTemplate(node).length > 0) return null;
  const scope = constants(context, more);
  // What has a value later is not what `default` says until then.
  if (rootNames(node).some(({ name }) => scope.lookup(name) === undefined)) return null;
  try {
    const value = evaluate(node, scope);
    return value !== null && typeof value === 'object' ? null : String(value);
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

function constants({ loader, role }: TaskContext, more: Readonly<Record<string, Data>> = {}): Scope {
  const own: Readonly<Record<string, Data>> = {
    playbook_dir: loader.folder,
    ...(role === null ? {} : { role_path: role.path, role_name: role.name }),
    ...more,
  };
  const { entries } = loader.constants;
  return {
    lookup(name) {
      if (Object.hasOwn(own, name)) return own[name];
      const value = entries.get(name)?.value;
      return value !== undefined && isConstant(value) ? toData(value) : undefined;
    },
    names: () => [...Object.keys(own), ...entries.keys()],
  };
}
