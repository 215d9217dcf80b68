import { parseJinja } from './parse-jinja.ts';
import { jinjaAsSubject } from './to-handlebars.ts';

/** A statement of Jinja in a text: `{% if x %}`. */
export interface Statement {
  /** As it begins: `{%- if`. */
  readonly mark: string;
  readonly word: string;
  /** What to write instead. */
  readonly instead: string;
  /** It only ends or continues what another one began. */
  readonly isFollowing: boolean;
}

/** All Jinja statements of a text, which Handlebars would print as they are. */
export function statementsIn(text: string): Statement[] {
  if (!text.includes('{%')) return [];
  return [...text.matchAll(/(\{%[-+]?\s*([a-z]+))\b((?:[^%]|%(?!\}))*)/g)].flatMap(
    ([, mark = '', word = '', rest = '']) => {
      const make = Object.hasOwn(statements, word) ? statements[word] : undefined;
      if (make === undefined) return [];
      const isFollowing = word === 'else' || word.startsWith('end');
      return [
        {
          mark,
          word,
          instead: typeof make === 'string' ? make : make(rest.replace(/[-+]?\s*$/, '').trim()),
          isFollowing,
        },
      ];
    },
  );
}

const aside = 'a variable of the play';

const statements: Readonly<Record<string, string | ((rest: string) => string)>> = {
  if: (rest) => `\`{{#if ${jinjaAsSubject(rest) ?? 'x'}}} … {{else}} … {{/if}}\``,
  elif: (rest) => `\`{{else if ${jinjaAsSubject(rest) ?? 'x'}}}\``,
  else: '`{{else}}`',
  endif: '`{{/if}}`',
  for: loop,
  endfor: '`{{/each}}`',
  set: setting,
  endset: aside,
  macro: aside,
  endmacro: aside,
  filter: 'a helper',
  endfilter: 'a helper',
  block: 'the text itself',
  endblock: 'the text itself',
  extends: 'the text itself',
  include: (rest) =>
    `\`{{lookup "template" ${/^["'][^"']*["']$/.test(rest) ? rest.replace(/\.j2(?=.$)/, '.hbs') : 'PATH'}}}\``,
  import: 'the text itself',
  from: 'the text itself',
  raw: '`{{{{raw}}}}`',
  endraw: '`{{{{/raw}}}}`',
};

function loop(rest: string): string {
  const [, names = '', over = ''] = /^([\w\s,]+?)\s+in\s+([^]*)$/.exec(rest) ?? [];
  const [first = '', second] = names.split(/\s*,\s*/);
  if (first === '') return '`{{#each list}} … {{/each}}`';
  // `{% for k, v in map.items() %}`
  const map =
    second === undefined ? null : /^([\w.[\]'"]+?)(?:\.items\(\)|\s*\|\s*(?:dictsort|items))$/.exec(over)?.[1];
  const [, list = over, condition] = /^([^]*?)\s+if\s+([^]*)$/.exec(over) ?? [];
  const chosen = condition === undefined ? list : filtered(first, list, condition);
  const subject = jinjaAsSubject(map ?? chosen) ?? 'list';
  const params = map === null || map === undefined ? first : `${second} ${first}`;
  return `\`{{#each ${subject} as |${params}|}} … {{/each}}\``;
}

// `{% for x in list if x.up %}`: the condition, when it is one that a filter of Jinja can have.
function filtered(item: string, list: string, condition: string): string {
  const [, attribute] = new RegExp(`^${item}\\.(\\w+)$`).exec(condition) ?? [];
  if (attribute !== undefined) return `(${list}) | selectattr('${attribute}')`;
  const [, name, mark, value] = new RegExp(`^${item}\\.(\\w+)\\s*(==|!=)\\s*([^]+)$`).exec(condition) ?? [];
  if (name !== undefined) return `(${list}) | selectattr('${name}', '${mark}', ${value})`;
  const [, no, other] = new RegExp(`^${item}\\s*(!=|==)\\s*([^]+)$`).exec(condition) ?? [];
  return no === undefined ? '' : `(${list}) | select('${no === '==' ? 'eq' : 'ne'}', ${other})`;
}

function setting(rest: string): string {
  const [, name, value = ''] = /^(\w+)\s*=\s*([^]+)$/.exec(rest) ?? [];
  const subject = value === '' || parseJinja(value) === null ? null : jinjaAsSubject(value);
  const example =
    name === undefined || subject === null
      ? '{{#with value as |name|}}'
      : `{{#with ${subject} as |${name}|}} … {{/with}}`;
  return `a variable of the play, or \`${example}\``;
}
