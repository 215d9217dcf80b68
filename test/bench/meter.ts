import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detach } from '../lab/boot.ts';
import { environment, lastLines, LabError, sleep } from '../lab/run.ts';
import { cgroupDirs, cpuSecondsOf, endUnit, processesOf } from '../lab/unit.ts';

/** A program to be run. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a program cost this machine, with all it started, also what it left running. */
export interface Usage {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** The most that the processes there were at one time had used at their height, pages they share counted in each. */
  readonly maxRssBytes: number;
}

/** A program that ended well, or not. */
export interface Ended extends Usage {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs programs in a cgroup of their own, where not even a forgotten grandchild escapes the count.
 *
 * `ssh` that Ansible leaves behind for a next run is counted, and then ended: every run pays for its own logins.
 */
export class Meter {
  readonly #unit: string;
  readonly #logPath: string;

  private constructor(unit: string, logPath: string) {
    this.#unit = unit;
    this.#logPath = logPath;
  }

  /** Makes the cgroup; `dir` gets a file for what programs say. */
  static async open(dir: string): Promise<Meter> {
    mkdirSync(dir, { recursive: true });
    const meter = new Meter(`kmesh-bench-${process.pid}`, join(dir, 'output.log'));
    // keeps a systemd scope alive between runs, and ends by itself when this process is killed
    detach(meter.#unit, ['tail', `--pid=${process.pid}`, '-f', '/dev/null'], '/dev/null');
    for (let i = 0; processesOf(meter.#unit).length === 0; i++) {
      if (i > 200) throw new LabError('no cgroup to measure in');
      await sleep(20);
    }
    mkdirSync(meter.#runDir, { recursive: true });
    return meter;
  }

  /** Runs a program to its end. */
  async run({ argv, cwd, env }: Command): Promise<Ended> {
    const cpuBefore = cpuSecondsOf(this.#unit);
    // A file, no pipe: nobody has to read along, and what holds it open is not waited for.
    const log = openSync(this.#logPath, 'w');
    const memory = new MemoryWatch(() => this.#pids());
    const start = performance.now();
    const enter = ['-c', 'echo $$ >"$0" && exec "$@"', join(this.#runDir, 'cgroup.procs'), ...argv];
    const child = spawn('sh', enter, { cwd, env: { ...environment(), ...env }, stdio: ['ignore', log, log] });
    const code = await new Promise<number>((done, fail) => {
      child.once('error', fail);
      child.once('exit', (status) => done(status ?? 128));
    });
    const wallSeconds = (performance.now() - start) / 1000;
    closeSync(log);
    const maxRssBytes = memory.end();
    await this.#endLeftovers();
    const cpuSeconds = cpuSecondsOf(this.#unit) - cpuBefore;
    return { code, wallSeconds, cpuSeconds, maxRssBytes, output: readFileSync(this.#logPath, 'utf8') };
  }

  /** Runs a program that has to succeed. */
  async runWell(command: Command): Promise<Ended> {
    const ended = await this.run(command);
    if (ended.code === 0) return ended;
    throw new LabError(
      `${command.argv.join(' ').slice(0, 200)} failed (${ended.code}):\n${lastLines(ended.output, 40)}`,
    );
  }

  /** Removes the cgroup. */
  async close(): Promise<void> {
    await endUnit(this.#unit);
  }

  get #runDir(): string {
    return join(cgroupDirs(this.#unit)[0] ?? '', 'run');
  }

  #pids(): number[] {
    return readFileSync(join(this.#runDir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  }

  async #endLeftovers(): Promise<void> {
    for (let pids = this.#pids(); pids.length > 0; pids = this.#pids()) {
      for (const pid of pids) end(pid);
      await sleep(5);
    }
  }
}

/** Looks at the memory of processes again and again. */
class MemoryWatch {
  #most = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(pids: () => number[]) {
    const look = (): void => {
      const now = pids().reduce((sum, pid) => sum + peakOf(pid), 0);
      this.#most = Math.max(this.#most, now);
    };
    this.#timer = setInterval(look, 50);
  }

  end(): number {
    clearInterval(this.#timer);
    return this.#most;
  }
}

// What a process has used at its height does not fall between two looks.
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile
  }
}
