import type { Content } from '../changes/change.ts';
import { fileState, type FileState } from '../probes/file-state.ts';
import { type AttributeArgs, attributeProperties, pathSchema } from './attributes.ts';
import { defineModule, resultOf } from './module.ts';
import { baseName, directoryOf, planFile, requireDirectory } from './plan-file.ts';

export interface TemplateArgs extends AttributeArgs {
  readonly src: string;
  readonly dest: string;
  readonly validate: string | null;
  readonly backup: boolean;
  readonly force: boolean;
}

export interface TemplateState {
  readonly dest: FileState | null;
  readonly parent: FileState | null;
}

export interface TemplateInputs {
  readonly src: Content;
}

/** Renders a template of the controller to a file of the host. */
export const template = defineModule<TemplateArgs, TemplateState, TemplateInputs>({
  name: 'template',
  description: 'Renders a Handlebars template with the variables of the host and puts it on the host.',
  schema: {
    type: 'object',
    required: ['src', 'dest'],
    additionalProperties: false,
    properties: {
      src: {
        type: 'string',
        minLength: 1,
        description: "Template file: in the role's `templates/`, or relative to the playbook.",
      },
      dest: pathSchema(
        'Where it goes. A path that ends in `/` is a directory: the file in it is named like the template, without `.hbs`.',
      ),
      validate: {
        type: ['string', 'null'],
        pattern: '%s',
        default: null,
        description:
          'Command that checks the candidate on the host before it replaces the old file; `%s` stands for its path.',
      },
      backup: { type: 'boolean', default: false, description: 'Keep a copy of the old file beside it.' },
      force: { type: 'boolean', default: true, description: 'False: a file that is already there stays as it is.' },
      ...attributeProperties,
    },
  },

  inputs: ({ src }) => ({ src: { kind: 'template', source: src } }),

  probe: (args, { src }) => ({
    dest: fileState(destOf(args), { hash: true, content: { unless: src.sha256 } }),
    parent: fileState(directoryOf(destOf(args)), { follow: true }),
  }),

  plan(args, { dest, parent }, { src }) {
    const path = destOf(args);
    const changes = planFile({ ...args, path, content: src }, dest);
    requireDirectory(path, parent, changes);
    return changes;
  },

  result: (args) => resultOf({ dest: destOf(args) }),
});

function destOf({ src, dest }: TemplateArgs): string {
  return dest.endsWith('/') ? dest + baseName(src).replace(/\.hbs$/, '') : dest;
}
