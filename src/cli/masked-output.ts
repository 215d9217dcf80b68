import { KmeshError } from '../base/errors.ts';
import type { Mask } from '../base/mask.ts';
import type { WritableStream } from '../report/output.ts';

/** A stream that hides secrets. For text alone: in JSON and in what moves on a terminal, events are masked before. */
export function maskedStream(stream: WritableStream, mask: Mask): WritableStream {
  return { write: (text) => stream.write(mask.hideParts(text)) };
}

/** An error that tells no secret, whoever prints it; a bug keeps its stack. */
export function maskedError(error: unknown, mask: Mask): unknown {
  if (!(error instanceof Error) || mask.isEmpty) return error;
  const hidden = { message: mask.hideParts(error.message), stack: mask.hide(error.stack ?? '') };
  return Object.assign(
    error,
    hidden,
    error instanceof KmeshError && { hint: error.hint && mask.hideParts(error.hint) },
  );
}
