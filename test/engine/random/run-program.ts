import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../support/fake-session.ts';
import { randomNumbers } from '../../support/random.ts';
import { runSite, type SiteParts, type Told } from '../../support/run-site.ts';
import { playbookOf } from './playbook.ts';
import type { RandomProgram } from './program.ts';
import { answerOf, pastOf } from './world.ts';

/** Something that was seen of a run, in order: the start or end of a command, or a task that a host has finished. */
export interface Seen {
  readonly what: 'start' | 'end' | 'finished';
  readonly host: string;
  /** As in the reference: `t3 text`, or `t3 changed`. */
  readonly text: string;
}

/** What the engine made of a program. */
export interface ProgramRun {
  readonly told: Told;
  readonly seen: readonly Seen[];
  readonly disk: Readonly<Record<string, readonly string[]>>;
}

/**
 * Runs a program with the engine, on hosts that answer sooner or later.
 *
 * @param onSeen hears what is seen, when it is
 */
export async function runProgram(
  program: RandomProgram,
  more: Partial<SiteParts> = {},
  onSeen: (one: Seen) => void = () => {},
): Promise<ProgramRun> {
  const { playbook, files } = playbookOf(program);
  const seen: Seen[] = [];
  const see = (one: Seen): void => {
    seen.push(one);
    onSeen(one);
  };
  let disk: Record<string, readonly string[]> = {};
  const told = await runSite(playbook, {
    hosts: program.hosts,
    inventory: program.hosts.map((host) => `${host} root=/HOST/${host} v1=inv v2=inv included=inv\n`).join(''),
    files,
    ...more,
    answers: { '(exec do': commanding(program, see) },
    onEvent: (event) => {
      more.onEvent?.(event);
      if (event.kind !== 'task-finished') return;
      const { status, ignored, rescued } = event.outcome;
      const text = `${event.task.name} ${status}${ignored ? ' ignored' : ''}${rescued ? ' rescued' : ''}`;
      see({ what: 'finished', host: event.host, text });
    },
    look: (dir) => {
      disk = Object.fromEntries(program.hosts.map((host) => [host, filesOf(join(dir, host)).map(asText).sort()]));
    },
  });
  return { told, seen, disk };
}

function commanding({ seed, failing }: RandomProgram, see: (one: Seen) => void): Answer {
  const done = new Map<string, string[]>();
  const random = randomNumbers(seed + 1);
  return async (script, host, dir) => {
    const text = /exec do ([^)]*)/.exec(script)?.[1] ?? '';
    see({ what: 'start', host, text });
    const isForOther = text.includes(' for ');
    const commands = done.get(host) ?? [];
    const past = isForOther ? '' : pastOf(commands, filesOf(join(dir, 'host', host)));
    if (!isForOther) done.set(host, [...commands, text]);
    for (let turns = random(6); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    see({ what: 'end', host, text });
    const { hasFailed, stdout } = answerOf(seed, failing, { host, text, past });
    return { status: hasFailed ? 1 : 0, stdout: Buffer.from(stdout) };
  };
}

function filesOf(dir: string): (readonly [name: string, text: string])[] {
  return readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]);
}

function asText([name, text]: readonly [name: string, text: string]): string {
  return `${name}=${text}`;
}
