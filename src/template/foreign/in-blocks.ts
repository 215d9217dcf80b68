import { statementsIn } from './jinja/statements.ts';
import { jinjaAsSubject, jinjaInHandlebars } from './jinja/to-handlebars.ts';
import type { Block, Call, Expression, Loc } from '../handlebars/ast.ts';

/** What is wrong and what to write instead. */
export interface Advice {
  readonly message: string;
  readonly hint: string;
}

/** Advice about one place of a template. */
export interface LocatedAdvice extends Advice {
  readonly loc: Loc;
}

/** Finds Jinja in text, which Handlebars would print as it is; each with the mark it begins with. */
export function jinjaInText(text: string): (Advice & { readonly mark: string; readonly isFollowing: boolean })[] {
  const comments = text.includes('{#') && /\{#[-+]?\s[^]*?\s[-+]?#\}/.test(text);
  const comment = { mark: '{#', message: '`{# … #}` is a comment of Jinja.', hint: 'Write `{{!-- … --}}`.' };
  return [
    ...(comments ? [{ ...comment, isFollowing: false }] : []),
    ...statementsIn(text).map(({ mark, word, instead, isFollowing }) => ({
      mark,
      isFollowing,
      message: `\`{% ${word} %}\` is Jinja.`,
      hint: `Write ${instead}. Text that shall stay as it is goes in \`{{{{raw}}}} … {{{{/raw}}}}\`.`,
    })),
  ];
}

/** What to do with text that is meant for another program. */
export const keepBraces =
  'Text for another program: write `\\{{`, or `{{{{raw}}}} … {{{{/raw}}}}` around it, or tag the value `!unsafe`.';

/** Finds Jinja's and Go's words where Handlebars sees a path or a helper with arguments. */
export function jinjaInCall({ path, params, loc }: Call, text: string, call: string): LocatedAdvice | null {
  const name = path.type === 'PathExpression' ? path.original : null;
  // Handlebars reads `range .Items` as one path.
  if (name !== null && /\s/.test(text) && !text.includes('[')) {
    return { loc: path.loc, message: `\`${text}\` is a Go template.`, hint: keepBraces };
  }
  if (name === '-' || isWord(params.at(-1), '-')) {
    return { loc, message: '`{{-` and `-}}` are Jinja and Go.', hint: 'Whitespace control is `{{~ x ~}}`.' };
  }
  if (name === 'if' || name === 'each' || name === 'unless' || name === 'with') {
    return {
      loc,
      message: `\`{{${name}}}\` is no expression.`,
      hint: `A block starts with \`#\`: \`{{#${name} …}}\`.`,
    };
  }
  const spelled = (): string | null => jinjaInHandlebars(call);
  return infix([path, ...params], () => braced(spelled()));
}

/** The same inside of `{{#if a and b}}`. */
export function jinjaInBlock({ params }: Block, name: string, subject: string): LocatedAdvice | null {
  const spelled = (): string | null => {
    const made = jinjaAsSubject(subject);
    return made === null ? null : `Write \`{{#${name} ${made}}}\`.`;
  };
  if (isWord(params[0], 'not') && params[1] !== undefined) {
    const { loc } = params[0];
    return { loc, message: '`not` without parentheses is Jinja.', hint: spelled() ?? 'Write `(not x)`.' };
  }
  return infix(params, spelled);
}

function braced(spelled: string | null): string | null {
  return spelled === null ? null : `Write \`{{${spelled}}}\`.`;
}

const infixHints: Readonly<Record<string, string>> = {
  and: 'Write `(and a b)`.',
  or: 'Write `(or a b)`; for what may be missing, `(default a b)`.',
  in: 'Write `(in a list)`.',
  not: 'Write `(not a)`, or `(not (in a list))`.',
  is: 'Write `{{default x "y"}}` or `{{#if (cel "has(vars.x)")}}` for what may be missing.',
  if: 'Write `{{#if x}}a{{else}}b{{/if}}`.',
  else: 'Write `{{#if x}}a{{else}}b{{/if}}`.',
  '?': 'Write `{{#if x}}a{{else}}b{{/if}}` or `(cel "x ? a : b")`.',
};

function infix([first, ...rest]: readonly Expression[], spelled: () => string | null): LocatedAdvice | null {
  if (first === undefined) return null;
  for (const expression of rest) {
    const word = expression.type === 'PathExpression' ? expression.original : '';
    const hint = Object.hasOwn(infixHints, word) ? infixHints[word] : undefined;
    if (hint === undefined) continue;
    const message = `\`${word}\` between values is not Handlebars.`;
    return { loc: expression.loc, message, hint: spelled() ?? hint };
  }
  return null;
}

function isWord(expression: Expression | undefined, word: string): expression is Expression {
  return expression?.type === 'PathExpression' && expression.original === word;
}
