import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteAll, sh } from '../../src/base/shell.ts';
import type { Base } from './base.ts';
import type { LabHost } from './host.ts';
import { hostLinkCommands, switchOf } from './network.ts';
import { EXTRA_MOUNT, REPO_MOUNT } from './recipe.ts';
import { environment } from './run.ts';
import { labDir, type LabState } from './state.ts';
import { cgroupDirs, hasSystemd } from './unit.ts';

/** What booting a host takes. */
export interface Boot {
  readonly lab: Pick<LabState, 'name' | 'net'>;
  readonly host: LabHost;
  readonly base: Base;
}

/**
 * Starts a host and leaves it alone: it outlives this process.
 *
 * Two shell scripts do it, written beside the console log where they can be read: `keep.sh` starts the machine again
 * when it reboots, `box.sh` makes its network and its mounts in namespaces that vanish with it.
 */
export function startHost(boot: Boot): void {
  const { dir, unit } = boot.host;
  for (const folder of ['upper', 'work', 'root']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'box.sh'), boxScript(boot));
  writeFileSync(join(dir, 'keep.sh'), keepScript(boot));
  detach(unit, ['sh', join(dir, 'keep.sh')], join(dir, 'console.log'));
}

/** Runs a program in the unit's cgroup that goes on when this process ends. */
export function detach(unit: string, argv: readonly string[], log: string): void {
  // systemd owns the cgroup tree where it runs, and lends a part of it as a scope
  const scope = ['systemd-run', '--scope', '--quiet', '--collect', '-p', 'Delegate=yes', `--unit=${unit}`, '--'];
  const enter = ['sh', '-c', `${enterCgroup(unit, 'keeper')}\nexec "$@"`, 'sh'];
  const [file = '', ...args] = [...(hasSystemd ? scope : []), ...enter, ...argv];
  const output = openSync(log, 'w');
  // not execa: it keeps a hand on its children's output
  const child = spawn(file, args, { detached: true, stdio: ['ignore', output, output], env: environment() });
  child.unref();
  closeSync(output);
}

/** Shell text that puts the running shell into one part of the unit's cgroups. */
function enterCgroup(unit: string, part: 'keeper' | 'box'): string {
  return cgroupDirs(unit)
    .map((dir) => sh`mkdir -p ${join(dir, part)}; echo $$ >${join(dir, part, 'cgroup.procs')}`)
    .join('\n');
}

function keepScript({ lab, host }: Boot): string {
  const controllers = cgroupDirs(host.unit).slice(0, 1);
  return `# keeps ${host.name} running; nspawn ends with 133 when the host wants to reboot
# cgroup v2: let the host have the controllers there are (in v1 there is no such file)
for dir in ${quoteAll(controllers)}; do
  for name in $(cat "$dir/cgroup.controllers" 2>/dev/null); do echo "+$name" >"$dir/cgroup.subtree_control"; done 2>/dev/null
done
while :; do
  ${sh`ip -n ${switchOf(lab)} link delete ${host.name} 2>/dev/null`}
  code=0
  ${sh`unshare --net --mount --propagation private sh -eu ${join(host.dir, 'box.sh')}`} || code=$?
  [ $code = 133 ] || exit $code
done
`;
}

function boxScript({ lab, host, base }: Boot): string {
  const { dir, name, upper, kind } = host;
  const root = join(dir, 'root');
  const work = join(dir, 'work');
  const lower = `${join(dir, 'seed')}:${kind === 'debian' ? base.debian : base.busybox}`;
  // volatile: apt's fsyncs would cost more than the packages; it wants a fresh work folder each time
  const options = `volatile,lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  return `# ${name} from the inside of its network and mount namespaces
${enterCgroup(host.unit, 'box')}
ip -batch - <<'end'
${hostLinkCommands(lab, host).join('\n')}
end
${sh`ip -n ${switchOf(lab)} link set ${name} master bridge up`}
${sh`rm -rf ${work}; mkdir ${work}`}
${sh`mount -t overlay overlay -o ${options} ${root}`}
${kind === 'debian' ? debianInit({ lab, host, base }) : busyboxInit(host)}
`;
}

function debianInit({ lab, host, base }: Boot): string {
  const extra = join(labDir(lab.name), 'extra');
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    `--directory=${join(host.dir, 'root')}`,
    `--machine=${host.unit}`,
    `--hostname=${host.name}`,
    // nothing here talks to a systemd of this machine, which may not have one
    '--register=no',
    '--keep-unit',
    '--console=pipe',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--network-namespace-path=/proc/self/ns/net',
    // bird, keepalived and container runtimes ask for these
    '--capability=all',
    '--system-call-filter=@keyring',
    '--system-call-filter=bpf',
    // What the kernel has built in; nspawn leaves it out, and modprobe's users would find an empty kernel.
    '--bind-ro=/sys/module',
    `--bind-ro=${base.repo}:${REPO_MOUNT}`,
    `--bind-ro=${extra}:${EXTRA_MOUNT}`,
  ];
  // /tmp stays on the overlay, where `changed` sees it; /proc/sys/net is the host's own and writable
  return sh`exec env SYSTEMD_NSPAWN_TMPFS_TMP=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network ${nspawn}`;
}

function busyboxInit(host: LabHost): string {
  const inside = [
    sh`hostname ${host.name}; cd ${join(host.dir, 'root')}`,
    'mount -t proc proc proc; mount -t sysfs -o ro sysfs sys; mount -t tmpfs tmpfs run',
    'mount -t tmpfs -o mode=755 tmpfs dev; mkdir dev/pts dev/shm dev/.old',
    'mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts; ln -s pts/ptmx dev/ptmx',
    'for node in null zero full random urandom tty; do cp -a /dev/$node dev/; done; ln -s /proc/self/fd dev/fd',
    // the old root goes, and with it every mount of this machine that would else be pinned
    'pivot_root . dev/.old; exec chroot . sh -c "umount -l /dev/.old; rmdir /dev/.old; exec init"',
  ].join('\n');
  return sh`exec unshare --pid --fork --kill-child --uts --ipc sh -euc ${inside}`;
}
