import { isIPv6 } from 'node:net';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { reservedNames } from '../base/reserved-names.ts';
import type { Span } from '../base/source.ts';

/** Why a name can not be a variable's, or `null`. */
export function variableNameProblem(name: string, at: Span): Diagnostic | null {
  if (reservedNames.has(name)) {
    return diagnostic(at, `\`${name}\` is a name that kmesh itself sets.`, 'Choose another name for this variable.');
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== '__proto__') return null;
  const repaired = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  const hint =
    /[A-Za-z0-9]/.test(name) && repaired !== name ? `Write \`${repaired}\`: letters, digits and \`_\`.` : null;
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
