import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import pc from 'picocolors';
import { formatDiff } from '../../../src/report/text/diff.ts';

const test = suite('report/diff');

test('takes a removed line that looks like a file name for a removed line', () => {
  const diff = '--- a.sql\n+++ a.sql\n@@ -1 +1 @@\n--- old\n+++ new\n\\ No newline at end of file\n';
  assert.equal(formatDiff(diff, pc.createColors(true)), [
    '\u001b[1m--- a.sql\u001b[22m',
    '\u001b[1m+++ a.sql\u001b[22m',
    '\u001b[36m@@ -1 +1 @@\u001b[39m',
    '\u001b[31m--- old\u001b[39m',
    '\u001b[32m+++ new\u001b[39m',
    '\\ No newline at end of file',
  ]);
});

test('escapes what a file holds before it colours it', () => {
  assert.equal(formatDiff('+\u001b[31mred', pc.createColors(true)), ['\u001b[32m+\\x1b[31mred\u001b[39m']);
});

test.run();
