import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../../base/did-you-mean.ts';
import { isUserName } from '../../base/user-name.ts';
import type { OutputChoice } from './command.ts';

/** A value that is text. @throws InvalidArgumentError when an option stands where it should be. */
export function text(value: string): string {
  if (value === '') throw new InvalidArgumentError('it is empty.');
  if (/^-./.test(value)) throw new InvalidArgumentError('that looks like the next option.');
  return value;
}

/** The name of a user on a host. */
export function userName(value: string): string {
  if (isUserName(text(value))) return value;
  throw new InvalidArgumentError('that can not be the name of a user.');
}

/** A value that must not be given twice, since dropping one of two silently would do harm. */
export function onlyOnce(value: string, previous: string | undefined): string {
  if (previous !== undefined)
    throw new InvalidArgumentError(`it is there twice; join them as \`${previous},${value}\`.`);
  return text(value);
}

/** All values of an option that may be repeated. */
export function repeated(value: string, previous: readonly string[] = []): string[] {
  return [...previous, text(value)];
}

/** As `repeated`; a value may hold several with commas between. */
export function listed(value: string, previous: readonly string[] = []): string[] {
  const words = text(value)
    .split(',')
    .map((word) => word.trim());
  return [...previous, ...words.filter((word) => word !== '')];
}

/** How often a switch is there. */
export function counted(_: unknown, previous = 0): number {
  return previous + 1;
}

/** A whole number from 1. */
export function positive(value: string): number {
  const amount = Number(value);
  if (!/^\d+$/.test(value) || amount < 1 || !Number.isSafeInteger(amount)) {
    throw new InvalidArgumentError('it must be a whole number, at least 1.');
  }
  return amount;
}

/** Bytes per second: a number, `K`, `M` or `G` behind it for 1024 times that, its square and cube. */
export function rate(value: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(value) ?? [];
  const bytes = Math.round(Number(amount) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase()));
  if (amount === '' || bytes < 1 || !Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError('it must be bytes per second, such as 500K or 10M.');
  }
  return bytes;
}

/** One of a few words. */
export function oneOf(words: readonly string[]): (value: string) => string {
  return (value) => {
    if (words.includes(value)) return value;
    const hint = didYouMean(value, words);
    throw new InvalidArgumentError(`it must be one of ${words.join(', ')}.${hint === null ? '' : ` ${hint}`}`);
  };
}

const outputs = ['auto', 'live', 'lines', 'json', 'junit'] as const;
const inFiles: readonly string[] = ['json', 'junit'];

/** A report on stdout, `json`, or in a file, `junit=FILE`; may be repeated. `auto` is what there is without one. */
export function outputChoices(value: string, previous: readonly OutputChoice[] = []): OutputChoice[] {
  const [, word = '', file = null] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  const kind = oneOf(outputs)(word) as (typeof outputs)[number];
  if (file !== null) return [...previous, inFile(kind, file, previous)];
  if (kind === 'junit') throw new InvalidArgumentError('it needs a file: `junit=FILE`.');
  if (previous.some((one) => one.file === null)) throw new InvalidArgumentError('only one report can go to stdout.');
  return kind === 'auto' ? [...previous] : [...previous, { kind, file }];
}

function inFile(kind: (typeof outputs)[number], file: string, previous: readonly OutputChoice[]): OutputChoice {
  if (!inFiles.includes(kind)) throw new InvalidArgumentError(`only ${inFiles.join(' and ')} can go to a file.`);
  if (file === '') throw new InvalidArgumentError('the name of the file is empty.');
  if (previous.some((one) => one.file === file)) throw new InvalidArgumentError('another report goes to that file.');
  return { kind: kind === 'json' ? 'json' : 'junit', file };
}
