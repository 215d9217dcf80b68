import { join } from 'node:path';
import { sh } from '../../src/base/shell.ts';
import { ansible, mitogen, pyinfra } from './contenders-python.ts';
import { type Contender, plainEnv } from './contender.ts';
import { writeFloor } from './floor.ts';
import type { Command } from './meter.ts';
import { siteDir } from './role.ts';
import type { Phase } from './trial.ts';

const root = join(import.meta.dirname, '../..');

/** All there are, by name. */
export function allContenders(): Map<string, Contender> {
  const all = [
    kmesh('kmesh', () => 'kept'),
    // what it costs to know nothing of the first run, and to hash all files again
    kmesh('kmesh-forgetful', (phase) => phase),
    floor('floor', []),
    // ssh2 has no post-quantum key exchange; this floor has none either
    floor('floor25519', ['-o', 'KexAlgorithms=curve25519-sha256']),
    login,
    ansible(),
    mitogen(),
    pyinfra(),
  ];
  return new Map(all.map((contender) => [contender.name, contender]));
}

/** `stateOf` names its memory of earlier runs. */
function kmesh(name: string, stateOf: (phase: Phase) => string): Contender {
  return {
    name,
    phases: ['first', 'second', 'check'],
    wantsPython: false,
    obstacle: null,
    prepare() {},
    command(phase, { dir, inventoryPath }) {
      const check = phase === 'check' ? ['--check', '--diff'] : [];
      const args = ['run', join(siteDir, 'site.yml'), '-i', inventoryPath, '-o', 'json', ...check];
      return kmeshCommand(args, { KMESH_STATE: join(dir, 'state', stateOf(phase)) });
    },
  };
}

/** The program that users get, with its own state. */
export function kmeshCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  return { argv: [process.execPath, join(root, 'bin/kmesh.js'), ...args], cwd: root, env: { ...plainEnv, ...env } };
}

/** `ssh HOST true` on all hosts: what is left when nothing is to be done, to be taken off the others in mind. */
const login: Contender = {
  name: 'login',
  phases: ['second'],
  wantsPython: false,
  obstacle: null,
  prepare() {},
  command(_phase, { lab, dir }) {
    const logins = lab.hosts.map(({ name }) => sh`ssh -q -F ${lab.sshConfigPath} ${name} true & jobs="$jobs $!"`);
    return {
      argv: ['sh', '-c', `${logins.join('\n')}\nfor job in $jobs; do wait $job || exit; done`],
      cwd: dir,
      env: plainEnv,
    };
  },
};

function floor(name: string, options: readonly string[]): Contender {
  return {
    name,
    phases: ['first', 'second'],
    wantsPython: false,
    obstacle: null,
    prepare({ lab, dir, filesDir }) {
      writeFloor({ lab, filesDir, options, dir: join(dir, name) });
    },
    command(_phase, { dir }) {
      return { argv: ['sh', join(dir, name, 'floor.sh')], cwd: dir, env: plainEnv };
    },
  };
}
