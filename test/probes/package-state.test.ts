import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aptListsAge, aptListsAgeKind } from '../../src/probes/apt-lists-age.ts';
import { packageState, packageStateKind } from '../../src/probes/package-state.ts';
import { askAll, printing, probeError, replyOf, shells, withPrograms } from './support.ts';

const test = suite('probes/package-state');

const dpkgQuery = `case "$*" in
*Architecture*)
printf 'ii \\tbash\\t5.2.15-2+b8\\tamd64\\nrc \\tnano\\t7.2-1\\tamd64\\nun \\tawk\\t\\t\\niU \\thalf\\t1.0\\tamd64\\n'
printf 'hi \\theld\\t3\\tall\\nii \\tlibc6\\t2.36\\tamd64\\nii \\tlibc6\\t2.35\\ti386\\n'
echo 'dpkg-query: no packages found matching brid2' >&2; exit 1 ;;
*Provides*) printf 'ii \\tmawk\\t1.3\\tawk\\nii \\tbash\\t5.2\\t\\nrc \\tgone\\t1\\tbrid2\\nii \\tmulti\\t1\\tx, editor (= 2), y\\n' ;;
esac`;

const aptCache = `shift 2; for name; do case $name in
bird2) printf 'bird2:\\n  Installed: (none)\\n  Candidate: 2.0.12-7\\n  Version table:\\n     2.0.12-7 500\\n        500 http://deb.debian.org/debian bookworm/main amd64 Packages\\n     2.0.7-4.1 100\\n        100 /var\\n' ;;
bash) printf 'bash:\\n  Installed: 5.2.15-2+b8\\n  Candidate: 5.2.15-2+b13\\n  Version table:\\n     5.2.15-2+b13 500\\n        500 http://x\\n *** 5.2.15-2+b8 100\\n        100 /var/lib/dpkg/status\\n' ;;
awk) printf 'awk:\\n  Installed: (none)\\n  Candidate: (none)\\n  Version table:\\n' ;;
esac; done`;

const debian = { 'dpkg-query': dpkgQuery, 'apt-cache': aptCache, 'apt-get': 'exit 1' };

for (const shell of shells) {
  const name = shell.join(' ');

  test(`tells what is installed, provided, known and unknown to apt (${name})`, () => {
    withPrograms(debian, (path) => {
      const asked = ['bash', 'nano', 'awk', 'half', 'held', 'libc6', 'libc6:i386', 'bird2', 'brid2', 'editor'];
      const states = askAll(
        asked.map((each) => packageState(each, 'missing')),
        { shell, path },
      );
      const told = states.map((s) => [s.installed, s.hasLeftovers, s.providedBy, s.candidate]);
      assert.equal(told, [
        ['5.2.15-2+b8', false, null, null],
        [null, true, null, null],
        [null, false, 'mawk', null],
        [null, false, null, null],
        ['3', false, null, null],
        ['2.36', false, null, null],
        ['2.35', false, null, null],
        [null, false, null, '2.0.12-7'],
        [null, false, null, null],
        [null, false, 'multi', null],
      ]);
      assert.equal(states[7]?.available, ['2.0.12-7', '2.0.7-4.1']);
      assert.ok(states.every((s) => s.manager === 'apt'));
    });
  });

  test(`looks for newer versions only when asked (${name})`, () => {
    withPrograms(debian, (path) => {
      const [always, missing] = askAll([packageState('bash', 'always'), packageState('bash', 'missing')], {
        shell,
        path,
      });
      assert.equal(always?.candidate, '5.2.15-2+b13');
      assert.equal(missing?.candidate, '5.2.15-2+b13');
    });
    withPrograms({ ...debian, 'apt-cache': 'echo broken >&2; exit 100' }, (path) => {
      assert.equal(askAll([packageState('bash', 'missing')], { shell, path })[0]?.candidate, null);
      assert.equal(askAll([packageState('nano', 'never')], { shell, path })[0]?.installed, null);
      assert.throws(() => askAll([packageState('bash', 'always')], { shell, path }), probeError(/broken/));
    });
  });

  test(`takes a broken dpkg for no answer (${name})`, () => {
    withPrograms({ ...debian, 'dpkg-query': 'echo "dpkg-query: error: no database" >&2; exit 2' }, (path) => {
      assert.throws(() => askAll([packageState('bash', 'missing')], { shell, path }), probeError(/no database/));
    });
  });
}

// Without apt-get and dpkg-query on the path; `grep` and the like are those of this machine.
function onOther<T>(programs: { readonly [name: string]: string }, work: (path: string) => T): T {
  const tools = ['grep', 'cat', 'printf'];
  const borrowed = Object.fromEntries(tools.map((tool) => [tool, `exec /bin/${tool} "$@"`]));
  return withPrograms({ ...programs, ...borrowed, printf: 'exec /usr/bin/printf "$@"' }, (path) =>
    work(path.split(':')[0] ?? ''),
  );
}

test('speaks to rpm and dnf', () => {
  const rpm = `case "$*" in
*whatprovides*editor*) printf 'vim-enhanced\\n' ;;
*whatprovides*) echo 'no package provides x' ; exit 1 ;;
*) printf 'bash\\t5.1.8-6.el9\\n'; echo 'package bird is not installed'; exit 1 ;;
esac`;
  onOther({ rpm, dnf: `printf 'bird\\t2.14-1.el9\\n\\n'` }, (path) => {
    const states = askAll(
      ['bash', 'bird', 'editor'].map((each) => packageState(each, 'missing')),
      { shell: ['/bin/dash'], path },
    );
    assert.equal(
      states.map((s) => [s.manager, s.installed, s.providedBy, s.candidate]),
      [
        ['dnf', '5.1.8-6.el9', null, null],
        ['dnf', null, null, '2.14-1.el9'],
        ['dnf', null, 'vim-enhanced', null],
      ],
    );
  });
});

test('speaks to apk', () => {
  const apk = printing(`busybox policy:
  1.36.1-r2:
    lib/apk/db/installed
    https://dl-cdn.alpinelinux.org/alpine/v3.18/main
bird policy:
  2.0.12-r1:
    https://dl-cdn.alpinelinux.org/alpine/v3.18/community
local policy:
  1.0-r0:
    lib/apk/db/installed`);
  onOther({ apk }, (path) => {
    const states = askAll(
      ['busybox', 'bird', 'local', 'none'].map((each) => packageState(each, 'missing')),
      { shell: ['/bin/dash'], path },
    );
    assert.equal(
      states.map((s) => [s.manager, s.installed, s.candidate]),
      [
        ['apk', '1.36.1-r2', '1.36.1-r2'],
        ['apk', null, '2.0.12-r1'],
        ['apk', '1.0-r0', null],
        ['apk', null, null],
      ],
    );
  });
});

test('says when a host has no package manager', () => {
  onOther({}, (path) => {
    assert.throws(
      () => askAll([packageState('x', 'missing')], { shell: ['/bin/dash'], path }),
      probeError(/none of apt, dnf, yum and apk/),
    );
  });
});

test('depends on the lists only when it looks into them', () => {
  assert.equal(packageStateKind.reads({ name: 'x', candidate: 'never' }), ['package:x']);
  assert.ok(packageStateKind.reads({ name: 'x', candidate: 'missing' }).includes('path:/etc/apt'));
});

function ageOf(stdout: string): number | null | undefined {
  return aptListsAgeKind.parse(replyOf(stdout), [null])[0];
}

test('tells the age of the lists of packages', () => {
  assert.is(ageOf('1000000\n999000\n999900\n'), 100);
  assert.is(ageOf('1000000\n'), null);
  assert.is(ageOf('1000\n2000\n'), 0);
  assert.throws(() => ageOf(''), probeError(/what time it is/));
  for (const shell of shells) {
    const [age] = askAll([aptListsAge()], { shell });
    assert.ok(age === null || (age !== undefined && age >= 0));
  }
});

test.run();
