import type { Link } from '../lab/link.ts';
import type { Usage } from './meter.ts';
import type { HostUsage } from './host-usage.ts';

/** `first`: on new hosts; `second`: when all is right already; `check`: what would be done to new hosts. */
export const phases = ['first', 'second', 'check'] as const;
export type Phase = (typeof phases)[number];

/** What was run where. */
export interface Setting {
  readonly contender: string;
  readonly phase: Phase;
  readonly hosts: number;
  readonly link: Link;
}

/** One measured run. */
export interface Trial extends Setting, Usage {
  readonly round: number;
  readonly host: HostUsage;
  /** What the transport of kmesh counted, the most of any host; null for others. */
  readonly counts: Counts | null;
  /** Paths that were written on the host where it was most. */
  readonly written: number;
  /** Of the role's small files of the first host, those the run showed line by line; null where not asked. */
  readonly filesShown: number | null;
}

/** Of one host. */
export interface Counts {
  readonly roundTrips: number;
  readonly channels: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}
