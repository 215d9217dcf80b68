import { type Mask, minNumberLength } from '../base/mask.ts';
import type { Node } from '../base/node.ts';

/** Makes secrets of all texts and numbers in a value. */
export function taint(node: Node, mask: Mask): void {
  switch (node.kind) {
    case 'list':
      for (const item of node.items) taint(item, mask);
      return;
    case 'map':
      for (const { value } of node.entries) taint(value, mask);
      return;
    case 'scalar':
      if (typeof node.value === 'string') mask.add(node.value);
      if (typeof node.value === 'number') addNumber(node.value, node.written, mask);
  }
}

// As it is written it may be another text: 1_000_000, 0x7fffffff.
function addNumber(value: number, written: string, mask: Mask): void {
  mask.add(value);
  if (written.length >= minNumberLength) mask.add(written);
}
