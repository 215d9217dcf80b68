import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { editLines, type LinePlace, type PresentLine } from '../../src/modules/edit-lines.ts';

const test = suite('modules/edit-lines');

interface Case {
  readonly name: string;
  readonly before: string;
  readonly line: string;
  readonly mark?: RegExp | string;
  readonly place?: LinePlace;
  readonly backrefs?: boolean;
  readonly firstMatch?: boolean;
  readonly after: string;
  /** Where Ansible's rules add once more at a second run. */
  readonly again?: string;
}

const after = (pattern: RegExp): LinePlace => ({ kind: 'after', pattern });
const before = (pattern: RegExp): LinePlace => ({ kind: 'before', pattern });

// Expected texts are what Ansible's lineinfile makes of the same args.
const cases: readonly Case[] = [
  { name: 'adds at the end', before: 'a\nb\n', line: 'c', after: 'a\nb\nc\n' },
  { name: 'ends the last line before adding', before: 'a\nb', line: 'c', after: 'a\nb\nc\n' },
  { name: 'adds to an empty text', before: '', line: 'c', after: 'c\n' },
  { name: 'leaves a line that is there', before: 'a\nc\nb\n', line: 'c', after: 'a\nc\nb\n' },
  { name: 'leaves several that are there', before: 'c\na\nc\n', line: 'c', after: 'c\na\nc\n' },
  { name: 'ends a last line that is the wanted one', before: 'a\nc', line: 'c', after: 'a\nc\n' },
  {
    name: 'takes a line with another end for the same, and gives it ours',
    before: 'c\r\na\n',
    line: 'c',
    after: 'c\na\n',
  },
  { name: 'adds an empty line', before: 'a\n', line: '', after: 'a\n\n' },
  { name: 'adds at the start', before: 'a\nb\n', line: 'c', place: { kind: 'start' }, after: 'c\na\nb\n' },
  {
    name: 'leaves a line elsewhere when it is wanted at the start',
    before: 'a\nc\n',
    line: 'c',
    place: { kind: 'start' },
    after: 'a\nc\n',
  },
  {
    name: 'replaces the last line that matches',
    before: 'x=1\nx=2\ny\n',
    line: 'x=3',
    mark: /^x=/,
    after: 'x=1\nx=3\ny\n',
  },
  {
    name: 'replaces the first when told to',
    before: 'x=1\nx=2\ny\n',
    line: 'x=3',
    mark: /^x=/,
    firstMatch: true,
    after: 'x=3\nx=2\ny\n',
  },
  { name: 'replaces a line without end', before: 'a\nx=1', line: 'x=3', mark: /^x=/, after: 'a\nx=3\n' },
  { name: 'adds when nothing matches', before: 'a\n', line: 'x=3', mark: /^x=/, after: 'a\nx=3\n' },
  {
    name: 'leaves the line when another pattern matches nothing',
    before: 'x=3\na\n',
    line: 'x=3',
    mark: /^nothing/,
    after: 'x=3\na\n',
  },
  {
    name: 'replaces another line though the wanted one is there',
    before: 'x=3\nx=1\n',
    line: 'x=3',
    mark: /^x=1/,
    after: 'x=3\nx=3\n',
  },
  { name: 'matches up to the end of the line', before: 'ab\na\n', line: 'a', mark: /^a$/, after: 'ab\na\n' },
  {
    name: 'replaces what holds a text',
    before: 'one [x]*\ntwo\n',
    line: 'new',
    mark: '[x]*',
    after: 'new\ntwo\n',
    again: 'new\ntwo\n',
  },
  { name: 'adds when no line holds the text', before: 'one\n', line: 'new', mark: '(', after: 'one\nnew\n' },
  { name: 'adds after the last match', before: 'a\na\nb\n', line: 'c', place: after(/^a/), after: 'a\na\nc\nb\n' },
  {
    name: 'adds after the first match when told to',
    before: 'a\na\nb\n',
    line: 'c',
    place: after(/^a/),
    firstMatch: true,
    after: 'a\nc\na\nb\n',
  },
  { name: 'adds after the last line', before: 'b\na', line: 'c', place: after(/^a/), after: 'b\na\nc\n' },
  { name: 'adds before the last match', before: 'a\na\nb\n', line: 'c', place: before(/^a/), after: 'a\nc\na\nb\n' },
  {
    name: 'adds before the first match when told to',
    before: 'b\na\na\n',
    line: 'c',
    place: before(/^a/),
    firstMatch: true,
    after: 'b\nc\na\na\n',
  },
  { name: 'adds before the first line', before: 'a', line: 'c', place: before(/^a/), after: 'c\na' },
  { name: 'adds at the end when the place is nowhere', before: 'a\n', line: 'c', place: before(/^z/), after: 'a\nc\n' },
  {
    name: 'adds at the end when the place after is nowhere',
    before: 'a\n',
    line: 'c',
    place: after(/^z/),
    after: 'a\nc\n',
  },
  { name: 'leaves a line that is not at its place', before: 'c\na\n', line: 'c', place: after(/^a/), after: 'c\na\n' },
  {
    name: 'prefers replacing to the place',
    before: 'x=1\na\n',
    line: 'x=2',
    mark: /^x=/,
    place: after(/^a/),
    after: 'x=2\na\n',
  },
  {
    name: 'uses the place when the pattern matches nothing',
    before: 'a\nb\n',
    line: 'x=2',
    mark: /^x=/,
    place: after(/^a/),
    after: 'a\nx=2\nb\n',
  },
  {
    name: 'does not take the wanted line for a place',
    before: 'a=1\nb\n',
    line: 'a=1',
    place: after(/^a/),
    after: 'a=1\nb\n',
  },
  {
    name: 'fills in groups',
    before: 'opt -Xms64m -x\n',
    line: '\\1Xms128m\\3',
    mark: /^(.*)Xms(\d+)m(.*)$/,
    backrefs: true,
    after: 'opt -Xms128m -x\n',
  },
  {
    name: 'fills in named groups',
    before: 'host=old\n',
    line: '\\g<key>=new',
    mark: /^(?<key>host)=/,
    backrefs: true,
    after: 'host=new\n',
  },
  {
    name: 'adds nothing with groups when nothing matches',
    before: 'a\n',
    line: '\\1x',
    mark: /^(b)/,
    backrefs: true,
    after: 'a\n',
  },
  {
    name: 'keeps a backslash without groups',
    before: 'x\n',
    line: '\\1\\n',
    mark: /^x/,
    after: '\\1\\n\n',
    again: '\\1\\n\n\\1\\n\n',
  },
  { name: 'keeps other line ends', before: 'a\r\nb\r\n', line: 'c', after: 'a\r\nb\r\nc\n' },
];

for (const { name, before: text, after: expected, again, ...given } of cases) {
  test(name, () => {
    const edit: PresentLine = {
      kind: 'present',
      mark: null,
      place: { kind: 'end' },
      backrefs: false,
      firstMatch: false,
      ...given,
    };
    assert.is(editLines(text, edit), expected);
    // The second time nothing changes, unless the pattern does not match what it made.
    if (again === undefined) assert.is(editLines(expected, edit), expected);
  });
}

const removals = [
  { name: 'removes lines that are the line', before: 'a\nb\na', line: 'a', mark: null, after: 'b\n' },
  { name: 'removes all lines that match', before: 'a1\nb\na2\n', line: null, mark: /^a\d/, after: 'b\n' },
  { name: 'removes all lines that hold a text', before: '(x\nb\n', line: null, mark: '(', after: 'b\n' },
  { name: 'asks the pattern only, when both are given', before: 'a\nb\n', line: 'b', mark: /^a/, after: 'b\n' },
  { name: 'removes nothing', before: 'a', line: 'b', mark: null, after: 'a' },
  { name: 'removes a line with another end', before: 'a\r\nb\n', line: 'a', mark: null, after: 'b\n' },
] as const;

for (const { name, before: text, after: expected, line, mark } of removals) {
  test(name, () => assert.is(editLines(text, { kind: 'absent', line, mark }), expected));
}

test('refuses a group that the pattern does not have', () => {
  const edit: PresentLine = {
    kind: 'present',
    line: '\\2',
    mark: /^(a)/,
    place: { kind: 'end' },
    backrefs: true,
    firstMatch: false,
  };
  assert.throws(() => editLines('a\n', edit), /no group for `\\2`/);
});

test.run();
