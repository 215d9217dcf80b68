/** How many columns a terminal needs for a text with colours. Where terminals differ: the larger number. */
export function displayWidth(text: string): number {
  const plain = text.replace(colourCode, '');
  if (narrow.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += widthOf(character);
  return width;
}

/** How many columns it needs of one character. */
export function widthOf(character: string): number {
  if (invisible.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

// oxlint-disable-next-line no-control-regex -- a colour begins with one
const colourCode = /\u001b\[[0-9;]*m/g;
const narrow = /^[ -~]*$/;
const invisible = /\p{M}|[\u200b-\u200f\u2060]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1ffff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
