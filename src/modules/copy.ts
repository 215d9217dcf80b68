import { attributeProperties, pathSchema } from './attributes.ts';
import { type CopyArgs, type CopyInputs, type CopyState, copyProbes, fileTarget } from './copy-targets.ts';
import { modePattern } from './mode.ts';
import { argProblem, type ArgProblem, defineModule, exactlyOne, resultOf } from './module.ts';
import { planFileCopy, planTreeCopy } from './plan-copy.ts';

/** Puts files of the controller, or a text, on the host. */
export const copy = defineModule<CopyArgs, CopyState, CopyInputs>({
  name: 'copy',
  description: 'Puts a file, a directory or a text on the host, or copies a file of the host.',
  schema: {
    type: 'object',
    required: ['dest'],
    additionalProperties: false,
    properties: {
      src: {
        type: ['string', 'null'],
        minLength: 1,
        default: null,
        description:
          "File or directory: in the role's `files/`, or relative to the playbook; of the host with `remote_src`. A directory that ends in `/` means what is in it.",
      },
      content: {
        type: ['string', 'object', 'array', 'number', 'boolean', 'null'],
        default: null,
        description: 'The text of the file, instead of `src`; a list or mapping is written as JSON.',
      },
      dest: pathSchema('Where it goes. A directory, or a path that ends in `/`, gets a file of the same name.'),
      directory_mode: {
        type: ['string', 'null'],
        pattern: modePattern,
        default: null,
        description: 'Permissions of directories that are made. Not given: 0755.',
      },
      remote_src: { type: 'boolean', default: false, description: '`src` is a file of the host.' },
      follow: { type: 'boolean', default: false, description: 'Where `dest` is a link, write what it points to.' },
      force: { type: 'boolean', default: true, description: 'False: a file that is already there stays as it is.' },
      backup: { type: 'boolean', default: false, description: 'Keep a copy of the old file beside it.' },
      validate: {
        type: ['string', 'null'],
        pattern: '%s',
        default: null,
        description:
          'Command that checks the candidate on the host before it replaces the old file; `%s` stands for its path.',
      },
      checksum: {
        type: ['string', 'null'],
        pattern: '^[0-9a-fA-F]{64}$',
        default: null,
        description: 'The sha256 that the source must have.',
      },
      decrypt: {
        type: 'boolean',
        default: true,
        description: 'Sources that are encrypted with Ansible Vault are decrypted.',
      },
      ...attributeProperties,
      mode: {
        type: ['string', 'null'],
        pattern: `^preserve$|${modePattern}`,
        default: null,
        description:
          "Permissions, octal and quoted (`'0644'`), symbolic (`u=rw,g=r`), or `preserve`: as those of the source. Not given: as it is, and for new files 0644.",
      },
    },
  },

  check: checkArgs,

  inputs: ({ src, remote_src, decrypt }) =>
    src === null || remote_src ? {} : { src: { kind: 'tree', source: src, decrypt } },

  probe: copyProbes,

  plan: (args, state, { src }) =>
    src?.isDirectory ? planTreeCopy(args, state, src) : planFileCopy(args, state, src?.files[0] ?? null),

  result: (args, state, _, { src }) => resultOf({ dest: src?.isDirectory ? args.dest : fileTarget(args, state).path }),
});

function checkArgs(args: CopyArgs): ArgProblem[] {
  const problems = exactlyOne(args, ['src', 'content']);
  if (args.content !== null && args.dest.endsWith('/')) {
    problems.push(argProblem('dest', '`content` needs the name of a file as `dest`.'));
  }
  if (args.remote_src && args.src !== null && !args.src.startsWith('/')) {
    problems.push(argProblem('src', 'With `remote_src` the source is an absolute path of the host.'));
  }
  return problems;
}
