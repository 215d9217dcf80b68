import { parseArgs } from 'node:util';
import type { Link } from '../lab/link.ts';
import { type Phase, phases } from './trial.ts';

/** What is to be measured, and where the result goes. */
export interface BenchOptions {
  readonly hosts: readonly number[];
  /** Lines to the hosts. */
  readonly links: readonly Link[];
  readonly phases: readonly Phase[];
  readonly rounds: number;
  /** Of the role, in ms: rounds beyond the first are begun only while there is time for them. `null`: all are run. */
  readonly budgetMs: number | null;
  readonly contenders: readonly string[];
  /** Names of the inventory for the connections at scale, 0: not measured. */
  readonly connections: number;
  readonly startup: boolean;
  /** Leave the lab up. */
  readonly keep: boolean;
  readonly json: string | null;
  readonly markdown: string | null;
}

export const usage = `npm run bench -- [options]

  --hosts 10,20            how many hosts, one after the other
  --link 0,30              milliseconds added to the round trip; 30@200: and 200 Mbit/s go through, all hosts together
  --phases first,second,check
  --rounds 5               how often each; medians are told
  --budget 90              minutes for the role: each setting has one round, and more while its share of them lasts
  --contenders kmesh,kmesh-forgetful,floor,floor25519,login,ansible,mitogen,pyinfra
  --quick                  2 hosts, no added time, one round, kmesh and the floors
  --connections 1000       that many names of a few hosts, one probe stretch each
  --startup                what it costs to start
  --no-role                only --connections and --startup
  --keep                   leave the lab up
  --json FILE              all there is, for programs
  --markdown FILE          puts the tables into FILE between their markers (docs/performance.md)
`;

/** Reads the command line. @throws Error for the person at the terminal. */
export function parseOptions(argv: readonly string[], known: readonly string[]): BenchOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const lists = { hosts: text, link: text, phases: text, rounds: text, budget: text, contenders: text };
  const more = {
    quick: flag,
    connections: text,
    startup: flag,
    'no-role': flag,
    keep: flag,
    json: text,
    markdown: text,
  };
  const { values } = parseArgs({ args: [...argv], options: { ...lists, ...more } });
  const quick = values.quick === true;
  return {
    hosts: numbers('--hosts', values.hosts ?? (quick ? '2' : '10,20'), 1),
    links: (values.link ?? (quick ? '0' : '0,30')).split(',').map(linkFrom),
    phases: among('--phases', values.phases ?? phases.join(), phases),
    rounds: values['no-role'] === true ? 0 : number('--rounds', values.rounds ?? (quick ? '1' : '5'), 1),
    budgetMs: values.budget === undefined ? null : number('--budget', values.budget, 1) * 60_000,
    contenders: among('--contenders', values.contenders ?? (quick ? 'kmesh,floor,floor25519' : known.join()), known),
    connections: number('--connections', values.connections ?? '0', 0),
    startup: values.startup === true,
    keep: values.keep === true,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}

function numbers(name: string, text: string, least: number): number[] {
  return text.split(',').map((word) => number(name, word, least));
}

function linkFrom(word: string): Link {
  const [rtt = '', mbit = '0'] = word.split('@');
  return { rttMs: number('--link', rtt, 0), mbit: number('--link', mbit, 0) };
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least) throw new Error(`${name}: \`${text}\` is no whole number from ${least} on`);
  return value;
}

function among<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map((word) => {
    const found = known.find((each) => each === word);
    if (found === undefined) throw new Error(`${name}: \`${word}\` is none of ${known.join(', ')}`);
    return found;
  });
}
