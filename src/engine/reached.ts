import { comparePositions, type Position } from './steps/position.ts';

interface Place {
  readonly position: Position;
  hosts: number;
}

/** How far hosts have come. Asked after each step of each host, so it looks at places and not at hosts. */
export class Reached {
  readonly #at = new Map<string, Position>();
  /** Where hosts are: hundreds of them are at a few places. */
  readonly #places = new Map<string, Place>();

  /** @param position where all of the hosts are in the beginning */
  constructor(hosts: readonly string[], position: Position) {
    for (const host of hosts) this.set(host, position);
  }

  /** Where a host is; `null`: it takes part no longer. */
  of(host: string): Position | null {
    return this.#at.get(host) ?? null;
  }

  set(host: string, position: Position): void {
    this.delete(host);
    this.#at.set(host, position);
    const key = position.join('.');
    const place = this.#places.get(key) ?? { position, hosts: 0 };
    place.hosts++;
    this.#places.set(key, place);
  }

  delete(host: string): void {
    const position = this.#at.get(host);
    if (position === undefined) return;
    this.#at.delete(host);
    const key = position.join('.');
    const place = this.#places.get(key);
    if (place !== undefined && --place.hosts === 0) this.#places.delete(key);
  }

  /** How many hosts have not come that far. */
  before(position: Position): number {
    let hosts = 0;
    for (const place of this.#places.values()) if (comparePositions(place.position, position) < 0) hosts += place.hosts;
    return hosts;
  }
}
