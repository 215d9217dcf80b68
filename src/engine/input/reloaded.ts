import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Play } from '../../playbook/playbook.ts';
import type { AssignedPlay } from './site-hosts.ts';

/** The inventory as it is now. */
export interface Reloaded {
  readonly inventory: Inventory;
  readonly problems: readonly Diagnostic[];
  /** The hosts of a play in it. */
  readonly assign: (play: Play) => AssignedPlay;
}
