import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../../src/engine/events.ts';
import { githubReporter } from '../../../src/report/files/github.ts';
import { formatAnnotation, withoutCommands } from '../../../src/report/files/github-command.ts';
import { completed, failure, finished, memoryOutput, optionsOf, outcome, playStarted, taskRef } from '../sample.ts';

const test = suite('report/github');

async function tell(events: readonly RunEvent[]): Promise<string[]> {
  const output = memoryOutput();
  const reporter = githubReporter(output, optionsOf(), { cwd: '/repo/deploy', top: '/repo' });
  for (const event of events) reporter.handle(event);
  await reporter.close();
  return output.text().split('\n').slice(0, -1);
}

test('escapes what a workflow command takes apart', () => {
  const at = 'roles/a,b:c.yml:12:3';
  assert.is(
    formatAnnotation({ level: 'error', title: '100%: a,b', message: '50%\r\na: b, ::c', at }),
    '::error file=roles/a%2Cb%3Ac.yml,line=12,col=3,title=100%25%3A a%2Cb::50%25%0D%0Aa: b, ::c\n',
  );
  assert.is(formatAnnotation({ level: 'warning', title: 'x', message: 'y', at: null }), '::warning title=x::y\n');
});

test('takes the power from lines that look like commands', () => {
  assert.is(
    withoutCommands('::set-env name=x::y\n  \t ::add-mask::z\na::b\n: :\nx ##[error]y\n'),
    '\\x3a:set-env name=x::y\n  \t \\x3a:add-mask::z\na::b\n: :\nx \\x23#[error]y\n',
  );
});

test('folds each play and annotates failures with their place', async () => {
  const failed = outcome('failed', { failure: failure({ stderr: '::error::evil\nreally' }) });
  const lines = await tell([
    playStarted({ play: 'Nodes', batch: 1, of: 2 }),
    finished('n1', failed),
    finished('n2', failed),
    completed({ failed: 2 }),
    finished('n1', outcome('failed', { failure: failure(), ignored: true }), taskRef({ id: 2 })),
    playStarted({ play: 'Nodes', batch: 2, of: 2 }),
    { kind: 'run-finished', recap: [], durationMs: 1, interrupted: false },
  ]);
  assert.equal(lines, [
    '::group::Nodes (batch 1 of 2)',
    '  bird2 : bird.conf                                failed 2',
    '    n1, n2: The command ended with status 1.',
    '      stderr:',
    '        \\x3a:error::evil',
    '        really',
    '      at roles/bird2/tasks/main.yml:12:3',
    '  bird2 : bird.conf                                failed 1 (ignored)',
    '    n1: The command ended with status 1. (ignored)',
    '      at roles/bird2/tasks/main.yml:12:3',
    '::error file=deploy/roles/bird2/tasks/main.yml,line=12,col=3,title=bird2 %3A bird.conf failed on n1%2C n2::' +
      'The command ended with status 1.%0Astderr:%0A  ::error::evil%0A  really%0Aat roles/bird2/tasks/main.yml:12:3',
    '::endgroup::',
    '::group::Nodes (batch 2 of 2)',
    '::endgroup::',
    '',
    '0 hosts, 0 changed, 0 failed in 0.0 s.',
  ]);
});

test('annotates every problem of the input, warnings, lost hosts and plays that ended', async () => {
  const problem = { message: 'No.', hint: 'Do.', at: 'site.yml:3:1', excerpt: 'x' } as const;
  const lines = await tell([
    { kind: 'input-problem', severity: 'error', ...problem },
    { kind: 'input-problem', severity: 'warning', ...problem, at: '/etc/kmesh.yml:1:1', hint: null },
    { kind: 'warning', message: 'a\u001bb' },
    { kind: 'host-unreachable', host: 'n1', failure: failure({ message: 'Refused.', hint: 'Is sshd there?' }) },
    { kind: 'play-ended', play: 'Nodes', why: 'gate-failed', message: 'The gate failed.', untouched: ['n2', 'n3'] },
    { kind: 'play-ended', play: 'Nodes', why: 'end_play', message: 'As asked.', untouched: [] },
  ]);
  assert.equal(
    lines.filter((line) => line.startsWith('::')),
    [
      '::error file=deploy/site.yml,line=3,col=1,title=Problem in the input::No.%0Ahint: Do.',
      '::warning title=Warning::No.',
      '::warning title=Warning::a\\x1bb',
      '::error title=n1 is unreachable::Refused.%0Ahint: Is sshd there?',
      '::error title=Nodes::The gate failed.%0Anot touched: n2, n3',
    ],
  );
});

test.run();
