import { stringify } from 'yaml';
import type { Data } from '../../base/node.ts';
import { stringAt, textAt, wholeAt } from '../operations/arguments.ts';
import { wrongArgument } from '../operations/call-problem.ts';
import { helper, type Helpers } from './helper.ts';
import { joinList, replaceText, splitText } from '../operations/texts.ts';

/** Helpers that make or change text. */
export const textHelpers = {
  join: helper('LIST SEPARATOR', joinList),
  // Compiled apart: its first argument may be undefined.
  default: helper('VALUE FALLBACK', ([value = null]) => value),
  // Compiled apart: its argument is code.
  cel: helper('"EXPRESSION"', () => null),
  indent: helper('TEXT WIDTH', (args) => indented(stringAt(args, 0), widthAt(args, 1))),
  toYaml: helper('VALUE', ([value = null]) => toYaml(value)),
  toJson: helper('VALUE [WIDTH]', (args) => {
    return JSON.stringify(args[0], null, args.length > 1 ? widthAt(args, 1) : 0);
  }),
  quote: helper('TEXT', (args) => JSON.stringify(textAt(args, 0))),
  upper: helper('TEXT', (args) => stringAt(args, 0).toUpperCase()),
  lower: helper('TEXT', (args) => stringAt(args, 0).toLowerCase()),
  trim: helper('TEXT', (args) => stringAt(args, 0).trim()),
  replace: helper('TEXT OLD NEW', replaceText),
  split: helper('TEXT SEPARATOR', splitText),
} satisfies Helpers;

/** A value as block YAML, without a newline at its end; equal values give equal text. */
function toYaml(value: Data): string {
  // A block scalar of its own would lose its indentation wherever the template puts it.
  if (typeof value === 'string' && value.includes('\n')) return JSON.stringify(value);
  // What reads it may still know YAML 1.1, where `yes` and `012` without quotes are no strings.
  const options = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;
  return stringify(value, options).replace(/\n$/, '');
}

function widthAt(args: readonly Data[], index: number): number {
  const width = wholeAt(args, index);
  if (width < 0 || width > 100) throw wrongArgument(args, index, 'a number of spaces from 0 to 100');
  return width;
}

// The first line stands where the template puts it, as with Jinja's `indent`.
function indented(text: string, width: number): string {
  return text.replace(/\n(?=[^\r\n])/g, `\n${' '.repeat(width)}`);
}
