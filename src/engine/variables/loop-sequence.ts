import { EvaluationError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { valueWords } from '../../base/schema.ts';
import type { Span } from '../../base/source.ts';

// More items than this are a slip: each is a task of its own.
const maxItems = 100_000;

/**
 * `with_sequence`: numbers as text, `start=1 end=5 stride=2 format=n%02d`, `count=3`, or in short `1-5/2:n%02d`.
 *
 * @throws EvaluationError
 */
export function sequence(value: Data, at: Span): string[] {
  const parts = partsOf(value, at);
  const { start = 1, stride = 1, count, format = '%d' } = parts;
  if (stride === 0) return [];
  if (parts.end === undefined && count === undefined)
    throw new EvaluationError('`with_sequence` needs `end` or `count`.', { at, hint: 'Write `start=1 end=5`.' });
  if (parts.end !== undefined && count !== undefined)
    throw new EvaluationError('Only one of `end` and `count` can be given to `with_sequence`.', { at });
  if (count === 0) return [];
  const end = parts.end ?? start + ((count ?? 0) - 1) * stride;
  if (start < end !== stride > 0 && start !== end)
    throw new EvaluationError(`\`with_sequence\` never comes from ${start} to ${end} in steps of ${stride}.`, {
      at,
      hint: stride > 0 ? 'To count down, give a negative `stride`.' : 'To count up, give a positive `stride`.',
    });
  const length = Math.floor((end - start) / stride) + 1;
  if (length > maxItems) throw new EvaluationError(`\`with_sequence\` makes ${length} items.`, { at });
  return Array.from({ length }, (_, i) => formatted(start + i * stride, format, at));
}

interface Parts {
  readonly start?: number;
  readonly end?: number;
  readonly count?: number;
  readonly stride?: number;
  readonly format?: string;
}

const short = /^(?:(-?(?:0x)?[0-9a-f]+)-)?(-?(?:0x)?[0-9a-f]+)(?:\/(-?(?:0x)?[0-9a-f]+))?(?::(.+))?$/i;

function partsOf(value: Data, at: Span): Parts {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return named(Object.entries(value), at);
  const text = Array.isArray(value) ? '' : String(value).trim();
  const match = short.exec(text);
  if (match !== null) {
    const [, start, end = '', stride, format] = match;
    const given = Object.entries({ start, end, stride, format }).filter(([, one]) => one !== undefined);
    return named(given, at);
  }
  const pairs = [...text.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S+)/g)].map(
    ([, key = '', one = '']) => [key, one.replace(/^(["'])(.*)\1$/, '$2')] as const,
  );
  if (pairs.length > 0 && text.replace(/(\w+)=("[^"]*"|'[^']*'|\S+)/g, '').trim() === '') return named(pairs, at);
  throw new EvaluationError(`\`with_sequence\` does not understand ${valueWords(value)}.`, {
    at,
    hint: 'Write `start=1 end=5`, or `count=5`.',
  });
}

function named(pairs: readonly (readonly [string, unknown])[], at: Span): Parts {
  const parts: Record<string, number | string> = {};
  for (const [key, value] of pairs) {
    if (!['start', 'end', 'count', 'stride', 'format'].includes(key))
      throw new EvaluationError(`\`${key}\` is nothing that \`with_sequence\` knows.`, {
        at,
        hint: 'Known: start, end, count, stride, format.',
      });
    parts[key] = key === 'format' ? String(value) : integer(key, String(value), at);
  }
  return parts;
}

function integer(key: string, text: string, at: Span): number {
  const octal = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(octal)) return octal;
  throw new EvaluationError(`\`${key}\` of \`with_sequence\` must be a whole number, not \`${text}\`.`, { at });
}

/** One number in a format of printf(3): `n%02d`, `0x%x`. */
function formatted(number: number, format: string, at: Span): string {
  const places = [...format.replaceAll('%%', '').matchAll(/%([-0+ ]*)(\d*)([dxXou])/g)];
  if (places.length !== 1)
    throw new EvaluationError(
      `The \`format\` of \`with_sequence\` must have one place for a number, not \`${format}\`.`,
      {
        at,
        hint: 'Write `format=node%02d`.',
      },
    );
  return format.replace(/%%|%([-0+ ]*)(\d*)([dxXou])/g, (all: string, flags: string, width: string, kind: string) =>
    all === '%%' ? '%' : padded(number, flags, Number(width), kind),
  );
}

function padded(number: number, flags: string, width: number, kind: string): string {
  const base = { d: 10, u: 10, o: 8, x: 16, X: 16 }[kind] ?? 10;
  const digits = Math.abs(number).toString(base);
  const sign = number < 0 ? '-' : flags.includes('+') ? '+' : '';
  const text = kind === 'X' ? digits.toUpperCase() : digits;
  if (flags.includes('-')) return (sign + text).padEnd(width);
  return flags.includes('0') ? sign + text.padStart(width - sign.length, '0') : (sign + text).padStart(width);
}
