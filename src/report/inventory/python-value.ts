import type { Node, ScalarNode } from '../../base/node.ts';

/**
 * Data as Python has it, which knows what JavaScript does not: `1.0` is no `1`, and some texts are no templates. What
 * kmesh prints for those who know Ansible is made of these.
 */
export type PythonValue = null | boolean | string | number | PythonFloat | Unsafe | readonly PythonValue[] | PythonDict;

/** A mapping in its own order. */
export type PythonDict = ReadonlyMap<string, PythonValue>;

/** A number with a fraction or an exponent. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** As `repr` writes it: the fewest digits that tell it from its neighbours, an exponent below 1e-4 and from 1e16 on. */
  toString(): string {
    const [digits = '', exponent = '0'] = this.value.toExponential().split('e');
    const power = Number(exponent);
    if (power < -4 || power >= 16)
      return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
    if (Number.isInteger(this.value)) return `${BigInt(this.value)}.0`;
    return this.value.toFixed(Math.max(0, digits.replace(/^-?\d\.?/, '').length - power));
  }
}

/** A text that is never a template. */
export class Unsafe {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a node as it is written, with templates in it. */
export function pythonValue(node: Node): PythonValue {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node);
    case 'list':
      return node.items.map(pythonValue);
    case 'map':
      return new Map(node.entries.map(({ key, value }) => [key, pythonValue(value)]));
  }
}

/** The entries of a mapping, sorted as Python sorts texts: by code points. */
export function sortedEntries(dict: PythonDict): (readonly [string, PythonValue])[] {
  return [...dict].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function scalarValue({ value, written, verbatim }: ScalarNode): PythonValue {
  if (typeof value === 'string') return verbatim ? new Unsafe(value) : value;
  const isFloat = typeof value === 'number' && /^[-+]?[\d_. ]*(?:\.|\d[eE])/.test(written);
  return isFloat ? new PythonFloat(value) : value;
}
