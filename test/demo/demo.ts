import { execa } from 'execa';
import { join } from 'node:path';
import pc from 'picocolors';
import { type Lab, labObstacle, openLab } from '../lab/lab.ts';
import { withLock } from '../lab/lock.ts';
import { labDir } from '../lab/state.ts';
import { meshHosts, sharedAddress, writeMeshInventory } from './mesh.ts';

// Five real hosts on this machine, made a BGP mesh with the example site: `npm run demo`, and with `-- --keep` the hosts
// stay for you to play with. Whatever is not as promised ends it with an error.

const root = join(import.meta.dirname, '../..');
const program = ['--import', 'tsx', 'src/main.ts'];
const keep = process.argv.includes('--keep');
const startedAt = Date.now();

async function main(): Promise<void> {
  const obstacle = labObstacle();
  if (obstacle !== null) throw new Error(`There can be no hosts here: ${obstacle}.`);
  // One demo at a time: a second one would reset the hosts of the first.
  await withLock(join(labDir('demo'), '..', '.demo-script.lock'), demo);
}

async function demo(): Promise<void> {
  say('Five Debian hosts boot on this machine, in containers with a systemd and an sshd each', [
    'The very first time their system is built, which takes a minute or two.',
  ]);
  const lab = await openLab({ name: 'demo', hosts: 5, link: {}, fresh: true });
  const names = Object.entries(meshHosts).map(([name, host]) => `${name} is ${host}`);
  say(`They run after ${seconds()}: ${names.join(', ')}`, ['Nothing is installed on them, not even python.']);
  try {
    await tour(lab);
  } finally {
    if (!keep) await lab.down();
  }
  goOn(lab);
}

async function tour(lab: Lab): Promise<void> {
  const inventory = writeMeshInventory(lab, 'demo.yml');

  say('What would change? --check says so and writes nothing', [
    'What can not be known before bird is installed is not guessed: it is `deferred`.',
  ]);
  await kmesh(inventory, ['--check', '--diff']);
  expectUntouched(lab);

  say('Now for real: reflectors first, then one node, and the others if that one is well');
  await kmesh(inventory, []);

  say('Once more: nothing is left to do');
  lab.mark();
  await expectNothingLeft(inventory);
  expectUntouched(lab);

  say('What a change would be, line by line: take fewer prefixes from a neighbour, on node3 only');
  await kmesh(inventory, ['--check', '--diff', '--limit', 'node3', '-e', '{"bird2_import_limit": 500}']);

  await look(lab);
}

/** Shows what is on the hosts, and wants it to be right. */
async function look(lab: Lab): Promise<void> {
  say('rr1, a reflector, has a session with everybody');
  expectCount(await shown(lab, 'rr1', ['birdc', 'show', 'protocols']), 'Established', 4);

  say('node3 has one with each reflector');
  expectCount(await shown(lab, 'node3', ['birdc', 'show', 'protocols']), 'Established', 2);

  say(`and its kernel knows the way to the others' pods, and two ways to ${sharedAddress}, which two nodes announce`);
  const routes = await shown(lab, 'node3', ['ip', 'route', 'show', 'proto', 'bird']);
  for (const prefix of ['10.244.1.0/24', '10.244.2.0/24', sharedAddress]) expectCount(routes, prefix, 1);
  expectCount(routes, 'nexthop via', 2);
}

/** Runs the real program with what this terminal can do. */
async function kmesh(inventory: string, options: readonly string[]): Promise<void> {
  const args = ['run', 'site.yml', '-i', inventory, ...options];
  console.log(pc.dim(`$ kmesh ${args.join(' ')}`));
  const { exitCode } = await execa('node', [...program, ...args], { cwd: root, stdio: 'inherit', reject: false });
  if (exitCode !== 0) throw new Error(`kmesh ended with ${exitCode}.`);
}

async function expectNothingLeft(inventory: string): Promise<void> {
  const args = [
    'run',
    'site.yml',
    '-i',
    inventory,
    '--output',
    'lines',
    process.stdout.isTTY ? '--color' : '--no-color',
  ];
  console.log(pc.dim(`$ kmesh ${args.join(' ')}`));
  const { exitCode, stdout } = await execa('node', [...program, ...args], {
    cwd: root,
    stdout: ['inherit', 'pipe'],
    stderr: 'inherit',
    reject: false,
  });
  if (exitCode !== 0 || !stdout.includes('5 hosts, 0 changed, 0 failed')) throw new Error('Something was left to do.');
}

// The disks of the hosts are looked at from outside, so that no program of theirs has to be believed.
function expectUntouched(lab: Lab): void {
  const written = lab.hosts.flatMap(({ name }) =>
    lab.changed(name, { strict: true }).map((line) => `${name}: ${line}`),
  );
  if (written.length > 0) throw new Error(`Something was written:\n${written.join('\n')}`);
  console.log(pc.green('✔ not a byte was written on any of the five disks'));
}

async function shown(lab: Lab, name: string, argv: readonly string[]): Promise<string> {
  console.log(pc.dim(`${name}# ${argv.join(' ')}`));
  const { stdout } = await lab.exec(meshHosts[name] ?? name, argv);
  console.log(stdout.trimEnd());
  return stdout;
}

function expectCount(text: string, part: string, count: number): void {
  const found = text.split(part).length - 1;
  if (found !== count) throw new Error(`\`${part}\` is there ${found} times, not ${count} times.`);
}

function goOn(lab: Lab): void {
  if (!keep) {
    say(`That was all, in ${seconds()}; the hosts are gone again`, ['npm run demo -- --keep      leaves them running']);
    return;
  }
  say(`That was all, in ${seconds()}; the hosts keep running. Play with them:`, [
    'npm run lab -- ssh --name demo h5 birdc show route      what node3 knows',
    'npm run lab -- cut --name demo h1                       pull the cable of rr1: does anybody notice? (mend)',
    `npm run kmesh -- run site.yml -i ${join(lab.dir, 'demo.yml')}`,
    'npm run lab -- down --name demo                         when you have had enough',
  ]);
}

function say(title: string, more: readonly string[] = []): void {
  console.log(`\n${pc.bold(pc.cyan(`▸ ${title}`))}`);
  for (const line of more) console.log(`  ${line}`);
}

function seconds(): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
}

// The program that runs just then hears it, too, and ends; then so do we, and the hosts do not stay behind.
process.on('SIGINT', () => undefined);
try {
  await main();
} catch (error) {
  console.error(`\n${pc.red('✖')} ${(error as Error).message}`);
  process.exitCode = 1;
}
