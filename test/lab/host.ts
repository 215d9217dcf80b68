import { join } from 'node:path';
import { labDir, type LabState } from './state.ts';

/** `debian`: systemd and sshd; `busybox`: busybox, dropbear and nothing else. */
type HostKind = 'debian' | 'busybox';

/** One host of a lab: everything that follows from its name. */
export interface LabHost {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  /** Fixed, so that nobody's ARP cache is wrong after a reset. */
  readonly mac: string;
  readonly dir: string;
  /** The overlay's upper folder: all that differs from a fresh host. */
  readonly upper: string;
  /** Names its cgroups; unique on this machine. */
  readonly unit: string;
}

/** The host of that name in that lab. */
export function labHost({ name: lab, net }: Pick<LabState, 'name' | 'net'>, name: string): LabHost {
  const kind = name.startsWith('b') ? 'busybox' : 'debian';
  const last = (kind === 'busybox' ? 220 : 10) + Number(name.slice(1));
  const dir = join(labDir(lab), 'hosts', name);
  return {
    name,
    kind,
    address: `10.77.${net}.${last}`,
    mac: `02:4b:4d:00:${hex(net)}:${hex(last)}`,
    dir,
    upper: join(dir, 'upper'),
    unit: `kmesh-lab-${net}-${name}`,
  };
}

/** h1, h2 … and b1, b2 … */
export function hostNames(debian: number, busybox: number): string[] {
  return [...numbered('h', debian), ...numbered('b', busybox)];
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
