import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Area, type Footprint, nothing, overlaps, pathArea, plainPath, union } from '../../src/base/footprint.ts';

const test = suite('base/footprint');

const host: Footprint = 'host';

// One footprint, another one, and whether a change with one alters an answer with the other.
const table: readonly (readonly [Footprint, Footprint, boolean])[] = [
  [nothing, nothing, false],
  [nothing, ['path:/etc'], false],
  [nothing, host, false],
  [host, host, true],
  [host, ['unit:bird.service'], true],
  [['path:/etc/hosts'], ['path:/etc/hosts'], true],
  [['path:/etc/hosts'], ['path:/etc/host'], false],
  [['path:/etc/hosts'], ['path:/etc/hosts.allow'], false],
  [['path:/etc'], ['path:/etc/hosts'], true],
  [['path:/etc/'], ['path:/etc/hosts'], true],
  [['path:/'], ['path:/etc/hosts'], true],
  [['path:/etc/bird'], ['path:/etc/bird2/x'], false],
  [['path:/etc/hosts'], ['unit:/etc/hosts'], false],
  [['unit:bird.service'], ['unit:bird.service'], true],
  [['unit:bird.service'], ['unit:bird'], false],
  [['unit:*'], ['unit:bird.service'], true],
  [['unit:*'], ['package:bird2'], false],
  [['package:*'], ['package:*'], true],
  [['kernel:hostname'], ['kernel:modules'], false],
  [['account:root', 'path:/root'], ['kernel:x', 'path:/root/.ssh'], true],
];

test('tells what a change can alter', () => {
  for (const [a, b, expected] of table) assert.is(overlaps(a, b), expected, `${String(a)} and ${String(b)}`);
});

test('is the same both ways', () => {
  for (const [a, b, expected] of table) assert.is(overlaps(b, a), expected, `${String(b)} and ${String(a)}`);
});

test('takes different spellings of a path for one', () => {
  const spellings = [
    '/etc/bird',
    '/etc//bird',
    '/etc/bird/',
    '/etc/./bird',
    '//etc/bird',
    '/etc/bird/.',
    '/etc/bird//',
  ];
  for (const path of spellings) assert.is(pathArea(path), 'path:/etc/bird', path);
});

test('takes a path that goes up for any path, since it may lead through a link', () => {
  assert.is(pathArea('/etc/bird/../hosts'), 'path:/');
  assert.is(pathArea('/..'), 'path:/');
});

test('leaves names with dots in them alone', () => {
  for (const path of ['/a/..b', '/a/b..', '/a/.b', '/a/...']) assert.is(plainPath(path), path);
  assert.is(pathArea('/a/..b'), 'path:/a/..b');
});

test('keeps the root', () => {
  for (const path of ['/', '//', '/.', '/./']) assert.is(plainPath(path), '/', path);
});

test('joins footprints, naming each area once', () => {
  const areas: Area[] = ['path:/a', 'unit:b'];
  assert.equal(union([areas, ['unit:b', 'unit:c']]), ['path:/a', 'unit:b', 'unit:c']);
  assert.equal(union([]), []);
  assert.is(union([areas, host]), host);
});

test.run();
