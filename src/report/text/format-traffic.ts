import type { HostRecap } from '../../engine/events.ts';
import type { Style } from './style.ts';
import { displayWidth } from '../../base/display-width.ts';
import { oneLine, padEnd, padStart } from './text.ts';

const titles = ['round trips', 'channels', 'sent', 'received'] as const;

/** What went over the wire, host by host, as lines. */
export function formatTraffic(recap: readonly HostRecap[], { colours }: Style): string[] {
  const rows = recap.map(({ host, traffic }) => ({
    host: oneLine(host),
    cells: [String(traffic.roundTrips), String(traffic.channels), size(traffic.bytesSent), size(traffic.bytesReceived)],
  }));
  const hostWidth = Math.max(10, ...rows.map(({ host }) => displayWidth(host)));
  const widths = titles.map(
    (title, i) => Math.max(title.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)) + 2,
  );
  const line = (host: string, cells: readonly string[]): string =>
    padEnd(host, hostWidth) + cells.map((text, i) => padStart(text, widths[i] ?? 0)).join('');
  return [colours.bold(line('HOST', titles)), ...rows.map(({ host, cells }) => line(host, cells)), ''];
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
