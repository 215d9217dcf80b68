/** A token of a Jinja expression. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'mark' | 'end';
  /** Of a string its value, else as written. */
  readonly text: string;
}

const forms: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['name', /[A-Za-z_]\w*/y],
  ['string', /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/sy],
  ['mark', /\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>=|.,:()[\]{}]/y],
];

/** The tokens of a Jinja expression, or `null` when something in it is none. */
export function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const found = tokenAt(text, at);
    if (found === null) return null;
    const [kind, written] = found;
    at += written.length;
    if (kind !== 'space') tokens.push({ kind, text: kind === 'string' ? unquoted(written) : written });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function tokenAt(text: string, at: number): readonly [Token['kind'] | 'space', string] | null {
  for (const [kind, form] of forms) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match !== null) return [kind, match[0]];
  }
  return null;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

// As in Python: a backslash before anything else stays.
function unquoted(written: string): string {
  return written.slice(1, -1).replace(/\\(.)/gs, (whole, char: string) => escapes[char] ?? whole);
}
