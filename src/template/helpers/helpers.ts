import type { Helper } from './helper.ts';
import { listHelpers } from './list-helpers.ts';
import { logicHelpers } from './logic-helpers.ts';
import { networkHelpers } from './network-helpers.ts';
import { numberHelpers } from './number-helpers.ts';
import { textHelpers } from './text-helpers.ts';

/** All helpers of templates by name. */
export const helpers: ReadonlyMap<string, Helper> = new Map(
  Object.entries({ ...textHelpers, ...logicHelpers, ...numberHelpers, ...listHelpers, ...networkHelpers }),
);
