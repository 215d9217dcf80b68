import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Become, BecomeError, type Connection } from '../../src/transport/session.ts';
import { TransportLab } from './transport-lab.ts';
import { failure, fragment, secret, shown } from './support.ts';

const test = suite('transport: become another user');

const at = new TransportLab(test, { name: 'transport-become', hosts: 1, busybox: 1 }, async () => {
  await at.lab.exec('h1', ['chpasswd'], 'nosudo:opsask-password\n');
});

async function connectedAs(user: string, host = 'h1'): Promise<Connection> {
  return await at.connected(host, { user });
}

function become(user: string, password: string | null = null): Become {
  return { user, method: 'sudo', password: password === null ? null : secret(password) };
}

async function refused(login: string, wanted: Become, host = 'h1'): Promise<BecomeError> {
  return await failure((await connectedAs(login, host)).session(wanted), BecomeError);
}

/** Puts rules where sudo reads them, for the time of a test. */
async function withRules(rules: string, work: () => Promise<void>): Promise<void> {
  await at.lab.exec('h1', ['sh', '-c', 'cat >/etc/sudoers.d/zz-test'], rules);
  try {
    await work();
  } finally {
    await at.lab.exec('h1', ['rm', '/etc/sudoers.d/zz-test']);
  }
}

at.itEach('becomes root without a password where sudo asks for none', async () => {
  const connection = await connectedAs('ops');
  const session = await connection.session(become('root'));
  const replies = await session.run([fragment('id -un; echo $HOME; umask; echo $LC_ALL'), fragment('exit 3')]);
  assert.equal(replies.map(shown), ['0|root\n/root\n0022\nC\n|', '3||']);
  const own = await connection.session(null);
  assert.equal((await own.run([fragment('id -un')])).map(shown), ['0|ops\n|']);
  const withPassword = await connectedAs('ops');
  const same = await withPassword.session(become('root', 'not asked for'));
  assert.equal((await same.run([fragment('id -un')])).map(shown), ['0|root\n|']);
});

at.itEach('becomes root by password, and shows it to nobody', async () => {
  const connection = await connectedAs('opsask');
  const session = await connection.session(become('root', 'opsask-password'));
  const spy = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"';
  const [who, seen] = await session.run([fragment('id -un'), fragment(spy)]);
  assert.is(shown(who), '0|root\n|');
  assert.match(seen?.stdout.toString() ?? '', 'sudo');
  // The lab's own name begins like the password; alone on a line it would be that.
  assert.not.match(seen?.stdout.toString() ?? '', /^kmesh$/m);
});

at.itEach('kills and uploads as the user it became', async () => {
  const connection = await connectedAs('opsask');
  const session = await connection.session(become('root', 'opsask-password'));
  const batch = [fragment('sleep 60', { timeoutMs: 300 }), fragment('echo after')];
  assert.equal((await session.run(batch)).map(shown), ['137 timed out||', '0|after\n|']);
  await session.upload('/root/from-opsask', Buffer.from('content'));
  const [file] = await session.run([fragment('cd; stat -c "%U %a" from-opsask; cat from-opsask; rm from-opsask')]);
  assert.is(shown(file), '0|root 600\ncontent|');
});

at.itEach('becomes a user who may not even read the directory it stands in', async () => {
  const connection = await connectedAs('root');
  const session = await connection.session(become('ops'));
  assert.equal((await session.run([fragment('id -un; pwd; echo $HOME')])).map(shown), ['0|ops\n/\n/home/ops\n|']);
});

at.itEach('needs no sudo to be who it is', async () => {
  const connection = await connectedAs('root', 'b1');
  assert.is(await connection.session(become('root')), await connection.session(null));
});

at.itEach('works where sudo puts a terminal in between, with large scripts and binary output', async () => {
  await withRules('Defaults use_pty\nDefaults log_output\n', async () => {
    const connection = await connectedAs('opsask');
    const session = await connection.session(become('root', 'opsask-password'));
    const text = 'y'.repeat(300_000);
    const every = 'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %o $i)"; i=$((i+1)); done';
    const replies = await session.run([
      fragment(`x='${text}'\necho \${#x}`),
      fragment(every),
      fragment('head -c 3000000 /dev/zero | wc -c; echo err >&2'),
    ]);
    assert.is(shown(replies[0]), '0|300000\n|');
    assert.ok(replies[1]?.stdout.equals(Buffer.from(Array.from({ length: 256 }, (_, i) => i))));
    assert.is(shown(replies[2]), '0|3000000\n|err\n');
    const slow = await session.run([fragment('sleep 60', { timeoutMs: 300 }), fragment('echo after')]);
    assert.equal(slow.map(shown), ['137 timed out||', '0|after\n|']);
    const content = Buffer.alloc(2_000_000, 'z');
    await session.upload('/root/through-pty', content);
    const size = await session.run([fragment('wc -c </root/through-pty; rm /root/through-pty')]);
    assert.equal(size.map(shown), ['0|2000000\n|']);
  });
});

at.itEach('sends a wrong password once, ever', async () => {
  const connection = await connectedAs('opsask');
  const before = await failedLogins();
  const error = await failure(connection.session(become('root', 'wrong')), BecomeError);
  assert.is(error.message, 'sudo on h1 refused the password of `opsask`.');
  assert.is(await failure(connection.session(become('root', 'wrong')), BecomeError), error);
  assert.is((await failedLogins()) - before, 1);
  const session = await connection.session(become('root', 'opsask-password'));
  assert.equal((await session.run([fragment('id -un')])).map(shown), ['0|root\n|']);
});

async function failedLogins(): Promise<number> {
  const log = await at.lab.exec('h1', ['journalctl', '--no-pager', '-q', '-t', 'sudo', '-g', 'authentication failure']);
  return log.stdout.split('\n').filter((line) => line.includes('authentication failure')).length;
}

at.itEach('says what sudo wants', async () => {
  const noPassword = await refused('opsask', become('root'));
  assert.is(noPassword.message, 'sudo on h1 wants the password of `opsask`.');
  const noRights = await refused('nosudo', become('root', 'opsask-password'));
  assert.is(noRights.message, '`nosudo` is not in the sudoers file of h1.');
  const noUser = await refused('ops', become('nobody-at-all'));
  assert.is(noUser.message, 'There is no user `nobody-at-all` on h1.');
  const noSudo = await refused('root', become('ops'), 'b1');
  assert.is(noSudo.message, 'There is no sudo on b1.');
});

at.itEach('says that a rule does not allow a shell, or wants a terminal', async () => {
  await withRules('nosudo ALL=(root) /usr/bin/id\n', async () => {
    const error = await refused('nosudo', become('root', 'opsask-password'));
    assert.is(error.message, 'sudo on h1 does not let `nosudo` run /bin/sh as `root`.');
  });
  await withRules('Defaults:ops requiretty\n', async () => {
    const error = await refused('ops', become('root'));
    assert.is(error.message, 'sudo on h1 wants a terminal (requiretty) from `ops`.');
  });
});

at.itEach('tells its messages apart whatever the language of the host', async () => {
  await at.lab.exec('h1', ['sh', '-c', 'echo LANG=de_DE.UTF-8 >>/etc/environment']);
  const error = await refused('opsask', become('root'));
  assert.is(error.message, 'sudo on h1 wants the password of `opsask`.');
});

at.itEach('works below a login shell of another kind', async () => {
  const session = await (await connectedAs('fishy')).session(become('root'));
  assert.equal((await session.run([fragment('id -un')])).map(shown), ['0|root\n|']);
});

test.run();
