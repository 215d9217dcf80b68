import { cpSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { buildDeb, type Lab, requireLab } from '../lab/lab.ts';
import { prepareAnsible } from '../lab/requirements.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { recapOf, said, siteOf, statuses } from './kmesh.ts';
import { threeTimes } from './three-times.ts';

const test = suite('scenario/ansible-role');
requireLab();

let lab: Lab;
const site = siteOf({ groups: '[web]\nh1\nh2\nh3\n' });

// What the role's unit runs: it answers on the port of its configuration with how many workers stand there.
const server = `use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket;
$SIG{HUP} = 'IGNORE';
open my $file, '<', '/etc/webapp.conf' or die;
my %conf = map { split ' ' } <$file>;
my $socket = IO::Socket::INET->new(LocalPort => $conf{port}, Listen => 5, ReuseAddr => 1) or die;
IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $ENV{NOTIFY_SOCKET})->send('READY=1');
while (1) {
  my $client = $socket->accept or next;
  print $client "$conf{workers} workers\\n";
  close $client;
}
`;
// It is started once it listens: a reload before would end it.
const unit = `[Service]
Type=notify
ExecStart=/usr/bin/perl /usr/share/webapp/server
ExecReload=/bin/kill -HUP $MAINPID
[Install]
WantedBy=multi-user.target
`;

test.before(prepareAnsible);
test.before(async () => {
  cpSync(join(import.meta.dirname, '../playbook/ansible-role'), site.dir, { recursive: true });
  lab = await openTestLab({ name: 'ansible-role', hosts: 3, fresh: true });
  const files = { '/usr/share/webapp/server': server, '/lib/systemd/system/nginx.service': unit };
  const recipes = [{ name: 'nginx-light', files }, { name: 'python3' }, { name: 'curl' }];
  await lab.addDebs(await Promise.all(recipes.map((recipe) => buildDeb({ version: '1.0', ...recipe }))));
  await Promise.all(lab.hosts.map(({ name }) => on(name, 'apt-get update')));
});
test.after(async () => {
  site.remove();
  await lab.down();
});

async function on(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

/** What a host says to who connects. */
async function answerOf(host: string, port: number): Promise<string> {
  const address = lab.hosts.find(({ name }) => name === host)?.address ?? '';
  return text(connect(port, address));
}

test('runs a role of Ansible as it is: check, run, and a second run with nothing to do', async () => {
  const { run, again } = await threeTimes({
    lab,
    args: ['run', site.path('site.yml'), '-i', site.path('groups'), '--limit', 'h1:h2'],
    // Whether the block fails is told by a command that waits for the packages: the check says that it can not know.
    doneOnly: ['h1: install it', 'h2: install it'],
    // There is no such program. The role ignores that; a check can not know it.
    shownOnly: ['h1: the port is open', 'h2: the port is open'],
  });
  const { h1 } = statuses(run);
  assert.is(h1?.['ask the version'], 'failed');
  assert.is(h1?.['why it failed'], 'ok');
  assert.is(h1?.['install it'], 'changed');
  assert.is(statuses(again).h1?.['ask the version'], 'ok');
  const { rescued, ignored, failed } = recapOf(run).h1 ?? {};
  assert.equal([rescued, ignored, failed], [1, 1, 0]);
  assert.equal(said(run, 'tell who watches'), {
    h1: 'the configuration of h1 is new',
    h2: 'the configuration of h2 is new',
  });
  for (const host of ['h1', 'h2']) assert.is(await answerOf(host, 8080), '4 workers\n');
});

test('brings about what Ansible itself brings about with the same role', async () => {
  await givePython();
  const args = ['-i', lab.inventoryPath, '-i', site.path('groups'), '--limit', 'h3', site.path('site.yml')];
  const env = { LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: site.dir, SSH_AUTH_SOCK: '' };
  const { all, exitCode } = await execa('ansible-playbook', args, { cwd: site.dir, env, all: true, reject: false });
  assert.is(exitCode, 0, all);
  assert.is(await answerOf('h3', 8080), '4 workers\n');
  assert.is(await effectOn('h1'), (await effectOn('h3')).replaceAll('h3', 'h1'));
  assert.is(await effectOn('h1'), (await effectOn('h2')).replaceAll('h2', 'h1'));
});

/** Gives h3 what Ansible wants of a host: this machine's own python, for the two are of one distribution. */
async function givePython(): Promise<void> {
  const packages = ['python3-minimal', 'python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib'];
  const more = ['python3-apt', 'libapt-pkg6.0', 'libexpat1', 'zlib1g', 'libffi8', 'liblzma5', 'libbz2-1.0'];
  const files = `dpkg -L ${[...packages, ...more].join(' ')} | grep -E '^/usr/(bin|lib)/'`;
  const { stdout: packed } = await execa('sh', ['-c', `${files} | tar -P --no-recursion -c -f - -T - | base64 -w0`]);
  const unpacked = await lab.exec('h3', ['sh', '-c', 'base64 -d | tar -P -x'], packed);
  assert.is(unpacked.code, 0, unpacked.stderr);
}

/** All that the role is there for, as it is on a host. */
async function effectOn(host: string): Promise<string> {
  return on(
    host,
    `cd /; for file in etc/motd etc/webapp.conf $(find opt/webapp -type f | sort); do
       stat -c '%n %a %U:%G' "$file"; cat "$file"; echo
     done
     find opt/webapp -type d -exec stat -c '%n %a %U:%G' {} + | sort
     getent passwd deploy
     dpkg-query -W -f '\${Package} \${Status}\\n' curl jq rsync nginx-light python3
     systemctl is-active nginx; systemctl is-enabled nginx`,
  );
}

test.run();
