import { accountName } from './account-args.ts';
import type { ArgSchema } from './module.ts';

export interface UserArgs {
  readonly name: string;
  readonly state: 'absent' | 'present';
  readonly uid: number | null;
  readonly group: string | null;
  readonly groups: string | readonly string[] | null;
  readonly append: boolean;
  readonly shell: string | null;
  readonly home: string | null;
  readonly create_home: boolean;
  readonly move_home: boolean;
  readonly system: boolean;
  readonly comment: string | null;
  readonly password: string | null;
  readonly password_lock: boolean | null;
  readonly update_password: 'always' | 'on_create';
  readonly expires: number | null;
  readonly remove: boolean;
  readonly force: boolean;
  readonly non_unique: boolean;
}

const text = { type: ['string', 'null'], pattern: '^[^:\\n\\r\\u0000]*$', default: null };
const yesOrNo = { type: 'boolean', default: false };

/** Their schemas. */
export const userProperties: Readonly<Record<keyof UserArgs, ArgSchema>> = {
  name: accountName('The user.'),
  state: { enum: ['absent', 'present'], default: 'present', description: 'Whether it is to be there.' },
  uid: {
    type: ['integer', 'null'],
    minimum: 0,
    default: null,
    description: 'Its number. Not given: the next free one, or as it is.',
  },
  group: { ...text, description: 'Its own group, by name or number, which must be there.' },
  groups: {
    type: ['string', 'array', 'null'],
    items: { type: 'string' },
    default: null,
    description: 'Other groups it is in, as a list or with commas; an empty list: none. Not given: as it is.',
  },
  append: { ...yesOrNo, description: 'It stays in groups that `groups` does not name.' },
  shell: { ...text, description: 'Its login shell.' },
  home: { ...text, description: 'Its home directory.' },
  create_home: { type: 'boolean', default: true, description: 'A new user gets its home directory made.' },
  move_home: { ...yesOrNo, description: 'Where `home` changes, the old directory is moved there.' },
  system: { ...yesOrNo, description: 'A new one gets a number of the range for the system.' },
  comment: { ...text, description: 'Its full name and the like.' },
  password: {
    type: ['string', 'null'],
    pattern: '^([$][^:\\n]*|[!*][^:\\n]*)$',
    default: null,
    writeOnly: true,
    description: 'The hash of its password, as `mkpasswd` prints it; `*` for none. It is never shown.',
  },
  password_lock: {
    type: ['boolean', 'null'],
    default: null,
    description: 'Whether the password is locked. Not given: as it is.',
  },
  update_password: {
    enum: ['always', 'on_create'],
    default: 'always',
    description: '`on_create`: only a new user gets the password.',
  },
  expires: {
    type: ['number', 'null'],
    default: null,
    description: 'Seconds since 1970 from which on the account is closed; negative: never.',
  },
  remove: { ...yesOrNo, description: 'With `absent`: its home directory goes, too.' },
  force: { ...yesOrNo, description: 'With `absent`: although it is logged in.' },
  non_unique: { ...yesOrNo, description: 'The number may be that of another user.' },
};
