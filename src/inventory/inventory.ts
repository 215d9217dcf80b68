import type { Layer } from '../base/layer.ts';
import type { Span } from '../base/source.ts';

/** A machine of the inventory. */
export interface Host {
  readonly name: string;
  /** All groups it is in, `all` and other ancestors too, from lowest to highest precedence. */
  readonly groups: readonly string[];
  /** Where it was named first; `null` for a `localhost` that the inventory does not name. */
  readonly at: Span | null;
  /** The absolute path of the file that named it first; `null`: the command line did, or nothing. */
  readonly inventoryFile: string | null;
  /** The directory of that file. */
  readonly inventoryDir: string | null;
}

/** A named set of hosts. */
export interface Group {
  readonly name: string;
  /** Its own hosts, then those of its children, level by level: the order in which `hosts: name` runs. */
  readonly hosts: readonly string[];
  /** The hosts that it names itself. */
  readonly members: readonly string[];
  readonly children: readonly string[];
  readonly parents: readonly string[];
  /** The longest way down from `all`, which has 0. */
  readonly depth: number;
  /** `ansible_group_priority`: among groups of one depth the higher number wins. */
  readonly priority: number;
  /** Where it was named first; `null` for `all` and `ungrouped`. */
  readonly at: Span | null;
}

/** Hosts, groups and the variables that they have before a play adds its own. */
export interface Inventory {
  /** In the order of definition; without an implicit `localhost`. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
  /** A host by its name. `localhost`, `127.0.0.1` and `::1` exist even where the inventory does not name them. */
  host(name: string): Host | null;
  /**
   * The layers of a host from lowest to highest precedence, in Ansible's order: variables of groups in the inventory
   * itself; `group_vars/` of `all` beside the inventory, then beside the playbook; `group_vars/` of all other groups
   * beside the inventory, then beside the playbook; then the host: inventory, `host_vars/` beside it and beside the
   * playbook. Groups go by depth, priority, name. Unknown hosts have none.
   */
  layersOf(hostName: string): readonly Layer[];
  /** What is said of a host alone, without its groups. */
  ownLayersOf(hostName: string): readonly Layer[];
  /** What is said of a group alone, in the inventory itself and in `group_vars/`. */
  layersOfGroup(groupName: string): readonly Layer[];
}

/** Names that mean this machine. */
export const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
