import { isIPv6 } from 'node:net';

/** The hosts that one entry such as `node[01:20]:2222` names. */
export interface ExpandedHosts {
  readonly names: readonly string[];
  readonly port: number | null;
}

/** Why an entry names no hosts. */
export interface RangeProblem {
  readonly problem: string;
  readonly hint: string | null;
}

/** Expands ranges (`[1:9:2]`, `[a:f]`, several in one name) and splits off `:port`, as Ansible does. */
export function expandHosts(entry: string): ExpandedHosts | RangeProblem {
  const { name, port } = splitPort(entry);
  if (port !== null && !/^\d{1,5}$/.test(port)) {
    const problem = port === '' ? 'A port is missing behind the colon.' : `\`${port}\` is not a port.`;
    return { problem, hint: 'A port is a number behind a colon; an IPv6 address with one is `[2001:db8::1]:22`.' };
  }
  const number = port === null ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) {
    return { problem: `\`${port}\` is not a port.`, hint: 'A port is a number from 1 to 65535.' };
  }
  const names = expandRanges(name);
  return 'problem' in names ? names : { names: names.names, port: number };
}

function splitPort(entry: string): { name: string; port: string | null } {
  if (isIPv6(entry)) return { name: entry, port: null };
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(entry);
  if (bracketed !== null && isIPv6(bracketed[1] ?? '')) return { name: bracketed[1] ?? '', port: bracketed[2] ?? null };
  const pieces = /^((?:[^:[\]]|\[[^\]]*\])*):([^:]*)$/.exec(entry);
  // More than one colon outside of brackets: an IPv6 address with a range in it.
  return pieces === null ? { name: entry, port: null } : { name: pieces[1] ?? '', port: pieces[2] ?? '' };
}

// A range that makes more hosts than this is a slip of the keyboard.
const maxHosts = 65_536;
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const advice = 'A range is `[first:last]` or `[first:last:step]`, as in `node[01:20]` or `rack[a:f]`.';

function expandRanges(name: string): { names: string[] } | RangeProblem {
  let names = [''];
  for (const part of name.split(/(\[[^\]]*\])/)) {
    const isRange = part.startsWith('[') && part.endsWith(']');
    if (!isRange && /[[\]]/.test(part))
      return { problem: `\`${name}\` has a bracket without its partner.`, hint: advice };
    const values = isRange ? rangeValues(part) : { values: [part] };
    if ('problem' in values) return values;
    if (names.length * values.values.length > maxHosts) {
      return { problem: `\`${name}\` names more than ${maxHosts} hosts.`, hint: null };
    }
    names = names.flatMap((start) => values.values.map((value) => start + value));
  }
  return { names };
}

function rangeValues(range: string): { values: string[] } | RangeProblem {
  const [first = '', last = '', stepText = '1', ...more] = range.slice(1, -1).split(':');
  const step = Number(stepText);
  const wrong = (problem: string): RangeProblem => ({ problem: `\`${range}\`: ${problem}`, hint: advice });
  if (last === '' || more.length > 0 || !/^\d{1,6}$/.test(stepText)) return wrong('this is not a range.');
  if (step === 0) return wrong('the step is 0.');
  if (/^[A-Za-z]$/.test(first) && /^[A-Za-z]$/.test(last)) {
    const [from, to] = [letters.indexOf(first), letters.indexOf(last)];
    if (from > to) return wrong('it ends before it starts.');
    return { values: letters.split('').filter((_, i) => i >= from && i <= to && (i - from) % step === 0) };
  }
  if (!/^\d{0,15}$/.test(first) || !/^\d{1,15}$/.test(last)) return wrong('this is not a range.');
  const padded = first.length > 1 && first.startsWith('0');
  if (padded && first.length !== last.length) return wrong('with leading zeros both ends have the same length.');
  const [from, to] = [Number(first === '' ? 0 : first), Number(last)];
  if (from > to) return wrong('it ends before it starts.');
  if ((to - from) / step >= maxHosts) return wrong(`it makes more than ${maxHosts} hosts.`);
  const values: string[] = [];
  for (let n = from; n <= to; n += step) values.push(String(n).padStart(padded ? first.length : 0, '0'));
  return { values };
}
