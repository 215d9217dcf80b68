import type { Helper } from './helper.ts';
import { listHelpers } from './helpers-lists.ts';
import { logicHelpers } from './helpers-logic.ts';
import { networkHelpers } from './helpers-networks.ts';
import { numberHelpers } from './helpers-numbers.ts';
import { textHelpers } from './helpers-text.ts';

/** All helpers of templates by name. */
export const helpers: ReadonlyMap<string, Helper> = new Map(
  Object.entries({ ...textHelpers, ...logicHelpers, ...numberHelpers, ...listHelpers, ...networkHelpers }),
);
