import { join } from 'node:path';
import { namedSource } from '../../base/node.ts';
import type { SiteRequest } from '../../engine/input/load-site.ts';

type MadeUp = Exclude<SiteRequest['playbook'], string>;

/** A playbook that reruns one role, as `kmesh role` does. */
export function rolePlaybook(role: string, pattern: string, directory: string): MadeUp {
  return madeUp(
    `kmesh role ${role}`,
    `- name: ${quoted(role)}\n  hosts: ${quoted(pattern)}\n  roles: [${quoted(role)}]\n`,
    directory,
  );
}

/** A playbook that only asks facts, as `kmesh facts` does. */
export function factsPlaybook(pattern: string, directory: string): MadeUp {
  return madeUp('kmesh facts', `- hosts: ${quoted(pattern)}\n`, directory);
}

/** A playbook that does nothing, as for `kmesh status`: it only names the hosts. */
export function hostsPlaybook(directory: string): MadeUp {
  return madeUp('kmesh status', '- hosts: all\n  gather_facts: false\n', directory);
}

/**
 * A playbook that runs one command, as `kmesh exec` does: one word is text for a shell, several are an argv list.
 * What the user typed is no template.
 */
export function execPlaybook(pattern: string, words: readonly string[], directory: string): MadeUp {
  const [first = '', ...rest] = words.map((word) => `!unsafe ${quoted(word)}`);
  const task = rest.length === 0 ? `shell: {cmd: ${first}}` : `command: {argv: [${[first, ...rest].join(', ')}]}`;
  const name = `!unsafe ${quoted(words.join(' '))}`;
  const text = `- hosts: ${quoted(pattern)}\n  gather_facts: false\n  tasks:\n    - name: ${name}\n      ${task}\n`;
  return madeUp('kmesh exec', text, directory);
}

function madeUp(name: string, text: string, directory: string): MadeUp {
  return { path: join(directory, 'kmesh.yml'), source: namedSource(name, text) };
}

// A JSON string is a YAML string.
function quoted(text: string): string {
  return JSON.stringify(text);
}
