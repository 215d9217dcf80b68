import { stringAt, textAt } from '../operations/arguments.ts';
import { b64decode, b64encode, hashOf, sha256 } from '../operations/encodings.ts';
import {
  basename,
  capitalize,
  dirname,
  indented,
  joinList,
  replaceText,
  shellQuote,
  splitText,
} from '../operations/texts.ts';
import { matches } from '../regex/matches.ts';
import { regexEscape, regexFindAll, regexReplace, regexSearch } from '../regex/operations.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers that make or change text. */
export const textHelpers = {
  join: helper('LIST SEPARATOR', joinList),
  indent: helper('TEXT WIDTH [first=]', indented),
  quote: helper('TEXT', (args) => JSON.stringify(textAt(args, 0))),
  upper: helper('TEXT', (args) => stringAt(args, 0).toUpperCase()),
  lower: helper('TEXT', (args) => stringAt(args, 0).toLowerCase()),
  trim: helper('TEXT', (args) => stringAt(args, 0).trim()),
  replace: helper('TEXT OLD NEW', replaceText),
  split: helper('TEXT SEPARATOR', splitText),
  matches: helper('TEXT EXPRESSION', (args) => matches(stringAt(args, 0), stringAt(args, 1))),
} satisfies Helpers;

/** Those of them that expressions have as functions. */
export const sharedTextHelpers = {
  capitalize: helper('TEXT', capitalize),
  shellQuote: helper('TEXT', shellQuote),
  basename: helper('PATH', basename),
  dirname: helper('PATH', dirname),
  b64encode: helper('TEXT', b64encode),
  b64decode: helper('TEXT', b64decode),
  sha256: helper('TEXT', sha256),
  hash: helper('TEXT ALGORITHM', hashOf),
  regexReplace: helper('TEXT EXPRESSION NEW [ignorecase=] [multiline=]', regexReplace),
  regexSearch: helper('TEXT EXPRESSION [GROUP] [ignorecase=] [multiline=]', regexSearch),
  regexFindAll: helper('TEXT EXPRESSION [ignorecase=] [multiline=]', regexFindAll),
  regexEscape: helper('TEXT', regexEscape),
} satisfies Helpers;
