import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modeAfter, modePattern } from '../../src/modules/mode.ts';
import { inDirectory, runText } from '../probes/support.ts';

const test = suite('modules/mode');

const modes =
  '755 0644 4755 02775 1777 000 u=rwX,g=rX,o= a+r +x +w -w =r =rw go-rwx u+s g+s o+t +t ug=rw,o=r g=u o=g u=rwx,go=u-w a-x,a+X a= u-s g=rx ug+s,o-x a=rwxst +X u+rw-x'.split(
    ' ',
  );

test('leaves the modes that chmod leaves', () => {
  inDirectory((dir) => {
    const file = join(dir, 'f');
    const directory = join(dir, 'd');
    writeFileSync(file, '');
    mkdirSync(directory);
    for (const before of ['0644', '0600', '0755', '4755', '2775', '1777', '0000', '0711']) {
      for (const mode of modes.filter((each) => !/^\d+$/.test(each))) {
        for (const [path, isDirectory] of [
          [file, false],
          [directory, true],
        ] as const) {
          chmodSync(path, Number.parseInt(before, 8));
          runText(`chmod -- ${mode} ${path}`);
          const actual = (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
          assert.is(
            modeAfter(mode, before, isDirectory),
            actual,
            `${mode} on ${before}${isDirectory ? ' directory' : ''}`,
          );
        }
      }
    }
  });
});

test('takes octal modes for exactly what they are', () => {
  for (const [mode, expected] of [
    ['755', '0755'],
    ['0644', '0644'],
    ['04755', '4755'],
    ['2775', '2775'],
  ] as const)
    assert.is(modeAfter(mode, '2777', true), expected);
});

test('knows what is a mode', () => {
  const pattern = new RegExp(modePattern);
  for (const mode of modes) assert.ok(pattern.test(mode), mode);
  for (const mode of ['', '9', '64', '000000', 'rwx', 'u=q', 'u=rwx,', '0o644', '-rw-r--r--', 'preserve', ' 644'])
    assert.not.ok(pattern.test(mode), mode);
});

test.run();
