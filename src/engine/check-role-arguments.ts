import { didYouMean, nearest } from '../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { KmeshError } from '../base/errors.ts';
import type { Data, Entry } from '../base/node.ts';
import { checkData, locate, type Problem } from '../base/schema.ts';
import type { Role } from '../playbook/playbook.ts';
import { NotYetKnown } from './not-yet-known.ts';
import type { HostScope } from './variables.ts';

/**
 * Holds the variables that a host gives a role against the role's argument schema, and finds variables that are named
 * like the role's own but are none: a slip there would leave the default in force, silently.
 *
 * @param roles all roles there are: `kube_vip_ip` is not one of `kube` where there is `kube-vip`
 */
export function checkRoleArguments(role: Role, scope: HostScope, roles: readonly Role[]): Diagnostic[] {
  const schema = role.argumentSchema;
  if (schema === null) return [];
  const problems = misspelt(role, scope, roles);
  const values = Object.create(null) as Record<string, Data>;
  const later = new Set<string>();
  for (const name of Object.keys(schema.properties ?? {})) {
    try {
      const value = scope.lookup(name);
      if (value !== undefined) values[name] = value;
    } catch (error) {
      if (error instanceof KmeshError) problems.push(error.diagnostic);
      else if (!(error instanceof NotYetKnown)) throw error;
      later.add(name);
    }
  }
  const wrong = checkData(values, schema, `an argument of the role ${role.name}`).problems.filter(
    ({ message }) => ![...later].some((name) => message.startsWith(`\`${name}\` is missing`)),
  );
  return [...problems, ...wrong.flatMap((problem) => place(problem, role, scope))];
}

function place(problem: Problem, role: Role, scope: HostScope): Diagnostic[] {
  const [name = '', ...inner] = problem.path;
  const entry = entryOf(name, scope);
  if (entry === null)
    return [
      diagnostic(role.argumentSchemaAt, problem.message, problem.hint ?? 'Set it in the inventory or in the play.'),
    ];
  return locate([{ ...problem, path: inner }], entry.value, entry.value.span);
}

function entryOf(name: string, scope: HostScope): Entry | null {
  for (const layer of scope.layers()) {
    const entry = layer.entries.get(name);
    if (entry !== undefined) return entry;
  }
  return null;
}

function prefixOf({ name }: Role): string {
  return `${name.replaceAll('-', '_')}_`;
}

function misspelt(role: Role, scope: HostScope, roles: readonly Role[]): Diagnostic[] {
  const prefix = prefixOf(role);
  const known = new Set([
    ...Object.keys(role.argumentSchema?.properties ?? {}),
    ...role.defaults.entries.keys(),
    ...role.vars.entries.keys(),
  ]);
  const longer = roles.map(prefixOf).filter((other) => other !== prefix && other.startsWith(prefix));
  const own = scope
    .layers()
    .flatMap((layer) => [...layer.entries.values()])
    .filter(({ key }) => key.startsWith(prefix) && !longer.some((other) => key.startsWith(other)));
  // Where the schema allows others, only what is almost one of the known is taken for a slip.
  const isOpen = role.argumentSchema?.additionalProperties === true;
  return own
    .filter(({ key }) => !known.has(key) && !(isOpen && nearest(key, known) === null))
    .map(({ key, keySpan }) =>
      diagnostic(
        keySpan,
        `\`${key}\` is not an argument of the role ${role.name}.`,
        didYouMean(key, known) ?? `Known: ${[...known].sort().join(', ')}.`,
      ),
    );
}
