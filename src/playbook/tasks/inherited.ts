import type { Node } from '../../base/node.ts';
import { checkTemplate, isConstant } from '../../template/evaluate.ts';
import type { Inherited } from './context.ts';
import { conditions } from './conditions.ts';
import type { Fields } from '../fields.ts';
import type { Become } from '../playbook.ts';

/** Nothing is taken over. */
export const nothingInherited: Inherited = {
  when: [],
  tags: [],
  vars: [],
  environment: [],
  notify: [],
  become: { enabled: null, user: null },
  ignoreErrors: null,
  anyErrorsFatal: false,
  delegateTo: null,
  delegateFacts: false,
  runOnce: false,
  noLog: null,
  throttle: null,
  timeoutMs: null,
  checkMode: null,
  diff: null,
};

/**
 * What stands here, over what is taken over from around it: conditions, tags, variables and environment add up, of
 * anything else the inner one counts. `vars` are named so, or left to the caller when that is `null`.
 */
export function inherit(fields: Fields, outer: Inherited, varsName: string | null): Inherited {
  const vars = varsName === null ? null : fields.variables('vars', varsName);
  const environment = environmentOf(fields);
  const notify = fields.templates('notify');
  return {
    when: [...outer.when, ...conditions(fields, 'when')],
    tags: [...outer.tags, ...fields.words('tags')],
    vars: vars === null ? outer.vars : [...outer.vars, vars],
    environment: [...outer.environment, ...environment],
    notify: fields.has('notify') ? notify : outer.notify,
    become: becomeOf(fields, outer.become),
    ignoreErrors: fields.booleanOrTemplate('ignore_errors') ?? outer.ignoreErrors,
    anyErrorsFatal: fields.boolean('any_errors_fatal', outer.anyErrorsFatal),
    delegateTo: fields.template('delegate_to') ?? outer.delegateTo,
    delegateFacts: fields.boolean('delegate_facts', outer.delegateFacts),
    runOnce: fields.boolean('run_once', outer.runOnce),
    noLog: fields.booleanOrTemplate('no_log') ?? outer.noLog,
    throttle: fields.has('throttle') ? fields.count('throttle') : outer.throttle,
    timeoutMs: fields.has('timeout') ? fields.milliseconds('timeout') : outer.timeoutMs,
    checkMode: fields.booleanOrNull('check_mode') ?? outer.checkMode,
    diff: fields.booleanOrNull('diff') ?? outer.diff,
  };
}

/** A mapping, a template that gives one, or a list of these. */
function environmentOf(fields: Fields): Node[] {
  const node = fields.node('environment');
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  return (node.kind === 'list' ? node.items : [node]).filter((one) => {
    fields.problems.push(...checkTemplate(one));
    const isRight = one.kind === 'map' || (one.kind === 'scalar' && !isConstant(one));
    if (!isRight) fields.wants(one, 'environment', 'a mapping');
    return isRight;
  });
}

/** `become` and `become_user`, each taken over where it is not given. */
function becomeOf(fields: Fields, outer: Become): Become {
  const method = fields.text('become_method');
  if (method !== null && method !== 'sudo')
    fields.note(fields.node('become_method')?.span ?? null, `\`${method}\` is not supported.`, 'Only `sudo` is.');
  const user = fields.template('become_user');
  if (user?.value === '') fields.wants(user, 'become_user', 'the name of a user');
  return { enabled: fields.booleanOrTemplate('become') ?? outer.enabled, user: user ?? outer.user };
}
