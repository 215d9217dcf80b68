import type { Files } from '../support/temp-dir.ts';

/**
 * All places that can set a variable of a host, from the lowest. Each sets one variable for each other place, `x_LOW_HIGH`,
 * to its own name, so that one look at all of them tells which of any two places wins.
 */
export const levels = [
  'role defaults',
  'inventory, all',
  'inventory, parent group',
  'inventory, child group',
  'group_vars/all beside the inventory',
  'group_vars/all beside the playbook',
  'group_vars/parent beside the inventory',
  'group_vars/child beside the inventory',
  'group_vars/parent beside the playbook',
  'group_vars/child beside the playbook',
  'inventory, host',
  'host_vars beside the inventory',
  'host_vars beside the playbook',
  'play vars',
  'vars_prompt',
  'first of vars_files',
  'second of vars_files',
  'role vars',
  'block vars',
  'task vars',
  'include_vars',
  'set_fact',
  'role params',
  'include params',
  'first -e',
  'second -e',
] as const;

/** One of them. */
export type Level = (typeof levels)[number];

/** The variable that two levels set. */
export function nameOfPair(low: number, high: number): string {
  return `x_${low}_${high}`;
}

/** What a level sets, as a mapping in YAML and JSON. */
function mappingOf(level: Level): string {
  return JSON.stringify(pairsOf(level));
}

interface Site {
  readonly files: Files;
  readonly args: readonly string[];
}

/**
 * A site in which all levels set their variables; it writes `NAME=VALUE` lines to the path in `dest`. It means the same
 * to Ansible and to kmesh, but for how a role is given params.
 *
 * @param giveParams the entry of the role `r` in the play, given its params
 */
export function precedenceSite(giveParams: (params: string) => string): Site {
  const pairs = levels.flatMap((_, high) => levels.slice(0, high).map((__, low) => nameOfPair(low, high)));
  return {
    files: {
      'inv/hosts': hosts(),
      'inv/group_vars/all.yml': mappingOf('group_vars/all beside the inventory'),
      'group_vars/all.yml': mappingOf('group_vars/all beside the playbook'),
      'inv/group_vars/parent.yml': mappingOf('group_vars/parent beside the inventory'),
      'inv/group_vars/child.yml': mappingOf('group_vars/child beside the inventory'),
      'group_vars/parent.yml': mappingOf('group_vars/parent beside the playbook'),
      'group_vars/child.yml': mappingOf('group_vars/child beside the playbook'),
      'inv/host_vars/h1.yml': mappingOf('host_vars beside the inventory'),
      'host_vars/h1.yml': mappingOf('host_vars beside the playbook'),
      'first.yml': mappingOf('first of vars_files'),
      'second.yml': mappingOf('second of vars_files'),
      'roles/r/defaults/main.yml': mappingOf('role defaults'),
      'roles/r/vars/main.yml': mappingOf('role vars'),
      'roles/r/vars/more.yml': mappingOf('include_vars'),
      'roles/r/tasks/main.yml': `- set_fact: ${mappingOf('set_fact')}
- include_vars: more.yml
- include_tasks: write.yml
  vars: ${mappingOf('include params')}
`,
      'roles/r/tasks/write.yml': `- vars: ${mappingOf('block vars')}
  block:
    - copy:
        dest: "{{ dest }}"
        content: |
${pairs.map((name) => `          ${name}={{ ${name} }}`).join('\n')}
      vars: ${mappingOf('task vars')}
`,
      'site.yml': `- hosts: h1
  gather_facts: false
  vars: ${mappingOf('play vars')}
  vars_prompt: ${promptsOf('vars_prompt')}
  vars_files: [first.yml, second.yml]
  roles:
    - ${giveParams(mappingOf('role params'))}
`,
    },
    args: ['site.yml', '-i', 'inv/hosts', '-e', mappingOf('first -e'), '-e', mappingOf('second -e')],
  };
}

function hosts(): string {
  return `[child]
h1 ansible_connection=local ${asIni('inventory, host', ' ')}
[parent:children]
child
[all:vars]
${asIni('inventory, all', '\n')}
[parent:vars]
${asIni('inventory, parent group', '\n')}
[child:vars]
${asIni('inventory, child group', '\n')}
`;
}

/** Questions that nobody is there to answer, so that their defaults count. */
function promptsOf(level: Level): string {
  const questions = Object.entries(pairsOf(level));
  return JSON.stringify(questions.map(([name, value]) => ({ name, prompt: name, default: value, private: false })));
}

function asIni(level: Level, separator: string): string {
  return Object.entries(pairsOf(level))
    .map(([name, value]) => `${name}="${value}"`)
    .join(separator);
}

function pairsOf(level: Level): Record<string, string> {
  const own = levels.indexOf(level);
  const others = levels.flatMap((_, other) => (other === own ? [] : [other]));
  return Object.fromEntries(others.map((other) => [nameOfPair(Math.min(own, other), Math.max(own, other)), level]));
}
