/** Where a node stands in the text of a template: lines from 1, columns from 0. */
export interface Loc {
  readonly start: Position;
  readonly end: Position;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Located {
  readonly loc: Loc;
}

/** A template, or the body of a block. */
export interface Program extends Located {
  readonly type: 'Program';
  readonly body: readonly Statement[];
  readonly blockParams?: readonly string[];
}

/** What a template is made of. Partials and decorators are parsed by the library; we refuse them. */
export type Statement = Content | Comment | Mustache | Block | Unsupported;

/** Text as it is. `original` is the text before whitespace control. */
export interface Content extends Located {
  readonly type: 'ContentStatement';
  readonly value: string;
  readonly original: string;
}

interface Comment extends Located {
  readonly type: 'CommentStatement';
}

interface Unsupported extends Located {
  readonly type: 'PartialStatement' | 'PartialBlockStatement' | 'Decorator' | 'DecoratorBlock';
}

/** What stands behind `{{`, `{{#` and `(`: a path or literal, perhaps with arguments. */
export interface Call extends Located {
  readonly type: 'MustacheStatement' | 'SubExpression' | 'BlockStatement';
  readonly path: Path | Literal;
  readonly params: readonly Expression[];
  readonly hash?: Hash;
}

/** `{{ … }}` */
export interface Mustache extends Call {
  readonly type: 'MustacheStatement';
}

/** `( … )` */
export interface SubExpression extends Call {
  readonly type: 'SubExpression';
}

/** `{{# … }} … {{/ … }}`; `program` is missing in `{{^x}}`. */
export interface Block extends Call {
  readonly type: 'BlockStatement';
  readonly program?: Program;
  readonly inverse?: Program;
}

/** An argument. */
export type Expression = Path | Literal | SubExpression;

/** `a.b`, `../a`, `@index`, `this`. */
export interface Path extends Located {
  readonly type: 'PathExpression';
  readonly original: string;
  readonly parts: readonly string[];
  readonly depth: number;
  readonly data: boolean;
}

/** A value written in the template. */
export type Literal = StringLiteral | PlainLiteral | NothingLiteral;

/** `"text"` */
export interface StringLiteral extends Located {
  readonly type: 'StringLiteral';
  readonly value: string;
}

interface PlainLiteral extends Located {
  readonly type: 'NumberLiteral' | 'BooleanLiteral';
  readonly value: number | boolean;
}

interface NothingLiteral extends Located {
  readonly type: 'NullLiteral' | 'UndefinedLiteral';
}

interface Hash extends Located {
  readonly pairs: readonly (Located & { readonly key: string; readonly value: Expression })[];
}
