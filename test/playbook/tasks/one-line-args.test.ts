import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toData } from '../../../src/base/node.ts';
import { covered, plain } from '../../support/node.ts';
import { taskOf, taskProblems } from '../support.ts';

const test = suite('playbook/one-line-args');

/** The args of a task of one line. */
function args(line: string): unknown {
  return plain(toData(taskOf(line).args));
}

// What the right side says is what Ansible 2.14 makes of the left one.
const lines: readonly (readonly [line: string, args: unknown])[] = [
  ['copy: src=bin dest=/opt/x owner=root mode=755', { src: 'bin', dest: '/opt/x', owner: 'root', mode: '755' }],
  ['debug: msg="two words" verbosity=1', { msg: 'two words', verbosity: 1 }],
  [`lineinfile: path=/x line='a=b' regexp=^a=.*$`, { path: '/x', line: 'a=b', regexp: '^a=.*$' }],
  ['copy: content={{ x.y }} dest="/opt/{{ x.z }} w"', { content: '{{ x.y }}', dest: '/opt/{{ x.z }} w' }],
  [String.raw`lineinfile: path=/x line="a\tb" regexp=\d+\.x`, { path: '/x', line: 'a\tb', regexp: String.raw`\d+\.x` }],
  [String.raw`debug: msg=a\"b`, { msg: 'a"b' }],
  [String.raw`debug: msg=a\\b`, { msg: String.raw`a\b` }],
  [String.raw`debug: msg=\x41\u0042`, { msg: 'AB' }],
  [`debug: msg="it's"`, { msg: "it's" }],
  [`copy: content='say "hi"' dest=/x`, { content: 'say "hi"', dest: '/x' }],
  ['copy: content= dest=/x', { content: '', dest: '/x' }],
  ['debug: msg="b"c', { msg: '"b"c' }],
];

for (const [line, expected] of lines) test(`reads \`${line}\``, () => assert.equal(args(line), expected));

test('makes of text what the schema wants', () => {
  assert.equal(args('file: path=/x state=directory recurse=yes mode=0644'), {
    path: '/x',
    state: 'directory',
    recurse: 'yes',
    mode: '0644',
  });
  assert.equal(args('wait_for: port=80 timeout=5 host=10'), { port: 80, timeout: 5, host: '10' });
  assert.equal(args('wait_for: port={{ p }}'), { port: '{{ p }}' });
});

test('says of a value what is wrong with it, at its place', () => {
  assert.match(taskProblems('wait_for: host=a port=http')[0] ?? '', /^site\.yml:3:29: `port` must be a whole number/);
  assert.match(
    taskProblems('file: path=/x recurse=maybe')[0] ?? '',
    /^site\.yml:3:29: `recurse` must be true or false/,
  );
  assert.match(taskProblems('copy: src=a dset=/b')[1] ?? '', /^site\.yml:3:19: `dset` is not an argument of copy/);
  assert.match(taskProblems('debug: msg="{{ a b }}"')[0] ?? '', /^site\.yml:3:22: There is no helper `a`/);
});

test('places what stands in quotes and over several lines', () => {
  const { args: own } = taskOf('copy: >\n  src=a\n  dest="/b c"\n');
  assert.equal(
    own.entries.map(({ keySpan, value }) => [covered(keySpan), covered(value.span)]),
    [
      ['src', 'a'],
      ['dest', '/b c'],
    ],
  );
  const folded = taskOf('copy: src=a\n  dest=/b\n').args;
  assert.equal(
    folded.entries.map(({ keySpan, value }) => [covered(keySpan), covered(value.span)]),
    [
      ['src', 'a'],
      ['dest', '/b'],
    ],
  );
  const quoted = taskOf('copy: "src=a dest=/b"').args;
  assert.equal(
    quoted.entries.map(({ value }) => covered(value.span)),
    ['a', '/b'],
  );
});

test('says what is wrong with a line', () => {
  const wrong = {
    'copy: src=a dest=/b c':
      '3:27: `c` is not an argument of copy. | A value with spaces needs quotes: `msg="two words"`.',
    'debug: msg="open':
      '3:14: A quote or a brace is never closed here. | A value with spaces needs quotes: `msg="two words"`.',
    'copy: src=a src=b dest=/x': '3:19: `src` is given twice. | Keep one of them.',
    'file: path=/x dest=/y': '3:21: `dest` and `path` are the same argument.',
    'file: state=touch': '3:7: `path` is missing: argument of file that must be given.',
  };
  for (const [text, told] of Object.entries(wrong)) assert.equal(taskProblems(text), [`site.yml:${told}`], text);
});

test('takes what Ansible takes out of the text of a command', () => {
  assert.equal(args('command: make install creates=/opt/x chdir=/src'), {
    cmd: 'make install',
    creates: '/opt/x',
    chdir: '/src',
  });
  assert.equal(args('shell: creates=/a touch /a'), { cmd: 'touch /a', creates: '/a' });
  assert.equal(args('shell: FOO=1 echo creates=/x y'), { cmd: 'FOO=1 echo y', creates: '/x' });
  assert.equal(args('shell: echo "creates=/x" chdir="/my dir" warn=no'), {
    cmd: 'echo "creates=/x"',
    chdir: '/my dir',
  });
});

test('leaves all else in the text of a command', () => {
  const texts = ['dd if=/a of=/b bs=1M', "echo it's", 'echo $((1+1)) | grep -c "x=1"', 'echo {{ a.b }} | cat'];
  for (const text of texts) assert.equal(args(`shell: ${JSON.stringify(text)}`), { cmd: text }, text);
  assert.equal(args('shell: |\n  a=1\n  echo $a\n'), { cmd: 'a=1\necho $a\n' });
});

test('knows where the text of a command stands', () => {
  const [cmd, creates] = taskOf('command: make install creates=/opt/x').args.entries;
  assert.equal([cmd && covered(cmd.value.span), creates && covered(creates.keySpan)], ['make install', 'creates']);
});

test('takes words for true and false in set_fact', () => {
  assert.equal(args('set_fact: a=yes b=False c=1 d="two words"'), { a: true, b: false, c: '1', d: 'two words' });
});

test.run();
