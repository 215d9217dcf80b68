import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { must } from '../../base/errors.ts';
import type { Details, ItemOutcome, RunEvent, TaskOutcome } from '../../engine/events.ts';
import { eventsSchema } from './events-schema.ts';

/** An event that was written as JSON, and when it was. */
export interface TimedEvent {
  readonly time: Date;
  readonly event: RunEvent;
}

/** Reads lines of `--output json`. */
export class EventParser {
  readonly #ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv.addSchema(eventsSchema, 'events');
  }

  /** The event of a line; `null` when it is none that this version knows. */
  parse(line: string): TimedEvent | null {
    const data = parseJson(line);
    if (typeof data !== 'object' || data === null) return null;
    const { event: kind, time, ...fields } = data as Record<string, unknown>;
    if (typeof kind !== 'string' || typeof time !== 'string' || !this.#isValid(kind, data)) return null;
    // The schema has seen to its shape.
    return { time: new Date(time), event: eventOf(kind, fields) as unknown as RunEvent };
  }

  #isValid(kind: string, data: unknown): boolean {
    if (!Object.hasOwn(eventsSchema['$defs'] as object, kind)) return false;
    const known = this.#validators.get(kind) ?? must(this.#ajv.getSchema(`events#/$defs/${kind}`), `schema of ${kind}`);
    this.#validators.set(kind, known);
    return known(data);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

// The way back from what the JSON reporter makes of an event.
function eventOf(kind: string, fields: Record<string, unknown>): Record<string, unknown> {
  switch (kind) {
    case 'run-started': {
      const { version: _version, journal: _journal, ...own } = fields;
      return { kind, ...own };
    }
    case 'task-finished': {
      const { task, host, ...outcome } = fields;
      return { kind, task, host, outcome: outcomeOf(outcome as unknown as WrittenOutcome) };
    }
    case 'run-finished': {
      const { hosts, durationMs, interrupted } = fields;
      return { kind, recap: hosts, durationMs, interrupted };
    }
    default:
      return { kind, ...fields };
  }
}

type Written<T> = Omit<T, 'details'> & { readonly details: Details | null };
type WrittenOutcome = Omit<Written<TaskOutcome>, 'name' | 'items'> & {
  readonly name: string | null;
  readonly items: readonly Written<ItemOutcome>[];
};

function outcomeOf({ name, items, details, ...outcome }: WrittenOutcome): TaskOutcome {
  const named = name === null ? {} : { name };
  return { ...outcome, ...named, ...detailsOf(details), items: items.map(itemOf) };
}

function itemOf({ details, ...item }: Written<ItemOutcome>): ItemOutcome {
  return { ...item, ...detailsOf(details) };
}

function detailsOf(details: Details | null): { readonly details?: Details } {
  return details === null ? {} : { details };
}
