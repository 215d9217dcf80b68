import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, unless the run is stopped. */
export async function pause(delayMs: number, stop: AbortSignal): Promise<void> {
  if (delayMs === 0 || stop.aborted) return;
  try {
    await sleep(delayMs, undefined, { signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
