import type { RunEvent, Status, TaskRef } from '../../engine/events.ts';
import { formatCounts } from '../text/format-counts.ts';
import { playLabel } from '../text/format-heading.ts';
import { taskLabel } from '../text/format-task.ts';
import type { Style } from '../text/style.ts';
import { displayWidth } from '../../base/display-width.ts';
import { count, oneLine, padEnd, seconds, truncate } from '../text/text.ts';

interface RunningTask {
  readonly label: string;
  readonly hosts: Set<string>;
  readonly counts: Partial<Record<Status, number>>;
  /** The attempt that a host is at, when it is not the first. */
  readonly attempts: Map<string, string>;
}

// More lines than these jump too much to be read.
const tasksShown = 4;
const labelWidth = 44;
// So few hosts that it helps to know them: they are what the others wait for.
const hostsNamed = 3;
const namesWidth = 30;
// What the tree puts before a line, the space between its parts, and the column that stays free.
const markWidth = 6;
const spinnerWidth = 5;

/** What is going on at the moment. Hears each event cheaply; is asked for lines a few times a second. */
export class LiveState {
  readonly #style: Style;
  readonly #running = new Map<number, RunningTask>();
  #phase = '';
  #hosts = 0;
  #reached = 0;
  #isConnecting = false;

  constructor(style: Style) {
    this.#style = style;
  }

  handle(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        this.#hosts = event.hosts.length;
        this.#isConnecting = true;
        return;
      case 'host-connected':
      case 'host-unreachable':
        this.#reached++;
        return;
      case 'connected':
        this.#isConnecting = false;
        this.#phase = 'Checks before anything is written';
        return;
      case 'play-started':
        this.#isConnecting = false;
        this.#running.clear();
        this.#phase = playLabel(event);
        return;
      case 'task-started':
        this.#taskOf(event.task).hosts.add(event.host);
        return;
      case 'task-finished': {
        const task = this.#taskOf(event.task);
        task.hosts.delete(event.host);
        task.attempts.delete(event.host);
        task.counts[event.outcome.status] = (task.counts[event.outcome.status] ?? 0) + 1;
        return;
      }
      case 'task-retried':
        this.#taskOf(event.task).attempts.set(event.host, `attempt ${event.attempt + 1} of ${event.of}`);
        return;
      case 'task-completed':
        this.#running.delete(event.task.id);
        return;
      case 'run-finished':
        this.#running.clear();
        return;
      case 'input-problem':
      case 'warning':
      case 'preflight-finished':
      case 'play-ended':
      case 'handlers-owed':
        return;
    }
  }

  /** The phase and for how long the run has been going on. */
  title(elapsedMs: number): string {
    const phase = this.#isConnecting ? `Connecting: ${this.#reached} of ${count(this.#hosts, 'host')}` : this.#phase;
    const elapsed = seconds(elapsedMs);
    // The spinner stands before it.
    const room = this.#style.width - spinnerWidth - elapsed.length;
    return `${this.#style.colours.bold(truncate(phase, room))}  ${this.#style.colours.dim(elapsed)}`;
  }

  /** The tasks that hosts are at, the first of the playbook first. */
  tasks(): string[] {
    const running = [...this.#running.values()].filter(({ hosts }) => hosts.size > 0);
    const shown = running.slice(0, tasksShown).map((task) => this.#line(task));
    const more = running.length - shown.length;
    return more > 0 ? [...shown, this.#style.colours.dim(`and ${count(more, 'task')} more`)] : shown;
  }

  #line({ label, hosts, counts, attempts }: RunningTask): string {
    const names = namesOf(hosts);
    const attempt = [...attempts.values()].at(-1);
    const running = `running on ${names}${attempt === undefined ? '' : `, ${attempt}`}`;
    const parts = [formatCounts(counts, this.#style), this.#style.colours.dim(running)];
    const words = parts.filter((part) => part !== '').join('  ');
    const room = Math.min(labelWidth, this.#style.width - 34);
    // Who knows the longest name still wants to know how far it has come.
    const shown =
      displayWidth(label) + displayWidth(words) + markWidth > this.#style.width ? truncate(label, room) : label;
    return `${padEnd(shown, room)} ${words}`;
  }

  #taskOf(task: TaskRef): RunningTask {
    const known = this.#running.get(task.id);
    if (known !== undefined) return known;
    const running: RunningTask = { label: taskLabel(task), hosts: new Set(), counts: {}, attempts: new Map() };
    this.#running.set(task.id, running);
    return running;
  }
}

function namesOf(hosts: ReadonlySet<string>): string {
  const names = hosts.size <= hostsNamed ? [...hosts].map(oneLine).join(', ') : '';
  return names !== '' && displayWidth(names) <= namesWidth ? names : count(hosts.size, 'host');
}
