import type { Jinja } from './parse-jinja.ts';

/** What kind of value a Jinja expression most likely gives; `any` when nothing tells. */
export type JinjaType = 'string' | 'number' | 'bool' | 'list' | 'map' | 'any';

/** The kind of value of an expression, as far as its form and the names in it tell. */
export function typeOfJinja(node: Jinja): JinjaType {
  switch (node.kind) {
    case 'literal':
      return typeOfLiteral(node.value);
    case 'name':
      return names[node.name] ?? 'any';
    case 'item':
      return typeOfItem(node.owner, node.key);
    case 'call':
      return typeOfCall(node.callee);
    case 'filter':
      return filters[node.name] ?? typeOfFilter(node);
    case 'if':
      return typeOfJinja(node.yes);
    case 'list':
      return 'list';
    case 'map':
      return 'map';
    case 'minus':
      return 'number';
    case 'binary':
      return typeOfBinary(node.op, node.left, node.right);
    case 'test':
    case 'not':
      return 'bool';
  }
}

const names: Readonly<Record<string, JinjaType>> = Object.assign(Object.create(null) as object, {
  inventory_hostname: 'string',
  inventory_hostname_short: 'string',
  ansible_hostname: 'string',
  ansible_fqdn: 'string',
  ansible_os_family: 'string',
  ansible_distribution: 'string',
  ansible_architecture: 'string',
  group_names: 'list',
  ansible_play_hosts: 'list',
  groups: 'map',
  hostvars: 'map',
} satisfies Record<string, JinjaType>);

const parts: Readonly<Record<string, JinjaType>> = Object.assign(Object.create(null) as object, {
  stdout: 'string',
  stderr: 'string',
  msg: 'string',
  rc: 'number',
  stdout_lines: 'list',
  stderr_lines: 'list',
  results: 'list',
  exists: 'bool',
  failed: 'bool',
  changed: 'bool',
  skipped: 'bool',
} satisfies Record<string, JinjaType>);

const filters: Readonly<Record<string, JinjaType>> = Object.assign(Object.create(null) as object, {
  bool: 'bool',
  int: 'number',
  float: 'number',
  length: 'number',
  count: 'number',
  abs: 'number',
  round: 'number',
  sum: 'number',
  string: 'string',
  lower: 'string',
  upper: 'string',
  trim: 'string',
  join: 'string',
  replace: 'string',
  regex_replace: 'string',
  regex_search: 'string',
  b64encode: 'string',
  b64decode: 'string',
  basename: 'string',
  dirname: 'string',
  quote: 'string',
  hash: 'string',
  to_json: 'string',
  to_yaml: 'string',
  to_nice_yaml: 'string',
  to_nice_json: 'string',
  list: 'list',
  map: 'list',
  select: 'list',
  reject: 'list',
  selectattr: 'list',
  rejectattr: 'list',
  split: 'list',
  unique: 'list',
  sort: 'list',
  flatten: 'list',
  union: 'list',
  intersect: 'list',
  difference: 'list',
  dict2items: 'list',
  zip: 'list',
  combine: 'map',
  items2dict: 'map',
} satisfies Record<string, JinjaType>);

function typeOfLiteral(value: string | number | boolean | null): JinjaType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  return value === null ? 'any' : 'bool';
}

function typeOfItem(owner: Jinja, key: Jinja): JinjaType {
  if (owner.kind === 'name' && owner.name === 'groups') return 'list';
  return key.kind === 'literal' && typeof key.value === 'string' ? (parts[key.value] ?? 'any') : 'any';
}

function typeOfCall(callee: Jinja): JinjaType {
  if (callee.kind === 'name') return callee.name === 'range' ? 'list' : 'any';
  if (callee.kind !== 'item' || callee.key.kind !== 'literal') return 'any';
  switch (callee.key.value) {
    case 'startswith':
    case 'endswith':
      return 'bool';
    case 'split':
    case 'splitlines':
    case 'keys':
    case 'values':
    case 'items':
      return 'list';
    case 'strip':
    case 'lower':
    case 'upper':
    case 'replace':
      return 'string';
    default:
      return 'any';
  }
}

function typeOfFilter({ name, value, args }: Jinja & { readonly kind: 'filter' }): JinjaType {
  const [fallback] = args.positional;
  if (name === 'default' || name === 'd') {
    const own = typeOfJinja(value);
    return own === 'any' && fallback !== undefined ? typeOfJinja(fallback) : own;
  }
  if (name === 'ternary' && fallback !== undefined) return typeOfJinja(fallback);
  return 'any';
}

function typeOfBinary(op: string, left: Jinja, right: Jinja): JinjaType {
  if (op === '~') return 'string';
  if (!['+', '-', '*', '/', '//', '%', '**'].includes(op)) return 'bool';
  if (op !== '+') return 'number';
  const type = typeOfJinja(left);
  return type === 'any' ? typeOfJinja(right) : type;
}
