import type { Data } from '../../base/node.ts';

type Facts = { readonly [name: string]: Data };

/** Ansible's names for the facts that its users type most, and how each is made of ours. */
const aliases: Readonly<Record<string, (facts: Facts) => Data | undefined>> = {
  ansible_all_ipv4_addresses: (f) => f.all_ipv4_addresses,
  ansible_all_ipv6_addresses: (f) => f.all_ipv6_addresses,
  ansible_architecture: (f) => f.arch,
  ansible_default_ipv4: (f) => f.default_ipv4,
  ansible_default_ipv6: (f) => f.default_ipv6,
  ansible_distribution: (f) => distribution(f),
  ansible_distribution_major_version: (f) => inside(f.os, 'major_version'),
  ansible_distribution_release: (f) => inside(f.os, 'codename'),
  ansible_distribution_version: (f) => inside(f.os, 'version'),
  ansible_domain: (f) => f.domain,
  ansible_facts: (f) => f,
  ansible_fqdn: (f) => f.fqdn,
  ansible_hostname: (f) => f.hostname,
  ansible_interfaces: (f) => Object.keys((f.interfaces ?? {}) as object),
  ansible_kernel: (f) => f.kernel,
  ansible_machine_id: (f) => f.machine_id,
  ansible_memtotal_mb: (f) => inside(f.memory_mb, 'total'),
  ansible_os_family: (f) => capitalised(inside(f.os, 'family'), { redhat: 'RedHat' }),
  ansible_pkg_mgr: (f) => f.package_manager,
  ansible_processor_vcpus: (f) => f.cpus,
  ansible_product_uuid: (f) => f.product_uuid,
  ansible_service_mgr: (f) => f.service_manager,
};

/** The names, all of them read-only. */
export const factAliases: ReadonlySet<string> = new Set(Object.keys(aliases));

/** The value of an alias, `undefined` when the host has no such fact. */
export function factByAlias(alias: string, facts: Data): Data | undefined {
  return Object.hasOwn(aliases, alias) ? aliases[alias]?.(facts as Facts) : undefined;
}

function inside(value: Data | undefined, key: string): Data | undefined {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? (value as Facts)[key] : undefined;
}

function distribution(facts: Facts): Data | undefined {
  return capitalised(inside(facts.os, 'id'), {
    rhel: 'RedHat',
    centos: 'CentOS',
    rocky: 'Rocky',
    almalinux: 'AlmaLinux',
  });
}

function capitalised(word: Data | undefined, special: Readonly<Record<string, string>>): Data | undefined {
  if (typeof word !== 'string') return word;
  return special[word] ?? word.charAt(0).toUpperCase() + word.slice(1);
}
