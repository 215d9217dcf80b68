import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentOf } from '../../src/changes/content.ts';
import { hostname } from '../../src/modules/hostname.ts';
import { stat } from '../../src/modules/stat.ts';
import { template } from '../../src/modules/template.ts';
import { inDirectory, isRoot, planError, shells } from '../probes/support.ts';
import { kindsOf, plan, run, runTwice } from './support.ts';

const test = suite('modules/template stat hostname');

for (const shell of shells) {
  const name = shell.join(' ');

  test(`template puts what was rendered at a path or into a directory, once (${name})`, () => {
    inDirectory((dir) => {
      const src = contentOf('router id 192.0.2.1;\n');
      const twice = (dest: string): string[][] =>
        runTwice(template, { src: 'bird.conf.hbs', dest, mode: '0640' }, { src }, { shell }).map(kindsOf);
      assert.equal(twice(join(dir, "it's")), [['write-file'], []]);
      assert.equal(twice(`${dir}/`), [['write-file'], []]);
      assert.is(readFileSync(join(dir, 'bird.conf'), 'utf8'), 'router id 192.0.2.1;\n');
      writeFileSync(join(dir, 'bird.conf'), 'drift');
      assert.equal(twice(`${dir}/`), [['write-file'], []]);
    });
  });

  test(`stat tells what is there (${name})`, () => {
    inDirectory((dir) => {
      writeFileSync(join(dir, 'f'), 'hello\n', { mode: 0o750 });
      symlinkSync('f', join(dir, 'l'));
      const told = (path: string, follow = false): Record<string, unknown> =>
        run(stat, { path: join(dir, path), follow }, {}, { shell }).result.values.stat as Record<string, unknown>;
      const file = told('f');
      assert.equal(
        [file.exists, file.isreg, file.isdir, file.islnk, file.mode, file.size, file.xusr, file.wgrp, file.roth],
        [true, true, false, false, '0750', 6, true, false, false],
      );
      assert.is(file.checksum, '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03');
      if (isRoot) assert.equal([file.pw_name, file.uid, file.gr_name, file.gid], ['root', 0, 'root', 0]);
      const link = told('l');
      assert.equal([link.islnk, link.isreg, link.lnk_target, 'checksum' in link], [true, false, 'f', false]);
      assert.equal([told('l', true).isreg, told('l', true).checksum], [true, file.checksum]);
      assert.equal(told('none'), { exists: false, path: join(dir, 'none') });
    });
  });
}

test('template needs a directory', () => {
  inDirectory((dir) => {
    assert.throws(
      () => run(template, { src: 'x', dest: join(dir, 'none', 'x') }, { src: contentOf('') }),
      planError(/does not exist/),
    );
  });
});

test('hostname renames a host that has another name', () => {
  assert.equal(plan(hostname, { name: 'node-1' }, { current: 'node-1', running: 'node-1' }), []);
  assert.equal(plan(hostname, { name: 'node-1' }, { current: 'localhost', running: 'localhost' }), [
    {
      kind: 'run-command',
      command: ['hostnamectl', 'set-hostname', '--static', '--transient', 'node-1'],
      directory: null,
      environment: {},
      stdin: null,
      touches: ['path:/etc/hostname', 'kernel:hostname'],
      before: 'localhost',
      after: 'node-1',
      diagnose: null,
    },
  ]);
});

test.run();
