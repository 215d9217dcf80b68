import type { Mask } from '../base/mask.ts';
import type { RunEvent } from '../engine/events.ts';
import type { Reporter } from './reporter.ts';

// Words of kmesh's own, and what joins the events of one host.
const structure: ReadonlySet<string> = new Set([
  'kind',
  'status',
  'phase',
  'module',
  'severity',
  'connection',
  'why',
  'from',
  'host',
  'hosts',
  'untouched',
]);

// What kmesh says itself.
const said: ReadonlySet<string> = new Set(['message', 'hint', 'excerpt']);

/**
 * A reporter that hears everything but the secrets. It stands before all others, the journal too, since those cut and
 * break lines: half a secret would not be known any more.
 */
export function maskedReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    handle: (event) => reporter.handle(mask.isEmpty ? event : (hideIn(event, mask) as RunEvent)),
    pause: () => reporter.pause(),
    close: () => reporter.close(),
  };
}

/** Data with the secrets hidden in all of its texts. */
export function hideIn(data: unknown, mask: Mask): unknown {
  if (typeof data === 'string') return mask.hide(data);
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map((item) => hideIn(item, mask));
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, hideUnder(key, value, mask)]));
}

function hideUnder(key: string, value: unknown, mask: Mask): unknown {
  if (structure.has(key)) return value;
  return typeof value === 'string' && said.has(key) ? mask.hideParts(value) : hideIn(value, mask);
}
