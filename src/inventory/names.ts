import { isIPv6 } from 'node:net';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';

/** Names that kmesh itself gives a value: a variable of the user's would be shadowed silently. */
const magicNames: ReadonlySet<string> = new Set([
  'ansible_check_mode',
  'ansible_diff_mode',
  'ansible_facts',
  'ansible_forks',
  'ansible_index_var',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_loop',
  'ansible_loop_var',
  'ansible_play_batch',
  'ansible_play_hosts',
  'ansible_play_hosts_all',
  'ansible_play_name',
  'ansible_role_name',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'facts',
  'group_names',
  'groups',
  'hostvars',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'item',
  'omit',
  'play_hosts',
  'playbook_dir',
  'role_name',
  'role_names',
  'role_path',
  'vars',
]);

/** Why a name can not be a variable's, or `null`. */
export function variableNameProblem(name: string, at: Span): Diagnostic | null {
  if (magicNames.has(name)) {
    return diagnostic(at, `\`${name}\` is a name that kmesh itself sets.`, 'Choose another name for this variable.');
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return null;
  const repaired = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  const hint = /[A-Za-z0-9]/.test(name) ? `Write \`${repaired}\`: letters, digits and \`_\`.` : null;
  return diagnostic(at, `\`${name}\` can not be the name of a variable.`, hint);
}

/** Why a name can not be a host's, or `null`. */
export function hostNameProblem(name: string, at: Span): Diagnostic | null {
  if ((hostName.test(name) && name.length <= 253) || isIPv6(name)) return null;
  if (name === '---')
    return diagnostic(at, '`---` starts a YAML file, and this one is read as INI.', 'Name it `.yml`.');
  if (name.includes('=')) {
    const hint = 'Variables of a group stand under `[group:vars]`, those of a host behind its name.';
    return diagnostic(at, `\`${name}\` stands where a host's name is wanted.`, hint);
  }
  const hint = 'A name has letters, digits and `. _ - @ % +`, and at most 253 of them.';
  return diagnostic(at, `\`${name}\` can not be the name of a host.`, hint);
}

/** Why a name can not be a group's, or `null`. */
export function groupNameProblem(name: string, at: Span): Diagnostic | null {
  if (groupName.test(name) && name.length <= 253) return null;
  return diagnostic(at, `\`${name}\` can not be the name of a group.`, 'A name has letters, digits and `_ - . @ +`.');
}

// Free of what means something in a pattern, in a path and as an option of ssh.
const hostName = /^[\p{L}\p{N}_][\p{L}\p{N}_.@%+-]*$/u;
const groupName = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+-]*$/u;
