import { type Diagnostic, diagnostic, formatDiagnostic, sortDiagnostics } from './diagnostic.ts';
import type { Span } from './source.ts';

interface ErrorParts {
  readonly at?: Span | null;
  readonly hint?: string | null;
  readonly cause?: unknown;
}

/** Something the user can mend. Anything else that is thrown is a bug of kmesh and keeps its stack. */
export class KmeshError extends Error {
  readonly at: Span | null;
  readonly hint: string | null;

  constructor(message: string, { at = null, hint = null, cause }: ErrorParts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.at = at;
    this.hint = hint;
  }

  get diagnostic(): Diagnostic {
    return diagnostic(this.at, this.message, this.hint);
  }
}

/** All that is wrong with the input, found before any host was contacted. */
export class InputError extends KmeshError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const sorted = sortDiagnostics(diagnostics);
    super(sorted.map(formatDiagnostic).join('\n'));
    this.diagnostics = sorted;
  }
}

/** Why a host could not be reached or logged in to. The host is unreachable; others go on. */
export class ConnectError extends KmeshError {}

/** A question to a host got no answer that can be used. */
export class ProbeError extends KmeshError {}

/** A module can not say how to reach the wanted state from the one that is there. */
export class PlanError extends KmeshError {}

/** A change did not work on the host. */
export class ApplyError extends KmeshError {}

/** A variable or expression could not be evaluated. */
export class EvaluationError extends KmeshError {}

/** The same value of a promise or call that must not be missing; a bug of kmesh when it is. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`bug: no ${what}`);
  return value;
}
