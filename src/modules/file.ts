import { PlanError } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import { type FileState, fileState } from '../probes/file-state.ts';
import { type AttributeGroup, treeAttributes } from '../probes/tree-attributes.ts';
import {
  type AttributeArgs,
  attributeProperties,
  attributesFor,
  beforeOf,
  pathSchema,
  planAttributes,
} from './attributes.ts';
import { argProblem, type ArgProblem, defineModule, resultOf } from './module.ts';
import { planDirectories } from './plan-directories.ts';
import { type LinkArgs, planHardLink, planLink, sourcePath } from './plan-link.ts';
import { ancestorsOf, directoryOf, requireDirectory } from './plan-file.ts';
import { planTree } from './plan-tree.ts';

export interface FileArgs extends AttributeArgs, LinkArgs {
  readonly state: 'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch' | null;
  readonly recurse: boolean;
  readonly follow: boolean;
  readonly access_time: 'now' | 'preserve' | null;
  readonly modification_time: 'now' | 'preserve' | null;
}

export interface FileModuleState {
  /** What is at the path itself. */
  readonly path: FileState | null;
  /** What is there when links are followed. */
  readonly followed: FileState | null;
  /** What a link is to point to. */
  readonly source?: FileState | null;
  readonly tree?: readonly AttributeGroup[] | null;
  /** The directories above. */
  readonly [above: `/${string}`]: FileState | null;
}

/** Keeps a path of the host to be a file, directory or link with certain attributes, or not there. */
export const file = defineModule<FileArgs, FileModuleState>({
  name: 'file',
  description: 'Sets attributes of files, makes directories and links, removes either.',
  aliases: { dest: 'path', name: 'path' },
  schema: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: pathSchema('Absolute path on the host.'),
      state: {
        enum: ['absent', 'directory', 'file', 'hard', 'link', 'touch', null],
        default: null,
        description:
          '`directory` makes it and those above; `link` and `hard` need `src`; `touch` makes an empty file; `file` only sets attributes; `absent` removes it and all in it. Not given: what is there, or `directory` with `recurse`.',
      },
      src: { type: ['string', 'null'], minLength: 1, default: null, description: 'What a link points to.' },
      recurse: {
        type: 'boolean',
        default: false,
        description: 'Sets the attributes of everything in a directory, too.',
      },
      force: {
        type: 'boolean',
        default: false,
        description: 'Makes a link although nothing is where it points to, or a file is in its way.',
      },
      follow: { type: 'boolean', default: true, description: 'Means what a link points to, not the link.' },
      access_time: timeSchema('When it was last read'),
      modification_time: timeSchema('When it was last written'),
      ...attributeProperties,
    },
  },

  check: checkArgs,

  probe: ({ path, state, src, follow, recurse }) => ({
    path: fileState(path, { content: state === 'absent' ? { unless: '' } : 'never' }),
    followed: fileState(path, { follow }),
    ...(src === null ? {} : { source: fileState(sourcePath(path, src), { follow: true }) }),
    ...(recurse ? { tree: treeAttributes(path) } : {}),
    ...Object.fromEntries(ancestorsOf(path).map((above) => [above, fileState(above, { follow: true })])),
  }),

  plan(args, state) {
    switch (stateOf(args, state)) {
      case 'absent':
        return planAbsent(args, state);
      case 'directory':
        return planDirectory(args, state);
      case 'link':
        return planLink(args, state.path, state.source);
      case 'hard':
        return planHardLink(args, state.path, state.source);
      case 'touch':
        return planTouch(args, state);
      case 'file':
        return planFileAttributes(args, state);
    }
  },

  result: ({ path }) => resultOf({ path, dest: path }),
});

function timeSchema(what: string) {
  return {
    enum: ['now', 'preserve', null],
    default: null,
    description: `${what}: \`now\` sets it at each run, \`preserve\` never. Not given: \`now\` for \`touch\`, else \`preserve\`.`,
  };
}

function checkArgs({ path, state, src, recurse, force }: FileArgs): ArgProblem[] {
  const problems: ArgProblem[] = [];
  const isLink = state === 'link' || state === 'hard';
  if (isLink && src === null) problems.push(argProblem('state', `\`state: ${state}\` needs \`src\`.`));
  if (!isLink && src !== null && state !== null)
    problems.push(argProblem('src', '`src` is for `state: link` and `hard`.'));
  if (src !== null && state === null) problems.push(argProblem('src', '`src` needs `state: link` or `hard`.'));
  if (recurse && state !== null && state !== 'directory')
    problems.push(argProblem('recurse', '`recurse` is for `state: directory`.'));
  if (force && !isLink) problems.push(argProblem('force', '`force` is for `state: link` and `hard`.'));
  if (state === 'absent' && leadsToRoot(path))
    problems.push(argProblem('path', 'The root directory can not be removed.'));
  return problems;
}

function leadsToRoot(path: string): boolean {
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth = Math.max(0, depth - 1);
    else if (part !== '' && part !== '.') depth++;
  }
  return depth === 0;
}

function stateOf({ state, recurse }: FileArgs, { path, followed }: FileModuleState): NonNullable<FileArgs['state']> {
  if (state !== null) return state;
  if (recurse) return 'directory';
  return (followed ?? path)?.type === 'directory' ? 'directory' : 'file';
}

function planAbsent({ path }: FileArgs, { path: before }: FileModuleState): Change[] {
  return before === null ? [] : [{ kind: 'remove-path', path, type: before.type, before: beforeOf(before) }];
}

function planDirectory(args: FileArgs, state: FileModuleState): Change[] {
  const before = args.follow ? state.followed : state.path;
  if (before === null && state.path !== null)
    throw new PlanError(`\`${args.path}\` is a link to \`${state.path.target}\`, which does not exist.`);
  if (before !== null && before.type !== 'directory')
    throw new PlanError(`\`${args.path}\` is not a directory but a ${before.type}.`);
  if (before === null) return planDirectories(args.path, args, (above) => state[above as `/${string}`] ?? null);
  return args.recurse
    ? planTree(args.path, args, state.tree ?? null, before)
    : planAttributes(args.path, args, before, args);
}

function planFileAttributes(args: FileArgs, { path: link, followed }: FileModuleState): Change[] {
  const before = args.follow ? followed : link;
  if (before === null) {
    throw new PlanError(`\`${args.path}\` does not exist.`, {
      hint: 'To make it: `state: touch`, `state: directory`, or `copy`.',
    });
  }
  if (before.type === 'directory') throw new PlanError(`\`${args.path}\` is a directory.`);
  return [...planTimes(args, 'preserve'), ...planAttributes(args.path, args, before, args)];
}

function planTouch(args: FileArgs, state: FileModuleState): Change[] {
  const { path } = args;
  const before = args.follow ? state.followed : state.path;
  if (before !== null) return [...planTimes(args, 'now'), ...planAttributes(path, args, before, args)];
  if (state.path !== null)
    throw new PlanError(`\`${path}\` is a link to \`${state.path.target}\`, which does not exist.`);
  requireDirectory(path, state[directoryOf(path) as `/${string}`] ?? null);
  const attributes = attributesFor(args, null, '0644');
  return [{ kind: 'write-file', path, content: contentOf(''), attributes, before: null, validate: null, backup: null }];
}

function planTimes(
  { path, access_time, modification_time, follow }: FileArgs,
  otherwise: 'now' | 'preserve',
): Change[] {
  const access = (access_time ?? otherwise) === 'now';
  const modification = (modification_time ?? otherwise) === 'now';
  return access || modification ? [{ kind: 'set-times', path, access, modification, follow }] : [];
}
