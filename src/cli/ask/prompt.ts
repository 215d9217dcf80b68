import { StringDecoder } from 'node:string_decoder';
import { KmeshError } from '../../base/errors.ts';
import { Secret } from '../../base/secrets.ts';

/** What a prompt needs of a terminal; `process.stdin` and `process.stderr` have it. */
export interface PromptIo {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
  readonly output: { write(text: string): unknown };
}

/** The user gave up at a prompt. */
export class PromptInterrupted extends KmeshError {}

/**
 * Asks for a secret, showing nothing of it.
 *
 * @throws KmeshError when there is no terminal, PromptInterrupted at Ctrl-C or when the terminal goes away.
 */
export async function askSecret(question: string, io: PromptIo): Promise<Secret> {
  const { input, output } = io;
  if (input.isTTY !== true || input.setRawMode === undefined) {
    const hint = 'Run it in a terminal, or leave out the options that ask.';
    throw new KmeshError(`There is no terminal to ask for \`${question}\`.`, { hint });
  }
  // First, so that nothing is shown that is typed as soon as the question stands there.
  input.setRawMode(true);
  try {
    output.write(`${question}: `);
    return new Secret(await readLine(input));
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

/**
 * Asks for a line that is shown while it is typed.
 *
 * @throws KmeshError when there is no terminal, PromptInterrupted at Ctrl-C or when the terminal goes away.
 */
export async function askText(question: string, { input, output }: PromptIo): Promise<string> {
  if (input.isTTY !== true) throw new KmeshError(`There is no terminal to ask for \`${question}\`.`);
  output.write(`${question}: `);
  try {
    return await readLine(input);
  } finally {
    input.pause();
  }
}

async function readLine(input: PromptIo['input']): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const line = new EditedLine();
  const ended = new AbortController();
  const closed = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  const onData = (chunk: Buffer | string): void => {
    const rest = line.type(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    if (line.state === 'open') return;
    // Before the rest is given back: it would come here at once.
    input.removeListener('data', onData).pause();
    // What was pasted behind the line answers the next question.
    if (rest !== '') input.unshift(rest);
    ended.abort();
  };
  const onEnd = (): void => ended.abort();
  input.on('data', onData).on('end', onEnd).on('error', onEnd).resume();
  await closed;
  input.removeListener('data', onData).removeListener('end', onEnd).removeListener('error', onEnd);
  if (line.state !== 'done') throw new PromptInterrupted('Interrupted at a prompt.');
  return line.text;
}

/** A line while it is typed: erasing, giving up, the end. Keys that move a cursor nobody sees are left out. */
class EditedLine {
  text = '';
  state: 'open' | 'done' | 'given-up' = 'open';

  /** Takes keys; returns those behind the end of the line. */
  type(keys: string): string {
    const pieces = [...keys.matchAll(keyPattern)];
    for (const piece of pieces) {
      this.#key(piece[0]);
      if (this.state !== 'open') return keys.slice(piece.index + piece[0].length);
    }
    return '';
  }

  #key(key: string): void {
    switch (key) {
      case '\r':
      case '\n':
      case '\r\n':
        this.state = 'done';
        return;
      case ctrl('C'):
        this.state = 'given-up';
        return;
      case ctrl('D'):
        if (this.text === '') this.state = 'given-up';
        return;
      case ctrl('U'):
        this.text = '';
        return;
      case ctrl('H'):
      case '\u007f':
        this.text = this.text.replace(/.$/su, '');
        return;
      default:
        if (!isControl(key)) this.text += key;
    }
  }
}

// oxlint-disable-next-line no-control-regex -- arrow keys and marks of a paste begin with escape
const keyPattern = /\u001b(?:\[[0-9;]*[ -/]*[@-~]|O[ -~])|\r\n|[^]/gu;

function isControl(key: string): boolean {
  return (key.codePointAt(0) ?? 0) < 0x20;
}

function ctrl(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 64);
}
