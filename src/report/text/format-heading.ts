import type { Failure, Reached, RunEvent } from '../../engine/events.ts';
import { failureHead, formatFailure } from './format-failure.ts';
import { taskLabel } from './format-task.ts';
import type { Style } from './style.ts';
import { count, indent, oneLine, seconds, wrapNames } from './text.ts';

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

/** A host that was connected to: from `-v` on how long it took, from `-vvv` on how; else `null`. */
export function formatHostConnected({ host, durationMs, reached }: EventOf<'host-connected'>, { verbosity }: Style) {
  if (verbosity === 0) return null;
  const told = `  ${oneLine(host)} (${seconds(durationMs)})`;
  return verbosity < 3 ? told : `${told} ${reachedWords(reached)}`;
}

function reachedWords({ connection, address, port, user }: Reached): string {
  if (connection === 'local') return 'on this machine';
  const account = user === null ? '' : `${oneLine(user)}@`;
  return `by ${connection} to ${account}${oneLine(address)}${port === null ? '' : ` port ${port}`}`;
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

/** Why a play ended early, and who was not touched. */
export function formatPlayEnd({ message, why, untouched }: EventOf<'play-ended'>, { colours, width }: Style): string {
  // What the playbook asked for is no mishap.
  const colour = why === 'end_play' || why === 'end_batch' ? colours.cyan : colours.red;
  const names = untouched.length === 0 ? [] : wrapNames(untouched.map(oneLine), width - 15);
  const told = names.map((line, index) => `${index === 0 ? '  not touched: ' : ' '.repeat(15)}${line}`);
  return [colour(`✖ ${oneLine(message)}`), ...told].join('\n');
}

/** Handlers that run now because an earlier run left them owed. */
export function formatOwedBefore({ host, handlers }: EventOf<'handlers-owed'>, { colours }: Style): string {
  const names = handlers.map(oneLine).join(', ');
  return `${colours.yellow('owed:')} an earlier run ended before ${oneLine(host)} got its handlers: ${names}. They run now.`;
}

/** `  retrying on node1: bird2 : sessions are up (attempt 3 of 10 failed, next in 5.0 s)`. */
export function formatRetry({ task, host, item, attempt, of, delayMs }: EventOf<'task-retried'>, { colours }: Style) {
  const what = `${taskLabel(task)}${item === null ? '' : ` [${oneLine(item)}]`}`;
  const told = `(attempt ${attempt} of ${of} failed, next in ${seconds(delayMs)})`;
  return `  ${colours.yellow('retrying')} on ${oneLine(host)}: ${what} ${colours.dim(told)}`;
}

function mark(isGood: boolean, { colours }: Style): string {
  return isGood ? colours.green('✔') : colours.red('✖');
}
