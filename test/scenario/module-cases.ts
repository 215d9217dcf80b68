/** A task of one module, and how to see that it did what it says. */
export interface ModuleCase {
  readonly module: string;
  /** Completes "it …". */
  readonly title: string;
  /** YAML of the task's keys below `- name`, module first. */
  readonly task: string;
  /** Shell text that makes the state before; run on the host, not through kmesh. */
  readonly before?: string;
  /** Shell text whose output shows the effect, and that output. */
  readonly effect: string;
  readonly shows: string;
  /** Also on a host with BusyBox and Dropbear alone. */
  readonly busybox?: boolean;
  /** What the module does each time it is asked to, as with `state: restarted`; then nothing is said of a second run. */
  readonly always?: boolean;
}

/** Files beside the playbook. */
export const caseFiles: Readonly<Record<string, string>> = {
  'templates/peers.conf.hbs': '# {{inventory_hostname}}\n{{#each peers}}\npeer {{ip}} as {{add asn 1}};\n{{/each}}\n',
  'files/tree/one.txt': 'one\n',
  'files/tree/sub/two.txt': "two ü 'quoted' $HOME `x`\n",
  'files/big.bin': Buffer.alloc(300_000, 'kmesh ').toString('latin1'),
};

const unit = '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n';

/** At least one for each module that changes anything. */
export const cases: readonly ModuleCase[] = [
  {
    module: 'file',
    title: 'makes a directory and those above it',
    task: "file: {path: /opt/a/b c/d'e, state: directory, mode: '0750', owner: '65534', group: nogroup}",
    effect: `stat -c '%a %u %U' "/opt/a/b c/d'e"`,
    shows: '750 65534 nobody',
  },
  {
    module: 'file',
    title: 'makes a directory on a small host',
    task: "file: {path: /opt/x/y, state: directory, mode: '0700'}",
    effect: 'stat -c %a /opt/x/y',
    shows: '700',
    busybox: true,
  },
  {
    module: 'file',
    title: 'makes a link',
    task: 'file: {path: /etc/here, src: /etc/hostname, state: link}',
    effect: 'readlink /etc/here',
    shows: '/etc/hostname',
    busybox: true,
  },
  {
    module: 'file',
    title: 'removes a tree',
    before: 'mkdir -p /opt/old/sub; touch /opt/old/sub/x',
    task: 'file: {path: /opt/old, state: absent}',
    effect: 'ls -d /opt/old 2>&1 | grep -c "No such"',
    shows: '1',
    busybox: true,
  },
  {
    module: 'file',
    title: 'sets mode and owner of what is there',
    before: 'echo x >/opt/attr; chmod 644 /opt/attr',
    task: "file: {path: /opt/attr, mode: 'u=rw,g=,o=', owner: nobody}",
    effect: "stat -c '%a %U' /opt/attr",
    shows: '600 nobody',
  },
  {
    module: 'file',
    title: 'sets attributes of a whole tree',
    before: 'mkdir -p /opt/rec/sub; echo x >/opt/rec/sub/f; chmod -R 777 /opt/rec; chmod 666 /opt/rec/sub/f',
    task: "file: {path: /opt/rec, state: directory, recurse: true, mode: 'u=rwX,g=rX,o='}",
    effect: 'stat -c %a /opt/rec /opt/rec/sub /opt/rec/sub/f | tr "\\n" " "',
    shows: '750 750 640',
  },
  {
    module: 'copy',
    title: 'writes content',
    task: `copy: {content: "a 'b' \\"c\\" $d ü\\n", dest: /opt/content, mode: '0640'}`,
    effect: 'stat -c %a /opt/content; cat /opt/content',
    shows: `640\na 'b' "c" $d ü`,
    busybox: true,
  },
  {
    module: 'copy',
    title: 'keeps mode and owner that are there',
    before: 'echo old >/opt/kept; chown 65534:0 /opt/kept; chmod 4711 /opt/kept',
    task: 'copy: {content: "new\\n", dest: /opt/kept}',
    effect: "stat -c '%a %u' /opt/kept; cat /opt/kept",
    shows: '4711 65534\nnew',
  },
  {
    module: 'copy',
    title: 'copies a tree',
    task: 'copy: {src: tree, dest: /opt/, mode: preserve}',
    effect: 'cd /opt && find tree | sort | tr "\\n" " "; cat tree/sub/two.txt',
    shows: "tree tree/one.txt tree/sub tree/sub/two.txt two ü 'quoted' $HOME `x`",
  },
  {
    module: 'copy',
    title: 'copies a large file',
    task: 'copy: {src: big.bin, dest: /opt/big.bin}',
    effect: "sha256sum /opt/big.bin | cut -c1-16; stat -c '%s %a' /opt/big.bin; ls -A /opt | grep -c kmesh-",
    shows: 'BIGSHA\n300000 644\n0',
    busybox: true,
  },
  {
    module: 'copy',
    title: 'copies on the host',
    before: 'echo here >/opt/from',
    task: 'copy: {src: /opt/from, dest: /opt/to, remote_src: true}',
    effect: 'cat /opt/to',
    shows: 'here',
  },
  {
    module: 'template',
    title: 'renders a template and checks it',
    task: "template: {src: peers.conf.hbs, dest: /etc/peers.conf, validate: grep -q 64513 %s, mode: '0600'}",
    effect: 'stat -c %a /etc/peers.conf; tail -n +2 /etc/peers.conf',
    shows: '600\npeer 10.0.0.1 as 64513;\npeer 10.0.0.2 as 64514;',
    busybox: true,
  },
  {
    module: 'lineinfile',
    title: 'replaces a line',
    before: 'printf "a=1\\nb=2\\n" >/etc/lines.conf',
    task: "lineinfile: {path: /etc/lines.conf, regexp: '^b=', line: b=3}",
    effect: 'cat /etc/lines.conf',
    shows: 'a=1\nb=3',
    busybox: true,
  },
  {
    module: 'command',
    title: 'runs a command unless its work is done',
    task: 'command: {argv: [touch, "/opt/it\'s done"], creates: "/opt/it\'s done"}',
    effect: `ls "/opt/it's done"`,
    shows: "/opt/it's done",
    busybox: true,
  },
  {
    module: 'shell',
    title: 'runs shell text unless its work is done',
    task: 'shell: {cmd: "echo $0 | tr a-z A-Z > /opt/shout", creates: /opt/shout, executable: /bin/sh}',
    effect: 'cat /opt/shout',
    shows: '/BIN/SH',
    busybox: true,
  },
  {
    module: 'apt',
    title: 'installs a package',
    task: 'apt: {name: jq, update_cache: true, cache_valid_time: 86400}',
    effect: 'jq -n 1+1',
    shows: '2',
  },
  {
    module: 'apt',
    title: 'removes a package',
    before: 'apt-get update -qq && apt-get install -y -qq rsync >/dev/null',
    task: 'apt: {name: rsync, state: absent, purge: true}',
    effect: 'command -v rsync || echo gone',
    shows: 'gone',
  },
  {
    module: 'package',
    title: 'installs packages by the manager that is there',
    before: 'apt-get update -qq',
    task: 'package: {name: [busybox, jq]}',
    effect: 'busybox echo there',
    shows: 'there',
  },
  {
    module: 'systemd',
    title: 'enables and starts a unit',
    before: `printf '${unit}' >/etc/systemd/system/napper.service`,
    task: 'systemd: {name: napper, state: started, enabled: true, daemon_reload: true}',
    effect: 'systemctl is-active napper; systemctl is-enabled napper',
    shows: 'active\nenabled',
  },
  {
    module: 'systemd',
    title: 'stops, disables and masks a unit',
    before: `printf '${unit}' >/run/systemd/system/doomed.service 2>/dev/null || { mkdir -p /run/systemd/system; printf '${unit}' >/run/systemd/system/doomed.service; }; systemctl daemon-reload; systemctl start doomed`,
    task: 'systemd: {name: doomed, state: stopped, masked: true}',
    effect: 'systemctl is-active doomed; systemctl is-enabled doomed',
    shows: 'inactive\nmasked',
  },
  {
    module: 'systemd',
    title: 'restarts a unit each time',
    before: `printf '${unit}' >/etc/systemd/system/napper2.service; systemctl daemon-reload; systemctl start napper2`,
    task: 'systemd: {name: napper2, state: restarted}',
    effect: 'systemctl is-active napper2',
    shows: 'active',
    always: true,
  },
  {
    module: 'service',
    title: 'starts a service',
    before: `printf '${unit}' >/etc/systemd/system/napper3.service; systemctl daemon-reload`,
    task: 'service: {name: napper3, state: started, enabled: true}',
    effect: 'systemctl is-active napper3',
    shows: 'active',
  },
  {
    module: 'sysctl',
    title: 'sets a kernel parameter now and at boot',
    before: 'sysctl -qw net.ipv4.conf.all.forwarding=0',
    task: "sysctl: {name: net.ipv4.conf.all.forwarding, value: '1', sysctl_file: /etc/sysctl.d/99-kmesh.conf}",
    effect: 'cat /proc/sys/net/ipv4/conf/all/forwarding /etc/sysctl.d/99-kmesh.conf',
    shows: '1\nnet.ipv4.conf.all.forwarding = 1',
  },
  {
    module: 'modprobe',
    title: 'has a module loaded at boot',
    task: 'modprobe: {name: overlay, persistent: present}',
    effect: 'cat /etc/modules-load.d/overlay.conf',
    shows: 'overlay',
  },
  {
    module: 'group',
    title: 'makes a group',
    task: 'group: {name: mesh, gid: 4242}',
    effect: 'getent group mesh',
    shows: 'mesh:x:4242:',
  },
  {
    module: 'user',
    title: 'makes a user',
    before: 'groupadd -f wheelish',
    task: 'user: {name: meshuser, uid: 4243, group: nogroup, groups: [wheelish], shell: /bin/sh, comment: A user, home: /srv/meshuser}',
    effect: 'getent passwd meshuser; id -nG meshuser; stat -c %U /srv/meshuser',
    shows: 'meshuser:x:4243:65534:A user:/srv/meshuser:/bin/sh\nnogroup wheelish\nmeshuser',
  },
  {
    module: 'user',
    title: 'removes a user',
    before: 'id goner 2>/dev/null || useradd -m goner',
    task: 'user: {name: goner, state: absent, remove: true}',
    effect: 'getent passwd goner; ls -d /home/goner 2>&1 | grep -c "No such"',
    shows: '1',
  },
  {
    module: 'hostname',
    title: 'sets the name',
    task: 'hostname: {name: "{{inventory_hostname}}.example.net"}',
    effect: 'cat /etc/hostname | cut -d. -f2-; hostname | cut -d. -f2-',
    shows: 'example.net\nexample.net',
  },
  {
    module: 'hostname',
    title: 'sets the running name, where only that is another one',
    before: 'hostnamectl set-hostname right; hostname wrong',
    task: 'hostname: {name: right}',
    effect: 'hostname',
    shows: 'right',
  },
];
