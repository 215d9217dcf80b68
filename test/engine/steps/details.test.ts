import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../../src/base/secrets.ts';
import { detailsOf, type DetailsParts } from '../../../src/engine/steps/details.ts';
import { modules } from '../../../src/modules/index.ts';
import { must } from '../../../src/base/errors.ts';

const test = suite('engine/details');

function details(module: string, parts: Partial<DetailsParts>): ReturnType<typeof detailsOf> {
  const { schema } = must(modules.get(module), module);
  return detailsOf({ schema, args: {}, values: {}, noLog: false, hasFailed: false, verbosity: 2, ...parts });
}

const said = { rc: 0, stdout: 'yes', stderr: '', stdout_lines: ['yes'] };

test('tells what a command said from -v on, its args from -vv on', () => {
  const parts = { args: { argv: ['birdc'], chdir: null, strip_empty_ends: true }, values: said };
  const output = { status: 0, stdout: 'yes', stderr: null };
  assert.is(details('command', { ...parts, verbosity: 0 }), null);
  assert.equal(details('command', { ...parts, verbosity: 1 }), { args: null, ...output });
  assert.equal(details('command', parts), { args: '{"argv":["birdc"]}', ...output });
});

test('leaves what a command said to its failure', () => {
  const output = { status: null, stdout: null, stderr: null };
  assert.equal(details('command', { args: { cmd: 'x' }, values: said, hasFailed: true }), {
    args: '{"cmd":"x"}',
    ...output,
  });
  assert.is(details('command', { values: said, hasFailed: true, verbosity: 1 }), null);
});

test('shows no secret: nothing under no_log, no password, no input of a program', () => {
  assert.is(details('command', { args: { cmd: 'x' }, values: said, noLog: true }), null);
  const args = (module: string, given: object): unknown => details(module, { args: given })?.args;
  assert.is(args('user', { name: 'bird', password: '$6$x' }), '{"name":"bird","password":"******"}');
  assert.is(args('shell', { cmd: 'cat', stdin: 'top-secret' }), '{"cmd":"cat","stdin":"******"}');
  assert.is(args('copy', { content: new Secret('top-secret') }), '{"content":"******"}');
});

test('shortens what is long', () => {
  const told = details('copy', { args: { content: 'x'.repeat(5000), dest: '/x' } });
  assert.is(told?.args, `{"content":"${'x'.repeat(200)}… (5000 characters)","dest":"/x"}`);
});

test.run();
