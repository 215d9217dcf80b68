import { visible } from '../../base/diagnostic.ts';

/** An element with its attributes and what is in it; `null` and an absent attribute are left out. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | null>>;
  readonly content: readonly Element[] | string;
}

/** An XML 1.0 document with this root. */
export function formatXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${formatElement(root, '')}`;
}

function formatElement({ name, attributes, content }: Element, space: string): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  const start = `${space}<${name}${given.map(([key, value]) => ` ${key}="${attribute(String(value))}"`).join('')}`;
  if (content.length === 0) return `${start}/>\n`;
  if (typeof content === 'string') return `${start}>${escaped(content)}</${name}>\n`;
  const inner = content.map((element) => formatElement(element, `${space}  `)).join('');
  return `${start}>\n${inner}${space}</${name}>\n`;
}

// A line break in an attribute would be read as a space.
function attribute(text: string): string {
  return escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

// What XML 1.0 can not say at all, not even escaped, is shown as `\x1b` and the like.
function escaped(text: string): string {
  return visible(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
