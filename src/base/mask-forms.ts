import { visible } from './diagnostic.ts';

/** One text that tells a secret. */
export interface Form {
  readonly text: string;
  /** Characters of base64 beside it hold bits of the secret, too. */
  readonly edges: 'none' | 'after' | 'both';
}

/** All texts that a secret may be told as: its lines, each as it is, quoted, escaped and encoded. */
export function formsOf(secret: string, minLength: number): Form[] {
  const whole = secret.trim();
  const lines = whole.split(/[\r\n]+/).map((line) => line.trim());
  const texts = [...new Set(lines)].filter((line) => line.length >= minLength);
  const forms = texts.flatMap((line) => [...writtenForms(line).map(plainForm), ...base64Forms(line)]);
  return lines.length === 1 || whole.length < minLength ? forms : [...forms, ...base64Forms(whole)];
}

/** Where a form that was found begins and ends with the characters beside it. */
export function edgesOf(form: Form, text: string, start: number, end: number): [start: number, end: number] {
  const before = form.edges === 'both' && isBase64(text[start - 1]) ? 1 : 0;
  if (form.edges === 'none') return [start, end];
  let to = isBase64(text[end]) ? end + 1 : end;
  while (text[to] === '=') to++;
  return [start - before, to];
}

function plainForm(text: string): Form {
  return { text, edges: 'none' };
}

function writtenForms(text: string): string[] {
  const quoted = [text, ...shellForms(text), text.replaceAll("'", "''")];
  return [
    ...quoted,
    visible(text),
    // Args of a task are told as JSON: also those that hold the secret as a word of a shell, or as text in JSON.
    ...quoted.map(jsonForm),
    jsonForm(jsonForm(text)),
    ...urlForms(text),
    xmlForm(text),
    xmlForm(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

// As kmesh, Python and bash quote, and between double quotes.
function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["\\$`]/g, '\\$&'),
    text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
  ];
}

function urlForms(text: string): string[] {
  // Half of a pair of surrogates can not be encoded.
  const usual = encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
  const strict = usual.replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [usual, strict, strict.replaceAll('%7E', '~')].flatMap((form) => [
    form,
    form.replaceAll('%20', '+'),
    form.replaceAll('%2F', '/'),
  ]);
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function xmlForm(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

// Three bytes are four characters: what stands before the secret moves it by none, one or two bytes. The characters
// that a byte before or behind has a part in may be any.
function base64Forms(text: string): Form[] {
  const bytes = Buffer.from(text, 'utf8');
  const forms = [0, 1, 2].flatMap((moved): Form[] => {
    const encoded = Buffer.concat([Buffer.alloc(moved), bytes]).toString('base64');
    const start = Math.ceil((moved * 8) / 6);
    const end = Math.floor(((moved + bytes.length) * 8) / 6);
    const edges = moved === 0 ? 'after' : 'both';
    return [{ text: encoded.slice(start, end), edges }];
  });
  const all = [...forms, ...wrappedForms(bytes)];
  const urlSafe = all.map(({ text: found, edges }) => ({
    text: found.replaceAll('+', '-').replaceAll('/', '_'),
    edges,
  }));
  return [...all, ...urlSafe];
}

// As base64(1) and openssl(1) break lines; what is left for the last line stands in the middle of the whole anyway.
function wrappedForms(bytes: Buffer): Form[] {
  const encoded = bytes.toString('base64').replace(/.=*$/, '');
  return [64, 76].flatMap((width) => {
    if (encoded.length <= width) return [];
    const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    return lines.filter((line) => line.length >= 8).map((line): Form => ({ text: line, edges: 'after' }));
  });
}

function isBase64(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9+/_-]/.test(character);
}
