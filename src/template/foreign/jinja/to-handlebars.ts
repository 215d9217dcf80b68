import { typeOfJinja } from './jinja-types.ts';
import { type Arguments, type Jinja, type JinjaTest, parseJinja } from './parse-jinja.ts';
import { celOf } from './to-cel.ts';
import { argument, isTrue, literalText, Untranslatable, wanted } from './translation.ts';

/** What stands between `{{` and `}}` of Jinja as it stands there in Handlebars; `null` when it is no Jinja, or can not. */
export function jinjaInHandlebars(text: string): string | null {
  const node = parseJinja(text);
  return node === null ? null : attempt(() => callOf(node) ?? `cel ${inQuotes(celOf(node))}`);
}

/** A Jinja condition as the subject of `{{#if …}}`. */
export function jinjaAsSubject(text: string): string | null {
  const node = parseJinja(text);
  return node === null ? null : attempt(() => subjectOf(node));
}

/** A parsed condition or list as an argument. @throws Untranslatable */
function subjectOf(node: Jinja): string {
  const spelled = callOf(node);
  if (spelled === null) return `(cel ${inQuotes(celOf(node))})`;
  return spelled.includes(' ') && !isString(spelled) ? `(${spelled})` : spelled;
}

function attempt(translate: () => string): string | null {
  try {
    return translate();
  } catch (error) {
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}

function isString(text: string): boolean {
  return /^(?:"[^"]*"|'[^']*')$/.test(text);
}

// A string of Handlebars can hold either quote, and escape its own.
function inQuotes(cel: string): string {
  if (!cel.includes('"')) return `"${cel}"`;
  if (!cel.includes("'") && !cel.includes('\\')) return `"${cel.replaceAll('"', "'")}"`;
  if (!cel.includes("'")) return `'${cel}'`;
  throw new Untranslatable();
}

/** A call without its parentheses, a path or a literal; `null` when only CEL can say it. */
function callOf(node: Jinja): string | null {
  switch (node.kind) {
    case 'literal':
      return literalOf(node.value);
    case 'name':
      return node.name;
    case 'item':
      return itemOf(node.owner, node.key);
    case 'not':
      return call('not', [node.value]);
    case 'minus':
      return node.value.kind === 'literal' ? `-${literalOf(node.value.value)}` : null;
    case 'test':
      return testOf(node);
    case 'binary':
      return binaryOf(node);
    case 'filter':
      return filterOf(node);
    case 'if':
      return call('ternary', [node.condition, node.yes, node.no ?? { kind: 'literal', value: '' }]);
    case 'call':
      return lookupOf(node);
    default:
      return null;
  }
}

function call(helper: string, args: readonly Jinja[], named: ReadonlyMap<string, Jinja> = new Map()): string | null {
  const options = [...named].map(([name, node]) => `${name}=${subjectOf(node)}`);
  return [helper, ...args.map(subjectOf), ...options].join(' ');
}

function literalOf(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  if (!value.includes('"')) return `"${value}"`;
  if (value.includes("'")) throw new Untranslatable();
  return `'${value}'`;
}

function itemOf(owner: Jinja, key: Jinja): string | null {
  const from = pathOf(owner);
  if (key.kind !== 'literal') {
    const isLast = key.kind === 'minus' && key.value.kind === 'literal' && key.value.value === 1;
    return isLast ? call('last', [owner]) : call('lookup', [owner, key]);
  }
  const part = String(key.value);
  if (from === null) return call('lookup', [owner, key]);
  if (part.includes(']')) return null;
  return typeof key.value === 'string' && /^[A-Za-z_][\w-]*$/.test(part) ? `${from}.${part}` : `${from}.[${part}]`;
}

function pathOf(node: Jinja): string | null {
  if (node.kind === 'name') return node.name;
  if (node.kind !== 'item') return null;
  const path = itemOf(node.owner, node.key);
  return path === null || path.includes(' ') ? null : path;
}

const comparisons: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  and: 'and',
  in: 'in',
  '-': 'sub',
  '*': 'mul',
  '//': 'div',
  '%': 'mod',
  '~': 'concat',
};

function binaryOf({ op, left, right }: Jinja & { readonly kind: 'binary' }): string | null {
  // `a or b` gives one of them, and so does `default`; where both are asked for their truth it makes no difference.
  if (op === 'or') {
    const isQuestion = typeOfJinja(left) === 'bool' && typeOfJinja(right) === 'bool';
    return isQuestion ? call('or', [left, right]) : call('default', [left, right, { kind: 'literal', value: true }]);
  }
  if (op === 'not in') return call('not', [{ kind: 'binary', op: 'in', left, right }]);
  if (op === '+') return plusOf(left, right);
  if (op === '%' && typeOfJinja(left) === 'string') throw new Untranslatable();
  const helper = Object.hasOwn(comparisons, op) ? comparisons[op] : undefined;
  return helper === undefined ? null : call(helper, [left, right]);
}

function plusOf(left: Jinja, right: Jinja): string | null {
  const types = new Set([typeOfJinja(left), typeOfJinja(right)]);
  if (types.has('string') || types.has('list')) return call('concat', [left, right]);
  // Both helpers would be a guess; CEL's `+` takes numbers, texts and lists.
  return types.has('number') ? call('add', [left, right]) : null;
}

function testOf({ name, value, args, negated }: JinjaTest): string | null {
  const version = { kind: 'literal', value: '==' } as const;
  const asked = (): string | null => {
    switch (name) {
      case 'defined':
        return call('defined', [value]);
      case 'undefined':
        return call('not', [{ kind: 'test', name: 'defined', value, args, negated: false }]);
      case 'version':
      case 'version_compare':
        return call('version', [value, argument(args, 1, 'operator') ?? version, wanted(args, 0, 'version')]);
      case 'in':
        return call('in', [value, wanted(args, 0)]);
      default:
        return null;
    }
  };
  const text = asked();
  if (!negated || text === null) return negated ? null : text;
  return name === 'undefined' ? call('defined', [value]) : `not (${text})`;
}

/** Helpers that are called as the filter is: the value first, then its arguments. */
const helpers: Readonly<Record<string, string>> = {
  upper: 'upper',
  lower: 'lower',
  trim: 'trim',
  capitalize: 'capitalize',
  replace: 'replace',
  length: 'length',
  count: 'length',
  first: 'first',
  last: 'last',
  unique: 'unique',
  reverse: 'reverse',
  flatten: 'flatten',
  min: 'min',
  max: 'max',
  abs: 'abs',
  int: 'int',
  float: 'float',
  string: 'string',
  bool: 'bool',
  union: 'union',
  intersect: 'intersect',
  difference: 'difference',
  symmetric_difference: 'symmetricDifference',
  zip: 'zip',
  combine: 'combine',
  dict2items: 'dict2items',
  items: 'dict2items',
  items2dict: 'items2dict',
  b64encode: 'b64encode',
  b64decode: 'b64decode',
  hash: 'hash',
  basename: 'basename',
  dirname: 'dirname',
  quote: 'shellQuote',
  regex_replace: 'regexReplace',
  regex_search: 'regexSearch',
  regex_findall: 'regexFindAll',
  regex_escape: 'regexEscape',
  to_json: 'toJson',
  to_yaml: 'toYaml',
  to_nice_yaml: 'toYaml',
  from_json: 'fromJson',
  from_yaml: 'fromYaml',
  ternary: 'ternary',
  mandatory: 'mandatory',
  ipwrap: 'ipWrap',
  ipsubnet: 'cidrSubnet',
  ipmath: 'ipAdd',
  nthhost: 'cidrHost',
};

function filterOf({ name, value, args }: Jinja & { readonly kind: 'filter' }): string | null {
  switch (name) {
    case 'default':
    case 'd':
      return defaultOf(value, args);
    case 'list':
      return typeOfJinja(value) === 'map' ? call('keys', [value]) : callOf(value);
    case 'sort':
      return sortOf(value, args);
    case 'join':
      return call('join', [value, args.positional[0] ?? { kind: 'literal', value: '' }]);
    case 'split':
      return args.positional.length === 0 ? null : call('split', [value, ...args.positional]);
    case 'round':
      return args.positional.length > 1 ? null : call('round', [value, ...args.positional]);
    case 'indent':
      return args.named.size === 0 && args.positional.length === 1 ? call('indent', [value, ...args.positional]) : null;
    case 'to_nice_json':
      return call('toJson', [value], new Map([['indent', { kind: 'literal', value: 4 } as const]]));
    default: {
      const helper = Object.hasOwn(helpers, name) ? helpers[name] : undefined;
      return helper === undefined ? null : call(helper, [value, ...args.positional], args.named);
    }
  }
}

function defaultOf(value: Jinja, args: Arguments): string | null {
  const fallback = argument(args, 0, 'default_value') ?? { kind: 'literal', value: '' };
  const alsoEmpty = isTrue(argument(args, 1, 'boolean')) ? [{ kind: 'literal', value: true } as const] : [];
  // Only a path may be undefined.
  return call('default', [value, fallback, ...alsoEmpty]);
}

function sortOf(value: Jinja, { positional, named }: Arguments): string | null {
  const attribute = named.get('attribute');
  const backwards = isTrue(positional[0] ?? named.get('reverse'));
  const own = attribute === undefined ? call('sort', [value]) : call('sortBy', [value, attribute]);
  return backwards ? `reverse (${own})` : own;
}

const lookupNames: ReadonlySet<string> = new Set(['lookup', 'query', 'q']);

function lookupOf({ callee, args }: Jinja & { readonly kind: 'call' }): string | null {
  if (callee.kind === 'name' && lookupNames.has(callee.name) && literalText(args.positional[0]) !== null) {
    return call('lookup', args.positional, args.named);
  }
  return callee.kind === 'name' && callee.name === 'range' ? call('range', args.positional, args.named) : null;
}
