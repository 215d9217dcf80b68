import type { Data } from '../../src/base/node.ts';
import { contentOf } from '../../src/changes/content.ts';
import type { AccountState } from '../../src/probes/account.ts';
import type { FileState } from '../../src/probes/file-state.ts';
import type { PackageState } from '../../src/probes/package-state.ts';
import type { UnitState } from '../../src/probes/unit-state.ts';

/** A task of a module, and what is on the host. */
export interface Sample {
  readonly args: { readonly [name: string]: Data };
  readonly state: Record<string, unknown>;
  readonly inputs?: Record<string, unknown>;
}

const file: FileState = {
  type: 'file',
  mode: '0644',
  owner: 'root',
  uid: 0,
  group: 'root',
  gid: 0,
  size: 4,
  mtime: 1,
  inode: 2,
  device: 1,
  links: 1,
  target: null,
  sha256: contentOf('old\n').sha256,
  content: Buffer.from('old\n'),
};
const directory: FileState = { ...file, type: 'directory', mode: '0755', sha256: null, content: null };
const missingPackage: PackageState = {
  manager: 'apt',
  installed: null,
  hasLeftovers: false,
  providedBy: null,
  candidate: '1',
  available: ['1'],
};
const unit: UnitState = {
  id: 'bird.service',
  load: 'loaded',
  active: 'inactive',
  sub: 'dead',
  file: 'disabled',
  needsReload: true,
};
const account: AccountState = {
  user: null,
  group: null,
  groups: [{ name: 'adm', gid: 4, members: [] }],
  tools: 'shadow',
};
const edited = { file, link: file, real: '/etc/x' };

/** At least one task of each module, which changes something where the module can. */
export const samples: { readonly [module: string]: readonly Sample[] } = {
  apt: [
    { args: { name: ['bird2'], update_cache: true }, state: { age: 5, 'package bird2': missingPackage } },
    { args: { update_cache: true }, state: { age: null } },
  ],
  assert: [{ args: { that: [{ expression: 'a', value: true }] }, state: {} }],
  command: [
    {
      args: { cmd: "echo 'a b'", creates: '/x*', removes: '/y', chdir: '/tmp' },
      state: { created: null, removable: '/y' },
    },
    { args: { argv: ['true'] }, state: {} },
  ],
  copy: [
    {
      args: { content: 'new', dest: '/etc/x', follow: true },
      state: { dest: file, real: '/etc/x', '/etc/x': file, 'in /etc': directory },
    },
    {
      args: { src: 'd', dest: '/srv', mode: 'preserve' },
      state: { dest: directory, 'in /': directory, 'in /srv': directory, 'in /srv/d': null, '/srv/d/f': null },
      inputs: {
        src: {
          isDirectory: true,
          files: [
            { path: 'd', mode: '0755', content: null },
            { path: 'd/f', mode: '0600', content: contentOf('x') },
          ],
        },
      },
    },
  ],
  debug: [{ args: { msg: { a: 1 } }, state: {} }],
  file: [
    {
      args: { path: '/srv/a', state: 'directory', mode: '0750' },
      state: { path: null, followed: null, '/': directory, '/srv': null },
    },
    {
      args: { path: '/etc/x', state: 'absent' },
      state: { path: file, followed: file, '/': directory, '/etc': directory },
    },
    {
      args: { path: '/l', state: 'link', src: '/etc' },
      state: { path: null, followed: null, source: directory, '/': directory },
    },
    {
      args: { path: '/etc', recurse: true, mode: 'a+r' },
      state: { path: directory, followed: directory, tree: [{ ...directory, mode: '0700', count: 2 }] },
    },
  ],
  group: [{ args: { name: 'bird', gid: 200 }, state: { account } }],
  hostname: [{ args: { name: 'n1' }, state: { current: null, running: 'x' } }],
  lineinfile: [
    { args: { path: '/etc/x', regexp: '^(o)', line: '\\1n', backrefs: true }, state: edited },
    {
      args: { path: '/etc/y', line: 'a', create: true },
      state: { file: null, link: null, real: null, '/': directory, '/etc': null },
    },
  ],
  modprobe: [
    {
      args: { name: 'br_netfilter', params: 'a=1', persistent: 'present' },
      state: {
        module: { state: 'loadable', kernel: '6', hasModules: true, bootFiles: [] },
        boot: null,
        bootDirectory: directory,
        options: file,
        optionsDirectory: directory,
      },
    },
  ],
  package: [{ args: { name: 'bird2' }, state: { 'package bird2': missingPackage } }],
  service: [{ args: { name: 'bird', state: 'started', enabled: true }, state: { unit } }],
  set_fact: [{ args: { a: [1] }, state: {} }],
  setup: [{ args: {}, state: { facts: { hostname: 'n1' } } }],
  shell: [{ args: { cmd: 'a | b' }, state: {} }],
  stat: [{ args: { path: '/etc/x' }, state: { path: file } }],
  sysctl: [{ args: { name: 'net.ipv4.ip_forward', value: 1 }, state: { ...edited, live: '0' } }],
  systemd: [{ args: { name: 'bird', state: 'restarted', enabled: true, daemon_reload: true }, state: { unit } }],
  template: [
    {
      args: { src: 'a.hbs', dest: '/etc/' },
      state: { dest: file, parent: directory },
      inputs: { src: contentOf('new\n') },
    },
  ],
  user: [{ args: { name: 'ann', groups: ['adm'], password: '$6$x' }, state: { account } }],
  wait_for: [{ args: { port: 80 }, state: { condition: { isMet: true, elapsed: 0 } } }],
};
