import type { Data } from '../base/node.ts';
import { type FileState, fileState } from '../probes/file-state.ts';
import { pathSchema } from './attributes.ts';
import { defineModule, resultOf } from './module.ts';

export interface StatArgs {
  readonly path: string;
  readonly follow: boolean;
  readonly get_checksum: boolean;
}

export interface StatState {
  readonly path: FileState | null;
}

/** Tells what is at a path of the host. */
export const stat = defineModule<StatArgs, StatState>({
  name: 'stat',
  description: 'Tells what is at a path of the host, as `stat` in its result; changes nothing.',
  effects: 'none',
  aliases: { dest: 'path', name: 'path', checksum: 'checksum_algorithm' },
  schema: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: pathSchema('Absolute path on the host.'),
      follow: { type: 'boolean', default: false, description: 'Look at what a link points to.' },
      get_checksum: { type: 'boolean', default: true, description: 'Tell the sha256 of the content of a file.' },
      checksum_algorithm: { enum: ['sha256'], default: 'sha256', description: 'Only sha256 is known.' },
      get_mime: { type: 'boolean', default: false, description: 'Accepted for playbooks of Ansible; means nothing.' },
      get_attributes: {
        type: 'boolean',
        default: false,
        description: 'Accepted for playbooks of Ansible; means nothing.',
      },
    },
  },

  probe: ({ path, follow, get_checksum }) => ({ path: fileState(path, { follow, hash: get_checksum }) }),
  plan: () => [],
  result: ({ path }, { path: state }) =>
    resultOf({ stat: state === null ? { exists: false, path } : valuesOf(path, state) }),
});

function valuesOf(path: string, state: FileState): Data {
  return {
    exists: true,
    path,
    isreg: state.type === 'file',
    isdir: state.type === 'directory',
    islnk: state.type === 'link',
    mode: state.mode,
    uid: state.uid,
    gid: state.gid,
    pw_name: state.owner,
    gr_name: state.group,
    size: state.size,
    mtime: state.mtime,
    inode: state.inode,
    dev: state.device,
    nlink: state.links,
    ...(state.target === null ? {} : { lnk_target: state.target }),
    ...(state.sha256 === null || state.type !== 'file' ? {} : { checksum: state.sha256 }),
    ...permissionsOf(Number.parseInt(state.mode, 8)),
  };
}

function permissionsOf(bits: number): { [name: string]: boolean } {
  const names = ['xoth', 'woth', 'roth', 'xgrp', 'wgrp', 'rgrp', 'xusr', 'wusr', 'rusr'];
  const permissions = Object.fromEntries(names.map((name, i) => [name, (bits & (1 << i)) !== 0]));
  return { ...permissions, isuid: (bits & 0o4000) !== 0, isgid: (bits & 0o2000) !== 0 };
}
