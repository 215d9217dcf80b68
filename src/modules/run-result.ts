import type { Data } from '../base/node.ts';
import type { Reply } from '../base/reply.ts';
import { noResult, type Result } from './module.ts';

// More than anybody reads or matches; a program that prints without end must not fill our memory.
const maxCharacters = 1024 * 1024;

/** What a program that ran gives to `register`. */
export function runResult(cmd: Data, reply: Reply, stripEmptyEnds: boolean): Result {
  const stdout = outputOf(reply.stdout, stripEmptyEnds);
  const stderr = outputOf(reply.stderr, stripEmptyEnds);
  const values = {
    cmd,
    rc: reply.status,
    stdout,
    stderr,
    stdout_lines: linesOf(stdout),
    stderr_lines: linesOf(stderr),
  };
  return { ...noResult, values, message: [stdout, stderr].filter((text) => text !== '').join('\n') || null };
}

/** What a program that need not run gives to `register`. */
export function skippedRunResult(cmd: Data, why: string): Result {
  const values = { cmd, rc: 0, stdout: '', stderr: '', stdout_lines: [], stderr_lines: [], msg: why };
  return { ...noResult, values, message: why };
}

function outputOf(output: Buffer, stripEmptyEnds: boolean): string {
  const text = output.toString('utf8').slice(0, maxCharacters);
  return stripEmptyEnds ? text.replace(/[\r\n]+$/, '') : text;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split(/\r?\n/);
}
