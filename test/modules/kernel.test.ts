import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, RunCommand } from '../../src/changes/change.ts';
import { modprobe } from '../../src/modules/modprobe.ts';
import { sysctl } from '../../src/modules/sysctl.ts';
import type { FileState } from '../../src/probes/file-state.ts';
import type { KernelModuleState } from '../../src/probes/kernel-module.ts';
import { inDirectory, isRoot, planError, shells } from '../probes/support.ts';
import { type Args, argsOf, kindsOf, plan, problemsOf, run, runTwice } from './support.ts';

const test = suite('modules/sysctl modprobe');

const confFile: FileState = {
  type: 'file',
  mode: '0644',
  owner: 'root',
  uid: 0,
  group: 'root',
  gid: 0,
  size: 0,
  mtime: 0,
  inode: 1,
  device: 1,
  links: 1,
  target: null,
  sha256: 'old',
  content: Buffer.alloc(0),
};

/** What a file with this text becomes, or the commands. */
function sysctlPlan(args: Args, text: string | null, live: string | null): string[] {
  const file = text === null ? null : { ...confFile, content: Buffer.from(text) };
  const state = { file, link: file, real: null, live };
  return plan(sysctl, { name: 'net.ipv4.ip_forward', ...args }, state).map(toText);
}

function toText(change: Change): string {
  if (change.kind === 'write-file') return change.content.bytes?.toString() ?? 'large';
  if (change.kind !== 'run-command') return change.kind;
  const { command, stdin, before, after } = change;
  return `${(command as string[]).join(' ')} < ${JSON.stringify(stdin)} (${before} → ${after})`;
}

const forward = 'net.ipv4.ip_forward = 1\n';
const tee = 'tee /proc/sys/net/ipv4/ip_forward < "1\\n" (0 → 1)';

const cases: readonly (readonly [string, Args, string | null, string | null, string[]])[] = [
  ['sets it in a new file and in the kernel', { value: 1 }, null, '0', [forward, tee]],
  ['leaves what is right', { value: '1' }, 'net.ipv4.ip_forward=1\n', '1', []],
  ['leaves what is right with another spelling', { value: true }, '  -net/ipv4/ip_forward =  1  \n', '1', []],
  ['adds to a file without end', { value: 1 }, 'a = 1', '1', ['a = 1\nnet.ipv4.ip_forward = 1\n']],
  [
    'replaces the first and drops later ones',
    { value: 1 },
    '# c\nnet.ipv4.ip_forward=0\nb=1\nnet.ipv4.ip_forward = 0\n',
    '1',
    ['# c\nnet.ipv4.ip_forward = 1\nb=1\n'],
  ],
  [
    'leaves comments alone',
    { value: 1 },
    '#net.ipv4.ip_forward=0\n;net.ipv4.ip_forward=0\n',
    '1',
    [`#net.ipv4.ip_forward=0\n;net.ipv4.ip_forward=0\n${forward}`],
  ],
  ['only writes the file when told so', { value: 1, reload: false }, null, '0', [forward]],
  ['sets it in the kernel when told so', { value: 1, reload: false, sysctl_set: true }, forward, '0', [tee]],
  ['takes it out of the file', { state: 'absent' }, `a=1\n${forward}`, '1', ['a=1\n']],
  ['leaves a file that does not have it', { state: 'absent' }, 'a=1\n', null, []],
  ['makes no file to take something out', { state: 'absent' }, null, '1', []],
  [
    'only writes the file for what the kernel does not know, when told so',
    { value: 1, ignoreerrors: true },
    null,
    null,
    [forward],
  ],
  [
    'compares several numbers without their spaces',
    { name: 'net.ipv4.tcp_rmem', value: '4096  87380 6291456' },
    'net.ipv4.tcp_rmem = 4096\t87380 6291456\n',
    '4096\t87380\t6291456',
    [],
  ],
];

for (const [name, args, text, live, expected] of cases)
  test(`sysctl ${name}`, () => assert.equal(sysctlPlan(args, text, live), expected));

test('sysctl knows names with dots in them', () => {
  const state = { file: null, link: null, real: null, live: '0' };
  for (const [name, path] of [
    ['net.ipv4.conf.eth0/100.rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter'],
    ['net/ipv4/conf/eth0.100/rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter'],
    ['vm.swappiness', '/proc/sys/vm/swappiness'],
  ] as const) {
    const change = plan(sysctl, { name, value: 2, reload: true }, state)[1] as RunCommand;
    assert.equal([change.command, change.touches], [['tee', path], [`path:${path}`]]);
  }
  for (const name of ['../../etc/passwd', 'a..b', 'a//b', 'a/../b', 'x', 'a.b c', 'a.b;c', '.a', 'a.'])
    assert.throws(() => argsOf(sysctl, { name, value: 1 }), /has not the right form/, name);
});

test('sysctl says what may be missing', () => {
  assert.throws(
    () => sysctlPlan({ name: 'net.bridge.bridge-nf-call-iptables', value: 1 }, null, null),
    planError(/no parameter/, /br_netfilter/),
  );
  assert.equal(problemsOf(sysctl, { key: 'a.b' }), ['`value` is missing: `state: present` needs it.']);
});

for (const shell of shells) {
  test(`sysctl asks and sets a real kernel, once (${shell.join(' ')})`, () => {
    inDirectory((dir) => {
      const path = join(dir, 'kmesh.conf');
      // What it is already: this machine's kernel stays as it is.
      const value = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).join(' ');
      const args = { name: 'net.ipv4.ip_local_port_range', value, sysctl_file: path };
      assert.equal(runTwice(sysctl, args, {}, { shell }).map(kindsOf), [['write-file'], []]);
      assert.is(readFileSync(path, 'utf8'), `net.ipv4.ip_local_port_range = ${value}\n`);
      writeFileSync(path, '');
      assert.equal(
        run(sysctl, { ...args, name: 'kernel.no_such', ignoreerrors: true }, {}, { shell }).result.values.live,
        null,
      );
    });
  });
}

const loadable: KernelModuleState = { state: 'loadable', kernel: '6.1.0', hasModules: true, bootFiles: [] };
const directory: FileState = { ...confFile, type: 'directory', sha256: null, content: null };

function modprobePlan(
  args: Args,
  module: Partial<KernelModuleState>,
  files: Record<string, FileState | null> = {},
): string[] {
  const state = {
    boot: null,
    options: null,
    bootDirectory: directory,
    optionsDirectory: directory,
    ...files,
    module: { ...loadable, ...module },
  };
  return plan(modprobe, { name: 'br_netfilter', ...args }, state).map((change) =>
    change.kind === 'run-command'
      ? (change.command as string[]).join(' ')
      : `${change.path}: ${change.kind === 'write-file' ? change.content.bytes?.toString() : change.kind}`,
  );
}

const modprobeCases: readonly (readonly [string, Args, Partial<KernelModuleState>, string[]])[] = [
  ['loads', {}, {}, ['modprobe br_netfilter']],
  ['loads with parameters', { params: 'a=1  b=2' }, {}, ['modprobe br_netfilter a=1 b=2']],
  ['leaves what is loaded', {}, { state: 'loaded' }, []],
  ['takes what is built in for loaded', {}, { state: 'built-in' }, []],
  ['unloads', { state: 'absent' }, { state: 'loaded' }, ['modprobe -r br_netfilter']],
  ['leaves what is not loaded', { state: 'absent' }, {}, []],
  ['has nothing to unload of what the kernel lacks', { state: 'absent' }, { state: 'lacking' }, []],
  [
    'has it loaded at boot',
    { persistent: 'present' },
    { state: 'loaded' },
    ['/etc/modules-load.d/br_netfilter.conf: br_netfilter\n'],
  ],
  [
    'leaves it when another file loads it at boot',
    { persistent: 'present' },
    { state: 'loaded', bootFiles: ['/etc/modules'] },
    [],
  ],
  [
    'writes parameters first',
    { persistent: 'present', params: 'a=1' },
    {},
    [
      '/etc/modprobe.d/br_netfilter.conf: options br_netfilter a=1\n',
      '/etc/modules-load.d/br_netfilter.conf: br_netfilter\n',
      'modprobe br_netfilter a=1',
    ],
  ],
];

for (const [name, args, module, expected] of modprobeCases)
  test(`modprobe ${name}`, () => assert.equal(modprobePlan(args, module), expected));

test('modprobe removes its files', () => {
  const files = { boot: confFile, options: confFile };
  const own = { state: 'loaded', bootFiles: ['/etc/modules-load.d/br_netfilter.conf'] } as const;
  assert.equal(modprobePlan({ persistent: 'absent' }, own, files), [
    '/etc/modprobe.d/br_netfilter.conf: remove-path',
    '/etc/modules-load.d/br_netfilter.conf: remove-path',
  ]);
});

test('modprobe refuses what can not be', () => {
  const refusals: readonly (readonly [Args, Partial<KernelModuleState>, string, RegExp | null])[] = [
    [{}, { state: 'lacking' }, 'The kernel 6.1.0 has no module `br_netfilter`.', null],
    [{}, { state: 'lacking', hasModules: false }, 'The kernel 6.1.0 has no module `br_netfilter`.', /without a reboot/],
    [
      { state: 'absent' },
      { state: 'built-in' },
      '`br_netfilter` is built into the kernel 6.1.0: it can not be unloaded.',
      null,
    ],
    [
      { persistent: 'absent' },
      { state: 'loaded', bootFiles: ['/etc/modules'] },
      '`br_netfilter` is loaded at boot by /etc/modules.',
      /lineinfile/,
    ],
  ];
  for (const [args, module, message, hint] of refusals) {
    assert.throws(() => modprobePlan(args, module), planError(message, hint), message);
  }
});

if (isRoot) {
  test('modprobe asks a real kernel', () => {
    const { changes, result } = run(modprobe, { name: 'block' });
    assert.equal([changes, typeof result.values.kernel], [[], 'string']);
  });
}

test.run();
