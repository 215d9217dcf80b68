import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatPythonJson } from '../../src/report/inventory/python-json.ts';
import { pythonText } from '../../src/report/inventory/python-repr.ts';
import { PythonFloat, type PythonValue, pythonValue } from '../../src/report/inventory/python-value.ts';
import { scalar } from '../support/node.ts';

const test = suite('report/python-text');

// As Python 3.11 prints them.
const floats: Readonly<Record<string, string>> = {
  '1.0': '1.0',
  '-0.5': '-0.5',
  '1e3': '1000.0',
  '0.0001': '0.0001',
  '0.00001': '1e-05',
  '1.5e-7': '1.5e-07',
  '123456.789': '123456.789',
  '1e15': '1000000000000000.0',
  '1e16': '1e+16',
  '1.25e22': '1.25e+22',
  '1e100': '1e+100',
  '0.1': '0.1',
  '2.5e-4': '0.00025',
};

for (const [written, printed] of Object.entries(floats)) {
  test(`writes ${written} as Python does`, () => {
    assert.is(String(new PythonFloat(Number(written))), printed);
    assert.is(formatPythonJson(pythonValue(scalar(written))), printed);
  });
}

test('knows whole numbers from others by how they are written', () => {
  assert.equal(
    ['5', '-5', '0x1E', '5.0', '5e0'].map((written) => pythonText(pythonValue(scalar(written)))),
    ['5', '-5', '30', '5.0', '5.0'],
  );
});

const texts: readonly (readonly [PythonValue, string])[] = [
  ['plain', "['plain']"],
  ["it's", '["it\'s"]'],
  ['it\'s "it"', "['it\\'s \"it\"']"],
  ['a\\b\n\t\u0000\u00ad\u{1f600}', "['a\\\\b\\n\\t\\x00\\xad\u{1f600}']"],
  [new Map<string, PythonValue>([['k', [null, true, false]]]), "[{'k': [None, True, False]}]"],
];

for (const [value, printed] of texts) {
  test(`writes ${printed} as Python does`, () => {
    assert.is(pythonText([value]), printed);
  });
}

test('sorts keys by code points', () => {
  const dict = new Map([
    ['\u{1f600}', 1],
    ['\uffee', 2],
    ['b', 3],
    ['B', 4],
    ['_', 5],
  ]);
  assert.is(formatPythonJson(dict).replaceAll(/\s/g, ''), '{"B":4,"_":5,"b":3,"\uffee":2,"\u{1f600}":1}');
});

test('writes what is empty on one line', () => {
  assert.is(
    formatPythonJson(
      new Map<string, PythonValue>([
        ['a', []],
        ['b', new Map()],
      ]),
    ),
    '{\n    "a": [],\n    "b": {}\n}',
  );
});

test.run();
