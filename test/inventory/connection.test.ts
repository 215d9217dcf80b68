import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Data } from '../../src/base/node.ts';
import { spanOf } from '../../src/base/source.ts';
import { connectionVars, type ConnectionVariable } from '../../src/inventory/connection.ts';
import { line } from './support.ts';

const test = suite('inventory/connection');

function read(vars: Record<string, Data>) {
  const text = Object.keys(vars).join('\n');
  const source = { name: 'vars.yml', text };
  const variables = new Map<string, ConnectionVariable>();
  for (const [name, value] of Object.entries(vars)) {
    const start = `\n${text}\n`.indexOf(`\n${name}\n`);
    variables.set(name, { value, at: spanOf(source, start, start + name.length) });
  }
  const { settings, diagnostics, warnings } = connectionVars(variables);
  return { settings, errors: diagnostics.map(line), warned: warnings.map(line) };
}

test('without variables nothing is set', () => {
  assert.equal(read({}).settings, {
    address: null,
    port: null,
    user: null,
    password: null,
    privateKeyFile: null,
    connection: null,
    hostKeyChecking: null,
    connectTimeoutMs: null,
    become: null,
    becomeUser: null,
    becomeMethod: null,
    becomePassword: null,
    sshArgs: [],
  });
});

test('reads what Ansible reads', () => {
  const { settings, errors, warned } = read({
    ansible_host: '192.0.2.1',
    ansible_port: 2222,
    ansible_user: 'admin',
    ansible_password: 'p1',
    ansible_ssh_private_key_file: '~/.ssh/id',
    ansible_connection: 'ssh',
    ansible_timeout: 5,
    ansible_host_key_checking: false,
    ansible_become: true,
    ansible_become_user: 'root',
    ansible_become_method: 'sudo',
    ansible_become_password: 'p2',
    ansible_ssh_common_args: "-o ProxyCommand='ssh -W %h:%p gate' -J hop",
    ansible_ssh_extra_args: '-4 -oConnectTimeout=3',
    ansible_python_interpreter: '/usr/bin/python3',
    ansible_shell_type: 'sh',
  });
  assert.equal(errors, []);
  assert.equal(warned, []);
  const { password, becomePassword, ...rest } = settings;
  assert.is(password?.reveal(), 'p1');
  assert.is(becomePassword?.reveal(), 'p2');
  assert.is(String(password), '******');
  assert.equal(rest, {
    address: '192.0.2.1',
    port: 2222,
    user: 'admin',
    privateKeyFile: '~/.ssh/id',
    connection: 'ssh',
    hostKeyChecking: 'no',
    connectTimeoutMs: 5000,
    become: true,
    becomeUser: 'root',
    becomeMethod: 'sudo',
    sshArgs: ['-o', 'ProxyCommand=ssh -W %h:%p gate', '-J', 'hop', '-4', '-oConnectTimeout=3'],
  });
});

test('reads the other names of the same settings', () => {
  const { settings, errors } = read({
    ansible_ssh_host: 'h',
    ansible_ssh_port: '22',
    ansible_ssh_user: 'u',
    ansible_ssh_pass: 1234,
    ansible_private_key_file: '/k',
    ansible_become_pass: 's',
    ansible_ssh_timeout: '2.5',
  });
  assert.equal(errors, []);
  assert.equal([settings.address, settings.port, settings.user, settings.privateKeyFile], ['h', 22, 'u', '/k']);
  assert.equal([settings.password?.reveal(), settings.becomePassword?.reveal()], ['1234', 's']);
  assert.is(settings.connectTimeoutMs, 2500);
});

const accepted: readonly (readonly [string, Data, string, unknown])[] = [
  ['ansible_port', '2222', 'port', 2222],
  ['ansible_port', null, 'port', null],
  ['ansible_become', 'yes', 'become', true],
  ['ansible_become', 'False', 'become', false],
  ['ansible_become', 1, 'become', true],
  ['ansible_connection', 'smart', 'connection', 'ssh'],
  ['ansible_connection', 'paramiko', 'connection', 'ssh'],
  ['ansible_connection', 'openssh', 'connection', 'openssh'],
  ['ansible_connection', 'ansible.builtin.local', 'connection', 'local'],
  ['ansible_host', '[2001:db8::1]', 'address', '2001:db8::1'],
  ['ansible_host', 'fe80::1%eth0', 'address', 'fe80::1%eth0'],
  ['ansible_host_key_checking', 'accept-new', 'hostKeyChecking', 'accept-new'],
  ['ansible_host_key_checking', 'yes', 'hostKeyChecking', 'yes'],
  ['ansible_become_method', 'ansible.builtin.sudo', 'becomeMethod', 'sudo'],
];

for (const [name, value, setting, expected] of accepted) {
  test(`takes ${JSON.stringify(value)} for ${name}`, () => {
    const { settings, errors } = read({ [name]: value });
    assert.equal(errors, []);
    assert.is(settings[setting as keyof typeof settings], expected);
  });
}

test('empty arguments are none', () => {
  assert.equal(read({ ansible_ssh_common_args: '' }).settings.sshArgs, []);
});

const refused: readonly (readonly [string, Data, string])[] = [
  ['ansible_port', 'abc', '`ansible_port` is a number from 1 to 65535. `abc` is not.'],
  ['ansible_port', 0, '`ansible_port` is a number from 1 to 65535. `0` is not.'],
  ['ansible_port', 22.5, '`ansible_port` is a number from 1 to 65535. `22.5` is not.'],
  ['ansible_port', true, '`ansible_port` is a number from 1 to 65535. `true` is not.'],
  ['ansible_port', [22], '`ansible_port` is a number from 1 to 65535. `[22]` is not.'],
  ['ansible_host', '', '`ansible_host` is the name or address of a host. `` is not.'],
  ['ansible_host', '-oProxyCommand=x', '`ansible_host` is the name or address of a host. `-oProxyCommand=x` is not.'],
  ['ansible_host', 'a b', '`ansible_host` is the name or address of a host. `a b` is not.'],
  ['ansible_host', '10.0.0.1/24', '`ansible_host` is the name or address of a host. `10.0.0.1/24` is not.'],
  ['ansible_host', { a: 1 }, '`ansible_host` is the name or address of a host. `{"a":1}` is not.'],
  ['ansible_user', '-x', '`ansible_user` is the name of a user. `-x` is not.'],
  ['ansible_connection', 'docker', '`ansible_connection` is `ssh`, `openssh` or `local`. `docker` is not.'],
  ['ansible_become', 'maybe', '`ansible_become` is `true` or `false`. `maybe` is not.'],
  ['ansible_become_method', 'su', '`ansible_become_method` is `sudo`, the only method there is. `su` is not.'],
  ['ansible_password', ['geheim'], '`ansible_password` is a text. This value is not.'],
  ['ansible_become_pass', { p: 'geheim' }, '`ansible_become_pass` is a text. This value is not.'],
  ['ansible_timeout', 0, '`ansible_timeout` is a number of seconds. `0` is not.'],
  ['ansible_host_key_checking', 'ask', '`ansible_host_key_checking` is `true`, `false` or `accept-new`. `ask` is not.'],
  [
    'ansible_ssh_common_args',
    '-L 80:a:80',
    '`ansible_ssh_common_args` is options of ssh such as `-o ProxyJump=gate`. `-L 80:a:80` is not.',
  ],
  [
    'ansible_ssh_common_args',
    'gate',
    '`ansible_ssh_common_args` is options of ssh such as `-o ProxyJump=gate`. `gate` is not.',
  ],
  [
    'ansible_ssh_extra_args',
    '-o',
    '`ansible_ssh_extra_args` is options of ssh such as `-o ProxyJump=gate`. `-o` is not.',
  ],
  [
    'ansible_ssh_extra_args',
    '-o "A=b',
    '`ansible_ssh_extra_args` is options of ssh such as `-o ProxyJump=gate`. `-o \\"A=b` is not.',
  ],
];

for (const [name, value, message] of refused) {
  test(`refuses ${JSON.stringify(value)} for ${name}`, () => {
    assert.equal(read({ x: 1, [name]: value }).errors, [`vars.yml:2:1: ${message}`]);
  });
}

test('of two names of one setting says which one counts', () => {
  const { settings, warned } = read({ ansible_ssh_user: 'b', ansible_user: 'a' });
  assert.is(settings.user, 'b');
  assert.equal(warned, [
    'vars.yml:2:1: `ansible_user` counts for nothing: `ansible_ssh_user` is set, too. (They are two names of one setting: use one of them.)',
  ]);
  assert.equal(read({ ansible_ssh_user: 'a', ansible_user: 'a' }).warned, []);
});

test('warns of slips of the keyboard', () => {
  const { warned } = read({ ansible_hots: 'a', ansible_ssh_prot: 22, ansible_becom: true });
  assert.equal(warned, [
    'vars.yml:1:1: Nothing reads `ansible_hots`. (Did you mean `ansible_host`?)',
    'vars.yml:2:1: Nothing reads `ansible_ssh_prot`. (Did you mean `ansible_ssh_port`?)',
    'vars.yml:3:1: Nothing reads `ansible_becom`. (Did you mean `ansible_become`?)',
  ]);
});

test('does not warn of names that are near to none, or are facts', () => {
  const names = ['ansible_managed', 'ansible_hostname', 'ansible_user_id', 'ansible_distribution', 'other_hots'];
  assert.equal(read(Object.fromEntries(names.map((name) => [name, 1]))).warned, []);
});

test.run();
