import { createHash } from 'node:crypto';

/** To be counted up when the code that builds a base changes; what is written below counts by itself. */
const EDITION = 2;

/** Debian's release on the hosts. */
export const SUITE = 'bookworm';

/** What a small server install has; no python on purpose, which proves that no host needs it. */
export const BASE_PACKAGES = words(`systemd systemd-sysv dbus openssh-server iproute2 procps kmod
  ca-certificates openssl sudo tcsh`);

/** What roles install; it reaches the hosts, with its dependencies, through a repository on this machine. */
const REPO_PACKAGES = words('bird2 gobgpd keepalived haproxy containerd chrony busybox rsync jq');

/** The whole of a host without bash, systemd, python and sftp. */
export const BUSYBOX_PACKAGES = words('busybox-static dropbear-bin');

/** Where hosts see the shared repository, and the lab's own one for packages made by a test. */
export const REPO_MOUNT = '/srv/kmesh-repo';
export const EXTRA_MOUNT = '/srv/kmesh-extra';

/**
 * Run by sh, with network, in the new root file system; leaves the repository's .debs in apt's cache.
 *
 * The users are for tests of `become`; the only password there is, that of `opsask`, is `opsask-password`.
 */
export const BASE_SETUP = `
export DEBIAN_FRONTEND=noninteractive
for package in ${REPO_PACKAGES.join(' ')}; do
  apt-get install -y -qq --download-only --no-install-recommends "$package"
done
for user in ops opsask nosudo; do useradd -m -s /bin/bash "$user"; done
# a login shell that is no sh: whoever sends it shell text without naming sh fails here
useradd -m -s /bin/tcsh fishy
echo opsask:opsask-password | chpasswd
echo 'ops ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/ops
echo 'fishy ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/fishy
echo 'opsask ALL=(ALL) ALL' >/etc/sudoers.d/opsask
chmod 440 /etc/sudoers.d/*
systemctl mask -q apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \\
  e2scrub_reap.service fstrim.timer systemd-pstore.service getty@tty1.service console-getty.service \\
  systemd-firstboot.service ldconfig.service
systemctl -q set-default multi-user.target
mkdir -p ${REPO_MOUNT} ${EXTRA_MOUNT}
printf 'deb [trusted=yes] file:%s ./\\n' ${REPO_MOUNT} ${EXTRA_MOUNT} >/etc/apt/sources.list
rm -f /etc/apt/sources.list.d/* /etc/resolv.conf /etc/ssh/ssh_host_*
`;

/** Run by sh in the new root of the busybox host. */
export const BUSYBOX_SETUP = `
# Debian's busybox can do what a busybox host cannot
/bin/busybox --install -s /bin
rm -f /bin/dpkg /bin/dpkg-deb /bin/rpm /bin/rpm2cpio
mkdir -p /proc /sys /dev /tmp /run /root /etc/dropbear /var/log
chmod 1777 /tmp; chmod 700 /root
echo 'root:x:0:0:root:/root:/bin/sh' >/etc/passwd
echo 'root:x:0:' >/etc/group
echo 'root:*:19000:0:99999:7:::' >/etc/shadow
echo '::respawn:/usr/sbin/dropbear -F -E -s' >/etc/inittab
rm -rf /usr/share/doc /usr/share/man /usr/share/locale
`;

/** The name of what this recipe builds: another recipe, another name, so a cached base is never stale. */
export function recipeKey(): string {
  const parts = [EDITION, SUITE, BASE_PACKAGES, REPO_PACKAGES, BUSYBOX_PACKAGES, BASE_SETUP, BUSYBOX_SETUP];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
