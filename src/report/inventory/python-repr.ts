import { PythonFloat, type PythonValue, Unsafe } from './python-value.ts';

/** Python's `str(value)`: a text as it is, all else as its `repr`. */
export function pythonText(value: PythonValue): string {
  if (value instanceof Unsafe) return value.text;
  return typeof value === 'string' ? value : pythonRepr(value);
}

function pythonRepr(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Unsafe) return quoted(value.text);
  if (typeof value === 'number' || value instanceof PythonFloat) return String(value);
  if (value instanceof Map)
    return `{${[...(value as ReadonlyMap<string, PythonValue>)].map(([key, one]) => `${quoted(key)}: ${pythonRepr(one)}`).join(', ')}}`;
  return `[${(value as readonly PythonValue[]).map(pythonRepr).join(', ')}]`;
}

// Single quotes, unless that would need backslashes and double ones would not.
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll(quote === "'" ? /[\\']/g : /\\/g, '\\$&').replaceAll(unprintable, escape);
  return quote + escaped + quote;
}

// What Python's `str.isprintable` denies: controls, formats, surrogates, private and unassigned, blanks but the space.
const unprintable = /(?! )[\p{C}\p{Z}]/gu;
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  const known = short[character];
  if (known !== undefined) return known;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
