import type { Mask } from '../../base/mask.ts';
import { PythonFloat, type PythonValue, Unsafe } from './python-value.ts';

/** A value with the secrets hidden in its texts and numbers. */
export function hideInPython(value: PythonValue, mask: Mask): PythonValue {
  if (typeof value === 'string') return mask.hide(value);
  if (value instanceof Unsafe) return new Unsafe(mask.hide(value.text));
  if (typeof value === 'number' || value instanceof PythonFloat) {
    const text = String(value);
    return mask.hide(text) === text ? value : mask.hide(text);
  }
  if (value === null || typeof value === 'boolean') return value;
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, hideInPython(inner, mask)]));
  return (value as readonly PythonValue[]).map((inner) => hideInPython(inner, mask));
}
