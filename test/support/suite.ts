import { type Context, suite as plainSuite, type uvu } from 'uvu';

/**
 * A suite whose `before` may fail: uvu itself says nothing of why, only that none of the tests was run.
 *
 * The failure is told on stderr; that tests were left out makes the file fail.
 */
export function suite<T = Context>(name: string): uvu.Test<T> {
  const test = plainSuite<T>(name);
  const { before } = test;
  const telling = (hook: uvu.Callback<T>): void => before(async (context) => tellFailure(() => hook(context)));
  test.before = Object.assign(telling, { each: (hook: uvu.Callback<T>) => before.each(hook) });
  return test;
}

async function tellFailure(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\nbefore the tests: ${error instanceof Error ? error.stack : String(error)}\n`);
    throw error;
  }
}
