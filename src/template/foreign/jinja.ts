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

const statements: Readonly<Record<string, string>> = {
  if: '`{{#if x}} … {{else}} … {{/if}}`',
  elif: '`{{else if x}}`',
  else: '`{{else}}`',
  endif: '`{{/if}}`',
  for: '`{{#each list}} … {{/each}}`',
  endfor: '`{{/each}}`',
  set: 'a variable of the play, or `{{#with value as |name|}}`',
  endset: 'a variable of the play',
  macro: 'a variable of the play',
  include: 'the text itself',
  import: 'the text itself',
  raw: '`{{{{raw}}}}`',
  endraw: '`{{{{/raw}}}}`',
};

/** Finds a Jinja statement in text, which Handlebars would print as it is. */
export function jinjaInText(text: string): (Advice & { readonly mark: string }) | null {
  if (text.includes('{#') && /\{#[-+]?\s[^]*?\s[-+]?#\}/.test(text)) {
    return { mark: '{#', message: '`{# … #}` is a comment of Jinja.', hint: 'Write `{{!-- … --}}`.' };
  }
  if (!text.includes('{%')) return null;
  const [mark = '', word = ''] = /\{%[-+]?\s*([a-z]+)/.exec(text) ?? [];
  const instead = Object.hasOwn(statements, word) ? statements[word] : undefined;
  if (instead === undefined) return null;
  return {
    mark,
    message: `\`{% ${word} %}\` is Jinja.`,
    hint: `Write ${instead}. Text that shall stay as it is goes in \`{{{{raw}}}} … {{{{/raw}}}}\`.`,
  };
}

/** What to do with text that is meant for another program. */
export const keepBraces =
  'Text for another program: write `\\{{`, or `{{{{raw}}}} … {{{{/raw}}}}` around it, or tag the value `!unsafe`.';

/** Finds Jinja's and Go's words where Handlebars sees a path or a helper with arguments. */
export function jinjaInCall({ path, params, loc }: Call, text: string): LocatedAdvice | null {
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
  return infix([path, ...params]);
}

/** The same inside of `{{#if a and b}}`. */
export function jinjaInBlock({ params }: Block): LocatedAdvice | null {
  if (isWord(params[0], 'not') && params[1] !== undefined) {
    const { loc } = params[0];
    return { loc, message: '`not` without parentheses is Jinja.', hint: 'Write `(not x)`.' };
  }
  return infix(params);
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

function infix([first, ...rest]: readonly Expression[]): LocatedAdvice | null {
  if (first === undefined) return null;
  for (const expression of rest) {
    const word = expression.type === 'PathExpression' ? expression.original : '';
    const hint = Object.hasOwn(infixHints, word) ? infixHints[word] : undefined;
    if (hint === undefined) continue;
    return { loc: expression.loc, message: `\`${word}\` between values is not Handlebars.`, hint };
  }
  return null;
}

function isWord(expression: Expression | undefined, word: string): expression is Expression {
  return expression?.type === 'PathExpression' && expression.original === word;
}
