const maxDepth = 400;

/**
 * The offset where a YAML text is nested deeper than anything sensible, or `null`.
 *
 * It is looked at before the text is parsed: a parser that recurses so deep can end the process. What is counted is a
 * little too much, since brackets in texts count as well.
 */
export function tooDeepAt(text: string): number | null {
  const indents: number[] = [];
  let brackets = 0;
  let start = 0;
  for (const line of text.split('\n')) {
    const [lead = '', indent = ''] = /^( *)(?:[-?] +)*/.exec(line) ?? [];
    if (line.length > lead.length) {
      while ((indents.at(-1) ?? -1) >= indent.length) indents.pop();
      indents.push(indent.length);
    }
    const dashes = (lead.length - indent.length) / 2;
    for (let i = 0; i < line.length; i++) {
      const char = line[i];
      if (char === '[' || char === '{') brackets++;
      else if ((char === ']' || char === '}') && brackets > 0) brackets--;
      else continue;
      if (brackets > maxDepth) return start + i;
    }
    if (indents.length + dashes > maxDepth) return start + lead.length;
    start += line.length + 1;
  }
  return null;
}
