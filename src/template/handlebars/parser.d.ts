// The parser alone: the package's main entry also loads its compiler, which makes JavaScript out of templates. We never do.
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  import type { Program } from './ast.ts';

  export function parse(text: string): Program;
  export const parser: {
    readonly lexer: {
      readonly yylloc: {
        readonly first_line: number;
        readonly first_column: number;
        readonly last_line: number;
        readonly last_column: number;
      };
    };
  };
}
