import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import type { Play, Role } from '../playbook/playbook.ts';
import { checkRoleArguments } from './input/check-role-arguments.ts';
import type { Failure, Listener, TaskOutcome, TaskRef } from './events.ts';
import type { HostRun } from './variables/host-run.ts';
import { nowhere, type Site } from './variables/site.ts';
import { HostScope } from './variables/variables.ts';

interface Parts {
  readonly site: Site;
  readonly play: Play;
  readonly playHosts: readonly string[];
  readonly listener: Listener;
}

/**
 * Checks the arguments of a play's roles once more, now that facts are known: what is made of them could not be checked
 * before. Hosts on which something is wrong fail, as with any task.
 */
export function checkArguments(parts: Parts, hosts: readonly HostRun[]): void {
  for (const role of parts.play.roles) {
    const failed = hosts.filter((run) => failsOn(run, role, parts));
    if (failed.length > 0)
      parts.listener({ kind: 'task-completed', task: refOf(role), counts: { failed: failed.length } });
  }
}

function failsOn(run: HostRun, role: Role, { site, play, playHosts, listener }: Parts): boolean {
  const place = { ...nowhere, play, playHosts, batch: playHosts, role };
  const problems = checkRoleArguments(role, new HostScope(site, run, place), play.roles);
  if (problems.length === 0) return false;
  run.status = 'failed';
  run.recap.failed++;
  const task = refOf(role);
  listener({ kind: 'task-started', task, host: run.host.name });
  listener({ kind: 'task-finished', task, host: run.host.name, outcome: outcomeOf(problems) });
  return true;
}

const refs = new WeakMap<Role, TaskRef>();
let lastId = 0;

// It is told as a task of the role, which has no number of its own: those of tasks are positive.
function refOf(role: Role): TaskRef {
  const known = refs.get(role);
  if (known !== undefined) return known;
  const ref = {
    id: --lastId,
    name: 'arguments',
    role: role.name,
    module: 'assert',
    at: `${role.path}/meta/main.yml`,
    phase: 'preflight' as const,
  };
  refs.set(role, ref);
  return ref;
}

function outcomeOf(problems: readonly Diagnostic[]): TaskOutcome {
  const [first] = problems;
  const failure: Failure = {
    message:
      problems.length === 1 && first !== undefined ? first.message : `${problems.length} arguments are not right.`,
    hint: null,
    excerpt: problems.map(formatDiagnostic).join('\n'),
    command: null,
    status: null,
    stderr: null,
    stdout: null,
  };
  return {
    status: 'failed',
    changes: [],
    message: null,
    failure,
    ignored: false,
    rescued: false,
    waitsFor: null,
    items: [],
    durationMs: 0,
  };
}
