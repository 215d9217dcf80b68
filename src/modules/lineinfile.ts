import { PlanError } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import { type FileState, fileState } from '../probes/file-state.ts';
import { type AttributeArgs, attributeProperties, pathSchema } from './attributes.ts';
import { editLines, type LineEdit, type LineMark, type LinePlace } from './edit-lines.ts';
import { type EditedFile, editedFileProbes, planText, textBefore } from './edited-file.ts';
import { argProblem, type ArgProblem, defineModule, resultOf } from './module.ts';
import { planDirectories } from './plan-directories.ts';
import { ancestorsOf, directoryOf } from './plan-file.ts';
import { pythonRegExp } from './python-regexp.ts';

export interface LineInFileArgs extends AttributeArgs {
  readonly path: string;
  readonly state: 'absent' | 'present';
  readonly line: string | null;
  readonly regexp: string | null;
  readonly search_string: string | null;
  readonly insertafter: string | null;
  readonly insertbefore: string | null;
  readonly backrefs: boolean;
  readonly firstmatch: boolean;
  readonly create: boolean;
  readonly backup: boolean;
  readonly validate: string | null;
}

export interface LineInFileState extends EditedFile {
  /** The directories above, when the file may be made. */
  readonly [above: `/${string}`]: FileState | null;
}

/** Keeps one line of a file of the host. */
export const lineinfile = defineModule<LineInFileArgs, LineInFileState>({
  name: 'lineinfile',
  description: 'Puts one line into a text file, replaces it, or takes lines out.',
  aliases: { dest: 'path', destfile: 'path', name: 'path', regex: 'regexp', value: 'line' },
  schema: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: pathSchema('Absolute path on the host; where it is a link, the file it leads to is changed.'),
      state: { enum: ['absent', 'present'], default: 'present', description: 'Whether the line is to be there.' },
      line: optionalText('The line. With `backrefs` it may hold `\\1` or `\\g<name>` for groups of `regexp`.'),
      regexp: optionalText('Pattern of the line to replace (the last that matches) or of all lines to remove.'),
      search_string: optionalText('Text in the line to replace or in all lines to remove, instead of `regexp`.'),
      insertafter: optionalText(
        'Pattern of the line after which a new line goes (the last that matches), `EOF` or `BOF`.',
      ),
      insertbefore: optionalText('Pattern of the line before which a new line goes (the last that matches), or `BOF`.'),
      backrefs: {
        type: 'boolean',
        default: false,
        description: 'Fills in groups of `regexp`; where nothing matches, nothing is added.',
      },
      firstmatch: { type: 'boolean', default: false, description: 'Means the first line that matches, not the last.' },
      create: { type: 'boolean', default: false, description: 'Makes the file when it is not there.' },
      backup: { type: 'boolean', default: false, description: 'Keep a copy of the old file beside it.' },
      validate: {
        type: ['string', 'null'],
        pattern: '%s',
        default: null,
        description:
          'Command that checks the candidate on the host before it replaces the old file; `%s` stands for its path.',
      },
      ...attributeProperties,
    },
  },

  check: checkArgs,

  probe: ({ path, create }) => ({
    ...editedFileProbes(path),
    ...(create
      ? Object.fromEntries(ancestorsOf(path).map((above) => [above, fileState(above, { follow: true })]))
      : {}),
  }),

  plan(args, state) {
    const { path, create } = args;
    const before = textBefore(path, state);
    if (state.file !== null) return planText({ ...args, text: edit(before, args) }, state);
    if (args.state === 'absent') return [];
    if (!create) throw new PlanError(`\`${path}\` does not exist.`, { hint: '`create: true` makes it.' });
    const text = edit('', args);
    return text === '' ? [] : [...planDirectoryOf(path, state), ...planText({ ...args, text }, state)];
  },

  result: ({ path }) => resultOf({ path }),
});

function optionalText(description: string) {
  return { type: ['string', 'null'], default: null, description };
}

function checkArgs(args: LineInFileArgs): ArgProblem[] {
  const { state, line, regexp, search_string, backrefs } = args;
  const problems: ArgProblem[] = [];
  const refuse = (arg: string, message: string, hint: string | null = null): void => {
    problems.push(argProblem(arg, message, hint));
  };
  if (regexp !== null && search_string !== null)
    refuse('search_string', 'Only one of `regexp` and `search_string` can be given.');
  if (args.insertafter !== null && args.insertbefore !== null)
    refuse('insertbefore', 'Only one of `insertafter` and `insertbefore` can be given.');
  if (regexp === '') refuse('regexp', 'An empty pattern matches every line.', 'Use `^` if that is meant.');
  if (search_string === '') refuse('search_string', 'An empty text is in every line.');
  if (state === 'present' && line === null) refuse('line', '`line` is missing: `state: present` needs it.');
  if (state === 'absent' && line === null && regexp === null && search_string === null)
    refuse('state', '`state: absent` needs `line`, `regexp` or `search_string`.');
  if (backrefs && regexp === null) refuse('backrefs', '`backrefs` needs `regexp`.');
  if (line !== null && bare(line).includes('\n'))
    refuse(
      'line',
      '`line` holds more than one line, which would be added anew at each run.',
      'Use `copy` or `template`.',
    );
  for (const name of ['regexp', 'insertafter', 'insertbefore'] as const) problems.push(...checkPattern(args, name));
  return problems;
}

function checkPattern(args: LineInFileArgs, name: 'insertafter' | 'insertbefore' | 'regexp'): ArgProblem[] {
  const pattern = pythonRegExp(args[name] ?? '');
  return pattern.kind === 'problem' ? [argProblem(name, pattern.message, pattern.hint)] : [];
}

function planDirectoryOf(path: string, state: LineInFileState): Change[] {
  const stateOf = (directory: string): FileState | null => state[directory as `/${string}`] ?? null;
  const above = directoryOf(path);
  const none = { mode: null, owner: null, group: null };
  return stateOf(above) === null ? planDirectories(above, none, stateOf) : [];
}

// Patterns can take long on long lines, and lines come from hosts.
const maxLineLength = 16 * 1024;

function edit(before: string, args: LineInFileArgs): string {
  const wanted = editOf(args);
  const hasPattern = [args.regexp, args.insertafter, args.insertbefore].some((pattern) => pattern !== null);
  if (hasPattern && before.split('\n').some((line) => line.length > maxLineLength)) {
    throw new PlanError(`\`${args.path}\` has a line of more than ${maxLineLength} characters.`);
  }
  try {
    return editLines(before, wanted);
  } catch (error) {
    if (error instanceof RangeError) throw new PlanError(error.message);
    throw error;
  }
}

function editOf(args: LineInFileArgs): LineEdit {
  const line = args.line === null ? null : bare(args.line);
  const mark: LineMark = args.regexp === null ? args.search_string : regexpOf(args.regexp);
  if (args.state === 'absent') return { kind: 'absent', line, mark };
  return {
    kind: 'present',
    line: line ?? '',
    mark,
    place: placeOf(args),
    backrefs: args.backrefs,
    firstMatch: args.firstmatch,
  };
}

function placeOf({ insertafter, insertbefore }: LineInFileArgs): LinePlace {
  if (insertafter === 'BOF' || insertbefore === 'BOF') return { kind: 'start' };
  if (insertafter !== null && insertafter !== 'EOF') return { kind: 'after', pattern: regexpOf(insertafter) };
  if (insertbefore !== null) return { kind: 'before', pattern: regexpOf(insertbefore) };
  return { kind: 'end' };
}

function regexpOf(pattern: string): RegExp {
  const made = pythonRegExp(pattern);
  if (made.kind === 'problem') throw new PlanError(made.message, { hint: made.hint });
  return made.regexp;
}

// A block scalar ends its one line with a line end.
function bare(line: string): string {
  return line.replace(/\n$/, '');
}
