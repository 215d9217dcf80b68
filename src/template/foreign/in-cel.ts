import { jinjaConditionInCel, jinjaInCel } from './jinja/to-cel.ts';
import { foreignIn, type ForeignRule, type TextProblem } from './foreign.ts';

/** Whether an expression is to be true or false. */
export type Wanted = 'condition' | 'value';

/** Finds what Jinja or a shell would write in a text that is no CEL, and says how CEL spells it. */
export function foreignInCel(text: string, wanted: Wanted): TextProblem | null {
  const found = foreignIn(text, rules);
  const spelled = found === null ? null : celSpelling(text, wanted);
  return found === null || spelled === null ? found : { ...found, hint: `Write \`${spelled}\`.` };
}

/** The whole of a Jinja expression in CEL; `null` when it is none, or the same in both. */
export function celSpelling(text: string, wanted: Wanted): string | null {
  const bare = withoutBraces(text);
  const spelled = wanted === 'condition' ? jinjaConditionInCel(bare) : jinjaInCel(bare);
  return spelled === text.trim() ? null : spelled;
}

// `"{{ a }}" == "b"` means the variable, as does `{{ a }}` alone.
function withoutBraces(text: string): string {
  return text
    .replace(/(["'])\{\{([^"'{}]*)\}\}\1/g, '$2')
    .replace(/\{\{[-+]?|[-+]?\}\}/g, ' ')
    .trim();
}

const rules: readonly ForeignRule[] = [
  {
    pattern: /(\{\{[-~]?)\s*(.*?)\s*[-~]?\}\}/ds,
    advise: ([, , inner = '']) => ({
      message: 'A condition is an expression already.',
      hint: `Write \`${inner}\` without braces.`,
    }),
  },
  {
    pattern: /([\w.]+\s+is\s+(not\s+)?(?:defined|undefined))\b/d,
    advise: ([, all = '', negated]) => {
      const name = all.split(/\s/)[0] ?? '';
      const asksAbsence = all.endsWith('undefined') !== (negated !== '');
      const question = `${asksAbsence ? '!' : ''}has(${name.includes('.') ? name : `vars.${name}`})`;
      return { message: '`is defined` is Jinja.', hint: `Write \`${question}\`.` };
    },
  },
  {
    pattern: /([\w.]+\s+is\s+(not\s+)?(failed|failure|changed|succeeded|success|skipped))\b/d,
    advise: ([, all = '', negated = '', test = '']) => {
      const name = all.split(/\s/)[0] ?? '';
      const field = test.startsWith('fail') || test.startsWith('succ') ? 'failed' : test;
      const isNegative = test.startsWith('succ') !== (negated !== '');
      return { message: `\`is ${test}\` is Jinja.`, hint: `Write \`${isNegative ? '!' : ''}${name}.${field}\`.` };
    },
  },
  {
    pattern: /\b(is\s+(?:not\s+)?\w+)/d,
    advise: ([, test = '']) => ({ message: `\`${test}\` is Jinja.`, hint: testHint(test) }),
  },
  {
    pattern: /([\w.[\]"'-]+)\s+(not\s+in)\s+([\w.]+)/d,
    advise: ([, left = '', , right = '']) => ({
      message: '`not in` is Jinja.',
      hint: `Write \`!(${left} in ${right})\`.`,
    }),
  },
  {
    pattern: /([\w.]+\s*\|(?!\|)\s*([\w.]+)?(?:\(([^()]*)\))?)/d,
    advise: ([, all = '', filter = '', args = '']) => ({
      message: '`|` is Jinja.',
      hint: filterHint(/^[\w.]+/.exec(all)?.[0] ?? 'x', filter, args),
    }),
  },
  { pattern: /\b(and)\b/d, advise: () => ({ message: '`and` is Jinja.', hint: 'Write `&&`.' }) },
  { pattern: /\b(or)\b/d, advise: () => ({ message: '`or` is Jinja.', hint: 'Write `||`.' }) },
  {
    pattern: /\b(not)\s+([\w.()]+)/d,
    advise: ([, , operand = 'x']) => ({ message: '`not` is Jinja.', hint: `Write \`!${operand}\`.` }),
  },
  {
    pattern: /\S\s+(if)\s.*\selse\s/ds,
    advise: () => ({ message: '`a if x else b` is Jinja.', hint: 'Write `x ? a : b`.' }),
  },
  {
    pattern: /[^=!<>](=)(?![=~])/d,
    advise: () => ({ message: '`=` is not an operator.', hint: 'A comparison is `==`.' }),
  },
  { pattern: /(\|)/d, advise: () => ({ message: '`|` is not CEL.', hint: 'Or is `||`.' }) },
  { pattern: /[^&](&)(?!&)/d, advise: () => ({ message: '`&` is not CEL.', hint: 'And is `&&`.' }) },
  { pattern: /(~)/d, advise: () => ({ message: '`~` is Jinja.', hint: 'Strings are joined by `+`.' }) },
  { pattern: /(\*\*|\{%|<>|=~)/d, advise: ([, mark]) => ({ message: `\`${mark}\` is not CEL.`, hint: celIs }) },
];

const celIs = 'Conditions are CEL: `a == b && (c in list || !d)`.';

const tests: Readonly<Record<string, string>> = {
  none: 'x == null',
  string: 'type(x) == "string"',
  mapping: 'type(x) == "map"',
  number: 'type(x) in ["int", "double"]',
  match: 'x.matches("^expression$")',
  search: 'x.matches("expression")',
  version: 'version(x, ">=", "1.2")',
  in: 'x in list',
  sameas: 'x == y',
};

function testHint(test: string): string {
  const word = test.split(/\s+/).at(-1) ?? '';
  const spelled = Object.hasOwn(tests, word.toLowerCase()) ? tests[word.toLowerCase()] : 'x == y';
  return `Write \`${test.includes('not') ? `!(${spelled})` : spelled}\`.`;
}

const filters: Readonly<Record<string, (value: string, args: string) => string>> = {
  default: (value, args) => {
    const path = value.includes('.') ? value : `vars.${value}`;
    const cut = path.lastIndexOf('.');
    return `${path.slice(0, cut)}.?${path.slice(cut + 1)}.orValue(${args.split(',')[0] || '""'})`;
  },
  length: (value) => `size(${value})`,
  count: (value) => `size(${value})`,
  bool: (value) => `${value}\` or \`bool(${value})`,
  int: (value) => `int(${value})`,
  float: (value) => `double(${value})`,
  string: (value) => `string(${value})`,
  lower: (value) => `${value}.lowerAscii()`,
  upper: (value) => `${value}.upperAscii()`,
  trim: (value) => `${value}.trim()`,
  first: (value) => `${value}[0]`,
  last: (value) => `${value}.last()`,
  unique: (value) => `unique(${value})`,
  min: (value) => `min(${value})`,
  max: (value) => `max(${value})`,
  sum: (value) => `sum(${value})`,
  join: (value, args) => `${value}.join(${args || '","'})`,
  regex_search: (value, args) => `${value}.matches(${args || '"…"'})`,
  map: (value) => `${value}.map(item, item.name)`,
  select: (value) => `${value}.filter(item, item > 1)`,
  selectattr: (value) => `${value}.filter(item, item.name == "x")`,
  rejectattr: (value) => `${value}.filter(item, item.name != "x")`,
};

function filterHint(value: string, filter: string, args: string): string {
  const make = Object.hasOwn(filters, filter) ? filters[filter] : filters[filter === 'd' ? 'default' : ''];
  return make === undefined ? `A filter is a function: \`f(${value})\`.` : `Write \`${make(value, args)}\`.`;
}
