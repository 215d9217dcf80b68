import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cel, failure } from '../support.ts';

const test = suite('template/operations/versions');

test('orders versions by their parts', () => {
  const ascending = [
    ['1.9', '1.10'],
    ['1.27', '1.27.1'],
    ['1.27.3', '2'],
    ['v1.29.9', '1.30.0'],
    ['1.30.0-alpha.1', '1.30.0-alpha.2'],
    ['1.30.0-alpha.10', '1.30.0-beta.1'],
    ['1.30.0-rc.1', '1.30.0'],
    ['1.30.0-rc9', '1.30.0-rc10'],
    ['2.0~beta2', '2.0'],
    ['1.1.1f', '1.1.1g'],
    ['1.1.1', '1.1.1a'],
    ['2.0.5-1', '2.0.5-2'],
    ['5.15.0-91-generic', '5.15.0-105-generic'],
  ] as const;
  for (const [low, high] of ascending) {
    assert.is(cel(`version("${low}", "<", "${high}")`), true, `${low} < ${high}`);
    assert.is(cel(`version("${high}", ">", "${low}")`), true, `${high} > ${low}`);
    assert.is(cel(`version("${low}", "==", "${high}")`), false, `${low} == ${high}`);
    assert.is(cel(`version("${high}", "<=", "${low}")`), false, `${high} <= ${low}`);
  }
});

test('takes versions for equal that differ only in how they were packed', () => {
  const same = [
    ['1.27', '1.27.0'],
    ['v1.27.3', '1.27.3'],
    ['1.27.3-0ubuntu1', '1.27.3'],
    ['2:9.0.1378-2+deb12u2', '9.0.1378'],
    ['1.30.2+k3s1', '1.30.2'],
    ['5.15.0-91-generic', '5.15'],
    ['01.2', '1.2'],
  ] as const;
  for (const [a, b] of same) {
    assert.is(cel(`version("${a}", "==", "${b}")`), true, `${a} == ${b}`);
    assert.is(cel(`version("${a}", ">=", "${b}")`), true, `${a} >= ${b}`);
    assert.is(cel(`version("${a}", "!=", "${b}")`), false, `${a} != ${b}`);
  }
});

test('refuses what is no version or no operator', () => {
  for (const text of ['', 'a', 'latest', '1.2_3', '.1', `1${'.1'.repeat(100)}`]) {
    assert.match(
      failure(() => cel(`version("${text}", ">", "1")`)),
      'its first argument must be a version as 1.27.3',
    );
  }
  assert.is(
    failure(() => cel('version("1", "=>", "1")')),
    't.yml:1:14: `version`: its second argument must be one of < <= == != >= >, not the string `=>`.',
  );
  assert.is(
    failure(() => cel('version("1", ">", 1.27)')),
    't.yml:1:19: `version`: its third argument must be a string, not the number 1.27.',
  );
});

test.run();
