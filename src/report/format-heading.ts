import type { Failure, RunEvent } from '../engine/events.ts';
import { failureHead, formatFailure } from './format-failure.ts';
import type { Style } from './style.ts';
import { count, indent, oneLine, seconds } from './text.ts';

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>;

/** `site.yml: 2 plays, 31 tasks, 5 hosts`. */
export function formatStart({ playbook, plays, tasks, hosts }: EventOf<'run-started'>, style: Style): string {
  const sizes = `${count(plays, 'play')}, ${count(tasks, 'task')}, ${count(hosts.length, 'host')}`;
  const mode = style.check ? ' (check: nothing will be written)' : '';
  return `${style.colours.bold(oneLine(playbook))}: ${sizes}${mode}`;
}

/** `✔ connected to 5 hosts (0.4 s)`. */
export function formatConnected({ reachable, unreachable, durationMs }: EventOf<'connected'>, style: Style): string {
  const total = reachable + unreachable;
  const hosts = unreachable === 0 ? count(total, 'host') : `${reachable} of ${count(total, 'host')}`;
  return `${mark(unreachable === 0, style)} connected to ${hosts} (${seconds(durationMs)})`;
}

/** `✔ 12 invariants hold`; `null` when there were none. */
export function formatPreflight({ assertions, failed }: EventOf<'preflight-finished'>, style: Style): string | null {
  if (assertions === 0) return null;
  if (failed === 0)
    return `${mark(true, style)} ${count(assertions, 'invariant')} ${assertions === 1 ? 'holds' : 'hold'}`;
  const words = `${failed} of ${count(assertions, 'invariant')} ${failed === 1 ? 'does' : 'do'} not hold`;
  return `${mark(false, style)} ${style.colours.red(words)}`;
}

/** A host that could not be reached, and why. */
export function formatUnreachable(host: string, failure: Failure, style: Style): string {
  const head = style.colours.red(`${oneLine(host)} is unreachable: ${failureHead(failure)}`);
  return [`${mark(false, style)} ${head}`, ...indent(formatFailure(failure, '', style), 4)].join('\n');
}

/** `Nodes (batch 1 of 3)`. */
export function playLabel({ play, batch, of }: EventOf<'play-started'>): string {
  return `${oneLine(play)}${of > 1 ? ` (batch ${batch} of ${of})` : ''}`;
}

function mark(isGood: boolean, { colours }: Style): string {
  return isGood ? colours.green('✔') : colours.red('✖');
}
