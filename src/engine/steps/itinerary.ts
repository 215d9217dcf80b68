import type { Role, Section } from '../../playbook/playbook.ts';
import { behindAsSeenFrom, isInside, type Position, start } from './position.ts';
import type { Placed } from './placed.ts';

/** What becomes of a host on which a step has failed. */
export type Fate = 'rescued' | 'failed';

/** A block whose `always` part runs though something has failed: what stands around it decides afterwards. */
interface Unsettled {
  readonly block: Section['block'];
  readonly around: readonly Section[];
}

/**
 * The steps of one host in their order, and where it is. It grows where an include is opened, and leads around what a
 * failure leaves out: into `rescue`, through `always`, or out.
 */
export class Itinerary {
  readonly #steps: Placed[];
  /** Steps that have no turn of their own: others stand in their place, or nothing does. */
  readonly #opened = new Set<Placed>();
  readonly #rescuing = new Set<Section['block']>();
  #unsettled: Unsettled[] = [];
  /** Steps are left out until one in this part of a block. */
  #goal: Section | null = null;
  #index = 0;
  #hasFailed = false;

  constructor(steps: readonly Placed[]) {
    this.#steps = [...steps];
  }

  /** A failure that nothing has rescued. What `always` still runs. */
  get hasFailed(): boolean {
    return this.#hasFailed || this.#unsettled.length > 0;
  }

  /** The step whose turn it is; `null`: there is none any more. */
  get current(): Placed | null {
    for (let placed = this.#steps[this.#index]; placed !== undefined; placed = this.#steps[++this.#index]) {
      if (this.#opened.has(placed)) continue;
      if (this.#goal !== null) {
        if (!isIn(placed, this.#goal)) continue;
        this.#goal = null;
      }
      this.#settle(placed);
      if (this.#hasFailed) return null;
      if (this.#goal === null && !this.#isLeftOut(placed)) return placed;
    }
    if (this.#unsettled.length > 0 || this.#goal !== null) this.#hasFailed = true;
    return null;
  }

  /** The steps from the current one on, as they come if nothing fails. It may be opened while they are read. */
  *ahead(): Iterable<Placed> {
    if (this.current === null) return;
    const unsettled = this.#unsettled.at(-1);
    for (let i = this.#index; i < this.#steps.length; i++) {
      const placed = this.#steps[i];
      if (placed === undefined || this.#opened.has(placed) || this.#isLeftOut(placed)) continue;
      if (unsettled !== undefined && !isIn(placed, { block: unsettled.block, part: 'always' })) return;
      yield placed;
    }
  }

  /** The step is done; the next one's turn comes. */
  pass(placed: Placed): void {
    const index = this.#steps.indexOf(placed, this.#index);
    if (index >= 0) this.#index = index + 1;
  }

  /** Puts steps in the place of one that stands for them. */
  open(placed: Placed, inner: readonly Placed[]): void {
    this.#steps.splice(this.#steps.indexOf(placed) + 1, 0, ...inner);
    this.#opened.add(placed);
  }

  /** Takes back that a step was opened: it was looked into ahead of its turn, and may mean something else by then. */
  close(placed: Placed): void {
    const at = this.#steps.indexOf(placed);
    const current = this.#steps[this.#index];
    const isInThere = current !== undefined && isInside(current.position, placed.position);
    const behindIt = this.#steps.slice(at + 1).filter(({ position }) => !isInside(position, placed.position));
    const closed = this.#steps.length - (at + 1 + behindIt.length);
    if (isInThere) this.#index = at;
    else if (this.#index > at) this.#index -= closed;
    this.#steps.splice(at + 1, this.#steps.length, ...behindIt);
    this.#opened.delete(placed);
  }

  /** The step has failed: what follows is the nearest `rescue` or `always` around it, or nothing. */
  fail(placed: Placed): Fate {
    this.pass(placed);
    return this.#leave(placed.sections);
  }

  /**
   * For a host that has failed: goes on with the handlers at the end of the list that it is in, or with what is left of
   * them, and with nothing behind these. `false`: there are none any more.
   */
  skipToHandlers(): boolean {
    const [current] = this.#steps[this.#index - 1]?.position ?? [];
    const flush = this.#steps.findLastIndex((placed) => isFlushOfList(placed) && placed.position[0] === current);
    const next = this.#steps.findIndex((placed, i) => i >= this.#index && isFlushOfList(placed));
    const [place] = this.#steps[flush < 0 ? next : flush]?.position ?? [];
    const end = this.#steps.findLastIndex(({ position }) => position[0] === place);
    if (place === undefined || end < this.#index) return false;
    this.#steps.length = end + 1;
    this.#index = Math.max(this.#index, flush < 0 ? next : flush);
    this.#goal = null;
    this.#unsettled = [];
    this.#hasFailed = false;
    return true;
  }

  /** Leaves out everything but the handlers that run at the end of a list of tasks. */
  skipToEnd(): void {
    this.#leaveOut((placed) => !isFlushOfList(placed));
  }

  /** Leaves out what comes of a role. */
  skipRole(role: Role | null): void {
    const end = this.#steps.findIndex(({ step }, i) => i > this.#index && step.role !== role);
    const last = end < 0 ? this.#steps.length : end;
    const left = new Set(this.#steps.slice(this.#index + 1, last));
    this.#leaveOut((placed) => left.has(placed));
  }

  #leaveOut(isLeftOut: (placed: Placed) => boolean): void {
    for (const placed of this.#steps.slice(this.#index + 1)) if (isLeftOut(placed)) this.#opened.add(placed);
  }

  /**
   * What all other hosts must have finished before the step may change something.
   *
   * @param isSeen whether others may see what a step does
   */
  neededFor(placed: Placed, isSeen: (placed: Placed) => boolean): Position {
    if (isSeen(placed)) return placed.position;
    const { position } = placed;
    for (let i = this.#steps.indexOf(placed) - 1; i >= 0; i--) {
      const earlier = this.#steps[i];
      if (earlier === undefined || !isSeen(earlier)) continue;
      // What stands for it on this host may stand for something else on others.
      if (isInside(position, earlier.position)) return position.slice(0, earlier.position.length + 1);
      return behindAsSeenFrom(position, earlier.position);
    }
    return start;
  }

  /**
   * What all other hosts must have finished before the step may have its turn: they may end the play for all.
   *
   * @param mayEnd whether the play may end with a step
   */
  neededToGoOn(placed: Placed, mayEnd: (placed: Placed) => boolean): Position {
    const { position } = placed;
    for (let i = this.#steps.indexOf(placed) - 1; i >= 0; i--) {
      const earlier = this.#steps[i];
      if (earlier === undefined || !mayEnd(earlier)) continue;
      return isInside(position, earlier.position) ? position : behindAsSeenFrom(position, earlier.position);
    }
    return start;
  }

  /** Whether a failure of the step is rescued. */
  isRescued({ sections }: Placed): boolean {
    return sections.some((section) => this.#isRescuedBy(section));
  }

  /** The position behind the last earlier step of that kind. */
  behindLast(placed: Placed, isMeant: (placed: Placed) => boolean): Position {
    const index = this.#steps.indexOf(placed);
    const earlier = this.#steps.findLast((one, i) => i < index && isMeant(one));
    if (earlier === undefined) return start;
    return isInside(placed.position, earlier.position)
      ? earlier.position
      : behindAsSeenFrom(placed.position, earlier.position);
  }

  /** An `always` part that ran in spite of a failure is over: the failure goes on outwards. */
  #settle(placed: Placed): void {
    while (this.#goal === null && !this.#hasFailed) {
      const last = this.#unsettled.at(-1);
      if (last === undefined || isIn(placed, { block: last.block, part: 'always' })) return;
      this.#unsettled.pop();
      this.#leave(last.around);
      if (this.#goal !== null && isIn(placed, this.#goal)) this.#goal = null;
    }
  }

  #leave(sections: readonly Section[]): Fate {
    for (let i = sections.length - 1; i >= 0; i--) {
      const section = sections[i];
      if (section === undefined || section.part === 'always') continue;
      const { block, part } = section;
      const around = sections.slice(0, i);
      if (part === 'block' && this.#leadsTo({ block, part: 'rescue' })) {
        this.#rescuing.add(block);
        return this.#goTo({ block, part: 'rescue' }, around, 'rescued');
      }
      if (this.#leadsTo({ block, part: 'always' })) {
        const fate = around.some((outer) => this.#isRescuedBy(outer)) ? 'rescued' : 'failed';
        this.#goTo({ block, part: 'always' }, around, fate);
        this.#unsettled.push({ block, around });
        return fate;
      }
    }
    this.#hasFailed = true;
    return 'failed';
  }

  #goTo(goal: Section, around: readonly Section[], fate: Fate): Fate {
    this.#goal = goal;
    this.#unsettled = this.#unsettled.filter(({ block }) =>
      around.some((section) => section.block === block && section.part === 'always'),
    );
    return fate;
  }

  #isRescuedBy({ block, part }: Section): boolean {
    return part === 'block' && this.#leadsTo({ block, part: 'rescue' });
  }

  // A part of which no step was chosen is as good as none.
  #leadsTo(section: Section): boolean {
    return this.#steps.some((placed, i) => i >= this.#index && isIn(placed, section));
  }

  #isLeftOut({ sections }: Placed): boolean {
    return sections.some(({ block, part }) => part === 'rescue' && !this.#rescuing.has(block));
  }
}

/** The run of handlers at the end of a list of tasks, which no user has written: his steps have ids from 1 on. */
function isFlushOfList({ step, position }: Placed): boolean {
  return step.kind === 'meta' && step.action === 'flush_handlers' && step.id === 0 && position.length === 1;
}

function isIn({ sections }: Placed, { block, part }: Section): boolean {
  return sections.some((section) => section.block === block && section.part === part);
}
