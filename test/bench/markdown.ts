import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts a text between `<!-- bench NAME -->` and `<!-- /bench NAME -->` in a file.
 *
 * @throws Error when the file has no such place.
 */
export function replaceSection(path: string, name: string, text: string): void {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
  const whole = readFileSync(path, 'utf8');
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place between ${begin} and ${end}`);
  writeFileSync(path, `${whole.slice(0, from)}${begin}\n\n${text}\n\n${whole.slice(to)}`);
}
