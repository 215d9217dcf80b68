import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accountKind } from '../../src/probes/account.ts';
import { fileState, fileStateKind } from '../../src/probes/file-state.ts';
import { packageStateKind } from '../../src/probes/package-state.ts';
import { pathMatchKind } from '../../src/probes/path-match.ts';
import type { ProbeKind } from '../../src/probes/probe.ts';
import { realPathKind } from '../../src/probes/real-path.ts';
import { sysctlValue } from '../../src/probes/sysctl-value.ts';
import { LinkConnection } from '../../src/transport/connection.ts';
import type { Fragment } from '../../src/transport/session.ts';
import { ShellLink } from '../transport/support.ts';
import { shells } from './support.ts';

const test = suite('probes: tidy ones');

interface Asked {
  readonly kind: ProbeKind<never, unknown>;
  readonly questions: readonly unknown[];
}

function asked<Q>(kind: ProbeKind<Q, unknown>, questions: readonly Q[]): Asked {
  return { kind, questions };
}

const sysctl = sysctlValue('/proc/sys/kernel/ostype');
const files = ['/etc/passwd', '/etc', '/etc/os-release', '/nowhere/f', '/etc/hostname'];

/** What succeeds and what does not, with links, directories and things that are not there. */
const all: readonly Asked[] = [
  asked(accountKind, [{ name: 'root', password: false }]),
  asked(pathMatchKind, [
    { pattern: '/etc/pass*', directory: null },
    { pattern: 'passwd', directory: '/etc' },
    { pattern: '/nowhere/*', directory: null },
    { pattern: 'x', directory: '/nowhere' },
  ]),
  asked(
    fileStateKind,
    files.map((path) => fileState(path, { hash: true, content: 'always' }).question as never),
  ),
  asked(realPathKind, ['/etc/os-release', '/bin', '/nowhere/x', '/etc/hostname']),
  asked(sysctl.kind, [sysctl.question, '/proc/sys/no/such'] as never[]),
  asked(packageStateKind, [{ name: 'no-such-package', candidate: 'never' }]),
];

function fragmentOf({ kind, questions }: Asked, isTidy: boolean): Fragment {
  const script = kind.script(questions as never[], { diff: true });
  return { script, timeoutMs: null, gate: 'always', isTidy };
}

/** What the host says, status and both streams. */
async function said(shell: string, asks: readonly Asked[], isTidy: boolean): Promise<Map<Asked, string>> {
  const connection = new LinkConnection(new ShellLink(shell), 5_000);
  const session = await connection.session(null);
  const replies = await session.run(asks.map((one) => fragmentOf(one, isTidy)));
  await connection.close();
  return new Map(
    asks.map((one, i) => [
      one,
      `${replies[i]?.status} ${replies[i]?.stdout.toString()} ${replies[i]?.stderr.toString()}`,
    ]),
  );
}

for (const [program = '', ...args] of shells) {
  const shell = program === 'busybox' ? '/bin/busybox sh' : `/bin/${[program, ...args].join(' ')}`;

  test(`answer in one subshell what they answer alone, in any order (${program})`, async () => {
    assert.ok(all.every(({ kind }) => kind.isTidy === true));
    const alone = await said(shell, all, false);
    const orders = [all, all.toReversed(), [...all.slice(3), ...all.slice(0, 3), ...all]];
    for (const order of orders) {
      for (const [one, text] of await said(shell, order, true)) assert.is(text, alone.get(one), one.kind.name);
    }
  });
}

test.run();
