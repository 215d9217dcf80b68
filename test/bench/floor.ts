import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sh } from '../../src/base/shell.ts';
import type { Lab } from '../lab/lab.ts';
import { binaries, roleFiles, type RoleFile } from './role.ts';

/** What the scripts need to know. */
export interface FloorPlan {
  readonly lab: Lab;
  readonly dir: string;
  readonly filesDir: string;
  /** Options of every `ssh` and `scp`. */
  readonly options: readonly string[];
}

/**
 * Writes what a careful person would by hand for this one role, and gives the script that starts it.
 *
 * One script per host goes over one `ssh`, all hosts at once. It holds the small files, and asks for the large ones
 * when they differ; only then `scp` brings them and the script runs a second time.
 */
export function writeFloor(plan: FloorPlan): string {
  const { lab, dir, filesDir } = plan;
  mkdirSync(dir, { recursive: true });
  const sums = binaries.map(({ name, dest }) => ({ dest, name, sum: sha256(readFileSync(join(filesDir, name))) }));
  for (const { name } of lab.hosts) {
    const script = hostScript(roleFiles(name, Number(name.slice(1))), sums);
    writeFileSync(join(dir, `${name}.sh`), script);
  }
  const path = join(dir, 'floor.sh');
  writeFileSync(path, controllerScript(plan));
  return path;
}

function controllerScript({ lab, dir, filesDir, options }: FloorPlan): string {
  const ssh = ['-q', '-F', lab.sshConfigPath, ...options];
  const files = binaries.map(({ name }) => join(filesDir, name));
  return `# one ssh per host, all at once
one() {
  said=$(${sh`ssh ${ssh}`} "$1" sh <${sh`${dir}`}/"$1".sh) || return
  case $said in *need*) ;; *) return ;; esac
  ${sh`scp ${ssh} ${files}`} "$1":/opt/mesh/incoming/ || return
  ${sh`ssh ${ssh}`} "$1" sh <${sh`${dir}`}/"$1".sh >/dev/null
}
jobs=
for host in ${lab.hosts.map(({ name }) => name).join(' ')}; do
  one $host & jobs="$jobs $!"
done
code=0
for job in $jobs; do wait $job || code=1; done
exit $code
`;
}

interface Sum {
  readonly name: string;
  readonly dest: string;
  readonly sum: string;
}

// One program looks at many files: what is cheap to do by hand is done, as this is what kmesh is measured against.
function hostScript(files: readonly RoleFile[], large: readonly Sum[]): string {
  const all = [...files, ...large].map(({ dest }) => dest);
  return `set -eu
umask 022
grep -q '^meshd:' /etc/group || groupadd --system meshd
grep -q '^meshd:' /etc/passwd ||
  useradd --system --gid meshd --shell /usr/sbin/nologin --home-dir /var/lib/mesh --no-create-home meshd
dpkg-query -W -f '\${Status}' procps | grep -q 'ok installed' || apt-get install -y procps </dev/null
nl='
'
modes="$nl$(stat -c '%a %U:%G %n' /etc/mesh /var/lib/mesh /opt/mesh/bin ${all.join(' ')} 2>/dev/null || :)$nl"
sums="$nl$(sha256sum ${all.join(' ')} 2>/dev/null || :)$nl"
changed=

attributes() { # path owner mode
  case $modes in *"$nl$3 $2 $1$nl"*) return ;; esac
  chown "$2" "$1"; chmod "$3" "$1"
}
directory() { # path owner mode
  [ -d "$1" ] || mkdir -p "$1"
  attributes "$@"
}
same() { # path sum
  case $sums in *"$nl$2  $1$nl"*) ;; *) false ;; esac
}
put() { # path owner mode, content in stdin
  cat >"$1.new"; chown "$2" "$1.new"; chmod "$3" "$1.new"; mv "$1.new" "$1"; changed=yes
}
large() { # path name sum
  if ! same "$1" "$3"; then
    if ! echo "$3  /opt/mesh/incoming/$2" | sha256sum -c --status 2>/dev/null; then echo "need $2"; needed=yes; return; fi
    mv "/opt/mesh/incoming/$2" "$1"
  fi
  attributes "$1" root:root 755
}

directory /etc/mesh root:meshd 750
directory /var/lib/mesh meshd:meshd 750
directory /opt/mesh/bin root:root 755
needed=
${large.map(({ name, dest, sum }) => `large ${dest} ${name} ${sum}`).join('\n')}
if [ "$needed" ]; then mkdir -p /opt/mesh/incoming; exit; fi
[ ! -d /opt/mesh/incoming ] || rm -r /opt/mesh/incoming
for name in agent router; do
  [ /usr/local/bin/mesh-$name -ef /opt/mesh/bin/$name ] || ln -sfn /opt/mesh/bin/$name /usr/local/bin/mesh-$name
done

${files.map(putFile).join('\n')}

if ! grep -qx 2 /proc/sys/net/ipv4/conf/all/rp_filter ||
  ! grep -qsx net.ipv4.conf.all.rp_filter=2 /etc/sysctl.d/90-mesh.conf; then
  echo net.ipv4.conf.all.rp_filter=2 >/etc/sysctl.d/90-mesh.conf; sysctl -q -p /etc/sysctl.d/90-mesh.conf
fi
grep -qx '10.255.0.1 mesh-api' /etc/hosts || echo '10.255.0.1 mesh-api' >>/etc/hosts
[ -e /var/lib/mesh/identity ] || cp /etc/machine-id /var/lib/mesh/identity
[ -e /var/lib/mesh/store ] || mkdir -m 0700 /var/lib/mesh/store
[ -z "$changed" ] || systemctl daemon-reload
systemctl is-enabled -q mesh || systemctl enable -q mesh
if [ "$changed" ]; then systemctl restart mesh; else systemctl is-active -q mesh || systemctl start mesh; fi
[ "$(stat -c %s /var/lib/mesh/identity)" = 33 ]
`;
}

function putFile({ dest, mode, group, text }: RoleFile): string {
  const put = `same ${dest} ${sha256(text)} || put ${dest} root:${group} ${mode} <<'END OF FILE'\n${text}END OF FILE`;
  return `${put}\nattributes ${dest} root:${group} ${mode}`;
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
