/** A pattern of Ansible's users, ready to use or with what is wrong with it. */
export type PythonRegExp =
  | { readonly kind: 'regexp'; readonly regexp: RegExp }
  | { readonly kind: 'problem'; readonly message: string; readonly hint: string | null };

/**
 * A regular expression of Python's `re`, which playbooks are written in, as one of JavaScript.
 *
 * What only Python has is translated (`(?P<name>…)`, `\A`, `\Z`, leading `(?i)`) or is a problem; patterns that can
 * take forever on a short line are problems, too, since lines come from hosts.
 */
export function pythonRegExp(pattern: string): PythonRegExp {
  const refused = foreignPart(pattern);
  if (refused !== null) return { kind: 'problem', ...refused };
  const [, flags = ''] = /^\(\?([a-zA-Z]+)\)/.exec(pattern) ?? [];
  const body = translate(pattern.slice(flags === '' ? 0 : flags.length + 3));
  try {
    // `s`: a line has no line end here, and Python's dot takes everything else.
    return { kind: 'regexp', regexp: new RegExp(body, flags.toLowerCase().includes('i') ? 'is' : 's') };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, '') : String(error);
    return { kind: 'problem', message: `\`${pattern}\` is not a regular expression: ${why}.`, hint: null };
  }
}

interface Refusal {
  readonly message: string;
  readonly hint: string | null;
}

// Escaped characters and character classes say nothing about groups.
function foreignPart(pattern: string): Refusal | null {
  const skeleton = pattern.replace(/\\[^]/g, '__').replace(/\[\^?\]?[^\]]*\]/g, (found) => '_'.repeat(found.length));
  const known = skeleton.replace(/^\(\?[aimsuLx]+\)/, '');
  if (/^\(\?[imsuL]*x/.test(skeleton)) return refusal('(?x)', 'Write the pattern without spaces and comments.');
  const inline = /\(\?[aimsuLx]+(-[imsx]+)?[:)]/.exec(known)?.[0];
  if (inline !== undefined) return refusal(inline, 'Flags can only stand at the start and are for the whole pattern.');
  const foreign = /\(\?(#|>|\()/.exec(known)?.[0];
  if (foreign !== undefined) return refusal(foreign, 'Write the pattern without it.');
  if (/[+*?}]\+/.test(known)) return refusal('++', 'Possessive repetition is not known here.');
  const nested = /\((?:\?:)?[^()|]?(?:_+|[^()|])[+*](?:\))[+*]/.exec(known)?.[0];
  if (nested !== undefined) {
    return {
      message: `A repetition of a repetition (\`${nested}\`) can take forever.`,
      hint: 'One of them is enough.',
    };
  }
  const letters = [...pattern.matchAll(/\\([^])/g)].map((match) => match[1] ?? '');
  const letter = letters.find((each) => /[A-Za-z]/.test(each) && !'AbBdDsSwWZafnrtvxu'.includes(each));
  if (letter !== undefined) return refusal(`\\${letter}`, null);
  return null;
}

function refusal(part: string, hint: string | null): Refusal {
  return { message: `\`${part}\` is not known in regular expressions here.`, hint };
}

function translate(pattern: string): string {
  const parts = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\(\?P<|\(\?P=\w+\)|\{,(?=\d+\})/g;
  return pattern.replace(parts, translatePart);
}

const escapes: Readonly<Record<string, string>> = { '\\A': '^', '\\Z': '$', '\\a': '\\x07' };

function translatePart(part: string): string {
  if (part.startsWith('\\')) return escapes[part] ?? part;
  // In Python a bracket that closes at once is the first character of the class.
  if (part.startsWith('[')) return part.replace(/^(\[\^?)\]/, '$1\\]');
  if (part === '{,') return '{0,';
  return part === '(?P<' ? '(?<' : `\\k<${part.slice(4, -1)}>`;
}

/**
 * A replacement with the groups of a match filled in, as Python's `Match.expand` does: `\1`, `\g<1>`, `\g<name>`.
 *
 * @throws RangeError when there is no such group
 */
export function expandTemplate(template: string, match: RegExpExecArray): string {
  const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
  return template.replace(
    /\\(?:g<(\w+)>|([1-9]\d?)|([^]))/g,
    (found: string, name?: string, digits?: string, one?: string) => {
      if (one !== undefined) return controls[one] ?? found;
      return groupOf(match, name ?? digits ?? '', found);
    },
  );
}

function groupOf(match: RegExpExecArray, name: string, written: string): string {
  const isNumber = /^\d+$/.test(name);
  const known = isNumber ? Number(name) < match.length : Object.hasOwn(match.groups ?? {}, name);
  if (!known) throw new RangeError(`The pattern has no group for \`${written}\`.`);
  // A group that took no part in the match is empty.
  return (isNumber ? match[Number(name)] : match.groups?.[name]) ?? '';
}
