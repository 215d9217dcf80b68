import type { Attributes, Change, FileBefore } from '../changes/change.ts';
import type { FileState } from '../probes/file-state.ts';
import { modeAfter, modePattern } from './mode.ts';
import type { ArgSchema } from './module.ts';

/** The args of every module that makes files. */
export interface AttributeArgs {
  readonly mode: string | null;
  readonly owner: string | null;
  readonly group: string | null;
}

/** Their schemas. */
export const attributeProperties: Readonly<Record<keyof AttributeArgs, ArgSchema>> = {
  mode: {
    type: ['string', 'null'],
    pattern: modePattern,
    default: null,
    description:
      "Permissions, octal and quoted (`'0644'`) or symbolic (`u=rw,g=r`). Not given: as it is, and for new files 0644.",
  },
  owner: {
    type: ['string', 'null'],
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*[$]?$',
    default: null,
    description: 'Name or number of the user that owns it. Not given: as it is.',
  },
  group: {
    type: ['string', 'null'],
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*[$]?$',
    default: null,
    description: 'Name or number of the group that owns it. Not given: as it is.',
  },
};

/** The schema of an absolute path on the host; a line end in one would break apart what hosts answer. */
export function pathSchema(description: string): ArgSchema {
  return { type: 'string', pattern: '^/[^\\u0000\\n\\r]*$', description };
}

/** What a file that is written whole gets: what the args say, else what was there, else the default for new ones. */
export function attributesFor(args: AttributeArgs, before: FileState | null, defaultMode: string): Attributes {
  const old = before === null || before.type === 'link' ? null : attributesOf(before);
  const base = old?.mode ?? defaultMode;
  return {
    mode: args.mode === null ? base : modeAfter(args.mode, base, false),
    owner: args.owner ?? old?.owner ?? null,
    group: args.group ?? old?.group ?? null,
  };
}

/** What a new directory gets. */
export function attributesForDirectory({ mode, owner, group }: AttributeArgs): Attributes {
  return { mode: mode === null ? '0755' : modeAfter(mode, '0755', true), owner, group };
}

/** The parts of a state that attributes are compared with. */
export type HasAttributes = Pick<FileState, 'type' | 'mode' | 'owner' | 'uid' | 'group' | 'gid'>;

/** The change of attributes that the args ask for on something that is there; empty when they are right. */
export function planAttributes(
  path: string,
  args: AttributeArgs,
  before: HasAttributes,
  { follow = false }: { readonly follow?: boolean } = {},
): Change[] {
  const after = differingAttributes(args, before);
  if (after.mode === null && after.owner === null && after.group === null) return [];
  return [{ kind: 'set-attributes', path, before: attributesOf(before), after, follow, recurse: false }];
}

/** What has to be set for the attributes to be as the args say; all `null` when they are. */
export function differingAttributes(args: AttributeArgs, before: HasAttributes): Attributes {
  const owner = args.owner === before.owner || args.owner === String(before.uid) ? null : args.owner;
  const group = args.group === before.group || args.group === String(before.gid) ? null : args.group;
  // A link has no mode of its own on Linux; see symlink(7).
  if (before.type === 'link') return { mode: null, owner, group };
  const wanted = args.mode === null ? before.mode : modeAfter(args.mode, before.mode, before.type === 'directory');
  // A new owner takes the set-ID bits away; see chown(2).
  const losesBits = (owner !== null || group !== null) && before.type === 'file' && /^[2-7]...$/.test(wanted);
  return { mode: wanted === before.mode && !losesBits ? null : wanted, owner, group };
}

/** Attributes as they are; a number where the host has no name for it. */
export function attributesOf(state: HasAttributes): Attributes {
  return {
    mode: state.mode,
    owner: state.owner === 'UNKNOWN' ? String(state.uid) : state.owner,
    group: state.group === 'UNKNOWN' ? String(state.gid) : state.group,
  };
}

/** What a change remembers of the file it replaces. */
export function beforeOf(state: FileState | null): FileBefore | null {
  return state === null ? null : { type: state.type, attributes: attributesOf(state), content: state.content };
}
