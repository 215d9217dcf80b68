import { dataHelpers } from './data-helpers.ts';
import type { Helper } from './helper.ts';
import { listHelpers, sharedListHelpers } from './list-helpers.ts';
import { logicHelpers } from './logic-helpers.ts';
import { networkHelpers } from './network-helpers.ts';
import { numberHelpers, sharedNumberHelpers } from './number-helpers.ts';
import { sharedTextHelpers, textHelpers } from './text-helpers.ts';

/** Helpers that expressions have as functions of the same name. */
export const sharedHelpers = {
  ...sharedTextHelpers,
  ...sharedNumberHelpers,
  ...sharedListHelpers,
  ...dataHelpers,
  ...networkHelpers,
};

/** All helpers of templates by name. */
export const helpers: ReadonlyMap<string, Helper> = new Map(
  Object.entries({ ...textHelpers, ...logicHelpers, ...numberHelpers, ...listHelpers, ...sharedHelpers }),
);
