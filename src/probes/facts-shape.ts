/** What a host is, as templates see it under `facts`. `null` is "not known, or not there". */
export interface Facts {
  /** The first label of the host's name. */
  readonly hostname: string;
  /** By `/etc/hosts`; the network is not asked. Without a domain the same as `hostname`. */
  readonly fqdn: string;
  /** Empty when the name has none. */
  readonly domain: string;
  readonly os: OsFacts;
  /** `6.1.0-18-amd64`. */
  readonly kernel: string;
  /** As the kernel says: `x86_64`, `aarch64`. */
  readonly arch: string;
  /** As Debian packages are named: `amd64`, `arm64`, `armhf`. */
  readonly arch_deb: string;
  /** As Go programs are: `amd64`, `arm64`, `arm`. */
  readonly arch_go: string;
  /** `systemd`, `openrc`, `busybox`, or the name of process 1. */
  readonly service_manager: string;
  readonly package_manager: 'apk' | 'apt' | 'dnf' | 'pacman' | 'yum' | 'zypper' | null;
  /** Those online. */
  readonly cpus: number;
  readonly memory_mb: MemoryFacts;
  /** As systemd-detect-virt(1) names it: `kvm`, `lxc`, `none`; `null` when it is not there to tell. */
  readonly virtualization: string | null;
  /** By name; `null` when the host has no `ip` to tell. */
  readonly interfaces: { readonly [name: string]: InterfaceFacts } | null;
  readonly default_ipv4: DefaultRoute | null;
  readonly default_ipv6: DefaultRoute | null;
  /** Without those of the loopback interface and link-local ones. */
  readonly all_ipv4_addresses: readonly string[];
  readonly all_ipv6_addresses: readonly string[];
  readonly machine_id: string | null;
  /** Readable by root only; `null` on machines without one. Lower case. */
  readonly product_uuid: string | null;
  readonly cgroup: 'hybrid' | 'v1' | 'v2' | null;
  readonly modules: ModuleFacts;
  readonly selinux: 'disabled' | 'enforcing' | 'permissive';
  readonly user: UserFacts;
  /** Where programs are looked for. */
  readonly path: string;
  /** kmesh needs none; `null` when there is none. */
  readonly python: string | null;
}

/** What `/etc/os-release` says; see os-release(5). */
export interface OsFacts {
  /** `debian`, `ubuntu`, `rocky`. */
  readonly id: string;
  /** `debian`, `redhat`, `suse`, `alpine`, `arch`, else the same as `id`. */
  readonly family: string;
  readonly name: string;
  /** `12`, `22.04`; `null` where releases have no numbers. */
  readonly version: string | null;
  /** `22` of `22.04`. */
  readonly major_version: string | null;
  /** `bookworm`. */
  readonly codename: string | null;
  /** Ids of the systems it comes from. */
  readonly like: readonly string[];
}

/** MiB, from `/proc/meminfo`. */
export interface MemoryFacts {
  readonly total: number;
  /** Available to programs without swapping. */
  readonly free: number;
  readonly swap_total: number;
}

/** One network interface. */
export interface InterfaceFacts {
  /** `null` where the kind has none, as with tunnels. */
  readonly mac: string | null;
  readonly mtu: number;
  readonly up: boolean;
  readonly addresses: readonly InterfaceAddress[];
}

/** One address of an interface. */
export interface InterfaceAddress {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
  /** `global`, `link`, `host`, `site`. */
  readonly scope: string;
}

/** Where packets to the internet leave. */
export interface DefaultRoute {
  readonly interface: string;
  /** The host's own address there. */
  readonly address: string;
  readonly prefix: number;
  /** `null`: the net is reached directly. */
  readonly gateway: string | null;
}

/** Names of kernel modules, with underscores. */
export interface ModuleFacts {
  readonly loaded: readonly string[];
  /** `null`: the list of the running kernel is not on the host. */
  readonly builtin: readonly string[] | null;
}

/** Who the session's shell runs as. */
export interface UserFacts {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}
