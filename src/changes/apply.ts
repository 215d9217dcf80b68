import { raw, type RawShell, sh } from '../base/shell.ts';
import {
  type Attributes,
  type Change,
  type Content,
  type CopyPath,
  type SetAttributes,
  type TreeStep,
  type WriteFile,
} from './change.ts';
import { commandText } from './command-text.ts';

/** How one change is done: an upload first, when its content is large, then shell text. */
export interface Delivery {
  readonly upload: {
    readonly path: string;
    readonly content: Content;
    /** Where the beginning of the content waits, if an earlier upload of it was cut off. */
    readonly part: string;
  } | null;
  /** Succeeds only when the change is done; leaves nothing half done when not. */
  readonly script: string;
}

/** Up to this many bytes content travels inside the script; above, through a channel of its own. */
const inlineLimitBytes = 64 * 1024;

/**
 * Shell text that does a change. The only place in kmesh that makes text which writes to a host.
 *
 * @param nonce makes names of temporary files unique; letters and digits.
 */
export function deliver(change: Change, nonce: string): Delivery {
  switch (change.kind) {
    case 'write-file':
      return deliverFile(change, nonce);
    case 'copy-path':
      return scriptOnly(replaceFile(change, nonce, sh`cat <${change.from} >"$t" && ${hashCheck(change.sha256)}`));
    case 'make-directory':
      return scriptOnly(directoryText(change));
    case 'make-link':
      return scriptOnly(linkText(change, nonce));
    case 'remove-path':
      return scriptOnly(change.type === 'directory' ? sh`rm -rf -- ${change.path}` : sh`rm -f -- ${change.path}`);
    case 'set-attributes':
      return scriptOnly(setText(change));
    case 'set-times':
      return scriptOnly(timesText(change));
    case 'run-command':
      return scriptOnly(commandText(change));
  }
}

/** True when a change's content travels through a channel of its own. */
export function isLarge(change: Change): boolean {
  return change.kind === 'write-file' && (change.content.bytes === null || change.content.size > inlineLimitBytes);
}

function scriptOnly(script: string): Delivery {
  return { upload: null, script };
}

function deliverFile(change: WriteFile, nonce: string): Delivery {
  const { content } = change;
  if (content.bytes !== null && !isLarge(change)) {
    return scriptOnly(replaceFile(change, nonce, writeText(content.bytes, content.sha256)));
  }
  const path = temporaryName(change.path, nonce);
  const part = `${hiddenName(change.path)}.kmesh-part-${content.sha256.slice(0, 16)}`;
  return { upload: { path, content, part }, script: replaceFile(change, nonce, hashCheck(content.sha256).raw) };
}

function hashCheck(sha256: string): RawShell {
  return raw(
    sh`{ [ "$(sha256sum <"$t")" = ${`${sha256}  -`} ] || { echo 'kmesh: the content did not arrive whole' >&2; false; }; }`,
  );
}

/**
 * Makes the new file beside the old one, checks it, and renames it over: whoever reads the path sees the old file or
 * the new one, and the new one never with a wrong mode or owner. The name starts with a dot and ends in no known
 * suffix, so that daemons which read whole directories pass over it. See rename(2).
 */
function replaceFile(change: WriteFile | CopyPath, nonce: string, make: string): string {
  const { path, validate, backup } = change;
  const temporary = temporaryName(path, nonce);
  const steps = [
    make,
    attributesText(change.attributes, raw('"$t"')).raw,
    ...(validate === null ? [] : [validateText(validate, temporary)]),
    'sync -- "$t" 2>/dev/null || sync',
    ...(backup === null ? [] : [sh`[ ! -f ${path} ] || cp -p -- ${path} ${backup}`]),
    moveText(raw('"$t"'), path),
  ];
  return sh`umask 077; set -C; t=${temporary}; trap 'rm -f -- "$t"' EXIT; trap 'exit 143' HUP INT TERM
${raw(steps.map((step) => `{ ${step}\n}`).join(' && '))} && { ${relabel(path)}; ${removeParts(path)}; true; }`;
}

// BusyBox refuses to put a file in the place of a link to a directory, which rename(2) would do.
function moveText(from: RawShell, path: string): string {
  return sh`{ mv -fT -- ${from} ${path} || { [ -L ${path} ] && [ -d ${path} ] && rm -f -- ${path} && mv -fT -- ${from} ${path}; }; }`;
}

// Of uploads that were cut off: those for the same path, and what nobody came back for. No process where there is none.
function removeParts(path: string): RawShell {
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  const own = hiddenName(path);
  return raw(sh`for p in ${directory}.*.kmesh-part-*; do [ -f "$p" ] || continue
case $p in ${own}.kmesh-part-*) rm -f -- "$p";; *) find "$p" -mmin +1440 -exec rm -f -- {} +;; esac; done 2>/dev/null`);
}

// The user's command: it sees the shell as any other one does, and what it prints are complaints.
function validateText(validate: string, temporary: string): string {
  return sh`(set +C; umask 022; exec 1>&2\n${raw(validate.replaceAll('%s', () => sh`${temporary}`))}\n)`;
}

function temporaryName(path: string, nonce: string): string {
  return `${hiddenName(path)}.kmesh-${nonce}`;
}

function hiddenName(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  // 255 bytes is the longest name of most file systems; long ones keep their start.
  const name = path
    .slice(slash)
    .replace(/[^ -~]/g, '_')
    .slice(0, 60);
  return `${path.slice(0, slash)}.${name}`;
}

// `set -C` makes the shell refuse a temporary file that is there already, so nobody can slip one in.
// Text goes as one quoted word of a builtin: no process, and readable in a trace. Anything else as base64, and looked at
// again: BusyBox's `base64 -d` calls it a success when the disk is full.
function writeText(bytes: Buffer, sha256: string): string {
  const text = bytes.toString('utf8');
  const isText = !text.includes('\0') && Buffer.from(text, 'utf8').equals(bytes);
  return isText
    ? sh`printf %s ${text} >"$t"`
    : sh`printf %s ${bytes.toString('base64')} | base64 -d >"$t" && ${hashCheck(sha256)}`;
}

// Visible only to its owner until its mode is set; nothing is left when that fails.
function directoryText({ path, attributes }: Extract<Change, { kind: 'make-directory' }>): string {
  const mask = attributes.mode === null ? '022' : '077';
  const set = attributesText(attributes, raw(sh`${path}`));
  return sh`umask ${mask}; mkdir -- ${path} && { ${set} || { rmdir -- ${path}; false; }; } && { ${relabel(path)}; true; }`;
}

// Owner before mode: chown(2) clears the set-user-ID bit.
function attributesText({ mode, owner, group }: Attributes, path: RawShell, chownFlag = ''): RawShell {
  const flag = raw(chownFlag);
  const who =
    owner === null && group === null
      ? []
      : [sh`chown ${flag}${`${owner ?? ''}${group === null ? '' : `:${group}`}`} -- ${path}`];
  const how = mode === null ? [] : [sh`chmod ${exactMode(mode)} -- ${path}`];
  return raw([...who, ...how].join(' && ') || 'true');
}

// With fewer than five digits chmod(1) keeps the set-group-ID bit of a directory.
function exactMode(mode: string): string {
  return mode.padStart(5, '0');
}

function setText({ path, after, follow, recurse }: SetAttributes): string {
  if (recurse !== false) return recurse.map((step) => stepText(path, step)).join(' && ') || 'true';
  const { mode, owner, group } = after;
  const who = attributesText({ mode: null, owner, group }, raw(sh`${path}`), follow ? '' : '-h ').raw;
  const how = attributesText({ mode, owner: null, group: null }, raw(sh`${path}`)).raw;
  return `${who} && ${how}`;
}

// Each sort by itself, so that `chmod` never has to understand symbolic modes: BusyBox does not as GNU does.
// The slash makes find(1) go into a directory that is reached by a link.
function stepText(path: string, { type, before, after }: TreeStep): string {
  const types = { file: '-type f', directory: '-type d', link: '-type l', other: '! -type f ! -type d ! -type l' };
  const who = raw(types[type] + (type === 'link' ? '' : ` -perm ${before.mode}`));
  const set = attributesText(after, raw('"$@"'), type === 'link' ? '-h ' : '').raw;
  return sh`find ${`${path.replace(/\/+$/, '')}/`} ${who} -user ${before.uid} -group ${before.gid} -exec sh -c ${set} sh {} +`;
}

function timesText({ path, access, modification, follow }: Extract<Change, { kind: 'set-times' }>): string {
  const which = access && modification ? [] : [access ? '-a' : '-m'];
  return sh`touch -c ${[...which, ...(follow ? [] : ['-h'])]} -- ${path}`;
}

function linkText({ path, target, hard }: Extract<Change, { kind: 'make-link' }>, nonce: string): string {
  const make = raw(hard ? 'ln' : 'ln -s');
  const t = temporaryName(path, nonce);
  return sh`${make} -- ${target} ${t} && { ${raw(moveText(raw(sh`${t}`), path))} || { rm -f -- ${t}; false; }; }`;
}

function relabel(path: string): RawShell {
  return raw(sh`[ ! -e /sys/fs/selinux/enforce ] || restorecon -- ${path}`);
}
