import { suite } from '../support/suite.ts';
import * as assert from 'uvu/assert';
import { addressOf, type MeshVars, sharedAddress, writeMeshInventory } from '../demo/mesh.ts';
import { type Lab, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { kmesh, type KmeshRun, statuses, why } from './kmesh.ts';

const test = suite('scenario/bird2');
requireLab();

let lab: Lab;
let inventory: string;
let firstCheck: KmeshRun;

// As in test/demo/mesh.ts; h6 is the router of somebody else.
const [rr1, rr2, node1, node2, node3, foreign] = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;
const mesh = [rr1, rr2, node1, node2, node3];
const secret = 'quite a secret, #1';

/** A test with a deadline of its own: uvu has none. */
function it(name: string, work: () => Promise<void>, seconds = 60): void {
  test(name, () => within(seconds, name, work()));
}

test.before(async () => {
  lab = await within(600, 'up', openTestLab({ name: 'bird2', hosts: 6, link: {}, fresh: true }));
  inventory = writeMeshInventory(lab, 'mesh.yml');
});

test.after(() => within(60, 'down', lab.down()));

it('writes nothing in a check of fresh hosts', async () => {
  firstCheck = await runSite(['--check', '--diff']);
  assert.is(firstCheck.code, 0, why(firstCheck));
  assert.equal(written({ strict: true }), []);
});

it('changes what the check has shown, and nothing else', async () => {
  const done = await runSite();
  assert.is(done.code, 0, why(done));
  const shown = statuses(firstCheck);
  for (const [host, tasks] of Object.entries(statuses(done))) {
    const changed = namesWith(tasks, ['changed']);
    const expected = namesWith(shown[host] ?? {}, ['would-change']);
    const possible = new Set(namesWith(shown[host] ?? {}, ['would-change', 'deferred']));
    assert.equal(
      expected.filter((name) => !changed.includes(name)),
      [],
      `${host}: shown and not done`,
    );
    assert.equal(
      changed.filter((name) => !possible.has(name)),
      [],
      `${host}: done and not shown`,
    );
    assert.ok(changed.includes('bird.conf'), host);
  }
}, 120);

it('has nothing to do the second time, and writes nothing', async () => {
  lab.mark();
  const again = await runSite();
  assert.is(again.code, 0, why(again));
  assert.equal(changedTasks(again), {});
  assert.equal(written({ strict: true }), []);
});

it('brings up all sessions, and BFD with them', async () => {
  for (const host of [rr1, rr2]) assert.is(await established(host), '4 of 4', host);
  for (const host of [node1, node2, node3]) assert.is(await established(host), '2 of 2', host);
  const bfd = await on(rr1, 'birdc show bfd sessions');
  assert.is(bfd.split('\n').filter((line) => / Up /.test(line)).length, 4, bfd);
});

it('carries every prefix to every node, with all next hops of one that is shared', async () => {
  // Of node1 and node2 two prefixes each, over two reflectors.
  assert.match(await on(node3, 'birdc show protocols all bgp_rr1'), /Routes: +4 imported, 1 exported/);
  assert.equal(await nextHops(node3, '10.244.1.0/24'), [addressOf(lab, 'node1')]);
  assert.equal(await nextHops(node1, '10.244.3.0/24'), [addressOf(lab, 'node3')]);
  assert.equal(await nextHops(node3, sharedAddress), [addressOf(lab, 'node1'), addressOf(lab, 'node2')]);
  // Who announces it does not send it elsewhere, and a reflector sends nothing anywhere.
  assert.equal(await nextHops(node1, sharedAddress), []);
  assert.is(await on(rr1, 'ip route show proto bird'), '');
});

it('keeps the config from everybody but bird', async () => {
  assert.is(await on(node1, 'stat -c "%a %U:%G" /etc/bird/bird.conf'), '640 root:bird');
});

it('keeps all routes when a reflector dies', async () => {
  await lab.cut(rr1);
  try {
    const until = Date.now() + 3000;
    while (Date.now() < until) assert.equal(await nextHops(node3, '10.244.1.0/24'), [addressOf(lab, 'node1')]);
    assert.is(await established(node3), '1 of 2');
  } finally {
    await lab.mend(rr1);
  }
  await allEstablished();
});

it('takes the routes of a node away within two seconds when it dies', async () => {
  const start = performance.now();
  await lab.cut(node2);
  try {
    await eventually('the routes are gone', 4, async () => (await nextHops(node3, '10.244.2.0/24')).length === 0);
    const goneAfter = performance.now() - start;
    console.log(`  (a node was cut off; its routes were gone after ${goneAfter.toFixed(0)} ms)`);
    assert.ok(goneAfter < 2000, `${goneAfter} ms`);
    assert.equal(await nextHops(node3, sharedAddress), [addressOf(lab, 'node1')]);
  } finally {
    await lab.mend(node2);
  }
  await allEstablished();
  await eventually('all next hops are back', 5, async () => (await nextHops(node3, sharedAddress)).length === 2);
});

it('changes the config without a session noticing', async () => {
  const before = await sessionsSince();
  const done = await runSite(['-e', '{"bird2_import_limit": 900}']);
  assert.is(done.code, 0, why(done));
  for (const tasks of Object.values(changedTasks(done))) assert.equal(tasks, ['bird.conf', 'Load the config']);
  assert.match(await on(node1, 'birdc show protocols all bgp_rr1'), /Import limit: +900/);
  assert.equal(await sessionsSince(), before);
});

it('loads a config that an earlier run has written and not loaded', async () => {
  await on(node1, 'sleep 2; sed -i "s/limit 900/limit 800/" /etc/bird/bird.conf');
  await on(node1, 'sed -i "s/limit 800/limit 900/" /etc/bird/bird.conf');
  const done = await runSite(['-e', '{"bird2_import_limit": 900}', '--limit', 'node1']);
  assert.is(done.code, 0, why(done));
  assert.equal(changedTasks(done), { node1: ['Read the config that an earlier run did not load', 'Load the config'] });
});

it('names the setting that holds a network which is none', async () => {
  const { code, stderr } = await kmesh([
    'run',
    'site.yml',
    '-i',
    inventory,
    '--syntax-check',
    '-e',
    '{"bird2_allowed_prefixes": ["10.0.0.0/33"]}',
  ]);
  assert.is(code, 1);
  assert.match(stderr, '-e:1:29: `bird2_allowed_prefixes.0` is `10.0.0.0/33`, which has not the right form.');
});

it('leaves the old config where bird does not take the new one, and says where', async () => {
  const before = await on(rr1, 'sha256sum /etc/bird/bird.conf; birdc show status | grep Last');
  lab.mark();
  const { code, stdout } = await kmesh([
    'run',
    'site.yml',
    '-i',
    inventory,
    '-o',
    'lines',
    '-e',
    '{"bird2_extra_config": "protocol nonsense {"}',
  ]);
  assert.is(code, 2);
  assert.match(stdout, /at roles\/bird2\/tasks\/main\.yml:\d+:\d+/);
  assert.match(stdout, /syntax error/);
  assert.match(stdout, /not touched: rr2\n/);
  assert.is(await on(rr1, 'sha256sum /etc/bird/bird.conf; birdc show status | grep Last'), before);
  assert.equal(written(), []);
});

it('ends the roll at a gate that fails, and names the session', async () => {
  const path = writeMeshInventory(lab, 'gate.yml', {
    nodes: { bird2_peers: [{ name: 'nobody', address: addressOf(lab, 'rr1').replace(/\d+$/, '99'), asn: 65000 }] },
  });
  lab.mark();
  const failed = await runSite(['-e', '{"bird2_verify_seconds": 2}'], path);
  assert.is(failed.code, 2);
  const failure = failed.events.find(({ status }) => status === 'failed');
  assert.is(failure?.host, 'node1');
  assert.match(failure?.failure?.stderr ?? '', /session with nobody \(10\.77\.\d+\.99\): /);
  assert.equal(written({ only: [node2, node3] }), []);
  assert.is((await runSite()).code, 0);
});

it('talks to a router of somebody else, with a password that nobody sees, and takes only what is allowed', async () => {
  await startGobgp();
  const path = writeMeshInventory(lab, 'foreign.yml', {
    reflectors: {
      bird2_peers: [{ name: 'gobgp', address: foreignAddress(), asn: 65010, password: secret, hold_time: 9 }],
    },
  });
  const done = await runSite(['--diff'], path);
  assert.is(done.code, 0, why(done));
  assert.not.match(done.stdout, secret);
  for (const host of [rr1, rr2]) {
    assert.is(await on(host, 'stat -c "%a %U:%G" /etc/bird/secrets.conf'), '640 root:bird');
    assert.is(await established(host), '5 of 5', host);
  }
  await eventually('its prefix is there', 5, async () => (await nextHops(node3, '10.96.50.0/24')).length > 0);
  assert.equal(await nextHops(node3, '10.96.50.0/24'), [foreignAddress()]);
  assert.not.match(await on(rr1, 'birdc show route'), /172\.30\.0\.0|0\.0\.0\.0\/0/);
  assert.match(await on(foreign, 'gobgp global rib'), /10\.244\.1\.0\/24/);
  const again = await runSite([], path);
  assert.equal(changedTasks(again), {});
}, 90);

it('forgets the passwords with the session', async () => {
  const done = await runSite();
  assert.is(done.code, 0, why(done));
  assert.is(await on(rr1, 'ls /etc/bird'), 'bird.conf\nenvvars');
});

const refused: readonly { readonly what: string; readonly vars: MeshVars; readonly messages: readonly RegExp[] }[] = [
  {
    what: 'a router id that two hosts have',
    vars: { node1: { bird2_router_id: '10.255.0.1' }, node3: { bird2_router_id: '10.255.0.1' } },
    messages: [/router id 10\.255\.0\.1 .* of node1 is also that of node3/, /of node3 is also that of node1/],
  },
  {
    what: 'passwords that differ',
    vars: { node2: { bird2_password: secret } },
    messages: [/^node2 does not agree on bird2_password with rr1, bird2_password with rr2/, /^rr1 .* with node2:/],
  },
  {
    what: 'many faults at once, each on the host that has it,',
    vars: {
      rr1: { bird2_router_id: '127.0.0.1' },
      rr2: { bird2_cluster_id: '10.255.0.9' },
      node1: { bird2_announce: ['192.168.0.0/24'] },
      node2: { bird2_allowed_prefixes: ['0.0.0.0/0'] },
      node3: { bird2_announce: ['10.244.2.128/25'] },
    },
    messages: [
      /IPv4 address that is not a loopback one/,
      /The reflector rr2 is in the cluster 10\.255\.0\.9, but rr1 in another/,
      /node1 announces 192\.168\.0\.0\/24/,
      /without the default route/,
      /node3 and node2 announce the same/,
    ],
  },
];
for (const { what, vars, messages } of refused) {
  it(`refuses ${what} before any host is written to`, async () => {
    lab.mark();
    const run = await runSite([], writeMeshInventory(lab, 'refused.yml', vars));
    assert.is(run.code, 2, why(run));
    const said = run.events.flatMap(({ failure }) => (failure ? [failure.message] : []));
    for (const message of messages)
      assert.ok(
        said.some((text) => message.test(text)),
        `${message} in ${said.join('\n')}`,
      );
    assert.not.match(run.stdout, secret);
    assert.equal(
      run.events.filter(({ event }) => event === 'play-started'),
      [],
    );
    assert.equal(written({ strict: true }), []);
  });
}

it('changes the password of the whole mesh, and a gate holds at each step', async () => {
  const password = JSON.stringify({ bird2_password: secret });
  const done = await runSite(['-e', password, '-e', '{"bird2_changes_both_ends": true}']);
  assert.is(done.code, 0, why(done));
  assert.not.match(done.stdout, secret);
  await allEstablished();
  const again = await runSite(['-e', password]);
  assert.equal(changedTasks(again), {});
}, 120);

it('takes bird away again, and the others forget the host', async () => {
  const path = writeMeshInventory(lab, 'absent.yml', { node3: { bird2_state: 'absent' } });
  const options = ['-e', '{"bird2_changes_both_ends": true}'];
  const done = await runSite(options, path);
  assert.is(done.code, 0, why(done));
  assert.is(await on(node3, 'ls -d /etc/bird /usr/sbin/bird; ip route show proto bird'), '');
  assert.is(await established(rr1), '3 of 3');
  assert.equal(changedTasks(await runSite([], path)), {});
}, 120);

test.run();

async function runSite(options: readonly string[] = [], path = inventory): Promise<KmeshRun> {
  return await kmesh(['run', 'site.yml', '-i', path, '-o', 'json', ...options]);
}

/** What of a host of the mesh was written since the last mark. */
function written({ strict = false, only = mesh }: { strict?: boolean; only?: readonly string[] } = {}): string[] {
  return only.flatMap((host) => lab.changed(host, { strict }).map((line) => `${host}: ${line}`));
}

function namesWith(tasks: Readonly<Record<string, string>>, wanted: readonly string[]): string[] {
  return Object.entries(tasks).flatMap(([name, status]) => (wanted.includes(status) ? [name] : []));
}

/** The tasks that changed something, by host; hosts without any are left out. */
function changedTasks(run: KmeshRun): Record<string, string[]> {
  const hosts = Object.entries(statuses(run)).map(([host, tasks]) => [host, namesWith(tasks, ['changed'])] as const);
  return Object.fromEntries(hosts.filter(([, names]) => names.length > 0));
}

async function on(host: string, command: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', command])).stdout;
}

/** How many BGP sessions of a host are up: `2 of 2`. */
async function established(host: string): Promise<string> {
  const states = (await bgpLines(host)).map((words) => words[5]);
  return `${states.filter((state) => state === 'Established').length} of ${states.length}`;
}

/** Since when each session of the mesh is as it is. */
async function sessionsSince(): Promise<string[]> {
  const lines = await Promise.all(
    mesh.map(async (host) => (await bgpLines(host)).map((words) => `${host} ${words.join(' ')}`)),
  );
  return lines.flat();
}

async function bgpLines(host: string): Promise<string[][]> {
  const lines = (await on(host, 'birdc show protocols')).split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter((words) => words[1] === 'BGP');
}

async function allEstablished(): Promise<void> {
  for (const host of mesh) {
    const count = host === rr1 || host === rr2 ? 4 : 2;
    await eventually(
      `all sessions of ${host} are up`,
      15,
      async () => (await established(host)) === `${count} of ${count}`,
    );
  }
}

/** The next hops that a host's kernel has for a prefix. */
async function nextHops(host: string, prefix: string): Promise<string[]> {
  const routes = await on(host, `ip route show ${prefix} proto bird`);
  return [...routes.matchAll(/via (\S+)/g)].map((match) => match[1] ?? '').toSorted();
}

function foreignAddress(): string {
  return lab.hosts.find(({ name }) => name === foreign)?.address ?? '';
}

/** Starts a BGP daemon of another make. It tells one prefix that is allowed, one that is not, and a default route. */
async function startGobgp(): Promise<void> {
  const neighbour = (name: string): string => `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${addressOf(lab, name)}"
    peer-as = 64512
    auth-password = "${secret}"`;
  const config = `
[global.config]
  as = 65010
  router-id = "${foreignAddress()}"
${['rr1', 'rr2'].map(neighbour).join('\n')}
`;
  const script = `
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gobgpd >/dev/null
    cat >/etc/gobgpd.conf && systemctl restart gobgpd
    until gobgp global >/dev/null 2>&1; do sleep 0.1; done
    for prefix in 10.96.50.0/24 172.30.0.0/16 0.0.0.0/0; do gobgp global rib add "$prefix"; done`;
  const { code, stderr } = await lab.exec(foreign, ['sh', '-ec', script], config);
  assert.is(code, 0, stderr);
}

async function eventually(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: not done in ${seconds} s`)), seconds * 1000);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
