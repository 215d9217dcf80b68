import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KmeshError } from '../../../src/base/errors.ts';
import { askSecret, PromptInterrupted } from '../../../src/cli/ask/prompt.ts';

const test = suite('cli/prompt');

/** A terminal on which keys come in these chunks. */
function terminal(...chunks: readonly (string | Buffer)[]) {
  const rawModes: boolean[] = [];
  const shown: string[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => rawModes.push(on) });
  for (const chunk of chunks) input.write(chunk);
  return { input, output: { write: (text: string) => shown.push(text) }, rawModes, shown };
}

async function typed(...chunks: readonly (string | Buffer)[]): Promise<string> {
  const secret = await askSecret('Password', terminal(...chunks));
  return secret.reveal();
}

test('asks and shows nothing of the answer', async () => {
  const io = terminal('s3', 'cret\r');
  const secret = await askSecret('BECOME password', io);
  assert.is(secret.reveal(), 's3cret');
  assert.is(io.shown.join(''), 'BECOME password: \n');
  assert.equal(io.rawModes, [true, false]);
  assert.is(io.input.listenerCount('data') + io.input.listenerCount('end'), 0);
});

test('shows nothing of what is typed as soon as the question stands there', async () => {
  const io = terminal('s3cret\r');
  const modesAtQuestion: boolean[][] = [];
  const output = { write: () => modesAtQuestion.push([...io.rawModes]) };
  await askSecret('Password', { input: io.input, output });
  assert.equal(modesAtQuestion[0], [true]);
});

test('edits what is typed', async () => {
  assert.is(await typed('abc\u007f\b', 'd\n'), 'ad');
  assert.is(await typed('\u007fwrong\u0015right\r\n'), 'right');
  assert.is(await typed('a\u001b[D\u001bOCb\t\u0004\r'), 'ab');
  assert.is(await typed('ü🚀\u007f\r'), 'ü');
});

test('takes a paste, with or without its marks', async () => {
  assert.is(await typed('\u001b[200~pa ss\u001b[201~\r'), 'pa ss');
});

test('puts letters together that come in pieces', async () => {
  const bytes = Buffer.from('aü\r');
  assert.is(await typed(bytes.subarray(0, 2), bytes.subarray(2)), 'aü');
});

test('leaves what stands behind the line for the next question', async () => {
  const io = terminal('first\nsecond\n');
  assert.is((await askSecret('A', io)).reveal(), 'first');
  assert.is((await askSecret('B', io)).reveal(), 'second');
});

test('can be left with Ctrl-C, and with Ctrl-D on an empty line', async () => {
  for (const keys of ['abc\u0003', '\u0004']) {
    const io = terminal(keys);
    const error = await askSecret('Password', io).catch((thrown: unknown) => thrown);
    assert.instance(error, PromptInterrupted);
    assert.equal(io.rawModes, [true, false]);
  }
});

test('ends when the terminal goes away', async () => {
  const io = terminal('abc');
  io.input.end();
  const error = await askSecret('Password', io).catch((thrown: unknown) => thrown);
  assert.instance(error, PromptInterrupted);
});

test('needs a terminal', async () => {
  const io = { input: new PassThrough(), output: { write: () => true } };
  const error = await askSecret('BECOME password', io).catch((thrown: unknown) => thrown);
  assert.instance(error, KmeshError);
  assert.is((error as KmeshError).message, 'There is no terminal to ask for `BECOME password`.');
  assert.match((error as KmeshError).hint ?? '', 'leave out the options that ask');
});

test.run();
