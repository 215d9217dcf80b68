import { KmeshError } from '../../base/errors.ts';
import type { Secret } from '../../base/secrets.ts';
import { textOf } from '../../engine/input/vars-prompt.ts';
import type { VarsPrompt } from '../../playbook/playbook.ts';
import { askSecret, askText, type PromptIo } from './prompt.ts';

/**
 * Asks the questions of `vars_prompt`, one after the other. Where there is no terminal, defaults are the answers.
 *
 * @param taint hears the answers that are secrets
 * @throws KmeshError when nobody can be asked and there is no default
 */
export async function askPrompts(
  prompts: readonly VarsPrompt[],
  io: PromptIo,
  taint: (secret: Secret) => void,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const prompt of prompts) answers.set(prompt.name, await ask(prompt, io, taint));
  return answers;
}

async function ask(prompt: VarsPrompt, io: PromptIo, taint: (secret: Secret) => void): Promise<string> {
  const { name, at, byDefault } = prompt;
  const otherwise = byDefault === null ? null : textOf(byDefault);
  if (io.input.isTTY !== true) {
    if (otherwise !== null) return otherwise;
    const hint = `Give it on the command line: \`-e ${name}=...\`.`;
    throw new KmeshError(`There is no terminal to ask for \`${name}\`.`, { at, hint });
  }
  for (;;) {
    const answer = await once(prompt, questionOf(prompt), io, taint);
    if (answer === '' && otherwise !== null) return otherwise;
    if (!prompt.mustConfirm || answer === (await once(prompt, `Once more: ${questionOf(prompt)}`, io, taint)))
      return answer;
    io.output.write('These are not the same.\n');
  }
}

// A default that is a secret is not shown.
function questionOf({ prompt, byDefault, isPrivate }: VarsPrompt): string {
  const question = prompt.replace(/[:\s]+$/, '');
  return byDefault === null || isPrivate ? question : `${question} [${textOf(byDefault)}]`;
}

async function once(
  { isPrivate }: VarsPrompt,
  question: string,
  io: PromptIo,
  taint: (secret: Secret) => void,
): Promise<string> {
  if (!isPrivate) return askText(question, io);
  const secret = await askSecret(question, io);
  taint(secret);
  return secret.reveal();
}
