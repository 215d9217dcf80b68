import type { Play } from '../playbook/playbook.ts';

/** Splits the hosts of a play as its `serial` says; the last size stands for all batches after it. */
export function batchesOf<Host>({ serial }: Pick<Play, 'serial'>, hosts: readonly Host[]): Host[][] {
  const batches: Host[][] = [];
  for (let at = 0; at < hosts.length;) {
    const size = serial[Math.min(batches.length, serial.length - 1)];
    const take = size === undefined ? hosts.length : sizeOf(size, hosts.length);
    batches.push(hosts.slice(at, at + take));
    at += take;
  }
  return batches;
}

function sizeOf(size: Play['serial'][number], hosts: number): number {
  return size.kind === 'count' ? size.count : Math.max(1, Math.floor((hosts * size.percent) / 100));
}
