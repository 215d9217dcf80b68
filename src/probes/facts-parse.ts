import { ProbeError } from '../base/errors.ts';
import type { Facts, MemoryFacts, ModuleFacts, OsFacts, UserFacts } from './facts-shape.ts';
import { defaultRouteFrom, interfacesFrom, reachableAddresses } from './facts-network.ts';

// What a host tells is as long as it likes; a fact is not.
const maxCharacters = 256;
const maxNames = 2000;

type Files = ReadonlyMap<string, readonly string[]>;

/** Facts from the sections of the script's reply. @throws ProbeError when what every host has is missing */
export function factsFrom(sections: ReadonlyMap<string, string>): Facts {
  const text = (name: string): string => clip((sections.get(name) ?? '').trim());
  const files = filesFrom(sections.get('files') ?? '');
  const first = (path: string): string | null => clip(files.get(path)?.[0] ?? '').trim() || null;
  const kernel = first('/proc/sys/kernel/osrelease');
  const arch = text('uname');
  if (kernel === null || arch === '')
    throw new ProbeError('The host does not say what kernel it runs; is /proc there?');
  return {
    ...nameFrom(first('/proc/sys/kernel/hostname') ?? 'localhost', files.get('/etc/hosts') ?? []),
    os: osFrom(files.get('/etc/os-release') ?? files.get('/usr/lib/os-release') ?? []),
    kernel,
    ...archFrom(arch),
    service_manager: text('service') || (first('/proc/1/comm') ?? 'unknown'),
    package_manager: managerFrom(text('managers')),
    cpus: cpusFrom(first('/sys/devices/system/cpu/online') ?? '0'),
    memory_mb: memoryFrom(files.get('/proc/meminfo') ?? []),
    virtualization: text('virtualization') || null,
    ...networkFrom(sections, files),
    machine_id: first('/etc/machine-id'),
    product_uuid: first('/sys/class/dmi/id/product_uuid')?.toLowerCase() ?? null,
    cgroup: cgroupFrom(text('cgroup')),
    modules: modulesFrom(files, kernel),
    selinux: selinuxFrom(first('/sys/fs/selinux/enforce')),
    user: userFrom(text('id'), text('home')),
    path: (sections.get('path') ?? '').slice(0, 4096),
    python: text('python') || null,
  };
}

function clip(text: string): string {
  return text.slice(0, maxCharacters);
}

/** Lines by file, of what `grep -H ''` prints. */
function filesFrom(output: string): Files {
  const files = new Map<string, string[]>();
  for (const [, path = '', line = ''] of output.matchAll(/^(\/[^:\n]*):(.*)$/gm)) {
    const lines = files.get(path) ?? [];
    lines.push(line);
    files.set(path, lines);
  }
  return files;
}

// The canonical name of an address stands first on its line; see hosts(5).
function nameFrom(name: string, hosts: readonly string[]): Pick<Facts, 'domain' | 'fqdn' | 'hostname'> {
  const label = name.split('.')[0] ?? name;
  const names = hosts.map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
  const canonical = names.find((each) => each.includes(name) && each.some((n) => n.startsWith(`${name}.`)));
  const fqdn = name.includes('.') ? name : clip(canonical?.find((n) => n.startsWith(`${name}.`)) ?? name);
  return { hostname: label, fqdn, domain: fqdn.slice(label.length + 1) };
}

const families: Readonly<Record<string, string>> = {
  debian: 'debian',
  ubuntu: 'debian',
  rhel: 'redhat',
  fedora: 'redhat',
  centos: 'redhat',
  suse: 'suse',
  opensuse: 'suse',
  sles: 'suse',
  alpine: 'alpine',
  arch: 'arch',
};

function osFrom(lines: readonly string[]): OsFacts {
  const field = (name: string): string | null => {
    const line = lines.find((each) => each.startsWith(`${name}=`));
    return line === undefined ? null : clip(unquote(line.slice(name.length + 1).trim())) || null;
  };
  const id = field('ID') ?? 'linux';
  const like = (field('ID_LIKE') ?? '').split(' ').filter((each) => each !== '');
  const version = field('VERSION_ID');
  return {
    id,
    family: [id, ...like].map((each) => families[each]).find((family) => family !== undefined) ?? id,
    name: field('PRETTY_NAME') ?? field('NAME') ?? id,
    version,
    major_version: version?.split('.')[0] ?? null,
    codename: field('VERSION_CODENAME'),
    like,
  };
}

function unquote(value: string): string {
  const inner = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  return inner.replace(/\\(.)/g, '$1');
}

const archNames: Readonly<Record<string, readonly [deb: string, go: string]>> = {
  x86_64: ['amd64', 'amd64'],
  aarch64: ['arm64', 'arm64'],
  armv7l: ['armhf', 'arm'],
  armv6l: ['armel', 'arm'],
  i386: ['i386', '386'],
  i686: ['i386', '386'],
  ppc64le: ['ppc64el', 'ppc64le'],
  riscv64: ['riscv64', 'riscv64'],
  s390x: ['s390x', 's390x'],
};

function archFrom(arch: string): Pick<Facts, 'arch' | 'arch_deb' | 'arch_go'> {
  const [deb, go] = archNames[arch] ?? [arch, arch];
  return { arch, arch_deb: deb, arch_go: go };
}

function managerFrom(found: string): Facts['package_manager'] {
  const names = { 'apt-get': 'apt', dnf: 'dnf', yum: 'yum', zypper: 'zypper', apk: 'apk', pacman: 'pacman' } as const;
  const first = found.split('\n')[0] ?? '';
  return Object.hasOwn(names, first) ? names[first as keyof typeof names] : null;
}

// `0-3,8` are five.
function cpusFrom(online: string): number {
  return online.split(',').reduce((sum, range) => {
    const [from, to = from] = range.split('-').map(Number);
    return sum + ((to ?? 0) - (from ?? 0) + 1);
  }, 0);
}

function memoryFrom(lines: readonly string[]): MemoryFacts {
  const mb = (name: string): number => {
    const line = lines.find((each) => each.startsWith(`${name}:`)) ?? '';
    return Math.floor(Number(/(\d+) kB/.exec(line)?.[1] ?? 0) / 1024);
  };
  return { total: mb('MemTotal'), free: mb('MemAvailable'), swap_total: mb('SwapTotal') };
}

type NetworkFacts = Pick<
  Facts,
  'all_ipv4_addresses' | 'all_ipv6_addresses' | 'default_ipv4' | 'default_ipv6' | 'interfaces'
>;

function networkFrom(sections: ReadonlyMap<string, string>, files: Files): NetworkFacts {
  const addresses = sections.get('addresses');
  const known = interfacesFrom(files, addresses ?? '');
  return {
    interfaces: addresses === undefined ? null : known,
    default_ipv4: defaultRouteFrom(sections.get('route4') ?? '', 'ipv4', known),
    default_ipv6: defaultRouteFrom(sections.get('route6') ?? '', 'ipv6', known),
    all_ipv4_addresses: reachableAddresses(known, 'ipv4'),
    all_ipv6_addresses: reachableAddresses(known, 'ipv6'),
  };
}

function cgroupFrom(found: string): Facts['cgroup'] {
  return found === 'v1' || found === 'v2' || found === 'hybrid' ? found : null;
}

function modulesFrom(files: Files, kernel: string): ModuleFacts {
  const builtin = files.get(`/lib/modules/${kernel}/modules.builtin`);
  return {
    loaded: moduleNames((files.get('/proc/modules') ?? []).map((line) => line.split(' ')[0] ?? '')),
    builtin:
      builtin === undefined
        ? null
        : moduleNames(builtin.map((path) => path.replace(/^.*\//, '').replace(/\.ko.*$/, ''))),
  };
}

function moduleNames(names: readonly string[]): string[] {
  return names.slice(0, maxNames).map((name) => clip(name).replaceAll('-', '_'));
}

function selinuxFrom(enforce: string | null): Facts['selinux'] {
  if (enforce === null) return 'disabled';
  return enforce === '1' ? 'enforcing' : 'permissive';
}

function userFrom(id: string, home: string): UserFacts {
  const [, uid, name] = /^uid=(\d+)(?:\(([^)]*)\))?/.exec(id) ?? [];
  if (uid === undefined) throw new ProbeError('The host does not say who the shell runs as.');
  return { name: name ?? uid, uid: Number(uid), home };
}
