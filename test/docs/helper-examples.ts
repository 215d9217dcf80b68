import type { Data } from '../../src/base/node.ts';

/** What one helper, function, method or macro does, and a call of it; the page shows what the call gives. */
export interface Example {
  readonly says: string;
  readonly call: string;
}

type Examples = Readonly<Record<string, Example>>;

/** What the examples of the page look at. */
export const variables: Readonly<Record<string, Data>> = {
  host: 'node-1',
  port: 6443,
  pods: '10.244.0.0/16',
  labels: { role: 'node', zone: 'b' },
  peers: [
    { name: 'rr2', ip: '10.0.0.12' },
    { name: 'rr1', ip: '10.0.0.11' },
  ],
  asns: [64513, 64512, 64513],
  lines: 'a\nb',
  nothing: [],
};

/** Helpers of templates, by what they are for. */
export const helperExamples: Readonly<Record<string, Examples>> = {
  Text: {
    join: { says: 'The items as one text.', call: 'join asns ", "' },
    default: { says: 'The value, or the fallback where any part of its path is undefined.', call: 'default mtu 1450' },
    cel: {
      says: 'The value of a CEL expression: for all that helpers do not do.',
      call: 'cel "port > 1024 && host != \'\'"',
    },
    indent: { says: 'All lines but the first, so many spaces further in.', call: 'indent lines 2' },
    toYaml: { says: 'YAML in block style, without a newline at its end.', call: 'toYaml labels' },
    toJson: { says: 'JSON in one line, or indented by so many spaces.', call: 'toJson labels' },
    quote: { says: 'The text in double quotes, escaped as in JSON.', call: 'quote host' },
    upper: { says: 'In capitals.', call: 'upper host' },
    lower: { says: 'In small letters.', call: 'lower "RR1"' },
    trim: { says: 'Without white space around it.', call: 'trim "  a "' },
    replace: { says: 'Every occurrence replaced; OLD is no pattern.', call: 'replace host "-" "_"' },
    split: { says: 'The parts between separators, as a list.', call: 'split "a,b" ","' },
  },
  Logic: {
    eq: { says: 'Equal. A number and a text never are: comparing them is an error.', call: 'eq port 6443' },
    ne: { says: 'Not equal.', call: 'ne host "node-2"' },
    lt: { says: 'Less: numbers, or texts by code point.', call: 'lt port 1024' },
    le: { says: 'Less or equal.', call: 'le port 6443' },
    gt: { says: 'Greater.', call: 'gt port 1024' },
    ge: { says: 'Greater or equal.', call: 'ge port 6443' },
    and: { says: 'Whether all are true, as `{{#if}}` sees it.', call: 'and host asns' },
    or: { says: 'Whether one is true, as `{{#if}}` sees it.', call: 'or nothing host' },
    not: { says: 'Whether it is not true, as `{{#if}}` sees it.', call: 'not nothing' },
    in: { says: 'An item of a list, a key of a map, or a part of a text.', call: 'in "zone" labels' },
  },
  Numbers: {
    add: { says: 'The sum.', call: 'add port 1' },
    sub: { says: 'The difference.', call: 'sub port 1' },
    mul: { says: 'The product.', call: 'mul 2 3 4' },
    div: { says: 'The quotient; of two whole numbers a whole one, rounded towards zero.', call: 'div 7 2' },
    mod: { says: 'The rest of the division.', call: 'mod 7 2' },
    min: { says: 'The least of some numbers, or of one list.', call: 'min asns' },
    max: { says: 'The greatest of some numbers, or of one list.', call: 'max 1 5 3' },
  },
  'Lists and maps': {
    length: { says: 'How many items, keys or characters.', call: 'length peers' },
    first: { says: 'The first item.', call: 'first asns' },
    last: { says: 'The last item.', call: 'last asns' },
    indexOf: { says: 'The place of an item, from 0; -1 where it is not in the list.', call: 'indexOf asns 64512' },
    sort: { says: 'Sorted; a list of maps by the value of a key.', call: 'sort peers "name"' },
    unique: { says: 'Without what is there twice; the first one stays.', call: 'unique asns' },
    keys: { says: 'The keys of a map.', call: 'keys labels' },
    values: { says: 'The values of a map.', call: 'values labels' },
    range: { says: 'The numbers from FROM (or 0) up to, but without, TO.', call: 'range 1 4' },
    lookup: { says: 'The value of a key, or of an index of a list.', call: 'lookup labels "zone"' },
    concat: { says: 'Lists one behind the other, or texts.', call: 'concat host ":" port' },
  },
  Networks: {
    cidrHost: { says: 'The address with that number; negative ones count from the end.', call: 'cidrHost pods 10' },
    cidrNetwork: { says: 'The network that a CIDR is in.', call: 'cidrNetwork "10.0.0.7/24"' },
    cidrPrefix: { says: 'The length of the prefix.', call: 'cidrPrefix pods' },
    cidrContains: {
      says: 'Whether it holds an address, or the whole of another network.',
      call: 'cidrContains pods "10.244.3.0/24"',
    },
    ipFamily: { says: '4 or 6.', call: 'ipFamily "fd00::1"' },
    ipWrap: { says: 'As URLs want it: IPv6 in brackets.', call: 'ipWrap "fd00::1"' },
  },
};

/** Functions of CEL. */
export const functionExamples: Examples = {
  size: { says: 'How many items, keys or characters.', call: 'size(peers)' },
  string: { says: 'A text of a number or boolean.', call: 'string(port)' },
  int: { says: 'A whole number of digits, or of a number, cut off.', call: 'int("7") + 1' },
  double: { says: 'A number of digits; dividing by it does not round.', call: 'port / double(2)' },
  bool: { says: 'True of `yes`, `on`, `true`, `1`; false of their opposites.', call: 'bool("yes")' },
  dyn: { says: 'The value itself, as CEL has it.', call: 'dyn(port)' },
  type: { says: '`string`, `int`, `double`, `bool`, `list`, `map` or `null_type`, as a text.', call: 'type(port)' },
  min: { says: 'The least of some numbers, or of one list.', call: 'min(asns)' },
  max: { says: 'The greatest of some numbers, or of one list.', call: 'max(1, 5, 3)' },
  sum: { says: 'The sum of a list.', call: 'sum([1, 2, 3])' },
  unique: { says: 'Without what is there twice.', call: 'unique(asns)' },
  range: { says: 'The numbers from FROM (or 0) up to, but without, TO.', call: 'range(3)' },
  keys: { says: 'The keys of a map.', call: 'keys(labels)' },
  values: { says: 'The values of a map.', call: 'values(labels)' },
  version: {
    says: 'Compares versions, by `<`, `<=`, `==`, `!=`, `>=` or `>`.',
    call: 'version("1.27.3", ">=", "1.9")',
  },
  ipInCidr: { says: 'Whether an address is in a network.', call: 'ipInCidr("10.244.3.1", pods)' },
  cidrContains: {
    says: 'Whether a network holds an address or another network.',
    call: 'cidrContains(pods, "10.244.3.0/24")',
  },
  cidrOverlaps: { says: 'Whether two networks share an address.', call: 'cidrOverlaps(pods, "10.96.0.0/12")' },
  cidrHost: { says: 'The address with that number.', call: 'cidrHost(pods, -2)' },
  cidrNetwork: { says: 'The network that a CIDR is in.', call: 'cidrNetwork("10.0.0.7/24")' },
  cidrPrefix: { says: 'The length of the prefix.', call: 'cidrPrefix(pods)' },
  ipFamily: { says: '4 or 6.', call: 'ipFamily("10.0.0.1")' },
  isIP: { says: 'Whether a text is an address.', call: 'isIP("10.0.0.300")' },
  isCIDR: { says: 'Whether a text is a network.', call: 'isCIDR(pods)' },
};

/** Methods of CEL. */
export const methodExamples: Examples = {
  size: { says: 'How many items, keys or characters.', call: 'host.size()' },
  contains: { says: 'Whether a text holds another. For a list: `x in list`.', call: 'host.contains("ode")' },
  startsWith: { says: 'Whether it begins so.', call: 'host.startsWith("node")' },
  endsWith: { says: 'Whether it ends so.', call: 'host.endsWith("2")' },
  matches: { says: 'Whether a regular expression (RE2) is found in it.', call: 'host.matches("^node-[0-9]+$")' },
  split: { says: 'The parts between separators.', call: '"a,b".split(",")' },
  join: { says: 'The items as one text.', call: 'asns.map(a, string(a)).join("-")' },
  replace: { says: 'Every occurrence replaced.', call: 'host.replace("-", "_")' },
  trim: { says: 'Without white space around it.', call: '" a ".trim()' },
  lowerAscii: { says: 'In small letters.', call: '"RR1".lowerAscii()' },
  upperAscii: { says: 'In capitals.', call: 'host.upperAscii()' },
  substring: { says: 'From START up to, but without, END.', call: 'host.substring(0, 4)' },
  charAt: { says: 'One character.', call: 'host.charAt(0)' },
  indexOf: { says: 'The first place, from 0; -1 where there is none.', call: 'host.indexOf("-")' },
  lastIndexOf: { says: 'The last place.', call: 'asns.lastIndexOf(64513)' },
  first: { says: 'The first item.', call: 'asns.first()' },
  last: { says: 'The last item.', call: 'asns.last()' },
  min: { says: 'The least of its numbers.', call: 'asns.min()' },
  max: { says: 'The greatest of its numbers.', call: 'asns.max()' },
  sum: { says: 'Their sum.', call: '[1, 2].sum()' },
  sort: { says: 'Sorted numbers, or sorted texts.', call: 'asns.sort()' },
  distinct: { says: 'Without what is there twice.', call: 'asns.distinct()' },
  reverse: { says: 'Backwards.', call: '[1, 2].reverse()' },
  flatten: { says: 'Lists in the list opened, one level.', call: '[[1], [2, 3]].flatten()' },
  slice: { says: 'From START up to, but without, END.', call: 'asns.slice(1, 3)' },
};

/** What CEL has beside functions and methods: their arguments are expressions, or need not exist. */
export const macroExamples: Examples = {
  all: { says: 'Whether it holds for all items; of a map, for all keys.', call: 'asns.all(a, a > 64000)' },
  exists: { says: 'Whether it holds for one item at least.', call: 'peers.exists(p, p.name == "rr1")' },
  exists_one: { says: 'Whether it holds for exactly one.', call: 'asns.exists_one(a, a == 64512)' },
  existsOne: { says: 'The same.', call: 'asns.existsOne(a, a == 64513)' },
  filter: { says: 'The items for which it holds.', call: 'asns.filter(a, a > 64512)' },
  map: { says: 'A value for each item, or for each that a condition holds for.', call: 'peers.map(p, p.ip)' },
  bind: { says: 'A name for a value in an expression.', call: 'cel.bind(n, size(peers), n * 2)' },
  has: {
    says: 'Whether the last part of a path exists; `vars.` before the name of a variable.',
    call: 'has(vars.mtu)',
  },
  orValue: { says: 'Behind `.?` or `[?…]`: the fallback where the part is missing.', call: 'vars.?mtu.orValue(1450)' },
  hasValue: { says: 'Behind `.?` or `[?…]`: whether it is there.', call: 'labels.?zone.hasValue()' },
};
