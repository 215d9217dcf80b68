/** A block of code of a page, with what stands behind its fence. */
export interface CodeBlock {
  /** `yaml tasks` of a block that begins with three backquotes and that. */
  readonly info: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/** A table; cells may hold any text, `|` too. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows].map(tableLine).join('');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** Text as code in a line. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The blocks of code of a page. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const { 1: info = '', 2: text = '', index } of page.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)) {
    blocks.push({ info: info.trim(), text, line: page.slice(0, index).split('\n').length + 1 });
  }
  return blocks;
}

/** The targets of a page's links and pictures, as written. */
export function linksOf(page: string): string[] {
  const prose = withoutCode(page);
  const links = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  const images = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target);
  return [...links, ...images];
}

/** What `#anchors` of a page there are: its headings as GitHub names them. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of page.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let name = slug;
    for (let i = 1; anchors.has(name); i++) name = `${slug}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

function withoutCode(page: string): string {
  return page.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]+`/g, '');
}
