import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outputLimit } from '../../src/transport/session.ts';
import { Replies } from '../../src/transport/shell/replies.ts';
import { shown } from './support.ts';

const test = suite('transport/shell/replies');

function repliesOf(size: number): { replies: Replies; heard: string[] } {
  const heard: string[] = [];
  const replies = new Replies(
    size,
    { nonce: 'NONCE', first: 5 },
    {
      started: (fragment, pid) => heard.push(`started ${fragment} ${pid}`),
      ended: (fragment) => heard.push(`ended ${fragment}`),
      exceeded: (fragment) => heard.push(`exceeded ${fragment}`),
      complete: () => heard.push('complete'),
      garbled: () => heard.push('garbled'),
    },
  );
  return { replies, heard };
}

test('gives each fragment what it said, and is complete when both streams are', () => {
  const { replies, heard } = repliesOf(2);
  replies.stdout.feed(Buffer.from('NONCES5,/7;oneNONCEE5,0;NONCES6,/8;twoNONCEE6,4;'));
  assert.equal(heard, ['started 0 7', 'ended 0', 'started 1 8', 'ended 1']);
  assert.equal(replies.known(), []);
  replies.stderr.feed(Buffer.from('uNONCEE5;vNONCEE6;'));
  assert.is(heard.at(-1), 'complete');
  assert.equal(replies.known().map(shown), ['0|one|u', '4|two|v']);
});

test('has no reply for a fragment that was passed over', () => {
  const { replies, heard } = repliesOf(1);
  replies.stdout.feed(Buffer.from('NONCEP5;'));
  replies.stderr.feed(Buffer.from('NONCEP5;'));
  assert.is(heard.at(-1), 'complete');
  assert.equal(replies.known(), [null]);
});

test('drops what comes between two fragments', () => {
  const { replies } = repliesOf(2);
  replies.stdout.feed(Buffer.from('NONCES5,/7;aNONCEE5,0;late'));
  replies.stdout.feed(Buffer.from('NONCES6,/8;bNONCEE6,0;'));
  replies.stderr.feed(Buffer.from('NONCEE5;NONCEE6;'));
  assert.equal(replies.known().map(shown), ['0|a|', '0|b|']);
});

test('keeps no more than the limit, and never calls half an answer a success', () => {
  const { replies, heard } = repliesOf(1);
  replies.stdout.feed(Buffer.from('NONCES5,/7;'));
  replies.stdout.feed(Buffer.alloc(outputLimit + 10, 'x'));
  replies.stdout.feed(Buffer.alloc(1000, 'x'));
  assert.equal(heard, ['started 0 7', 'exceeded 0']);
  replies.stdout.feed(Buffer.from('NONCEE5,0;'));
  replies.stderr.feed(Buffer.from('NONCEE5;'));
  const [reply] = replies.known();
  assert.is(reply?.stdout.length, outputLimit);
  assert.is(reply?.status, 153);
  assert.is(reply?.truncated, true);
  assert.match(reply?.stderr.toString() ?? '', 'more than 33554432 bytes');
});

test('takes a success for one even when the time was up', () => {
  const { replies } = repliesOf(1);
  replies.setTimedOut(0);
  replies.stdout.feed(Buffer.from('NONCES5,/7;NONCEE5,0;'));
  replies.stderr.feed(Buffer.from('NONCEE5;'));
  assert.is(replies.known()[0]?.timedOut, false);
});

test('ends those that were not run as the one that was killed before them', () => {
  const { replies, heard } = repliesOf(3);
  replies.stdout.feed(Buffer.from('NONCES5,/7;oneNONCEE5,0;NONCES6,/7;two'));
  replies.stderr.feed(Buffer.from('NONCEE5;why'));
  replies.setTimedOut(1);
  replies.stdout.feed(Buffer.from('NONCER7,137;'));
  replies.stderr.feed(Buffer.from('NONCER7,137;'));
  assert.equal(heard, ['started 0 7', 'ended 0', 'started 1 7', 'ended 1', 'ended 2', 'complete']);
  assert.equal(replies.known().map(shown), ['0|one|', '137 timed out|two|why', '137 timed out||']);
});

test('says when the answers are not those of the batch', () => {
  const { replies, heard } = repliesOf(1);
  replies.stdout.feed(Buffer.from('NONCEE4,0;'));
  assert.equal(heard, ['garbled']);
});

test.run();
