import { type Entry, scalarNode } from '../../base/node.ts';
import { callArgs } from '../tasks/call-args.ts';
import { constantText } from './constant-text.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Fields } from '../fields.ts';
import { inherit } from '../tasks/inherited.ts';
import { importKeywords } from '../keywords.ts';
import type { Step } from '../playbook.ts';
import { importRoleShape, roleUse } from '../roles/role-call.ts';
import { onlyKeys } from '../tasks/step-call.ts';
import { useRole } from '../roles/use-role.ts';

/** The steps of a role that is known before the run: they stand in place of the import. */
export function importRole(fields: Fields, entry: Entry, context: TaskContext): Step[] {
  onlyKeys(fields, importKeywords, 'import_role');
  fields.template('name');
  const inherited = inherit(fields, context.inherited, null);
  const params = fields.variables('vars', 'role params');
  const args = callArgs(entry, fields, importRoleShape);
  const name = args?.scalar('name') ?? null;
  if (args === null || name === null) {
    if (args !== null) fields.note(entry.keySpan, '`import_role` needs a `name`.', 'Write `import_role: {name: x}`.');
    return [];
  }
  const text = constantText(name, 'import_role', context);
  if (text === null) return [];
  const use = roleUse(args, scalarNode(text, name.span), { params, keyword: 'import_role' }, context);
  return [...useRole(use, { ...context, inherited, role: null }).steps];
}
