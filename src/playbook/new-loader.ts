import type { Node, ScalarNode } from '../base/node.ts';
import type { Loader } from './tasks/context.ts';
import { loadSteps } from './tasks/load-steps.ts';
import { readYaml } from './read-yaml.ts';

// Far above any site: it is there for files that include each other in all possible ways.
const maxIncluded = 2000;

/** A loader of one playbook: it numbers what is read, and reads each file once. */
export function newLoader(parts: Pick<Loader, 'constants' | 'folder' | 'problems' | 'roleFolders' | 'vault'>): Loader {
  const files = new Map<string, Node | null>();
  let lastId = 0;
  let included = 0;
  return {
    ...parts,
    loadSteps,
    nextId: () => ++lastId,
    read(file, at) {
      const known = files.get(file);
      if (known !== undefined) return known;
      const node = readYaml(file, parts, at?.span ?? null);
      files.set(file, node);
      return node;
    },
    mayInclude(at) {
      included++;
      if (included === maxIncluded + 1) noteTooMany(at, parts.problems);
      return included <= maxIncluded;
    },
  };
}

function noteTooMany(at: ScalarNode, problems: Loader['problems']): void {
  problems.push({
    at: at.span,
    message: `Includes can mean more than ${maxIncluded} files, one within the other.`,
    hint: 'Say more of the name than a template: `include_tasks: "os-{{ name }}.yml"`.',
  });
}
