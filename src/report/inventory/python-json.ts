import { PythonFloat, type PythonValue, sortedEntries, Unsafe } from './python-value.ts';

/** Python's `json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False)`, as Ansible prints. */
export function formatPythonJson(value: PythonValue, indent = ''): string {
  if (value instanceof PythonFloat) return String(value);
  if (value instanceof Unsafe) return formatPythonJson(new Map([['__ansible_unsafe', value.text]]), indent);
  const inner = `${indent}    `;
  if (value instanceof Map) {
    const lines = sortedEntries(value).map(([key, one]) => `${JSON.stringify(key)}: ${formatPythonJson(one, inner)}`);
    return enclosed('{}', lines, indent);
  }
  if (isList(value))
    return enclosed(
      '[]',
      value.map((one) => formatPythonJson(one, inner)),
      indent,
    );
  return JSON.stringify(value);
}

function enclosed(brackets: '{}' | '[]', lines: readonly string[], indent: string): string {
  if (lines.length === 0) return brackets;
  return `${brackets[0]}\n${lines.map((line) => `${indent}    ${line}`).join(',\n')}\n${indent}${brackets[1]}`;
}

function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}
