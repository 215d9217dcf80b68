import { type ScalarNode, spanInScalar } from '../base/node.ts';
import { type Source, type Span, spanOf } from '../base/source.ts';

/** A text with a way from its offsets back to the user's file. */
export interface PlacedText {
  readonly text: string;
  span(start: number, end: number): Span;
}

/** The text of a YAML scalar. */
export function textOfScalar(node: ScalarNode): PlacedText {
  return { text: String(node.value), span: (start, end) => spanInScalar(node, start, end) };
}

/** The text of a file. */
export function textOfSource(source: Source): PlacedText {
  return { text: source.text, span: (start, end) => spanOf(source, start, end) };
}
