/** The line between this machine and the hosts. */
export interface Link {
  /** Added to every round trip. */
  readonly rttMs: number;
  /** What goes through in a second each way, all hosts together; 0: as much as there is. */
  readonly mbit: number;
}

/** The line as it is when nothing is done to it. */
export const plainLink: Link = { rttMs: 0, mbit: 0 };

/** As a person reads it: `+30 ms, 100 Mbit/s`. */
export function formatLink({ rttMs, mbit }: Link): string {
  return `+${rttMs} ms${mbit > 0 ? `, ${mbit} Mbit/s` : ''}`;
}
