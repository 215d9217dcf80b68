import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import type { TextProblem } from '../foreign/foreign.ts';
import { celSpelling, foreignInCel, type Wanted } from '../foreign/in-cel.ts';
import type { PlacedText } from '../placed-text.ts';

/** A node of the library's tree. */
export type CelNode = ASTNode;

// Only the parser of the library is used: its evaluator takes each JSON number for a double (`x / 2` of 7 gives 3.5, but
// `7 / 2` gives 3), wants a map of all variables at hand, and lets `false` swallow the error on the other side of `&&`.
let environment: Environment | null = null;

/** Parses a CEL expression. */
export function parseCel({ text }: PlacedText, wanted: Wanted): CelNode | TextProblem {
  if (text.trim() === '') {
    return { start: 0, end: text.length, message: 'The expression is empty.', hint: 'Write `true` for always.' };
  }
  // Of these two the library does not count the depth.
  const signs = /(?:[!-]\s*){101}/.exec(text);
  if (signs !== null) return { start: signs.index, end: signs.index + 1, message: tooDeep, hint: null };
  environment ??= new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true, limits });
  try {
    return environment.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const foreign = foreignInCel(text, wanted);
    if (foreign !== null) return foreign;
    const spelled = celSpelling(text, wanted);
    const problem = explain(text, error);
    return spelled === null ? problem : { ...problem, hint: `Write \`${spelled}\`.` };
  }
}

const limits = { maxAstNodes: 4000, maxDepth: 100, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 16 };

function explain(text: string, { code, summary, range }: ParseError): TextProblem {
  const start = Math.min(range?.start ?? 0, text.length);
  const end = Math.max(range?.end ?? start, start + 1);
  const found = text.slice(start, end);
  if (found === '') return { start, end, message: 'The expression ends too early.', hint: endHint(summary) };
  switch (code) {
    case 'reserved_identifier':
      return { start, end, message: `\`${found}\` is a reserved word of CEL.`, hint: `Write \`vars.${found}\`.` };
    case 'unterminated_string':
      return { start, end: start + 1, message: 'The string is never closed.', hint: null };
    case 'unexpected_character':
    case 'unexpected_token':
    case 'expected_token':
      return { start, end, message: `\`${found}\` can not stand here.`, hint: endHint(summary) };
    case 'limit_exceeded':
      return { start, end, message: limitWords(summary), hint: 'Make variables of its parts.' };
    default:
      return { start, end, message: `${summary}.`, hint: null };
  }
}

const tooDeep = 'The expression is nested too deeply.';

// `Exceeded maxDepth (100)`
function limitWords(summary: string): string {
  if (summary.includes('maxDepth')) return tooDeep;
  if (summary.includes('maxAstNodes')) return 'The expression is too long.';
  return 'A list, map or call in the expression is too long.';
}

const marks: Readonly<Record<string, string>> = {
  RPAREN: ')',
  RBRACKET: ']',
  RBRACE: '}',
  COLON: ':',
  IDENTIFIER: 'a name',
};

function endHint(summary: string): string | null {
  const wanted = /^Expected ([A-Z]+)/.exec(summary)?.[1] ?? '';
  return Object.hasOwn(marks, wanted) ? `Is \`${marks[wanted]}\` missing?` : null;
}
