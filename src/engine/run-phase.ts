import type { Play, Task } from '../playbook/playbook.ts';
import { Barrier } from './barrier.ts';
import type { Course } from './course.ts';
import type { TaskOutcome } from './events.ts';
import { handlersOf } from './handlers.ts';
import type { HostAccess } from './host-access.ts';
import type { HostRun } from './host-run.ts';
import { effectPositions, runHostTasks } from './host-tasks.ts';
import type { Preparation } from './prepare.ts';
import type { RunParts } from './run-parts.ts';
import { Tally } from './tally.ts';
import { becomeUserOf } from './target.ts';
import { refOf } from './task-ref.ts';
import type { Place } from './site.ts';
import { HostScope, othersSeen } from './variables.ts';

/** One list of tasks on the hosts of a batch. */
export interface PhaseParts extends RunParts {
  readonly access: HostAccess;
  readonly play: Play;
  readonly playHosts: readonly string[];
  readonly tasks: readonly Task[];
  readonly hosts: readonly HostRun[];
  readonly isStopped: () => boolean;
}

/** Takes all hosts of a batch through a list of tasks, side by side. */
export async function runPhase(parts: PhaseParts): Promise<void> {
  const { tasks, hosts, listener, access } = parts;
  if (hosts.length === 0 || tasks.length === 0) return;
  const tally = new Tally(
    tasks,
    hosts.map(({ host }) => host.name),
    listener,
  );
  const course = courseOf(parts, tally);
  const goThrough = async (run: HostRun): Promise<void> => {
    const startedAt = Date.now();
    // Others may have changed the host since, and so may what ran on it before.
    access.shellsOf(run).forget();
    await runHostTasks(run, course);
    run.recap.durationMs += Date.now() - startedAt;
    tally.leave(run.host.name);
  };
  await Promise.all(hosts.map(goThrough));
}

function courseOf(parts: PhaseParts, tally: Tally): Course {
  const { tasks, hosts, site, verbosity, access, play, listener, isStopped } = parts;
  const names = hosts.map(({ host }) => host.name);
  return {
    tasks,
    barrier: new Barrier(names, site.check ? [] : effectPositions(tasks)),
    check: site.check,
    verbosity,
    isStopped,
    preparationFor: (run) => preparationOf(run, parts, names),
    shellsFor: (run) => access.shellsOf(run),
    gatherFacts: (run) => access.gatherFacts(run),
    started: (task, { host }) => listener({ kind: 'task-started', task: refOf(task), host: host.name }),
    finished: (task, run, outcome) => {
      count(run, outcome);
      run.notified.delete(task.id);
      listener({ kind: 'task-finished', task: refOf(task), host: run.host.name, outcome });
      tally.add(task, run.host.name, outcome.status);
    },
    handlersOf: (name, { role }) => handlersOf(play, name, role),
    concerns: (task, { notified }) => task.phase !== 'handlers' || notified.has(task.id),
  };
}

function preparationOf(run: HostRun, parts: PhaseParts, batch: readonly string[]): Preparation {
  const { site, files, play, playHosts, access, defaults } = parts;
  // Tasks of one role see the same variables, so what was evaluated for one serves the next.
  const shared = new Map<Task['role'], HostScope>();
  const scopeAt = (place: Pick<Place, 'role' | 'taskVars' | 'loop'>): HostScope =>
    new HostScope(site, run, { play, playHosts, batch, ...place });
  return {
    files,
    scope: ({ role, vars }, item) => {
      const loop = item === undefined ? null : new Map([['item', item]]);
      if (vars !== null || loop !== null) return scopeAt({ role, taskVars: vars, loop });
      const known = shared.get(role) ?? scopeAt({ role, taskVars: null, loop: null });
      shared.set(role, known);
      return known;
    },
    othersSeen: () => othersSeen(site),
    becomeUser: ({ become }, scope) => becomeUserOf(become, scope, access.settingsOf(run), defaults),
    environment: ({ environment }) => [play.environment, environment].filter((map) => map !== null),
  };
}

function count({ recap }: HostRun, { status, ignored }: TaskOutcome): void {
  switch (status) {
    case 'changed':
    case 'would-change':
      recap.changed++;
      return;
    case 'unreachable':
      recap.unreachable = true;
      return;
    case 'failed':
      recap[ignored ? 'ignored' : 'failed']++;
      return;
    case 'ok':
    case 'deferred':
    case 'skipped':
      recap[status]++;
  }
}
