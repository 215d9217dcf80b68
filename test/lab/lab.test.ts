import * as assert from 'uvu/assert';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { suite } from '../support/suite.ts';
import { buildDeb, requireLab, type Lab } from './lab.ts';
import { openTestLab } from './test-lab.ts';
import { ask } from './run.ts';
import { cgroupDirs } from './unit.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const NAME = 'lab-test';
const test = suite('lab');
requireLab();
let lab: Lab;

/** A test with a deadline of its own: uvu has none, and a host that hangs would hang it for ever. */
function it(name: string, work: () => Promise<void>, seconds = 60): void {
  test(name, async () => {
    await within(seconds, name, work());
  });
}

async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: not done in ${seconds} s`)), seconds * 1000);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

test.before(async () => {
  lab = await within(600, 'up', openTestLab({ name: NAME, hosts: 2, busybox: 1, link: {}, fresh: true }));
});

test.after(async () => {
  await within(60, 'down', lab.down());
});

it('boots real Debian hosts', async () => {
  assert.is(
    (await lab.ssh('h1', 'hostname; ps -o comm= -p 1; systemctl is-system-running')).stdout,
    'h1\nsystemd\nrunning',
  );
  assert.is((await lab.ssh('h2', 'hostname')).stdout, 'h2');
  assert.ok(lab.cpuSeconds('h1') > 0.01);
});

it('has no python on any host', async () => {
  for (const { name } of lab.hosts) assert.is.not((await lab.ssh(name, 'which python3 python')).code, 0);
});

it('boots a busybox host without bash, systemd and sftp', async () => {
  assert.is(
    (await lab.ssh('b1', 'hostname; ps | grep -c "[d]ropbear -F" >/dev/null && echo dropbear')).stdout,
    'b1\ndropbear',
  );
  assert.is.not((await lab.ssh('b1', 'which bash systemctl sudo nohup')).code, 0);
  assert.is.not((await ask('sftp', ['-F', lab.sshConfigPath, '-b', '/dev/null', 'b1'])).code, 0);
});

it('runs programs on hosts without ssh', async () => {
  assert.equal(await lab.exec('h1', ['sh', '-c', 'cat; echo b >&2; exit 3'], 'a'), {
    code: 3,
    stdout: 'a',
    stderr: 'b',
  });
  assert.is((await lab.exec('b1', ['cat', '/etc/hostname'])).stdout, 'b1');
});

it('has users with and without sudo, and one whose shell is no sh', async () => {
  assert.is((await lab.ssh('h1', 'sudo -n id -un', 'ops')).stdout, 'root');
  assert.is.not((await lab.ssh('h1', 'sudo -n id -un', 'opsask')).code, 0);
  assert.is((await lab.ssh('h1', 'echo opsask-password | sudo -S -p "" id -un', 'opsask')).stdout, 'root');
  assert.is.not((await lab.ssh('h1', 'echo opsask-password | sudo -S -p "" id -un', 'nosudo')).code, 0);
  assert.is((await lab.ssh('h1', 'echo $tcsh | cut -d. -f1', 'fishy')).stdout, '6');
});

it('lets opsask in with a password', async () => {
  const askpass = join(lab.dir, 'askpass');
  writeFileSync(askpass, '#!/bin/sh\necho opsask-password\n', { mode: 0o700 });
  const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
  const args = ['-F', lab.sshConfigPath, '-o', 'PubkeyAuthentication=no', '-l', 'opsask', 'h1', 'id -un'];
  assert.is((await ask('ssh', args, { env })).stdout, 'opsask');
});

it('reports no change after logins and sudo', async () => {
  lab.mark();
  await lab.ssh('h1', 'sudo -n true; logger hello; journalctl --sync');
  await lab.ssh('b1', 'true');
  for (const { name } of lab.hosts) assert.equal(lab.changed(name, { strict: true }), []);
});

it('reports what was written, rewritten, retyped and removed', async () => {
  lab.mark(['h1', 'b1']);
  const script = `echo new >/root/new; cp -p /etc/issue /tmp/issue; cat /tmp/issue >/etc/issue; rm /tmp/issue
    chmod 600 /etc/motd; rm /etc/issue.net; ln -sfn /nowhere /etc/mtab; rm -rf /etc/skel; mkdir /etc/skel`;
  assert.is((await lab.exec('h1', ['sh', '-ec', script])).code, 0);
  assert.equal(lab.changed('h1'), [
    '~ /etc/issue',
    '- /etc/issue.net',
    '~ /etc/motd',
    '~ /etc/mtab',
    '- /etc/skel/.bash_logout',
    '- /etc/skel/.bashrc',
    '- /etc/skel/.profile',
    '+ /root/new',
  ]);
  await lab.exec('b1', ['sh', '-c', 'rm /bin/xz; echo x >/etc/x']);
  assert.equal(lab.changed('b1'), ['- /bin/xz', '+ /etc/x']);
});

it('shows a file that came and went when it is strict', async () => {
  lab.mark(['h1']);
  await lab.exec('h1', ['sh', '-c', 'echo x >/tmp/x; rm /tmp/x']);
  assert.equal(lab.changed('h1'), []);
  assert.equal(lab.changed('h1', { strict: true }), ['~ /tmp']);
});

it('looks at five hosts in no time', async () => {
  const start = process.cpuUsage();
  for (let i = 0; i < 5; i++) lab.changed('h1');
  assert.ok(cpuMsSince(start) < 300);
});

it('installs packages without network', async () => {
  assert.is(
    (await lab.ssh('h1', 'apt-get update -qq && apt-get install -y -qq jq && jq -n 6*7')).stdout.split('\n').at(-1),
    '42',
  );
});

it('offers packages made by a test, and their upgrade', async () => {
  const version = 'cat /usr/share/hello; dpkg-query -W -f "\\${Version}" hello';
  for (const number of ['1.0', '2.0']) {
    await lab.addDebs([
      await buildDeb({ name: 'hello', version: number, files: { '/usr/share/hello': `${number} ` } }),
    ]);
    const install = await lab.ssh('h1', `apt-get update -qq && apt-get install -y -qq hello >/dev/null; ${version}`);
    assert.is(install.stdout, `${number} ${number}`);
  }
});

it('lets hosts reach each other and reboot', async () => {
  const banner = `exec 3<>/dev/tcp/${lab.hosts[1]?.address}/22; head -c 4 <&3`;
  assert.is((await lab.ssh('h1', banner)).stdout, 'SSH-');
  const bootId = async (): Promise<string> => (await lab.ssh('h2', 'cat /proc/sys/kernel/random/boot_id')).stdout;
  const before = await bootId();
  await lab.ssh('h2', 'touch /root/kept; ip address add 192.0.2.7/32 dev eth0; systemctl reboot');
  for (let i = 0; i < 100 && ['', before].includes(await bootId()); i++) await new Promise((go) => setTimeout(go, 100));
  assert.is((await lab.ssh('h2', 'ls /root; ip -4 -br address show dev eth0 | grep -c 192.0.2.7')).stdout, 'kept\n0');
});

it('stops, starts, cuts and mends a host', async () => {
  await lab.stop('h2');
  assert.is(await connects('h2', 500), false);
  await lab.start('h2');
  assert.is((await lab.ssh('h2', 'ls /root')).stdout, 'kept');
  await lab.cut('h2');
  assert.is(await connects('h2', 500), false);
  await lab.mend('h2');
  assert.is(await connects('h2', 5000), true);
});

it('adds to the round trip', async () => {
  await lab.setLink({ rttMs: 80 });
  const start = performance.now();
  assert.is(await connects('h1', 5000), true);
  const took = performance.now() - start;
  assert.ok(took > 79 && took < 2000, `${took} ms`);
  await lab.setLink({});
  assert.is(await connects('h1', 5000), true);
});

it('makes the line to the hosts narrow', async () => {
  await lab.setLink({ mbit: 8 });
  const start = performance.now();
  assert.is((await lab.ssh('h1', 'head -c 2000000 /dev/urandom')).code, 0);
  const took = performance.now() - start;
  assert.ok(took > 1900 && took < 20_000, `${took} ms`);
  await lab.setLink({});
});

it('resets a host to what it was', async () => {
  await lab.reset(['h1', 'b1']);
  assert.is((await lab.ssh('h1', 'which jq; ls /root /etc/issue.net')).stdout, '/etc/issue.net\n\n/root:');
  assert.is((await lab.ssh('b1', 'ls /etc/x')).code, 1);
  for (const name of ['h1', 'b1']) assert.equal(lab.changed(name, { strict: true }), []);
});

it('leaves nothing when it goes down', async () => {
  const other = await openTestLab({ name: `${NAME}-down`, hosts: 1, busybox: 1, link: { rttMs: 10 } });
  const before = traces(other);
  await other.down();
  const after = traces(other);
  for (const [what, found] of Object.entries(before)) assert.ok(found.length > 0, what);
  assert.equal(after, { processes: [], cgroups: [], mounts: [], links: [], files: [] });
});

test.run();

/** All that the kernel and the disk know of a lab. */
function traces({ hosts, dir }: Lab): Record<string, string[]> {
  const net = hosts[0]?.address.split('.')[2];
  // a dead process has no command line; when it is reaped is the business of this machine's PID 1
  const isAlive = (pid: string): boolean => read(`/proc/${pid}/cmdline`) !== '';
  const isOurs = (text: string): boolean => text.includes(`kmesh-lab-${net}`) || text.includes(dir);
  return {
    processes: readdirSync('/proc').filter(
      (pid) => /^\d+$/.test(pid) && isAlive(pid) && isOurs(read(`/proc/${pid}/cgroup`) + read(`/proc/${pid}/cmdline`)),
    ),
    cgroups: hosts.flatMap(({ unit }) => cgroupDirs(unit)).filter((path) => existsSync(path)),
    // the network namespace is one of them
    mounts: read('/proc/self/mountinfo').split('\n').filter(isOurs),
    links: readdirSync('/sys/class/net').filter((link) => link.startsWith(`kml${net}`)),
    files: [dir].filter((path) => existsSync(path)),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function connects(name: string, timeout: number): Promise<boolean> {
  const host = lab.hosts.find((each) => each.name === name)?.address ?? '';
  return await new Promise((tell) => {
    const socket = createConnection({ host, port: 22, timeout });
    const end = (answer: boolean): void => {
      socket.destroy();
      tell(answer);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
