import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import type { Step } from '../../playbook/playbook.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { Placed } from './placed.ts';
import type { Preparation } from './prepare.ts';
import type { CourseParts } from '../course-parts.ts';
import { becomeUserOf } from '../hosts/target.ts';
import { HostScope, othersSeen } from '../variables/variables.ts';

/** What preparing the steps of a host needs to know of the run. */
export function preparationOf(run: HostRun, parts: CourseParts, batch: readonly string[]): Preparation {
  const { site, files, play, playHosts, access, defaults } = parts;
  // Steps of one role see the same variables, so what was evaluated for one serves the next.
  const shared = new Map<Step['role'], HostScope>();
  const scopeAt = ({ step, params }: Placed, loop: ReadonlyMap<string, Data> | null): HostScope =>
    new HostScope(site, run, { play, playHosts, batch, role: step.role, taskVars: step.vars, params, loop });
  return {
    files,
    scope: (placed, own) => {
      const { step, params } = placed;
      const loop = own === null ? placed.loop : new Map([...(placed.loop ?? []), ...own]);
      if (step.vars.length > 0 || params.length > 0 || loop !== null) return scopeAt(placed, loop);
      const known = shared.get(step.role) ?? scopeAt(placed, null);
      shared.set(step.role, known);
      return known;
    },
    othersSeen: () => othersSeen(site),
    delegate: (name, at) => {
      const host = access.hostNamed(name);
      if (host !== null) return host;
      throw new EvaluationError(`\`${name}\` can not be the name of a host.`, { at });
    },
    becomeUser: ({ become }, scope, delegate) =>
      becomeUserOf(become, scope, access.settingsOf(delegate ?? run), defaults),
    foretell: (variables) => run.known.foretell(variables),
  };
}
