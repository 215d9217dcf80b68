import { quote, raw, sh } from '../../base/shell.ts';

/**
 * The command line that starts the open shell, for any login shell (sh, fish, tcsh): one quoted word that has no
 * quote, backslash or `!` in it.
 *
 * The shell reads a line at a time and runs it; what a line starts may read the bytes that follow. Its own stderr goes
 * nowhere (it would name the text of a fragment that was killed); the fragments' is descriptor 3.
 */
export function shellCommand(token: string): string {
  return `exec ${shellWords(token)}`;
}

/** The same as words, for a command that takes one. */
export function shellWords(token: string): string {
  return sh`/bin/sh -c ${raw(quote(openingScript(token)))}`;
}

function openingScript(token: string): string {
  return [
    // A user that was switched to may not be able to read the directory it stands in.
    '[ -x . ]||cd /',
    'case :$PATH: in *:/usr/sbin:*) ;; *) PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin;; esac',
    'LC_ALL=C',
    'export PATH LC_ALL',
    'umask 022',
    `echo ${token} $$`,
    `echo ${token} $$ >&2`,
    'exec 3>&2 2>/dev/null',
    'while IFS= read -r kmesh_l;do eval "$kmesh_l";done',
  ].join(';');
}
