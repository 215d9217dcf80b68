import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Contender, plainEnv } from './contender.ts';
import type { Ground } from './ground.ts';
import type { Phase } from './trial.ts';
import { groupVars, hostVars } from './role.ts';

const ansibleDir = join(import.meta.dirname, 'ansible');
const deployPath = join(import.meta.dirname, 'pyinfra/deploy.py');

/** Ansible as a careful person sets it up: pipelining, all hosts at once, no facts. */
export function ansible(): Contender {
  const program = findProgram('ansible-playbook');
  return {
    name: 'ansible',
    phases: ['first', 'second', 'check'],
    wantsPython: true,
    obstacle: program === null ? '`ansible-playbook` is not in PATH' : posixObstacle(),
    prepare({ dir }) {
      mkdirSync(join(dir, 'cp'), { recursive: true });
    },
    command: (phase, ground) => ({
      argv: [program ?? '', 'site.yml', '-i', ground.inventoryPath, ...ansibleArgs(phase, ground)],
      cwd: ansibleDir,
      env: { ...plainEnv, ...ansibleEnv(ground) },
    }),
  };
}

/** Core alone has no `sysctl`; Debian's package `ansible` brings the collection. */
function posixObstacle(): string | null {
  const env = { ...process.env, PYTHONPATH: '/usr/lib/python3/dist-packages' };
  const { status } = spawnSync('/usr/bin/python3', ['-c', 'import ansible_collections.ansible.posix'], { env });
  return status === 0 ? null : 'there is no collection `ansible.posix` (Debian: the package `ansible`)';
}

/** Ansible with mitogen in place of its own connections and modules' start. */
export function mitogen(): Contender {
  const plain = ansible();
  const strategy = plain.obstacle === null ? mitogenStrategy() : null;
  return {
    ...plain,
    name: 'mitogen',
    obstacle: plain.obstacle ?? (strategy === null ? 'the python of Ansible has no `ansible_mitogen`' : null),
    command(phase, ground) {
      const command = plain.command(phase, ground);
      const env = { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: strategy ?? '' };
      return { ...command, env: { ...command.env, ...env } };
    },
  };
}

/** pyinfra; its second run is what a converged one costs. */
export function pyinfra(): Contender {
  const program = findProgram('pyinfra');
  return {
    name: 'pyinfra',
    phases: ['first', 'second', 'check'],
    wantsPython: false,
    obstacle: program === null ? '`pyinfra` is not in PATH' : null,
    prepare: writePyinfraInventory,
    command: (phase, { dir }) => ({
      argv: [program ?? '', ...(phase === 'check' ? ['--dry', '--diff'] : ['-y']), 'inventory.py', deployPath],
      cwd: join(dir, 'pyinfra'),
      env: plainEnv,
    }),
  };
}

function ansibleArgs(phase: Phase, { lab }: Ground): string[] {
  return ['--forks', String(lab.hosts.length), ...(phase === 'check' ? ['--check', '--diff'] : [])];
}

function ansibleEnv({ dir }: Ground): Record<string, string> {
  const config = join(ansibleDir, 'ansible.cfg');
  // a short path: that of a control socket has at most 108 bytes
  return { ANSIBLE_CONFIG: config, ANSIBLE_HOME: join(dir, 'ansible'), ANSIBLE_SSH_CONTROL_PATH_DIR: join(dir, 'cp') };
}

function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Where mitogen keeps its strategy plugins, asked of the python that runs Ansible. */
function mitogenStrategy(): string | null {
  const script = readFileSync(findProgram('ansible-playbook') ?? '', 'utf8');
  const python = /^#!\s*(\S*python\S*)/.exec(script)?.[1] ?? 'python3';
  const code = 'import ansible_mitogen; print(ansible_mitogen.__path__[0])';
  try {
    const path = execFileSync(python, ['-c', code], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return join(path.trim(), 'plugins/strategy');
  } catch {
    return null;
  }
}

function writePyinfraInventory({ lab, dir, filesDir }: Ground): void {
  const hosts = lab.hosts.map(({ name, address }) => [
    name,
    {
      ...groupVars(),
      ...hostVars(Number(name.slice(1))),
      bench_files: filesDir,
      ssh_hostname: address,
      ssh_user: 'root',
      ssh_key: lab.keyPath,
      ssh_known_hosts_file: lab.knownHostsPath,
      ssh_strict_host_key_checking: 'yes',
    },
  ]);
  mkdirSync(join(dir, 'pyinfra'), { recursive: true });
  const text = `import json\n\nlab = [tuple(host) for host in json.loads(r'''${JSON.stringify(hosts)}''')]\n`;
  writeFileSync(join(dir, 'pyinfra/inventory.py'), text);
}
