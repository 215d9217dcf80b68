/** Keys that a play, a block, an import or an include hands down to the tasks in it. */
export const inheritedKeywords = [
  'when',
  'tags',
  'vars',
  'environment',
  'become',
  'become_user',
  'become_method',
  'ignore_errors',
  'any_errors_fatal',
  'delegate_to',
  'delegate_facts',
  'run_once',
  'no_log',
  'notify',
  'throttle',
  'timeout',
  'check_mode',
  'diff',
] as const;

/** Keys of a play that kmesh knows. */
export const playKeywords = [
  'name',
  'hosts',
  'order',
  'strategy',
  'serial',
  'max_fail_percentage',
  'any_errors_fatal',
  'force_handlers',
  'gather_facts',
  'vars',
  'vars_files',
  'vars_prompt',
  'roles',
  'pre_tasks',
  'tasks',
  'post_tasks',
  'handlers',
  'become',
  'become_user',
  'become_method',
  'user',
  'remote_user',
  'port',
  'connection',
  'environment',
  'tags',
  'ignore_errors',
  'no_log',
  'run_once',
  'check_mode',
  'diff',
  'throttle',
  'timeout',
] as const;

/** Keys of a block. */
export const blockKeywords = ['name', 'block', 'rescue', 'always', ...inheritedKeywords] as const;

/** How a task is repeated, but for the kinds of `with_...`. */
const loopKeywords = ['loop', 'loop_control'] as const;

/** `with_...`, and the kind of loop that it is. */
export const withKeywords = {
  with_list: 'list',
  with_items: 'items',
  with_dict: 'dict',
  with_sequence: 'sequence',
  with_fileglob: 'fileglob',
  with_first_found: 'first_found',
  with_indexed_items: 'indexed_items',
  with_nested: 'nested',
  with_cartesian: 'nested',
  with_together: 'together',
  with_subelements: 'subelements',
} as const;

/** Keys of a task that kmesh knows; the one other key is its module. */
export const taskKeywords = [
  'name',
  ...inheritedKeywords,
  ...loopKeywords,
  ...(Object.keys(withKeywords) as readonly (keyof typeof withKeywords)[]),
  'until',
  'retries',
  'delay',
  'register',
  'listen',
  'failed_when',
  'changed_when',
  'args',
  'action',
  'local_action',
] as const;

/** What takes the place of a module. */
export const callKeywords = [
  'import_tasks',
  'include_tasks',
  'import_role',
  'include_role',
  'include_vars',
  'meta',
] as const;

/** Keys of a task that includes something. */
export const includeKeywords = [
  'name',
  'args',
  ...inheritedKeywords,
  ...loopKeywords,
  ...(Object.keys(withKeywords) as readonly (keyof typeof withKeywords)[]),
] as const;

/** Keys of a task that imports something. */
export const importKeywords = ['name', 'args', ...inheritedKeywords] as const;

/** Keys beside `meta`. */
export const metaKeywords = ['name', 'when', 'tags', 'run_once', 'vars'] as const;

/** Keys beside `import_playbook`. */
export const importPlaybookKeywords = ['name', 'import_playbook', 'when', 'tags', 'vars'] as const;

/** Keys of an entry of `roles:`; any other key is a variable of the role. */
export const roleKeywords = [
  'role',
  'name',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  ...inheritedKeywords,
] as const;

/** What Ansible has and kmesh has not, and what to do instead. */
export const ansibleOnly: Readonly<Record<string, string>> = {
  async: 'A task is waited for: give it a `timeout`. What runs for long is a unit: `command: systemd-run ...`.',
  poll: 'A task is waited for: give it a `timeout`.',
  collections: 'kmesh has no collections: modules are named directly.',
  debugger: 'Show values with a `debug` task.',
  module_defaults: 'Give them with YAML: an anchor, `&name`, and `<<: *name` in each task.',
  ignore_unreachable: 'A host that can not be reached is out of the run, and the others go on.',
  fact_path: 'Ask with `command` and `register`.',
  gather_subset: 'All facts are gathered at once, and only where something needs them.',
  become_flags: 'Only `sudo` is there, with its own settings in sudoers(5).',
  become_exe: 'Only `sudo` is there.',
  include: 'Write `include_tasks`, or `import_tasks` where the name of the file is known before the run.',
  loop_with: 'Write `loop`.',
  with_lines: 'Run the program as a task with `register: out`, then `loop: "{{ out.stdout_lines }}"`.',
  with_flattened: 'Write `with_items`, which flattens one level.',
  with_random_choice: 'A run is to be the same each time: choose an item yourself.',
  with_inventory_hostnames: 'Write `loop: "{{ groups.NAME }}"`.',
  with_file: 'Use `copy` for files, or `vars_files` for variables.',
  with_ini: 'Keep the values in a YAML file of `vars_files`.',
  with_url: 'Ask with `command: curl ...` and `register`.',
  with_password: 'Keep secrets in a file of variables.',
  with_varnames: 'Keep the values in one mapping, and use `with_dict`.',
};
