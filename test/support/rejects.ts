import * as assert from 'uvu/assert';

/** The error of a promise that must fail in this way. */
export async function rejects<E extends Error>(
  promise: Promise<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof type) return error;
  if (error !== null) throw error;
  return unreached(`no ${type.name} was thrown`);
}

/** The error of a call that must throw in this way. */
export function thrown<E extends Error>(call: () => unknown, type: abstract new (...args: never[]) => E): E {
  try {
    call();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  return unreached(`no ${type.name} was thrown`);
}

function unreached(message: string): never {
  assert.unreachable(message);
  throw new Error(message);
}
