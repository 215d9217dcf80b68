import { PlanError } from '../base/errors.ts';
import type { Change } from '../changes/change.ts';
import type { FileState } from '../probes/file-state.ts';
import { type AttributeArgs, attributesForDirectory } from './attributes.ts';
import { ancestorsOf } from './plan-file.ts';

/** What is at a path when its links are followed; `null`: nothing. */
export type StateOf = (path: string) => FileState | null;

/** Makes a directory and all above it that are missing, one change each. @throws PlanError when a file is in the way */
export function planDirectories(path: string, args: AttributeArgs, stateOf: StateOf): Change[] {
  const directory = path.replace(/(?<=.)\/+$/, '');
  return [...missingAbove(directory, stateOf), directory].map((one) => makeDirectory(one, args));
}

/** Makes one directory in one that is there. */
export function makeDirectory(path: string, args: AttributeArgs): Change {
  return { kind: 'make-directory', path, attributes: attributesForDirectory(args) };
}

function missingAbove(path: string, stateOf: StateOf): string[] {
  return ancestorsOf(path).filter((above) => {
    const state = stateOf(above);
    if (state !== null && state.type !== 'directory') {
      throw new PlanError(`\`${above}\` is not a directory but a ${state.type}.`);
    }
    return state === null;
  });
}
