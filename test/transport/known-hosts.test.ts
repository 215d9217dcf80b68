import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  fingerprint,
  formatKnownHost,
  hasAuthority,
  judge,
  keyType,
  knownNames,
  knownTypes,
  parseKnownHosts,
} from '../../src/transport/ssh/known-hosts.ts';

const test = suite('transport/ssh/known-hosts');

const one = 'AAAAC3NzaC1lZDI1NTE5AAAAIFJMRKp0ItTi0wRVNrxzWGGwhWNX3YbpIZfeXXbEzVUr';
const two = 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const keyOne = Buffer.from(one, 'base64');
const keyTwo = Buffer.from(two, 'base64');

/** `known`, `unknown`, or what contradicts the key and where. */
function verdict(text: string, host: string, key = keyOne, port = 22): string {
  const result = judge(parseKnownHosts(text, 'kh'), knownNames(host, port, null), key);
  if (result.kind === 'changed') return `changed ${result.lines.map(({ file, line }) => `${file}:${line}`).join(' ')}`;
  return result.kind === 'revoked' ? `revoked ${result.line.file}:${result.line.line}` : result.kind;
}

test('knows a key under each name of its line, whatever the case', () => {
  const text = `web1,10.0.0.1 ssh-ed25519 ${one} a comment\n`;
  assert.is(verdict(text, 'web1'), 'known');
  assert.is(verdict(text, 'WEB1'), 'known');
  assert.is(verdict(text, '10.0.0.1'), 'known');
  assert.is(verdict(text, 'web10'), 'unknown');
  assert.is(verdict('', 'web1'), 'unknown');
});

test('says where another key is known', () => {
  assert.is(verdict(`# old\n\nweb1 ssh-ed25519 ${two}\n`, 'web1'), 'changed kh:3');
});

test('takes a key for known if any line has it', () => {
  assert.is(verdict(`web1 ssh-ed25519 ${two}\nweb1 ssh-ed25519 ${one}\n`, 'web1'), 'known');
});

test('matches wildcards, and lets a negation win', () => {
  const text = `*.example.com,!bad.example.com,10.0.?.1 ssh-ed25519 ${one}\n`;
  assert.is(verdict(text, 'a.example.com'), 'known');
  assert.is(verdict(text, 'bad.example.com'), 'unknown');
  assert.is(verdict(text, '10.0.7.1'), 'known');
  assert.is(verdict(text, '10.0.77.1'), 'unknown');
  assert.is(verdict(text, 'axexample.com'), 'unknown');
  assert.is(verdict(`!web1 ssh-ed25519 ${one}\n`, 'web2'), 'unknown');
});

test('looks for [host]:port where the port is not 22, and takes the bare name only as a confirmation', () => {
  assert.is(verdict(`[web1]:2222 ssh-ed25519 ${one}\n`, 'web1', keyOne, 2222), 'known');
  assert.is(verdict(`[web1]:2222 ssh-ed25519 ${one}\n`, 'web1', keyOne, 22), 'unknown');
  assert.is(verdict(`web1 ssh-ed25519 ${one}\n`, 'web1', keyOne, 2222), 'known');
  assert.is(verdict(`web1 ssh-ed25519 ${two}\n`, 'web1', keyOne, 2222), 'unknown');
  assert.is(verdict(`[web1]:2222 ssh-ed25519 ${two}\nweb1 ssh-ed25519 ${one}\n`, 'web1', keyOne, 2222), 'known');
});

test('reads the hashed names that ssh-keygen -H writes', () => {
  const hashed = `|1|YtF+yuw74tg6syDWyazZ4b6Q1Ro=|uwmhgxOU+XAH8hpSFMZiVLCF/eQ= ssh-ed25519 ${one}\n`;
  assert.is(verdict(hashed, 'web1'), 'known');
  assert.is(verdict(hashed, 'web2'), 'unknown');
  assert.is(verdict(hashed, 'web1', keyTwo), 'changed kh:1');
  assert.is(formatKnownHost('web1', keyOne, Buffer.from('YtF+yuw74tg6syDWyazZ4b6Q1Ro=', 'base64')), hashed);
});

test('refuses a revoked key even if another line knows it', () => {
  const text = `web1 ssh-ed25519 ${one}\n@revoked * ssh-ed25519 ${one}\n`;
  assert.is(verdict(text, 'web1'), 'revoked kh:2');
  assert.is(verdict(text, 'web1', keyTwo), 'changed kh:1');
});

test('does not take a certificate authority for a host key', () => {
  const text = `@cert-authority *.example.com ssh-ed25519 ${one}\n`;
  assert.is(verdict(text, 'a.example.com'), 'unknown');
  assert.is(hasAuthority(parseKnownHosts(text, 'kh'), ['a.example.com']), true);
  assert.is(hasAuthority(parseKnownHosts(text, 'kh'), ['b.example.org']), false);
});

test('passes over lines that make no sense', () => {
  const lines = [
    'web1',
    'web1 ssh-ed25519',
    `web1 ssh-rsa ${one}`,
    'web1 ssh-ed25519 !!!',
    `@other web1 ssh-ed25519 ${one}`,
  ];
  const more = [`|2|a|b ssh-ed25519 ${one}`, `|1|a ssh-ed25519 ${one}`];
  assert.equal(parseKnownHosts([...lines, ...more].join('\n'), 'kh'), []);
});

test('reads lines with tabs, spaces and DOS ends', () => {
  assert.is(verdict(`  web1\tssh-ed25519   ${one}\r\n`, 'web1'), 'known');
});

test('treats a known key of another type as a contradiction, but not one of a type nobody asks for', () => {
  const rsa = Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('ssh-rsa'), Buffer.from([0, 0, 0, 1, 3])]);
  assert.is(verdict(`web1 ssh-rsa ${rsa.toString('base64')}\n`, 'web1'), 'changed kh:1');
  const dss = Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('ssh-dss'), Buffer.from([0, 0, 0, 1, 3])]);
  assert.is(verdict(`web1 ssh-dss ${dss.toString('base64')}\n`, 'web1'), 'unknown');
});

test('tells the key types known for a host', () => {
  const text = `web1 ssh-ed25519 ${one}\nweb2 ssh-ed25519 ${two}\n@revoked web1 ssh-ed25519 ${two}\n`;
  assert.equal(knownTypes(parseKnownHosts(text, 'kh'), ['web1']), ['ssh-ed25519']);
  assert.equal(knownTypes(parseKnownHosts(text, 'kh'), ['web3']), []);
});

test('lets an alias stand alone, without the port', () => {
  assert.equal(knownNames('10.0.0.1', 2222, 'Web1'), ['web1']);
  assert.equal(knownNames('Host', 2222, null), ['[host]:2222', 'host']);
  assert.equal(knownNames('Host', 22, null), ['host']);
});

test('shows a key as ssh does', () => {
  assert.is(keyType(keyOne), 'ssh-ed25519');
  assert.is(fingerprint(keyOne), 'SHA256:U1nUrgpdjrkId3MjS3wcWX+mgT7btq/jfKo15B7UTpw');
  assert.is(keyType(Buffer.from([0, 0])), '');
  assert.is(formatKnownHost('[web1]:2222', keyOne, null), `[web1]:2222 ssh-ed25519 ${one}\n`);
});

test.run();
