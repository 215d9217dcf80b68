import { didYouMean } from '../base/did-you-mean.ts';
import type { Node, ScalarNode } from '../base/node.ts';
import { constantText } from './includes/constant-text.ts';
import type { TaskContext } from './tasks/context.ts';
import { type Fields, wordsOf } from './fields.ts';
import type { Batch, HostOrder, PlayConnection, Strategy } from './playbook.ts';

const strategies = ['linear', 'free', 'lockstep'] as const;
const orders = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

const strategyHints: Readonly<Record<string, string>> = {
  host_pinned: 'Write `free`: there no host waits for another.',
  debug: 'Run with `--step`.',
};

/** In which order hosts do their tasks. */
export function strategyOf(fields: Fields): Strategy {
  const name = fields.text('strategy')?.replace(/^ansible\.builtin\./, '') ?? null;
  return name === null ? 'linear' : (oneOf(name, strategies, 'strategy', fields) ?? 'linear');
}

/** In which order hosts are taken. */
export function orderOf(fields: Fields): HostOrder {
  const name = fields.text('order');
  return name === null ? 'inventory' : (oneOf(name, orders, 'order', fields) ?? 'inventory');
}

/** The share of failed hosts that a play bears. */
export function maxFailPercentageOf(fields: Fields): number | null {
  const node = fields.scalar('max_fail_percentage');
  if (node === null || node.value === null) return null;
  const text = String(node.value).replace(/%$/, '');
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  fields.wants(node, 'max_fail_percentage', 'a number from 0 to 100');
  return null;
}

/** What a play says of connecting. */
export function connectionOf(fields: Fields): PlayConnection {
  const [user, remoteUser] = [fields.template('user'), fields.template('remote_user')];
  if (user !== null && remoteUser !== null)
    fields.note(fields.entry('user')?.keySpan ?? null, '`user` and `remote_user` are the same.', 'Keep one of them.');
  return {
    user: remoteUser ?? user,
    port: portOf(fields),
    connection: fields.template('connection'),
  };
}

/** How many hosts at once. */
export function serialOf(fields: Fields, context: TaskContext): Batch[] {
  const node = fields.node('serial');
  if (node === null) return [];
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) => batchOf(item, fields, context));
}

function portOf(fields: Fields): ScalarNode | null {
  const node = fields.template('port');
  if (node === null || String(node.value).includes('{{')) return node;
  const port = Number(node.value);
  if (typeof node.value !== 'boolean' && Number.isInteger(port) && port > 0 && port < 65_536)
    return { ...node, value: port };
  fields.wants(node, 'port', 'a port');
  return null;
}

function batchOf(node: Node, fields: Fields, context: TaskContext): Batch[] {
  const isTemplate = node.kind === 'scalar' && String(node.value).includes('{{');
  const value = isTemplate ? constantText(node, 'serial', context) : node.kind === 'scalar' ? node.value : null;
  if (isTemplate && value === null) return [];
  const percent = /^(\d{1,3})%$/.exec(String(value));
  if (percent !== null && Number(percent[1]) > 0) return [{ kind: 'percent', percent: Number(percent[1]) }];
  const count = Number(value);
  if (typeof value !== 'boolean' && value !== null && Number.isInteger(count) && count > 0)
    return [{ kind: 'count', count }];
  fields.note(node.span, `\`serial\` must be a number of hosts or a share such as \`30%\`, not ${wordsOf(node)}.`);
  return [];
}

function oneOf<T extends string>(name: string, known: readonly T[], key: string, fields: Fields): T | null {
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  const all = known.map((one) => `\`${one}\``).join(', ');
  const hint = (key === 'strategy' ? strategyHints[name] : undefined) ?? didYouMean(name, known);
  fields.note(fields.node(key)?.span ?? null, `\`${key}\` is \`${name}\`; it can be ${all}.`, hint);
  return null;
}
