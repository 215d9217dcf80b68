import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accountHome, accountName } from '../../src/transport/account.ts';
import { expandTokens, parseSshConfig } from '../../src/transport/ssh/ssh-config.ts';
import { configFileOf, linesOfWords, wordsForHop, wordsOfOpenssh } from '../../src/transport/ssh/ssh-words.ts';

const test = suite('transport/ssh/ssh-config');

const explicit = { address: 'web1', port: null, user: null };

/** As `ssh -G` of OpenSSH 9.2 prints it, cut down. */
const printed = `host web1
user ops
hostname 10.0.0.1
port 2222
addressfamily inet6
hashknownhosts yes
identitiesonly yes
stricthostkeychecking true
pubkeyauthentication true
passwordauthentication no
kbdinteractiveauthentication yes
serveralivecountmax 5
serveraliveinterval 7
controlpersist 600
identityfile ~/.ssh/id_%r_%h
identityfile /keys/100%%
globalknownhostsfile /etc/ssh/ssh_known_hosts
userknownhostsfile ~/.ssh/known_%n /tmp/other
proxyjump a@bastion:2022,inner
identityagent none
hostkeyalias Cluster
`;

test('reads what ssh -G prints', () => {
  assert.equal(parseSshConfig(printed, explicit), {
    hostName: '10.0.0.1',
    port: 2222,
    user: 'ops',
    identityFiles: [`${accountHome()}/.ssh/id_ops_10.0.0.1`, '/keys/100%'],
    identitiesOnly: true,
    identityAgent: 'none',
    knownHostsFiles: [`${accountHome()}/.ssh/known_web1`, '/tmp/other', '/etc/ssh/ssh_known_hosts'],
    newHostsFile: `${accountHome()}/.ssh/known_web1`,
    hashKnownHosts: true,
    forwardAgent: false,
    hostKeyAlias: 'Cluster',
    proxyJump: ['a@bastion:2022', 'inner'],
    proxyCommand: null,
    strictHostKeyChecking: 'true',
    family: 6,
    bindAddress: null,
    keepAliveMs: 7000,
    keepAliveCount: 5,
    controlPersist: '600',
    methods: { publicKey: true, password: false, keyboard: true },
  });
});

test('lets what the user said of the host win', () => {
  const config = parseSshConfig(printed, { address: 'web1', port: 22, user: 'root' });
  assert.equal([config.port, config.user], [22, 'root']);
});

test("has ssh's defaults where nobody said anything", () => {
  const config = parseSshConfig('', explicit);
  assert.equal([config.hostName, config.port, config.user], ['web1', 22, accountName()]);
  assert.is(config.identityFiles.at(-1), `${accountHome()}/.ssh/id_ed25519`);
  assert.is(config.newHostsFile, `${accountHome()}/.ssh/known_hosts`);
  assert.is(config.keepAliveMs, null);
  assert.equal(config.proxyJump, []);
});

test('writes new keys nowhere when there is no file for them', () => {
  const config = parseSshConfig('userknownhostsfile none\nproxyjump none\nproxycommand none\n', explicit);
  assert.equal([config.newHostsFile, config.proxyJump, config.proxyCommand], [null, [], null]);
});

test('reads the arguments of ssh itself where there is no ssh', () => {
  const words = [
    '-o',
    'UserKnownHostsFile=/a /b',
    '-oPort=2200',
    '-o',
    'Port 99',
    '-C',
    '-J',
    'x,y',
    '-i',
    '/key',
    '-6',
  ];
  const config = parseSshConfig(linesOfWords([...words, '-l', 'ops', '-o', 'StrictHostKeyChecking = "yes"']), explicit);
  assert.is(config.port, 2200);
  assert.is(config.user, 'ops');
  assert.equal(config.proxyJump, ['x', 'y']);
  assert.equal(config.identityFiles, ['/key']);
  assert.equal(config.knownHostsFiles.slice(0, 2), ['/a', '/b']);
  assert.is(config.family, 6);
  assert.is(config.strictHostKeyChecking, 'yes');
});

test('gives a hop the words that do not say where the last host is', () => {
  const words = [
    '-F',
    '/conf',
    '-o',
    'ProxyJump=x',
    '-p',
    '22',
    '-o',
    'UserKnownHostsFile=/a',
    '-oUser=me',
    '-v',
    '-i',
    '/k',
  ];
  assert.equal(wordsForHop(words), ['-F', '/conf', '-o', 'UserKnownHostsFile=/a', '-v', '-i', '/k']);
  assert.is(configFileOf(words), '/conf');
  assert.is(configFileOf(['-o', 'Port=1']), null);
});

test('expands the tokens of a ProxyCommand', () => {
  const config = parseSshConfig('hostname 10.0.0.1\nport 2222\nuser ops\n', explicit);
  assert.is(expandTokens('nc %h %p %r@%n %% %x', config, 'web1'), 'nc 10.0.0.1 2222 ops@web1 % %x');
});

test("gives the system's ssh all words but those that make it talk, be quiet, or ask for a terminal", () => {
  const words = ['-vvv', '-4qC', '-o', 'LogLevel=DEBUG', '-J', 'gate', '-tt', '-oUser=v', '-A'];
  assert.equal(wordsOfOpenssh(words), ['-4C', '-o', 'LogLevel=DEBUG', '-J', 'gate', '-oUser=v', '-A']);
});

test('knows that a connection is not kept', () => {
  assert.is(parseSshConfig('controlpersist no\n', explicit).controlPersist, null);
  assert.is(parseSshConfig('controlpersist yes\n', explicit).controlPersist, 'yes');
});

test.run();
