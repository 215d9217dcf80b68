import { join } from 'node:path';
import { must } from '../../src/base/errors.ts';
import { sortDiagnostics } from '../../src/base/diagnostic.ts';
import { type Layer, layerOf } from '../../src/base/layer.ts';
import { scalarNode, type ScalarNode } from '../../src/base/node.ts';
import { spanOf } from '../../src/base/source.ts';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import type { Include, Meta, Play, Playbook, Step, Task } from '../../src/playbook/playbook.ts';
import { line } from '../support/node.ts';
import { type Files, withFiles } from '../support/temp-dir.ts';

/** What loading gave; problems sorted, in one line each, without the directory. */
export interface Loaded {
  readonly playbook: Playbook;
  readonly problems: readonly string[];
}

/** Loads `site.yml` out of a new directory with these files; `bundled/` holds the roles of kmesh itself. */
export function load(files: Files, extra?: Layer): Loaded {
  return withFiles(files, (dir) => {
    const { playbook, problems } = loadPlaybook(join(dir, 'site.yml'), {
      bundledRoles: [join(dir, 'bundled')],
      ...(extra === undefined ? {} : { extraVars: extra }),
    });
    return { playbook, problems: sortDiagnostics(problems).map((p) => line(p).replaceAll(`${dir}/`, '')) };
  });
}

/** Variables as `-e` gives them. */
export function extraVars(values: Readonly<Record<string, ScalarNode['value']>>): Layer {
  const at = spanOf({ name: '-e', text: '' }, 0);
  return layerOf(
    'extra vars',
    Object.entries(values).map(([key, value]) => ({ key, keySpan: at, value: scalarNode(value, at) })),
  );
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
export function taskOf(text: string, files: Files = {}): Task {
  return asTask(must(stepsOf(text, files)[0], 'task'));
}

/** The steps of a play's list of tasks, given as the lines of its only entry. */
export function stepsOf(text: string, files: Files = {}): readonly Step[] {
  return playOf(playWith(text), files).phases.flatMap(({ name, steps }) => (name === 'tasks' ? steps : []));
}

/** A step that is a task. */
export function asTask(step: Step | undefined): Task {
  if (step?.kind !== 'task') throw new Error(`a ${step?.kind} is no task`);
  return step;
}

/** A step that includes something. */
export function asInclude(step: Step | undefined): Include {
  if (step?.kind !== 'include') throw new Error(`a ${step?.kind} is no include`);
  return step;
}

/** A step that is a `meta`. */
export function asMeta(step: Step | undefined): Meta {
  if (step?.kind !== 'meta') throw new Error(`a ${step?.kind} is no meta`);
  return step;
}

/** A play with one task, given as its lines; these start at 3:7. */
export function playWith(task: string): string {
  const lines = task.trimEnd().split('\n');
  return `- hosts: all\n  tasks:\n${lines.map((text, i) => `    ${i === 0 ? '- ' : '  '}${text}\n`).join('')}`;
}

/** All that is wrong with one task. */
export function taskProblems(text: string, files: Files = {}): readonly string[] {
  return problemsOf(playWith(text), files);
}

/** The names of the steps of a phase, with their role: `bird2/Install`. */
export function names(steps: readonly Step[]): string[] {
  return steps.map((step) => {
    const own = String(step.name?.value ?? wordOf(step));
    return step.role === null ? own : `${step.role.name}/${own}`;
  });
}

function wordOf(step: Step): string {
  switch (step.kind) {
    case 'task':
      return step.module.name;
    case 'include':
      return `include ${String(step.file.value)}`;
    case 'meta':
      return step.action;
  }
}
