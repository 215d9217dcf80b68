import { visible } from '../../base/diagnostic.ts';
import { displayWidth, widthOf } from '../../base/display-width.ts';

/** Text as one line that cannot steer a terminal. */
export function oneLine(text: string): string {
  return visible(
    text
      .replaceAll('\t', ' ')
      .replace(/\s*\n\s*/g, ' ')
      .trim(),
  );
}

/** Text as lines that cannot steer a terminal, without empty ones at the end. */
export function linesOf(text: string): string[] {
  return visible(text.replaceAll('\r\n', '\n')).trimEnd().split('\n');
}

/** Lines further to the right; empty ones stay empty. */
export function indent(lines: readonly string[], columns: number): string[] {
  const space = ' '.repeat(columns);
  return lines.map((line) => (line === '' ? '' : space + line));
}

/** `0.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `1 host`, `2 hosts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Names with commas, broken into lines of at most `width` columns. */
export function wrapNames(names: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Text with spaces up to a width. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Spaces up to a width, then text. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

// oxlint-disable-next-line no-control-regex -- a colour begins with one
const colourOrCharacter = /\u001b\[[0-9;]*m|./gsu;

/** Text with colours, cut to a width; what was cut ends in `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let room = Math.max(0, width - 1);
  let kept = '';
  for (const [piece] of text.matchAll(colourOrCharacter)) {
    const isColour = piece.length > 1 && piece.startsWith('\u001b');
    if (!isColour && widthOf(piece) > room) break;
    room -= isColour ? 0 : widthOf(piece);
    kept += piece;
  }
  // The colour that was open where the text was cut must end there.
  return `${kept}${kept.includes('\u001b') ? '\u001b[0m' : ''}…`;
}
