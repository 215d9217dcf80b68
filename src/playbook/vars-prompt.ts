import { toData } from '../base/node.ts';
import { Fields } from './fields.ts';
import type { VarsPrompt } from './playbook.ts';

const keys = ['name', 'prompt', 'private', 'default', 'confirm', 'unsafe'];

const notSupported: Readonly<Record<string, string>> = {
  encrypt: 'Give the hash itself, as `mkpasswd` makes it.',
  salt: 'Give the hash itself, as `mkpasswd` makes it.',
  salt_size: 'Give the hash itself, as `mkpasswd` makes it.',
};

/** The variables that a play asks the user for. */
export function varsPromptOf(fields: Fields): VarsPrompt[] {
  return fields.maps('vars_prompt', 'prompt').flatMap((map) => promptOf(new Fields(map, fields.problems)));
}

function promptOf(fields: Fields): VarsPrompt[] {
  for (const [key, hint] of Object.entries(notSupported)) {
    const at = fields.entry(key)?.keySpan;
    if (at !== undefined) fields.note(at, `\`${key}\` is not supported.`, hint);
  }
  fields.only([...keys, ...Object.keys(notSupported)], 'a key of vars_prompt');
  const name = fields.text('name');
  const at = fields.node('name')?.span ?? fields.map.span;
  if (name === null) {
    if (!fields.has('name')) fields.note(fields.map.span, 'This prompt has no `name`.', 'Which variable is asked for?');
    return [];
  }
  fields.variableName(name, at);
  const byDefault = fields.node('default');
  fields.boolean('unsafe', false);
  return [
    {
      name,
      at,
      prompt: fields.text('prompt') ?? name,
      isPrivate: fields.boolean('private', true),
      mustConfirm: fields.boolean('confirm', false),
      byDefault: byDefault === null ? null : toData(byDefault),
    },
  ];
}
