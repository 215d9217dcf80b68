import { type Layer, layerOf } from '../../base/layer.ts';
import { type Data, scalarNode } from '../../base/node.ts';
import type { Play, VarsPrompt } from '../../playbook/playbook.ts';
import type { HostRun } from '../variables/host-run.ts';
import type { AssignedPlay } from './site-hosts.ts';

/** What the user has answered, by the name of the variable. */
export type Answers = ReadonlyMap<string, string>;

/** The questions of all plays that nobody has answered; who gives a variable with `-e` is not asked. */
export function openPrompts(plays: readonly Play[], answers: Answers, extraVars: Layer): VarsPrompt[] {
  const open = new Map<string, VarsPrompt>();
  for (const prompt of plays.flatMap(({ varsPrompt }) => varsPrompt)) {
    const { name } = prompt;
    if (!answers.has(name) && !extraVars.entries.has(name) && !open.has(name)) open.set(name, prompt);
  }
  return [...open.values()];
}

/** A play with its answers, and until they are there its defaults: above its `vars`, below its `vars_files`. */
export function withAnswers(play: Play, answers: Answers): Play {
  const entries = play.varsPrompt.flatMap(({ name, at, byDefault }) => {
    const answer = answers.get(name) ?? (byDefault === null ? null : textOf(byDefault));
    // What is typed is no template.
    return answer === null ? [] : [{ key: name, keySpan: at, value: { ...scalarNode(answer, at), verbatim: true } }];
  });
  return entries.length === 0 ? play : { ...play, varsFiles: [layerOf('vars_prompt', entries), ...play.varsFiles] };
}

/** A default as it would be typed. */
export function textOf(value: Data): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is not answered yet is not undefined either. */
export function awaitAnswers(
  { play, hosts }: AssignedPlay,
  open: readonly VarsPrompt[],
  runs: ReadonlyMap<string, HostRun>,
): void {
  for (const { name, byDefault } of play.varsPrompt) {
    if (byDefault !== null || !open.some((prompt) => prompt.name === name)) continue;
    for (const host of hosts) runs.get(host)?.known.awaitResult(name, 'vars_prompt');
  }
}
