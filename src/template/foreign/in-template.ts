import { jinjaAsSubject, jinjaInHandlebars } from './jinja/to-handlebars.ts';
import { foreignIn, type ForeignRule, type TextProblem } from './foreign.ts';
import { keepBraces } from './in-blocks.ts';

/** Finds what Jinja, Go or JavaScript would write in the `{{ … }}` before a place, which does not parse. */
export function foreignInTemplate(text: string, at: number): TextProblem | null {
  const start = text.lastIndexOf('{{', at);
  if (start === -1) return null;
  const close = text.indexOf('}}', start);
  const mustache = text.slice(start, close === -1 ? undefined : close + 2);
  const found = foreignIn(mustache, rules);
  const spelled = spelling(mustache);
  if (found === null) {
    if (spelled === null) return null;
    return { start, end: start + mustache.length, message: 'This is Jinja.', hint: `Write \`${spelled}\`.` };
  }
  const isGo = found.hint === keepBraces;
  const hint = spelled === null || isGo ? found.hint : `Write \`${spelled}\`.`;
  return { ...found, hint, start: start + found.start, end: start + found.end };
}

/** What Jinja says in `{{ … }}`, or in the head of a block, as Handlebars says it. */
function spelling(mustache: string): string | null {
  const [, inner = ''] = /^\{\{[-~]?\s*([^]*?)\s*[-~]?\}\}$/.exec(mustache) ?? [];
  const [, head, subject = ''] = /^(#\s*(?:if|unless|each|with)|else\s+if)\s+([^]+)$/.exec(inner) ?? [];
  const [, bare, params = ''] = /^([^]*?)(\s+as\s+\|[^|]*\|)$/.exec(subject) ?? [];
  if (head !== undefined) {
    const spelled = jinjaAsSubject(bare ?? subject);
    return spelled === null ? null : `{{${head} ${spelled}${params}}}`;
  }
  const spelled = jinjaInHandlebars(inner);
  return spelled === null || spelled === inner ? null : `{{${spelled}}}`;
}

const operators: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '>': 'gt',
  '<=': 'le',
  '>=': 'ge',
  '&&': 'and',
  '||': 'or',
  '+': 'add',
  '*': 'mul',
  '%': 'mod',
  '~': 'concat',
};

const rules: readonly ForeignRule[] = [
  {
    pattern: /^\{\{[~-]?\s*(?:range|if|with|end|template|printf)?\s*(\.[A-Za-z]\w*)/d,
    advise: ([, mark]) => ({
      message: `\`${mark}\` is a Go template.`,
      hint: keepBraces,
    }),
  },
  {
    pattern: /(\|(?!\|))(?<=([\w.]+|"[^"]*"|'[^']*')\s*\|)\s*([\w.]+)?(?:\(([^()]*)\))?/d,
    advise: ([, , value = 'x', filter = '', args = '']) => ({
      message: '`|` is Jinja.',
      hint: `A filter is a helper that stands first: write \`{{${filterCall(value, filter, args)}}}\`.`,
    }),
  },
  {
    pattern: /(\[\s*(?:(\d+)|("[^"]*"|'[^']*')|([\w.]+))\s*\])(?<=([\w.]+)\[[^[]*)/d,
    advise: ([, mark = '', index = '', key = '', name = '', value = 'x']) => ({
      message: `\`${mark}\` is Jinja.`,
      hint: `Write \`${indexed(value, { index, key, name })}\`.`,
    }),
  },
  {
    pattern: /(\.\d+)\s*~?\}\}(?<=([\w.]+)\.\d+\s*~?\}\})/d,
    advise: ([, mark = '', value = 'x']) => ({
      message: `\`${mark}\` can not end a path.`,
      hint: `Write \`${value}.[${mark.slice(1)}]\`.`,
    }),
  },
  {
    pattern: /(==|!=|<=|>=|&&|\|\||[<>+*%~])(?<=([\w.]+|"[^"]*"|'[^']*')?\s*\1)\s*([\w.]+|"[^"]*"|'[^']*')/d,
    advise: ([, mark = '', left = '', right = '']) => ({
      message: `\`${mark}\` is not Handlebars.`,
      hint: `Write \`(${operators[mark]} ${left || 'a'} ${right})\`; longer ones as \`cel "…"\`.`,
    }),
  },
  {
    pattern: /(!)\s*([\w.]+)/d,
    advise: ([, , name]) => ({ message: '`!` is not Handlebars.', hint: `Write \`(not ${name})\`.` }),
  },
  {
    pattern: /(([\w.]+)\(([^()]*)\)?)/d,
    advise: ([, , name = '', args = '']) => ({
      message: 'Parentheses around arguments are not Handlebars.',
      hint: name.includes('.')
        ? `A value has no methods: write \`helper ${name.slice(0, name.lastIndexOf('.'))}\`, or \`cel "…"\`.`
        : `Write \`${name}${spaced(args)}\`, without parentheses and commas.`,
    }),
  },
  {
    pattern: /^\{\{\{?[~&]?\s*(\()/d,
    advise: () => ({ message: '`(` can not stand first.', hint: 'Write the helper or value without parentheses.' }),
  },
  {
    pattern: /(,)/d,
    advise: () => ({ message: '`,` is not Handlebars.', hint: 'Arguments are separated by spaces.' }),
  },
];

const filters: Readonly<Record<string, string>> = {
  to_json: 'toJson',
  to_nice_json: 'toJson',
  tojson: 'toJson',
  to_yaml: 'toYaml',
  to_nice_yaml: 'toYaml',
  count: 'length',
  d: 'default',
  ipwrap: 'ipWrap',
};

function filterCall(value: string, filter: string, args: string): string {
  const name = Object.hasOwn(filters, filter) ? filters[filter] : filter;
  return `${name || 'helper'} ${value || 'x'}${spaced(args)}`;
}

function spaced(args: string): string {
  const words = args.split(/,(?=(?:[^"']|"[^"]*"|'[^']*')*$)/).map((arg) => arg.trim());
  return words[0] === '' ? '' : ` ${words.join(' ')}`;
}

interface Indexed {
  readonly index: string;
  readonly key: string;
  readonly name: string;
}

function indexed(value: string, { index, key, name }: Indexed): string {
  if (index !== '') return `${value}.[${index}]`;
  if (name !== '') return `lookup ${value} ${name}`;
  const bare = key.slice(1, -1);
  return /^[\w-]+$/.test(bare) ? `${value}.${bare}` : `${value}.[${bare}]`;
}
