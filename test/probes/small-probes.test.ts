import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { account, accountKind } from '../../src/probes/account.ts';
import { staticHostname } from '../../src/probes/hostname.ts';
import { kernelModule, kernelModuleKind } from '../../src/probes/kernel-module.ts';
import { pathMatch, pathMatchKind } from '../../src/probes/path-match.ts';
import { sysctlPath, sysctlValue } from '../../src/probes/sysctl-value.ts';
import { treeAttributes } from '../../src/probes/tree-attributes.ts';
import { answer, askAll, inDirectory, isRoot, nobody, probeError, replyOf, shells } from './support.ts';

const test = suite('probes');

for (const shell of shells) {
  const name = shell.join(' ');

  test(`path-match finds paths and globs with odd names (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, "it's a [dir]"));
      writeFileSync(join(dir, "it's a [dir]", 'a.conf'), '');
      symlinkSync('nowhere', join(dir, 'dangling'));
      const base = join(dir, "it's a [dir]");
      const found = askAll(
        [
          pathMatch(join(dir, "it's a *", '*.conf'), null),
          pathMatch(`${dir}/it's a [[]dir]/a.con[e-g]`, null),
          pathMatch('*.conf', base),
          pathMatch('a.conf', base),
          pathMatch('./a.conf', base),
          pathMatch('*.none', base),
          pathMatch('a.conf', join(dir, 'none')),
          pathMatch(join(dir, 'dangling'), null),
          pathMatch(join(dir, '$(id)'), null),
          pathMatch('~/no-such-file-here', null),
        ],
        { shell },
      );
      const expected = [
        `${base}/a.conf`,
        `${base}/a.conf`,
        'a.conf',
        'a.conf',
        './a.conf',
        null,
        null,
        `${dir}/dangling`,
        null,
        null,
      ];
      assert.equal(found, expected);
    });
  });

  test(`path-match never calls absent what it may not look at (${name})`, () => {
    if (!isRoot) return;
    inDirectory((dir) => {
      chmodSync(dir, 0o755);
      mkdirSync(join(dir, 'closed'), { mode: 0o700 });
      assert.throws(
        () => answer(pathMatch(join(dir, 'closed', 'f'), null), { shell, uid: nobody }),
        probeError(/Permission denied/),
      );
    });
  });

  test(`tree-attributes counts what is alike (${name})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, 'sub'));
      chmodSync(dir, 0o700);
      for (const each of ['a\nb', "it's", 'sub/c']) writeFileSync(join(dir, each), '', { mode: 0o640 });
      symlinkSync('/', join(dir, 'l'));
      symlinkSync(dir, join(dir, 'self'));
      const groups = answer(treeAttributes(join(dir, 'self')), { shell });
      const told = (groups ?? []).map(({ type, mode, count }) => `${count} ${type} ${mode}`).sort();
      assert.equal(told, ['1 directory 0700', '1 directory 0755', '2 link 0777', '3 file 0640']);
      assert.is(answer(treeAttributes(join(dir, 'none')), { shell }), null);
      assert.is(answer(treeAttributes(join(dir, "it's")), { shell }), null);
    });
  });

  test(`sysctl-value reads whole values of real parameters (${name})`, () => {
    const names = ['kernel.ostype', 'kernel.pid_max', 'net.ipv4.ip_local_port_range', 'kernel.no_such', 'no.such'];
    const [ostype, pidMax, ports, missing, nowhere] = askAll(
      names.map((each) => sysctlValue(sysctlPath(each))),
      { shell },
    );
    assert.is(ostype, 'Linux');
    assert.match(pidMax ?? '', /^\d{4,}$/);
    assert.match(ports ?? '', /^\d+\t\d+$/);
    assert.equal([missing, nowhere], [null, null]);
  });

  test(`sysctl-value never calls absent what it may not read (${name})`, () => {
    assert.throws(
      () => answer(sysctlValue('/proc/sys/net/ipv4/route/flush'), { shell }),
      probeError(/Permission denied/),
    );
  });

  test(`kernel-module asks a real kernel (${name})`, () => {
    const [block, none] = askAll([kernelModule('block'), kernelModule('no-such_module')], { shell });
    assert.equal([block?.state, none?.state], ['built-in', 'lacking']);
    assert.match(block?.kernel ?? '', /^\d+\.\d+/);
  });

  test(`account reads real accounts (${name})`, () => {
    if (!isRoot) return;
    const [root, nobodyUser, none] = askAll(
      [account('root', { password: true }), account('nobody'), account('no-such')],
      { shell },
    );
    assert.equal([root?.user?.uid, root?.user?.home, root?.group?.gid], [0, '/root', 0]);
    assert.match(root?.user?.password?.sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.equal([nobodyUser?.user?.uid, nobodyUser?.user?.password], [65_534, null]);
    assert.equal([none?.user, none?.group], [null, null]);
    assert.throws(
      () => answer(account('root', { password: true }), { shell, uid: nobody }),
      probeError(/Permission denied|can't open/),
    );
  });

  test(`hostname reads the first line that says something (${name})`, () => {
    const current = answer(staticHostname(), { shell });
    assert.ok(current === null || current.length > 0);
  });
}

test('kernel-module reads what the shell found', () => {
  const said = [
    '6.1.0',
    'yes\n',
    'loaded br_netfilter\nbuilt-in overlay\n',
    'kernel/fs/overlayfs/overlay.ko\nkernel/net/8021q/nf-nat.ko\n',
    'kernel/net/ip_vs.ko.xz: kernel/net/nf.ko.xz\nalias ip-tables x_tables\n',
    '/etc/modules:br-netfilter\n/etc/modules-load.d/k.conf: ip_vs \n',
    '',
  ].join('\0');
  const names = ['br-netfilter', 'overlay', 'nf_nat', 'ip_vs', 'ip_tables', 'wireguard'];
  const states = kernelModuleKind.parse(replyOf(said), names);
  assert.equal(
    states.map((s) => s.state),
    ['loaded', 'built-in', 'built-in', 'loadable', 'loadable', 'lacking'],
  );
  assert.equal(
    states.map((s) => s.bootFiles.join()),
    ['/etc/modules', '', '', '/etc/modules-load.d/k.conf', '', ''],
  );
  assert.throws(() => kernelModuleKind.parse(replyOf('6.1.0\0'), names), probeError(/No answer about kernel modules/));
});

test('account reads what the files say', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann,,:/home/ann:/bin/sh\nbad:x:y:1:::\n+::::::\n';
  const groups = 'root:x:0:\nbird:x:101:ann,bob\nann:x:1000:\nbroken\n';
  const files = passwd.replace(/^(?=.)/gm, '/etc/passwd:') + groups.replace(/^(?=.)/gm, '/etc/group:');
  const reply = replyOf(`shadow\n\0${files}\0ann:1:abc:19675\n\0`);
  const [ann] = accountKind.parse(reply, [{ name: 'ann', password: true }]);
  assert.equal(ann, {
    user: {
      uid: 1000,
      gid: 1000,
      comment: 'Ann,,',
      home: '/home/ann',
      shell: '/bin/sh',
      password: { isLocked: true, sha256: 'abc', expires: 19_675 },
    },
    group: { name: 'ann', gid: 1000, members: [] },
    groups: [
      { name: 'root', gid: 0, members: [] },
      { name: 'bird', gid: 101, members: ['ann', 'bob'] },
      { name: 'ann', gid: 1000, members: [] },
    ],
    tools: 'shadow',
  });
  assert.throws(() => accountKind.parse(reply, [{ name: 'bad', password: false }]), probeError(/is broken/));
  assert.throws(
    () => accountKind.parse(replyOf('shadow\n\0x'), [{ name: 'ann', password: false }]),
    probeError(/did not tell all/),
  );
});

test('path-match depends on the part without wildcards', () => {
  assert.equal(pathMatchKind.reads({ pattern: '/etc/x', directory: null }), ['path:/etc/x']);
  assert.equal(pathMatchKind.reads({ pattern: '/etc/x/*.conf', directory: null }), ['path:/etc/x']);
  assert.equal(pathMatchKind.reads({ pattern: 'x', directory: '/srv' }), ['path:/srv/x']);
  assert.equal(pathMatchKind.reads({ pattern: 'x', directory: null }), 'host');
});

test.run();
