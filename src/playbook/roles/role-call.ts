import type { Layer } from '../../base/layer.ts';
import { type ScalarNode, scalarNode } from '../../base/node.ts';
import type { CallShape } from '../tasks/call-args.ts';
import { constantText } from '../includes/constant-text.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';
import { noVariables } from '../includes/include-step.ts';
import { roleFrom, type RoleUse } from './role-entry.ts';

const roleArgs = [
  'name',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'public',
  'allow_duplicates',
  'rolespec_validate',
];

/** What `import_role` and `include_role` are given. */
export const importRoleShape: CallShape = { keyword: 'import_role', main: 'name', known: roleArgs };
export const includeRoleShape: CallShape = { keyword: 'include_role', main: 'name', known: [...roleArgs, 'apply'] };

/** The role that is meant by a name; files of it that are named by templates must be known before the run. */
export function roleUse(
  args: Fields,
  name: ScalarNode,
  { params, keyword }: { readonly params: Layer | null; readonly keyword: string },
  context: TaskContext,
): RoleUse {
  const from = roleFrom(args);
  const known = (node: ScalarNode | null): ScalarNode | null => {
    const text = node === null ? null : constantText(node, keyword, context);
    return node === null || text === null ? null : { ...scalarNode(text, node.span) };
  };
  return {
    name,
    from: {
      tasks: known(from.tasks),
      vars: known(from.vars),
      defaults: known(from.defaults),
      handlers: known(from.handlers),
    },
    params: params ?? noVariables('role params'),
    given: args.boolean('allow_duplicates', true) ? null : '',
    isPublic: args.boolean('public', keyword === 'import_role'),
    hasChecks: keyword === 'import_role',
  };
}
