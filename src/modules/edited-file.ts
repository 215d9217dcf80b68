import { PlanError } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import { type FileState, fileState, maxContentBytes } from '../probes/file-state.ts';
import type { Probes } from '../probes/probe.ts';
import { realPath } from '../probes/real-path.ts';
import { type AttributeArgs, planAttributes } from './attributes.ts';
import { planFile } from './plan-file.ts';

/** A text file of which a task changes a part; where the path is a link, the file it leads to. */
export interface EditedFile {
  /** What is there when links are followed, with its content. */
  readonly file: FileState | null;
  readonly link: FileState | null;
  /** Where a link leads. */
  readonly real: string | null;
}

/** What to ask about such a file. */
export function editedFileProbes(path: string): Probes<EditedFile> {
  return {
    file: fileState(path, { follow: true, hash: true, content: 'always' }),
    link: fileState(path),
    real: realPath(path),
  };
}

/** The text as it is; empty when there is no file. @throws PlanError when it is no text, or too long */
export function textBefore(path: string, { file, link }: EditedFile): string {
  if (file === null && link !== null)
    throw new PlanError(`\`${path}\` is a link to \`${link.target}\`, which does not exist.`);
  if (file === null) return '';
  const { type, size, content } = file;
  if (type !== 'file') throw new PlanError(`\`${path}\` is not a file but a ${type}.`);
  if (content === null) throw new PlanError(`\`${path}\` has ${size} bytes; at most ${maxContentBytes} can be edited.`);
  const text = content.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(content)) throw new PlanError(`\`${path}\` is not a text in UTF-8.`);
  return text;
}

/** How the file is to be. */
export interface EditedText extends AttributeArgs {
  readonly path: string;
  readonly text: string;
  readonly validate: string | null;
  readonly backup: boolean;
}

/** The changes that give the file its text and attributes. @throws PlanError */
export function planText(wanted: EditedText, state: EditedFile): Change[] {
  const before = textBefore(wanted.path, state);
  const path = state.link?.type === 'link' && state.real !== null ? state.real : wanted.path;
  if (state.file !== null && before === wanted.text) return planAttributes(path, wanted, state.file);
  return planFile({ ...wanted, path, content: contentOf(wanted.text), force: true }, state.file);
}
