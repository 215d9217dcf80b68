import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { realPath } from '../../src/probes/real-path.ts';
import { askAll, inDirectory, shells } from './support.ts';

const test = suite('probes/real-path');

for (const shell of shells) {
  test(`follows links to where they lead, there or not (${shell.join(' ')})`, () => {
    inDirectory((dir) => {
      mkdirSync(join(dir, "d's dir"));
      writeFileSync(join(dir, "d's dir", 'f'), '');
      symlinkSync("d's dir", join(dir, 'd'));
      symlinkSync('d/f', join(dir, 'l'));
      symlinkSync('l', join(dir, 'll'));
      symlinkSync('made', join(dir, 'dangling'));
      symlinkSync('none/x', join(dir, 'lost'));
      symlinkSync('loop', join(dir, 'loop'));
      symlinkSync(join(dir, 'd', '..', 'l'), join(dir, 'back'));
      const names = ['l', 'll', 'dangling', 'lost', 'loop', 'back', 'd', 'd/f', 'new', 'none/new'];
      const answers = askAll(
        names.map((each) => realPath(join(dir, each))),
        { shell },
      );
      const expected = ["d's dir/f", "d's dir/f", 'made', null, null, "d's dir/f", "d's dir", "d's dir/f", 'new', null];
      assert.equal(
        answers,
        expected.map((each) => (each === null ? null : join(dir, each))),
      );
    });
  });

  test(`knows the root directory (${shell.join(' ')})`, () => {
    assert.equal(askAll([realPath('/'), realPath('/no-such-file')], { shell }), ['/', '/no-such-file']);
  });
}

test.run();
