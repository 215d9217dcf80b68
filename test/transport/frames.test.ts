import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameReader, type Mark } from '../../src/transport/shell/frames.ts';

const test = suite('transport/shell/frames');

interface Read {
  readonly text: string;
  readonly garbled: readonly string[];
}

/** What a reader tells of a stream that comes in these pieces: data as it is, marks in angle brackets. */
function read(pieces: readonly (string | Buffer)[]): Read {
  let text = '';
  const garbled: string[] = [];
  const reader = new FrameReader('NONCE', {
    data: (chunk) => (text += chunk.toString('latin1')),
    mark: (mark) => (text += `<${formatMark(mark)}>`),
    garbled: (what) => garbled.push(what),
  });
  for (const piece of pieces) reader.feed(Buffer.from(piece as string, 'latin1'));
  return { text, garbled };
}

function formatMark(mark: Mark): string {
  if (mark.kind === 'start') return `start ${mark.index} ${mark.pid}`;
  if (mark.kind === 'rest') return `rest ${mark.index} ${mark.status}`;
  return mark.kind === 'end' ? `end ${mark.index} ${mark.status}` : `passed over ${mark.index}`;
}

const stream = 'noiseNONCES0,/proc/self/task/77;out\nNONNONCEE0,3;NONCEP1;NONCES2,*;\u0000\u00ffNONCEE2,0;NONC';
const meaning = 'noise<start 0 77>out\nNON<end 0 3><passed over 1><start 2 null>\u0000\u00ff<end 2 0>';

test('tells data and marks apart, and holds back what may become a mark', () => {
  assert.equal(read([stream]), { text: meaning, garbled: [] });
});

test('reads the same however the stream is cut in two', () => {
  for (let at = 0; at <= stream.length; at++) {
    assert.equal(read([stream.slice(0, at), stream.slice(at)]).text, meaning, `cut at ${at}`);
  }
});

test('reads the same byte by byte', () => {
  assert.equal(read(stream.split('')).text, meaning);
});

test('reads a mark without status, as stderr has it', () => {
  assert.is(read(['errNONCEE12;']).text, 'err<end 12 null>');
});

test('reads the mark of those that were not run', () => {
  assert.is(read(['outNONCER12,137;']).text, 'out<rest 12 137>');
});

test('passes every byte value through', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  assert.is(read([bytes, 'NONCEE0,0;']).text, `${bytes.toString('latin1')}<end 0 0>`);
});

test('says when a nonce has no mark behind it', () => {
  assert.is(read(['NONCEX1;']).garbled.length, 1);
  assert.is(read([`NONCES0,${'9'.repeat(200)}`]).garbled.length, 1);
});

test('waits for the end of a mark', () => {
  assert.equal(read(['aNONCEE0,']), { text: 'a', garbled: [] });
});

test.run();
