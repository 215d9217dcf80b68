import { join } from 'node:path';
import { must } from '../../src/base/errors.ts';
import { sortDiagnostics } from '../../src/base/diagnostic.ts';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import type { Play, Playbook, Task } from '../../src/playbook/playbook.ts';
import { line } from '../support/node.ts';
import { type Files, withFiles } from '../support/temp-dir.ts';

/** What loading gave; problems sorted, in one line each, without the directory. */
export interface Loaded {
  readonly playbook: Playbook;
  readonly problems: readonly string[];
}

/** Loads `site.yml` out of a new directory with these files; `bundled/` holds the roles of kmesh itself. */
export function load(files: Files): Loaded {
  return withFiles(files, (dir) => {
    const { playbook, problems } = loadPlaybook(join(dir, 'site.yml'), [join(dir, 'bundled')]);
    return { playbook, problems: sortDiagnostics(problems).map((p) => line(p).replaceAll(`${dir}/`, '')) };
  });
}

/** All that is wrong with a playbook of this text. */
export function problemsOf(text: string, files: Files = {}): readonly string[] {
  return load({ ...files, 'site.yml': text }).problems;
}

/** The only play of a playbook that is right. */
export function playOf(text: string, files: Files = {}): Play {
  const { playbook, problems } = load({ ...files, 'site.yml': text });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return must(playbook.plays[0], 'play');
}

/** The only task of a play of one task, given as its lines. */
export function taskOf(text: string): Task {
  const play = playOf(playWith(text));
  return must(play.phases[0]?.tasks[0], 'task');
}

/** A play with one task, given as its lines; these start at 3:7. */
export function playWith(task: string): string {
  const lines = task.trimEnd().split('\n');
  return `- hosts: all\n  tasks:\n${lines.map((text, i) => `    ${i === 0 ? '- ' : '  '}${text}\n`).join('')}`;
}

/** All that is wrong with one task. */
export function taskProblems(text: string): readonly string[] {
  return problemsOf(playWith(text));
}

/** The names of the tasks of a phase, with their role: `bird2/Install`. */
export function names(tasks: readonly Task[]): string[] {
  return tasks.map(({ name, module, role }) => {
    const own = String(name?.value ?? module.name);
    return role === null ? own : `${role.name}/${own}`;
  });
}
