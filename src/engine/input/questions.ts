import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { KmeshError } from '../../base/errors.ts';
import type { Data, Node, ScalarNode } from '../../base/node.ts';
import type { Source, Span } from '../../base/source.ts';
import { evaluateCondition, expressionRootNames, guardedNames } from '../../template/cel.ts';
import { checkTemplate, evaluate, rootNames, tryTemplate } from '../../template/evaluate.ts';
import { missingName } from '../../template/missing.ts';
import { NotYetKnown } from '../variables/not-yet-known.ts';
import type { HostScope } from '../variables/variables.ts';

type Root = ReturnType<typeof rootNames>[number];

/** Evaluates what it can in a scope, and notes what is wrong. What needs a fact or a result has no value yet. */
export class Questions {
  readonly scope: HostScope;
  readonly problems: Diagnostic[];
  readonly #at: Span;
  readonly #guarded: Set<string>;

  /** @param at where problems without a place of their own are noted @param guarded names that are not to be missed */
  constructor(scope: HostScope, at: Span, guarded: readonly string[], problems: Diagnostic[]) {
    this.scope = scope;
    this.problems = problems;
    this.#at = at;
    this.#guarded = new Set(guarded);
  }

  /** Names that exist whenever the conditions hold, which can not be told yet. */
  get guarded(): readonly string[] {
    return [...this.#guarded];
  }

  /** Whether all conditions hold; `null`: that can not be told yet. What does not hold may name what is not there. */
  areWanted(conditions: readonly ScalarNode[]): boolean | null {
    let isKnown = true;
    for (const condition of conditions) {
      try {
        if (!evaluateCondition(condition, this.scope)) return false;
      } catch (error) {
        this.note(error);
        if (!(error instanceof NotYetKnown)) return false;
        isKnown = false;
        this.checkRoots(expressionRootNames(condition));
        for (const name of guardedNames(condition)) this.#guarded.add(name);
      }
    }
    return isKnown ? true : null;
  }

  /** The value of a node; `undefined` when it has none, or none yet. */
  valueOf(node: Node): Data | undefined {
    try {
      return evaluate(node, this.scope);
    } catch (error) {
      if (!(error instanceof NotYetKnown || error instanceof KmeshError)) throw error;
      this.#try(node);
      return undefined;
    }
  }

  /** Looks at expressions that are asked later: of their names all must exist. */
  expressions(node: Node): undefined {
    for (const item of node.kind === 'list' ? node.items : [node]) {
      if (item.kind === 'scalar' && typeof item.value === 'string') this.checkRoots(expressionRootNames(item));
    }
    return undefined;
  }

  /** Looks at a template file. */
  template(source: Source): void {
    const problems = checkTemplate(source);
    this.problems.push(...problems);
    if (problems.length === 0) this.#try(source);
  }

  // One run stops at the first thing that is wrong; this finds what is wrong beside it, and beside what is not known yet.
  #try(template: Node | Source): void {
    const { errors, others } = tryTemplate(template, this.scope);
    for (const error of errors) this.note(error);
    const roots = others.length === 0 ? [] : rootNames(template);
    for (const { error, part } of others) {
      this.note(error);
      if (error instanceof NotYetKnown)
        this.checkRoots(roots.filter(({ span }) => part === null || isInside(span, part)));
    }
  }

  /** Notes what was thrown; what is only not known yet is no mistake. */
  note(error: unknown): void {
    if (error instanceof NotYetKnown) return;
    if (!(error instanceof KmeshError)) throw error;
    const { message, hint, at } = error;
    this.problems.push(diagnostic(at ?? this.#at, message, hint));
  }

  checkRoots(roots: readonly Root[]): void {
    for (const { name, span, optional } of roots) {
      if (optional || this.#guarded.has(name)) continue;
      try {
        if (this.scope.lookup(name) !== undefined) continue;
        this.problems.push(missingName(name, this.scope, span).diagnostic);
      } catch (error) {
        this.note(error);
      }
    }
  }
}

function isInside(span: Span, part: Span): boolean {
  return span.source === part.source && span.start >= part.start && span.end <= part.end;
}
