import { didYouMean } from '../../base/did-you-mean.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Play, Step } from '../../playbook/playbook.ts';
import { chosenTasks, type TagChoice } from './tags.ts';
import { nameOf } from '../steps/task-ref.ts';

/** Which steps the command line wants. */
export interface StepChoice extends TagChoice {
  /** Tasks before the one of this name are left out; `null`: none are. */
  readonly startAtTask: string | null;
  /** `verify`: nothing but what roles say must be true. */
  readonly phases: 'all' | 'verify';
}

/** The plays with the steps that the command line wants. */
export function chosenSteps(plays: readonly Play[], choice: StepChoice, problems: Diagnostic[]): Play[] {
  const tagged = plays.map((play) => chosenTasks(play, choice));
  const wanted = choice.phases === 'all' ? tagged : tagged.map(onlyVerify);
  return choice.startAtTask === null ? wanted : startAt(choice.startAtTask, wanted, problems);
}

function onlyVerify(play: Play): Play {
  return { ...play, phases: play.phases.filter(({ name }) => name === 'verify') };
}

/** Leaves out what stands before a task; what only asks, before and after, is kept. */
function startAt(wanted: string, plays: readonly Play[], problems: Diagnostic[]): Play[] {
  let isBefore = true;
  const isFirst = (step: Step): boolean => fits(step, wanted);
  const phasesOf = ({ phases }: Play): Play['phases'] =>
    phases.map((phase) => {
      if (!isBefore || phase.name === 'preflight' || phase.name === 'verify') return phase;
      const index = phase.steps.findIndex(isFirst);
      if (index < 0) return { ...phase, steps: [] };
      isBefore = false;
      return { ...phase, steps: phase.steps.slice(index) };
    });
  const left = plays.map((play) => ({ ...play, phases: phasesOf(play) }));
  if (isBefore) {
    const names = plays.flatMap(({ phases }) => phases.flatMap(({ steps }) => steps.map(nameOf)));
    problems.push(diagnostic(null, `There is no task \`${wanted}\` to start at.`, didYouMean(wanted, names)));
  }
  return left;
}

/** As Ansible does: the name, with the role before it or without, `*` for anything. */
function fits(step: Step, wanted: string): boolean {
  const name = nameOf(step);
  const full = step.role === null ? name : `${step.role.name} : ${name}`;
  const pattern = new RegExp(`^${wanted.split('*').map(escape).join('.*')}$`, 's');
  return pattern.test(name) || pattern.test(full);
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
