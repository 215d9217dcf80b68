import type { Arguments, Jinja, JinjaTest } from './parse-jinja.ts';
import { level, literalText, type Piece, type Translator, Untranslatable, wanted, whole } from './translation.ts';

/** `x is defined` and all other tests, in CEL. @throws Untranslatable */
export function celTest(t: Translator, { name, value, args, negated }: JinjaTest): Piece {
  const make = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (make === undefined) throw new Untranslatable();
  const piece = make(t, value, args);
  if (!negated) return piece;
  if (piece.text.startsWith('!') && piece.level === level.unary) return whole(piece.text.slice(1));
  return { text: piece.level < level.unary ? `!(${piece.text})` : `!${piece.text}`, level: level.unary };
}

type MakeTest = (t: Translator, value: Jinja, args: Arguments) => Piece;

const tests: Readonly<Record<string, MakeTest>> = {
  defined: (t, value) => whole(`defined(${t.of(value)})`),
  undefined: (t, value) => negation(`defined(${t.of(value)})`),
  none: (t, value) => comparison(`${t.of(value, level.sum)} == null`),
  failed: (t, value) => whole(`${t.of(value, level.whole)}.failed`),
  failure: (t, value) => whole(`${t.of(value, level.whole)}.failed`),
  succeeded: (t, value) => negation(`${t.of(value, level.whole)}.failed`),
  success: (t, value) => negation(`${t.of(value, level.whole)}.failed`),
  changed: (t, value) => whole(`${t.of(value, level.whole)}.changed`),
  change: (t, value) => whole(`${t.of(value, level.whole)}.changed`),
  skipped: (t, value) => whole(`${t.of(value, level.whole)}.skipped`),
  skip: (t, value) => whole(`${t.of(value, level.whole)}.skipped`),
  string: (t, value) => comparison(`type(${t.of(value)}) == "string"`),
  boolean: (t, value) => comparison(`type(${t.of(value)}) == "bool"`),
  mapping: (t, value) => comparison(`type(${t.of(value)}) == "map"`),
  integer: (t, value) => comparison(`type(${t.of(value)}) == "int"`),
  number: (t, value) => comparison(`type(${t.of(value)}) in ["int", "double"]`),
  sequence: (t, value) => comparison(`type(${t.of(value)}) in ["list", "map", "string"]`),
  iterable: (t, value) => comparison(`type(${t.of(value)}) in ["list", "map", "string"]`),
  true: (t, value) => comparison(`${t.of(value, level.sum)} == true`),
  false: (t, value) => comparison(`${t.of(value, level.sum)} == false`),
  version: compareVersion,
  version_compare: compareVersion,
  match: (t, value, args) => matching(t, value, { args, prefix: '^(?:', suffix: ')' }),
  search: (t, value, args) => matching(t, value, { args, prefix: '', suffix: '' }),
  regex: (t, value, args) => matching(t, value, { args, prefix: '', suffix: '' }),
  in: (t, value, args) => comparison(`${t.of(value, level.sum)} in ${t.of(wanted(args, 0), level.sum)}`),
  contains: (t, value, args) => comparison(`${t.of(wanted(args, 0), level.sum)} in ${t.of(value, level.sum)}`),
  subset: (t, value, args) => comparison(`size(difference(${t.of(value)}, ${t.of(wanted(args, 0))})) == 0`),
  superset: (t, value, args) => comparison(`size(difference(${t.of(wanted(args, 0))}, ${t.of(value)})) == 0`),
  divisibleby: (t, value, args) =>
    comparison(`${t.of(value, level.product)} % ${t.of(wanted(args, 0), level.unary)} == 0`),
  even: (t, value) => comparison(`${t.of(value, level.product)} % 2 == 0`),
  odd: (t, value) => comparison(`${t.of(value, level.product)} % 2 != 0`),
  ip: (t, value) => whole(`isIP(${t.of(value)})`),
  ...compared('==', ['equalto', 'eq', 'sameas']),
  ...compared('!=', ['ne']),
  ...compared('<', ['lt', 'lessthan']),
  ...compared('<=', ['le']),
  ...compared('>', ['gt', 'greaterthan']),
  ...compared('>=', ['ge']),
};

function compared(operator: string, names: readonly string[]): Record<string, MakeTest> {
  const make: MakeTest = (t, value, args) =>
    comparison(`${t.of(value, level.sum)} ${operator} ${t.of(wanted(args, 0), level.sum)}`);
  return Object.fromEntries(names.map((name) => [name, make]));
}

function compareVersion(t: Translator, value: Jinja, args: Arguments): Piece {
  const operator = args.positional[1] ?? args.named.get('operator');
  const mark = operator === undefined ? '"=="' : t.of(operator);
  return whole(`version(${t.of(value)}, ${mark}, ${t.of(wanted(args, 0, 'version'))})`);
}

interface Matching {
  readonly args: Arguments;
  readonly prefix: string;
  readonly suffix: string;
}

// `match` looks at the start of the text, `search` at all of it.
function matching(t: Translator, value: Jinja, { args, prefix, suffix }: Matching): Piece {
  const pattern = wanted(args, 0);
  const written = literalText(pattern);
  const flags = args.named.has('ignorecase') ? '(?i)' : '';
  const from = t.of(value, level.whole);
  if (written === null) {
    const start = prefix === '' && flags === '' ? '' : `${JSON.stringify(flags + prefix.replace('(?:', ''))} + `;
    return whole(`${from}.matches(${start}${t.of(pattern, level.sum)})`);
  }
  const isAnchored = prefix === '' || written.startsWith('^');
  const needsGroup = !isAnchored && written.includes('|');
  const text = isAnchored ? written : needsGroup ? prefix + written + suffix : `^${written}`;
  return whole(`${from}.matches(${JSON.stringify(flags + text)})`);
}

function negation(text: string): Piece {
  return { text: `!${text}`, level: level.unary };
}

function comparison(text: string): Piece {
  return { text, level: level.comparison };
}
