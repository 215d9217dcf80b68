import type { Arguments, Jinja } from './parse-jinja.ts';
import { typeOfJinja } from './jinja-types.ts';
import {
  argument,
  isTrue,
  level,
  literalText,
  type Piece,
  type Translator,
  Untranslatable,
  wanted,
  whole,
} from './translation.ts';

type FilterNode = Jinja & { readonly kind: 'filter' };

/** `value | filter(args)` in CEL. @throws Untranslatable */
export function celFilter(t: Translator, { name, value, args }: FilterNode): Piece {
  const make = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (make === undefined) throw new Untranslatable();
  return make(t, value, args);
}

/** `f(args)` and `value.method(args)` in CEL. @throws Untranslatable */
export function celCall(t: Translator, callee: Jinja, args: Arguments): Piece {
  if (callee.kind === 'name') {
    const known = ['lookup', 'range'].includes(callee.name) ? callee.name : '';
    const name = callee.name === 'query' || callee.name === 'q' ? 'lookup' : known;
    if (name === '') throw new Untranslatable();
    const options = [...args.named].map(([key, node]) => `${JSON.stringify(key)}: ${t.of(node)}`);
    const all = [
      ...args.positional.map((node) => t.of(node)),
      ...(options.length > 0 ? [`{${options.join(', ')}}`] : []),
    ];
    return whole(`${name}(${all.join(', ')})`);
  }
  const name = callee.kind === 'item' ? literalText(callee.key) : null;
  if (name === null || callee.kind !== 'item') throw new Untranslatable();
  const make = Object.hasOwn(pythonMethods, name) ? pythonMethods[name] : undefined;
  if (make === undefined) throw new Untranslatable();
  return make(t, callee.owner, args);
}

type MakeFilter = (t: Translator, value: Jinja, args: Arguments) => Piece;

const filters: Readonly<Record<string, MakeFilter>> = {
  default: withFallback,
  d: withFallback,
  mandatory: (t, value) => ({ text: t.of(value), level: level.choice }),
  list: (t, value) => (typeOfJinja(value) === 'map' ? fn('keys')(t, value, none) : same(t, value)),
  bool: fn('bool'),
  int: fn('int'),
  float: fn('double'),
  string: fn('string'),
  length: fn('size'),
  count: fn('size'),
  abs: fn('abs'),
  round: (t, value, args) => (args.positional.length > 1 ? notThere() : fn('round')(t, value, args)),
  min: fn('min'),
  max: fn('max'),
  sum: summed,
  unique: fn('unique'),
  union: fn('union'),
  intersect: fn('intersect'),
  difference: fn('difference'),
  symmetric_difference: fn('symmetricDifference'),
  zip: fn('zip'),
  product: fn('product'),
  combine: combined,
  dict2items: fn('dict2items', ['key_name', 'value_name']),
  items: fn('dict2items'),
  items2dict: fn('items2dict', ['key_name', 'value_name']),
  groupby: (t, value, args) => whole(`dict2items(groupBy(${t.of(value)}, ${t.of(wanted(args, 0, 'attribute'))}))`),
  b64encode: fn('b64encode'),
  b64decode: fn('b64decode'),
  hash: (t, value, args) => whole(`hash(${t.of(value)}, ${args.positional[0] ? t.of(args.positional[0]) : '"sha1"'})`),
  checksum: (t, value) => whole(`hash(${t.of(value)}, "sha1")`),
  sha1: (t, value) => whole(`hash(${t.of(value)}, "sha1")`),
  md5: (t, value) => whole(`hash(${t.of(value)}, "md5")`),
  basename: fn('basename'),
  dirname: fn('dirname'),
  quote: fn('shellQuote'),
  capitalize: fn('capitalize'),
  regex_replace: fn('regexReplace', ['ignorecase', 'multiline']),
  regex_search: fn('regexSearch', ['ignorecase', 'multiline']),
  regex_findall: fn('regexFindAll', ['ignorecase', 'multiline']),
  regex_escape: fn('regexEscape'),
  to_json: fn('toJson', ['indent', 'sort_keys']),
  to_nice_json: (t, value) => whole(`toJson(${t.of(value)}, {"indent": 4, "sort_keys": true})`),
  to_yaml: fn('toYaml', ['indent', 'sort_keys']),
  to_nice_yaml: fn('toYaml', ['indent', 'sort_keys']),
  from_json: fn('fromJson'),
  from_yaml: fn('fromYaml'),
  type_debug: fn('type'),
  ternary: (t, value, args) => ({
    text: `${t.asBool(value, level.or)} ? ${t.of(wanted(args, 0), level.or)} : ${t.of(wanted(args, 1))}`,
    level: level.choice,
  }),
  lower: method('lowerAscii'),
  upper: method('upperAscii'),
  trim: method('trim'),
  replace: method('replace'),
  split: separated,
  first: method('first'),
  last: method('last'),
  reverse: method('reverse'),
  join: method('join'),
  sort: sorted,
  flatten: (t, value, args) => {
    const levels = argument(args, 0, 'levels');
    return whole(`${t.of(value, level.whole)}.flatten(${levels === undefined ? '10' : t.of(levels)})`);
  },
  map: mapped,
  select: (t, value, args) => chosen(t, value, { args, attribute: null, negated: false }),
  reject: (t, value, args) => chosen(t, value, { args, attribute: null, negated: true }),
  selectattr: (t, value, args) => chosen(t, value, { args: rest(args), attribute: wanted(args, 0), negated: false }),
  rejectattr: (t, value, args) => chosen(t, value, { args: rest(args), attribute: wanted(args, 0), negated: true }),
  ipaddr: ipFilter,
  ipwrap: fn('ipWrap'),
  ipsubnet: fn('cidrSubnet'),
  ipmath: fn('ipAdd'),
  nthhost: fn('cidrHost'),
};

const none: Arguments = { positional: [], named: new Map() };

const pythonMethods: Readonly<Record<string, MakeFilter>> = {
  startswith: method('startsWith'),
  endswith: method('endsWith'),
  strip: method('trim'),
  lower: method('lowerAscii'),
  upper: method('upperAscii'),
  replace: method('replace'),
  split: separated,
  splitlines: (t, value) => whole(`${t.of(value, level.whole)}.split("\\n")`),
  find: method('indexOf'),
  index: method('indexOf'),
  keys: fn('keys'),
  values: fn('values'),
  items: fn('dict2items'),
  join: (t, value, args) => whole(`${t.of(wanted(args, 0), level.whole)}.join(${t.of(value)})`),
  get(t, value, args) {
    const [key, fallback] = args.positional;
    if (key === undefined) throw new Untranslatable();
    const path = t.of({ kind: 'item', owner: value, key });
    return whole(`default(${path}, ${fallback === undefined ? 'null' : t.of(fallback)})`);
  },
};

function same(t: Translator, value: Jinja): Piece {
  return { text: t.of(value), level: value.kind === 'filter' || value.kind === 'call' ? level.whole : level.choice };
}

/** A function of the value and all arguments; those with a name go into a map behind them. */
function fn(name: string, options: readonly string[] = []): MakeFilter {
  return (t, value, { positional, named }) => {
    const given = [...named].filter(([key]) => options.includes(key) && key !== 'width');
    if (given.length < named.size) throw new Untranslatable();
    const map = given.map(([key, node]) => `${JSON.stringify(key)}: ${t.of(node)}`).join(', ');
    const all = [value, ...positional].map((node) => t.of(node));
    return whole(`${name}(${[...all, ...(map === '' ? [] : [`{${map}}`])].join(', ')})`);
  };
}

function method(name: string): MakeFilter {
  return (t, value, { positional, named }) => {
    if (named.size > 0) throw new Untranslatable();
    return whole(`${t.of(value, level.whole)}.${name}(${positional.map((node) => t.of(node)).join(', ')})`);
  };
}

// Without a separator Python splits at any white space.
function separated(t: Translator, value: Jinja, args: Arguments): Piece {
  return args.positional.length === 0 ? notThere() : method('split')(t, value, args);
}

function notThere(): never {
  throw new Untranslatable();
}

function withFallback(t: Translator, value: Jinja, args: Arguments): Piece {
  const fallback = argument(args, 0, 'default_value');
  const text = `default(${t.of(value)}, ${fallback === undefined ? '""' : t.of(fallback)}`;
  return whole(isTrue(argument(args, 1, 'boolean')) ? `${text}, true)` : `${text})`);
}

function combined(t: Translator, value: Jinja, { positional, named }: Arguments): Piece {
  const maps = [value, ...positional].map((node) => t.of(node)).join(', ');
  if (named.size === 0) return whole(`combine(${maps})`);
  const options = [...named].map(([key, node]) => `${JSON.stringify(key)}: ${t.of(node)}`).join(', ');
  return whole(`combine([${maps}], {${options}})`);
}

function summed(t: Translator, value: Jinja, args: Arguments): Piece {
  const attribute = literalText(argument(args, 0, 'attribute'));
  if (attribute === null) return whole(`sum(${t.of(value)})`);
  const list = t.of(value, level.whole);
  return t.withItem((i) => whole(`sum(${list}.map(${i}, ${i}.${attribute}))`));
}

function sorted(t: Translator, value: Jinja, { positional, named }: Arguments): Piece {
  const attribute = named.get('attribute');
  const isBackwards = isTrue(positional[0] ?? named.get('reverse'));
  const own =
    attribute === undefined ? `${t.of(value, level.whole)}.sort()` : `sortBy(${t.of(value)}, ${t.of(attribute)})`;
  return whole(isBackwards ? `${own}.reverse()` : own);
}

function mapped(t: Translator, value: Jinja, args: Arguments): Piece {
  const list = t.of(value, level.whole);
  return t.withItem((i) => {
    const item: Jinja = { kind: 'name', name: i };
    const attribute = literalText(args.named.get('attribute'));
    const fallback = args.named.get('default');
    if (attribute !== null) {
      const path = t.of(attributeOf(item, attribute));
      return whole(`${list}.map(${i}, ${fallback === undefined ? path : `default(${path}, ${t.of(fallback)})`})`);
    }
    const [name, ...others] = args.positional;
    const filter = literalText(name);
    if (filter === null) throw new Untranslatable();
    const body =
      filter === 'extract'
        ? extracted(item, others)
        : filterOf(filter, item, { positional: others, named: args.named });
    return whole(`${list}.map(${i}, ${t.of(body)})`);
  });
}

function filterOf(name: string, value: Jinja, args: Arguments): Jinja {
  return { kind: 'filter', name: name.slice(name.lastIndexOf('.') + 1), value, args };
}

// `map('extract', hostvars, 'ip')`
function extracted(item: Jinja, [owner, ...keys]: readonly Jinja[]): Jinja {
  if (owner === undefined) throw new Untranslatable();
  const path = keys.flatMap((key) => (key.kind === 'list' ? key.items : [key]));
  return [item, ...path].reduce((from, key) => ({ kind: 'item', owner: from, key }), owner);
}

function attributeOf(item: Jinja, attribute: string): Jinja {
  const keys = attribute
    .split('.')
    .map((key): Jinja => ({ kind: 'literal', value: /^\d+$/.test(key) ? Number(key) : key }));
  return keys.reduce((owner, key): Jinja => ({ kind: 'item', owner, key }), item);
}

interface Choosing {
  readonly args: Arguments;
  readonly attribute: Jinja | null;
  readonly negated: boolean;
}

function chosen(t: Translator, value: Jinja, { args, attribute, negated }: Choosing): Piece {
  const list = t.of(value, level.whole);
  return t.withItem((i) => {
    const item: Jinja = { kind: 'name', name: i };
    const path = literalText(attribute ?? undefined);
    if (attribute !== null && path === null) throw new Untranslatable();
    const asked = path === null ? item : attributeOf(item, path);
    const [name, ...others] = args.positional;
    const test: Jinja = name === undefined ? asked : testOf(name, asked, { positional: others, named: args.named });
    const body = t.asBool(negated ? { kind: 'not', value: test } : test);
    return whole(`${list}.filter(${i}, ${body})`);
  });
}

const testMarks: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

function testOf(name: Jinja, value: Jinja, args: Arguments): Jinja {
  const test = literalText(name);
  if (test === null) throw new Untranslatable();
  const spelled = testMarks[test] ?? test.slice(test.lastIndexOf('.') + 1);
  return { kind: 'test', value, name: spelled, args, negated: false };
}

function rest({ positional, named }: Arguments): Arguments {
  return { positional: positional.slice(1), named };
}

const ipQueries: Readonly<Record<string, string>> = {
  address: 'cidrAddress',
  network: 'cidrNetwork',
  'network/prefix': 'cidrNetwork',
  subnet: 'cidrNetwork',
  prefix: 'cidrPrefix',
  netmask: 'cidrNetmask',
  version: 'ipFamily',
};

function ipFilter(t: Translator, value: Jinja, args: Arguments): Piece {
  const [query] = args.positional;
  if (query === undefined) return whole(`isIP(${t.of(value)})`);
  const name = literalText(query);
  const call = name !== null && Object.hasOwn(ipQueries, name) ? ipQueries[name] : undefined;
  if (call === undefined) throw new Untranslatable();
  const own = `${call}(${t.of(value)})`;
  // Ansible's network has no prefix length.
  return whole(name === 'network' ? `cidrAddress(${own})` : own);
}
