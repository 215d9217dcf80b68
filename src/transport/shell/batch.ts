import { ApplyError } from '../../base/errors.ts';
import { quote } from '../../base/shell.ts';
import type { Fragment } from '../session.ts';

/** What marks the replies of a batch: the shell's nonce, and the number of the first fragment on that shell. */
export interface Framing {
  readonly nonce: string;
  readonly first: number;
}

// Measured: a `read` costs a system call per byte, `head` a fork and an exec; they meet near 1 KB.
const lineLimit = 800;

/**
 * The bytes that make the open shell run a batch.
 *
 * The text is one `{ … }`, so that a shell parses it whole before it starts: a batch cut off on its way runs not
 * at all. `head` takes exactly its bytes and nothing else reads stdin, so no shell parses them byte by byte.
 *
 * @throws ApplyError when a script holds a NUL, which no shell text can.
 */
export function encodeBatch(batch: readonly Fragment[], framing: Framing): Buffer {
  const text = batchScript(batch, framing);
  if (text.includes('\0')) throw new ApplyError('A NUL character cannot be in shell text.');
  const bytes = Buffer.from(text);
  if (bytes.length <= lineLimit && !text.includes('\n')) return Buffer.concat([bytes, Buffer.from('\n')]);
  // Without the exit a `head` that fails would leave the text to the loop, to be run line by line.
  const header = `kmesh_l=$(head -c ${bytes.length})||exit 97;eval "$kmesh_l"\n`;
  return Buffer.concat([Buffer.from(header), bytes]);
}

/** The shell's exit status when its `head` cannot count bytes. */
export const noHeadStatus = 97;

/** A batch as shell text. The nonce stands in no variable and is no last argument: no fragment can print it. */
function batchScript(batch: readonly Fragment[], { nonce, first }: Framing): string {
  const parts: string[] = [];
  for (let at = 0; at < batch.length;) {
    const together = tidyFrom(batch, at);
    const [fragment] = together;
    if (fragment === undefined) break;
    parts.push(
      together.length === 1 ? gated(fragment, nonce, first + at) : groupText(together, { nonce, first: first + at }),
    );
    at += together.length;
  }
  return `kmesh_l=;kmesh_g=0;{ ${parts.join('')}}`;
}

/** The fragment there, with all behind it that can share its subshell. */
function tidyFrom(batch: readonly Fragment[], at: number): readonly Fragment[] {
  const first = batch[at];
  const other = (fragment: Fragment): boolean => fragment.isTidy !== true || fragment.gate !== first?.gate;
  const length = first?.isTidy === true ? batch.slice(at).findIndex(other) : 1;
  return length === -1 ? batch.slice(at) : batch.slice(at, at + length);
}

// What a subshell of several fragments ends with: all was well, or the gate is shut. Any other status: it was killed.
const open = 98;
const shut = 99;

/** Several fragments in one subshell. Only when it was killed stands a mark behind it for those that it has not ended. */
function groupText(fragments: readonly Fragment[], { nonce, first }: Framing): string {
  const isGated = fragments[0]?.gate === 'after-success';
  const members = fragments.map((fragment, i) => {
    const text = `${startMark(nonce, first + i)}eval ${evalWord(fragment)};kmesh_s=$?;${endMarks(nonce, first + i, 2)}`;
    return isGated ? ifOpen(text, { nonce, index: first + i, errors: 2 }) : text;
  });
  const last = first + fragments.length - 1;
  const rest = `printf '${nonce}R%s,%s;' ${last} $kmesh_s;printf '${nonce}R%s,%s;' ${last} $kmesh_s >&3`;
  const shutGate = isGated ? 'kmesh_g=1' : ':';
  return (
    `(${members.join('')}[ $kmesh_g = 0 ]&&exit ${open};exit ${shut}) </dev/null 2>&3 3>&-;kmesh_s=$?;` +
    `case $kmesh_s in ${open});;${shut}) ${shutGate};;*) ${rest};${shutGate};;esac;`
  );
}

function gated(fragment: Fragment, nonce: string, index: number): string {
  const run =
    `(${startMark(nonce, index)}eval ${evalWord(fragment)}) </dev/null 2>&3 3>&-;kmesh_s=$?;` +
    endMarks(nonce, index, 3);
  return fragment.gate === 'always' ? run : ifOpen(run, { nonce, index, errors: 3 });
}

interface Place {
  readonly nonce: string;
  readonly index: number;
  /** The descriptor that leads to the channel's stderr. */
  readonly errors: 2 | 3;
}

/** Runs it while nothing before it has failed, and takes note of how it ended. */
function ifOpen(run: string, { nonce, index, errors }: Place): string {
  const passOver = `printf '${nonce}P%s;' ${index};printf '${nonce}P%s;' ${index} >&${errors};`;
  return `if [ $kmesh_g = 0 ];then ${run}[ $kmesh_s = 0 ]||kmesh_g=1;else ${passOver}fi;`;
}

// The glob is the subshell's own process id, without a process to ask for it.
function startMark(nonce: string, index: number): string {
  return `printf '${nonce}S${index},%s;' /proc/self/task/*;`;
}

function endMarks(nonce: string, index: number, errors: Place['errors']): string {
  return `printf '${nonce}E${index},%s;' $kmesh_s;printf '${nonce}E%s;' ${index} >&${errors};`;
}

// A leading dash would be taken for an option of eval.
function evalWord({ script }: Fragment): string {
  return quote(script.startsWith('-') ? ` ${script}` : script);
}
