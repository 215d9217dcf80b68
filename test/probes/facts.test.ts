import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { facts, factsKind } from '../../src/probes/facts.ts';
import { answer, isRoot, nobody, probeError, replyOf, shells } from './support.ts';

const test = suite('probes/facts');

const files = `/etc/os-release:PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
/etc/os-release:NAME="Debian GNU/Linux"
/etc/os-release:VERSION_ID="12.5"
/etc/os-release:VERSION_CODENAME=bookworm
/etc/os-release:ID=debian
/etc/hosts:127.0.0.1 localhost
/etc/hosts:192.0.2.7	node-7.example.org node-7 # me
/etc/machine-id:0123456789abcdef0123456789abcdef
/proc/sys/kernel/hostname:node-7
/proc/sys/kernel/osrelease:6.1.0-18-amd64
/proc/meminfo:MemTotal:        8000000 kB
/proc/meminfo:MemFree:         1000000 kB
/proc/meminfo:MemAvailable:    4000000 kB
/proc/meminfo:SwapTotal:             0 kB
/proc/modules:br_netfilter 36864 0 - Live 0x0000000000000000
/proc/modules:bridge 311296 1 br_netfilter, Live 0x0000000000000000
/proc/1/comm:systemd
/sys/devices/system/cpu/online:0-3,8
/sys/class/dmi/id/product_uuid:4C4C4544-0044-4D10-8057-B8C04F4E3432
/sys/fs/selinux/enforce:0
/lib/modules/6.1.0-18-amd64/modules.builtin:kernel/fs/ext4/ext4.ko
/lib/modules/6.1.0-18-amd64/modules.builtin:kernel/net/nf-nat.ko
/sys/class/net/eth0/address:02:fc:00:00:00:01
/sys/class/net/lo/address:00:00:00:00:00:00
/sys/class/net/tun0/address:0a:00:00:01
/sys/class/net/eth0/mtu:1500
/sys/class/net/lo/mtu:65536
/sys/class/net/tun0/mtu:1480
/sys/class/net/eth0/flags:0x1003
/sys/class/net/lo/flags:0x9
/sys/class/net/tun0/flags:0x90
`;

const addresses = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever
2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global dynamic eth0\\       valid_lft 80000sec
2: eth0    inet 198.51.100.9/32 scope global eth0\\       valid_lft forever
2: eth0    inet6 2001:db8::7/64 scope global nodad \\       valid_lft forever
2: eth0    inet6 fe80::fc:ff:fe00:1/64 scope link \\       valid_lft forever
3: tun0    inet 10.9.0.1 peer 10.9.0.2/32 scope global tun0\\       valid_lft forever
`;

function sections(more: Record<string, string | null> = {}): Record<string, string | null> {
  return {
    files,
    uname: 'x86_64\n',
    id: 'uid=1000(ann) gid=1000(ann) groups=1000(ann),27(sudo)\n',
    home: '/home/ann',
    path: '/usr/bin:/bin',
    managers: 'apt-get\ndnf\n',
    python: '',
    service: 'systemd\n',
    cgroup: 'v2\n',
    virtualization: 'kvm\n',
    addresses,
    route4: 'default via 192.0.2.1 dev eth0 proto dhcp metric 100 \ndefault via 10.9.0.2 dev tun0 metric 200 \n',
    route6: 'default via fe80::1 dev eth0 proto ra metric 1024 pref medium\n',
    ...more,
    end: '',
  };
}

function parse(parts: Record<string, string | null>) {
  const text = Object.entries(parts)
    .map(([name, value]) => (value === null ? '' : `${name}\0${value}\0`))
    .join('');
  const [answered] = factsKind.parse(replyOf(text), [null]);
  if (answered === undefined) throw new Error('no facts');
  return answered;
}

test('reads all that a host tells', () => {
  assert.equal(parse(sections()), {
    hostname: 'node-7',
    fqdn: 'node-7.example.org',
    domain: 'example.org',
    os: {
      id: 'debian',
      family: 'debian',
      name: 'Debian GNU/Linux 12 (bookworm)',
      version: '12.5',
      major_version: '12',
      codename: 'bookworm',
      like: [],
    },
    kernel: '6.1.0-18-amd64',
    arch: 'x86_64',
    arch_deb: 'amd64',
    arch_go: 'amd64',
    service_manager: 'systemd',
    package_manager: 'apt',
    cpus: 5,
    memory_mb: { total: 7812, free: 3906, swap_total: 0 },
    virtualization: 'kvm',
    interfaces: {
      eth0: {
        mac: '02:fc:00:00:00:01',
        mtu: 1500,
        up: true,
        addresses: [
          { address: '192.0.2.7', prefix: 24, family: 'ipv4', scope: 'global' },
          { address: '198.51.100.9', prefix: 32, family: 'ipv4', scope: 'global' },
          { address: '2001:db8::7', prefix: 64, family: 'ipv6', scope: 'global' },
          { address: 'fe80::fc:ff:fe00:1', prefix: 64, family: 'ipv6', scope: 'link' },
        ],
      },
      lo: {
        mac: null,
        mtu: 65_536,
        up: true,
        addresses: [
          { address: '127.0.0.1', prefix: 8, family: 'ipv4', scope: 'host' },
          { address: '::1', prefix: 128, family: 'ipv6', scope: 'host' },
        ],
      },
      tun0: {
        mac: null,
        mtu: 1480,
        up: false,
        addresses: [{ address: '10.9.0.1', prefix: 32, family: 'ipv4', scope: 'global' }],
      },
    },
    default_ipv4: { interface: 'eth0', address: '192.0.2.7', prefix: 24, gateway: '192.0.2.1' },
    default_ipv6: { interface: 'eth0', address: '2001:db8::7', prefix: 64, gateway: 'fe80::1' },
    all_ipv4_addresses: ['192.0.2.7', '198.51.100.9', '10.9.0.1'],
    all_ipv6_addresses: ['2001:db8::7'],
    machine_id: '0123456789abcdef0123456789abcdef',
    product_uuid: '4c4c4544-0044-4d10-8057-b8c04f4e3432',
    cgroup: 'v2',
    modules: { loaded: ['br_netfilter', 'bridge'], builtin: ['ext4', 'nf_nat'] },
    selinux: 'permissive',
    user: { name: 'ann', uid: 1000, home: '/home/ann' },
    path: '/usr/bin:/bin',
    python: null,
  });
});

test('reads BusyBox, which prints addresses and routes a little differently', () => {
  const os = '/etc/os-release:ID=alpine\n/etc/os-release:VERSION_ID=3.19.1\n';
  const rest = files
    .replaceAll(/^\/etc\/os-release.*\n/gm, '')
    .replaceAll(/^\/(sys\/fs|sys\/class\/dmi|lib|proc\/modules).*\n/gm, '');
  const told = parse(
    sections({
      files: os + rest,
      addresses: addresses.replaceAll('/24 brd 192.0.2.255', '/24 brd 192.0.2.255').replaceAll('nodad', 'flags 02'),
      route4: 'default via 192.0.2.1 dev eth0 \n',
      route6: 'default via fe80::1 dev eth0  metric 1024 \n',
      managers: 'apk\n',
      service: 'busybox\n',
      virtualization: '',
      cgroup: '',
    }),
  );
  assert.equal(
    [told.os.family, told.os.name, told.os.major_version, told.os.codename],
    ['alpine', 'alpine', '3', null],
  );
  assert.equal([told.default_ipv4?.gateway, told.default_ipv6?.interface], ['192.0.2.1', 'eth0']);
  assert.equal(
    [told.package_manager, told.service_manager, told.virtualization, told.cgroup],
    ['apk', 'busybox', null, null],
  );
  assert.equal([told.selinux, told.product_uuid, told.modules], ['disabled', null, { loaded: [], builtin: null }]);
});

const routes: readonly (readonly [string, string, string | null])[] = [
  [
    'the address that the route names',
    'default via 192.0.2.1 dev eth0 src 198.51.100.9 metric 5',
    '198.51.100.9 via 192.0.2.1',
  ],
  ['the address in the net of the gateway', 'default via 192.0.2.1 dev eth0', '192.0.2.7 via 192.0.2.1'],
  ['the first address otherwise', 'default via 203.0.113.1 dev eth0 onlink', '192.0.2.7 via 203.0.113.1'],
  ['no gateway', 'default dev tun0 scope link', '10.9.0.1 via null'],
  ['a gateway of the other family', 'default via inet6 fe80::1 dev eth0 proto bird', '192.0.2.7 via fe80::1'],
  [
    'several next hops',
    'default proto bird metric 32 \\\tnexthop via 192.0.2.1 dev eth0 weight 1 \\\tnexthop via 192.0.2.2 dev eth0 weight 1',
    '192.0.2.7 via 192.0.2.1',
  ],
  [
    'the lowest metric',
    'default via 10.9.0.2 dev tun0 metric 300\ndefault via 192.0.2.1 dev eth0 metric 100',
    '192.0.2.7 via 192.0.2.1',
  ],
  ['no route', '', null],
  ['a route that leads nowhere', 'unreachable default dev lo metric 4294967295 error -101', null],
  ['an interface without address', 'default via 192.0.2.1 dev eth9', null],
];

for (const [name, route4, expected] of routes) {
  test(`finds the default route: ${name}`, () => {
    const route = parse(sections({ route4 })).default_ipv4;
    assert.is(route === null ? null : `${route.address} via ${route.gateway}`, expected);
  });
}

function familyOf(id: string, like: string): string {
  const os = `ID="${id}"\n/etc/os-release:ID_LIKE="${like}"\n`;
  return parse(sections({ files: files.replace('ID=debian\n', os) })).os.family;
}

test('knows families by what a system comes from', () => {
  assert.equal(familyOf('rocky', 'rhel centos fedora'), 'redhat');
  assert.equal(familyOf('linuxmint', 'ubuntu debian'), 'debian');
  assert.equal(familyOf('opensuse-leap', 'suse opensuse'), 'suse');
  assert.equal(familyOf('nixos', ''), 'nixos');
});

test('does not take a host at its word', () => {
  const long = 'x'.repeat(10_000);
  const told = parse(sections({ files: files.replace('node-7\n', `${long}\n`), uname: long, service: long }));
  assert.equal([told.hostname.length, told.arch.length, told.service_manager.length], [256, 256, 256]);
  const odd = parse(
    sections({ files: `${files}/sys/class/net/__proto__/mtu:1\n/sys/class/net/${'y'.repeat(40)}/mtu:1\n` }),
  );
  assert.equal(Object.keys(odd.interfaces ?? {}), ['eth0', 'lo', 'tun0']);
});

test('tells unknown interfaces from none', () => {
  assert.is(parse(sections({ addresses: null, route4: null, route6: null })).interfaces, null);
});

test('names the first label of a full name', () => {
  const told = parse(sections({ files: files.replace('hostname:node-7\n', 'hostname:a.example.net\n') }));
  assert.equal([told.hostname, told.fqdn, told.domain], ['a', 'a.example.net', 'example.net']);
  const bare = parse(sections({ files: files.replace(/^\/etc\/hosts:192.*\n/m, '') }));
  assert.equal([bare.hostname, bare.fqdn, bare.domain], ['node-7', 'node-7', '']);
});

test('takes half an answer for none', () => {
  assert.throws(() => factsKind.parse(replyOf('files\0x'), [null]), probeError(/told nothing about itself/));
  assert.throws(() => parse(sections({ files: '' })), probeError(/what kernel it runs/));
  assert.throws(() => parse(sections({ id: '' })), probeError(/who the shell runs as/));
  const failed = replyOf('', { status: 126, stderr: 'This account is currently not available.\n' });
  assert.throws(() => factsKind.parse(failed, [null]), probeError(/not available/));
});

for (const shell of shells) {
  test(`asks this machine (${shell.join(' ')})`, () => {
    const told = answer(facts(), { shell });
    assert.match(told.kernel, /^\d+\.\d+/);
    assert.ok(told.cpus > 0 && told.memory_mb.total > 0 && told.path.length > 0);
    assert.equal(told.interfaces?.lo?.addresses[0], { address: '127.0.0.1', prefix: 8, family: 'ipv4', scope: 'host' });
    if (!isRoot) return;
    assert.equal([told.user.name, told.user.uid], ['root', 0]);
    const other = answer(facts(), { shell, uid: nobody });
    assert.equal([other.user.uid, other.product_uuid], [nobody, null]);
  });
}

test.run();
