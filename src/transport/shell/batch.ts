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
function batchScript(batch: readonly Fragment[], framing: Framing): string {
  const parts = batch.map((fragment, i) => gated(fragment, framing.nonce, framing.first + i));
  return `kmesh_l=;kmesh_g=0;{ ${parts.join('')}}`;
}

function gated(fragment: Fragment, nonce: string, index: number): string {
  const run = framed(fragment, nonce, index);
  if (fragment.gate === 'always') return run;
  const passOver = `printf '${nonce}P%s;' ${index};printf '${nonce}P%s;' ${index} >&3;`;
  return `if [ $kmesh_g = 0 ];then ${run}[ $kmesh_s = 0 ]||kmesh_g=1;else ${passOver}fi;`;
}

function framed({ script }: Fragment, nonce: string, index: number): string {
  // The glob is the subshell's own process id, without a process to ask for it.
  const start = `printf '${nonce}S${index},%s;' /proc/self/task/*;`;
  // A leading dash would be taken for an option of eval.
  const text = quote(script.startsWith('-') ? ` ${script}` : script);
  return (
    `(${start}eval ${text}) </dev/null 2>&3 3>&-;kmesh_s=$?;` +
    `printf '${nonce}E${index},%s;' $kmesh_s;printf '${nonce}E%s;' ${index} >&3;`
  );
}
