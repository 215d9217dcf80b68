import { Command } from 'commander';
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { isRunning } from './control.ts';
import { formatLink, type Link, plainLink } from './link.ts';
import { existingLab, LabError, openLab, type Lab } from './lab.ts';
import { labNames, loadState } from './state.ts';
import { takeDown } from './up.ts';

interface Named {
  readonly name: string;
}

interface LinkOptions extends Named {
  readonly rtt?: string;
  readonly mbit?: string;
}

interface UpOptions extends LinkOptions {
  readonly busybox: string;
  readonly fresh?: boolean;
}

const program = new Command('lab').description('Real test hosts on this machine').enablePositionalOptions();

function command(usage: string, description: string): Command {
  return program.command(usage).description(description).option('--name <lab>', 'which lab', 'default');
}

command('up <hosts>', 'start a lab, or change how many hosts it has')
  .option('--busybox <count>', 'hosts with busybox and dropbear only', '0')
  .option('--rtt <ms>', 'added to every round trip')
  .option('--mbit <number>', 'megabits per second that go through')
  .option('--fresh', 'reset the hosts that run already')
  .action(async (hosts: string, { name, busybox, rtt, mbit, fresh = false }: UpOptions) => {
    const link = rtt === undefined && mbit === undefined ? {} : { link: linkOf(rtt, mbit) };
    const lab = await openLab({ name, hosts: number(hosts), busybox: number(busybox), ...link, fresh });
    console.log(`${lab.hosts.length} hosts; ssh -F ${lab.sshConfigPath} h1; inventory ${lab.inventoryPath}`);
  });

command('down', 'remove a lab').action(async ({ name }: Named) => await takeDown(name));

command('status', 'list all labs').action(() => labNames().forEach(printStatus));

command('hosts', 'print the inventory').action(({ name }: Named) => {
  process.stdout.write(readFileSync(existingLab(name).inventoryPath, 'utf8'));
});

command('reset [hosts...]', 'boot hosts without one file of before').action(
  async (hosts: string[], { name }: Named) => {
    await existingLab(name).reset(some(hosts));
  },
);

command('mark [hosts...]', 'make now what `changed` compares with').action((hosts: string[], { name }: Named) => {
  existingLab(name).mark(some(hosts));
});

command('changed <host>', 'what was written since the last mark, boot or reset')
  .option('--strict', 'folders too in which a file came and went')
  .action((host: string, { name, strict = false }: Named & { strict?: boolean }) => {
    for (const line of existingLab(name).changed(host, { strict })) console.log(line);
  });

for (const verb of ['stop', 'start', 'cut', 'mend'] as const) {
  const what = { stop: 'cut the power', start: 'boot', cut: 'pull the network cable', mend: 'put it back' }[verb];
  command(`${verb} <host>`, what).action(async (host: string, { name }: Named) => await existingLab(name)[verb](host));
}

command('link', 'make the line to the hosts long or narrow, or neither')
  .option('--rtt <ms>', 'added to every round trip')
  .option('--mbit <number>', 'megabits per second that go through')
  .action(async ({ name, rtt, mbit }: LinkOptions) => existingLab(name).setLink(linkOf(rtt, mbit)));

command('exec <host> <command...>', 'run a program on a host, without ssh')
  .passThroughOptions()
  .action(async (host: string, argv: string[], { name }: Named) => {
    const { code, stdout, stderr } = await existingLab(name).exec(host, argv);
    if (stdout !== '') console.log(stdout);
    if (stderr !== '') console.error(stderr);
    process.exitCode = code;
  });

command('ssh <host> [command...]', 'log in')
  .passThroughOptions()
  .action(async (host: string, argv: string[], { name }: Named) => {
    const lab = existingLab(name);
    const { exitCode } = await execa('ssh', ['-F', lab.sshConfigPath, host, ...argv], {
      stdio: 'inherit',
      reject: false,
    });
    process.exitCode = exitCode ?? 1;
  });

// `lab status | head` is no reason to complain
process.stdout.on('error', () => undefined);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(`lab: ${error.message}`);
  process.exitCode = 1;
}

function printStatus(name: string): void {
  const link = loadState(name)?.link ?? plainLink;
  const lab: Lab = existingLab(name);
  console.log(`${name} (${formatLink(link)})`);
  for (const host of lab.hosts)
    console.log(`  ${host.name} ${host.address} ${isRunning(host) ? 'running' : 'STOPPED'}`);
}

function linkOf(rtt = '0', mbit = '0'): Link {
  return { rttMs: number(rtt), mbit: number(mbit) };
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new LabError(`\`${text}\` is not a number`);
  return Number(text);
}

function some(hosts: readonly string[]): readonly string[] | undefined {
  return hosts.length > 0 ? hosts : undefined;
}
