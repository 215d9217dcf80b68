import { ProbeError } from '../base/errors.ts';
import { raw, sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/** How a kernel module is on a host. */
export interface KernelModuleState {
  /** `loadable`: it is on disk; `lacking`: the running kernel has none of this name. */
  readonly state: 'built-in' | 'lacking' | 'loadable' | 'loaded';
  /** `6.1.0-18-amd64`. */
  readonly kernel: string;
  /** The modules of the running kernel are on the host at all. */
  readonly hasModules: boolean;
  /** Files that have it loaded at boot; see modules-load.d(5). */
  readonly bootFiles: readonly string[];
}

/** Asks how a kernel module is; dashes and underscores are the same. */
export function kernelModule(name: string): Probe<KernelModuleState> {
  return ask(kernelModuleKind, name);
}

// A module without parameters that is part of the kernel leaves no name in /sys/module, only what it brings.
const traces: Readonly<Record<string, string>> = {
  bonding: '/sys/class/net/bonding_masters',
  br_netfilter: '/proc/sys/net/bridge',
  ip6_tables: '/proc/net/ip6_tables_names',
  ip_tables: '/proc/net/ip_tables_names',
  ip_vs: '/proc/net/ip_vs',
  tun: '/sys/class/misc/tun',
};

// What is in /sys/module without `initstate` is part of the kernel itself.
export const kernelModuleKind: ProbeKind<string, KernelModuleState> = {
  name: 'kernel-module',
  reads: () => ['kernel:modules', 'path:/lib/modules', 'path:/etc/modules-load.d', 'path:/etc/modules'],
  script(names) {
    const underscored = names.map(underscores);
    const pattern = underscored.map((name) => name.replaceAll('_', '[-_]')).join('|');
    return sh`k=$(uname -r); l=/lib/modules/$k; printf '%s\\0' "$k"; [ -d "$l" ] && echo yes; printf '\\0'
for m in ${underscored}; do if [ -e "/sys/module/$m/initstate" ]; then echo "loaded $m"; elif [ -e "/sys/module/$m" ]; then echo "built-in $m"; fi; done
${raw(underscored.map(traceText).join(''))}printf '\\0'; grep -shE ${`/(${pattern})\\.ko`} "$l/modules.builtin"
printf '\\0'; grep -shE ${`(^|/)(${pattern})\\.ko[.a-z]*:|^alias (${pattern}) `} "$l/modules.dep" "$l/modules.alias"
printf '\\0'; grep -sHE ${`^[[:space:]]*(${pattern})[[:space:]]*$`} /etc/modules ${raw('/etc/modules-load.d/*.conf')}
printf '\\0'; exit 0
`;
  },
  parse(reply, names) {
    const parts = reply.stdout.toString('utf8').split('\0');
    const [kernel, hasModules, live = '', builtin = '', onDisk = '', boot = ''] = parts;
    if (kernel === undefined || parts.length !== 7) {
      throw new ProbeError(`No answer about kernel modules: ${lastLine(reply.stderr) ?? 'nothing said'}`);
    }
    const found = { live: live.split('\n'), builtin: namesIn(builtin), onDisk: namesIn(onDisk) };
    return names.map((name) => ({
      state: stateOf(underscores(name), found),
      kernel,
      hasModules: hasModules !== '',
      bootFiles: bootFilesOf(underscores(name), boot),
    }));
  },
};

function traceText(name: string): string {
  const trace = Object.hasOwn(traces, name) ? traces[name] : undefined;
  return trace === undefined ? '' : sh`[ ! -e ${trace} ] || echo ${`built-in ${name}`}\n`;
}

function underscores(name: string): string {
  return name.replaceAll('-', '_');
}

/** Of lines such as `kernel/net/br_netfilter.ko: …` and `alias ip_tables …`. */
function namesIn(output: string): Set<string> {
  const names = output
    .split('\n')
    .map((line) => /^alias (\S+) /.exec(line)?.[1] ?? /([^/:]+)\.ko/.exec(line)?.[1] ?? '');
  return new Set(names.map(underscores));
}

interface Found {
  readonly live: readonly string[];
  readonly builtin: ReadonlySet<string>;
  readonly onDisk: ReadonlySet<string>;
}

function stateOf(name: string, { live, builtin, onDisk }: Found): KernelModuleState['state'] {
  if (live.includes(`loaded ${name}`)) return 'loaded';
  if (live.includes(`built-in ${name}`) || builtin.has(name)) return 'built-in';
  return onDisk.has(name) ? 'loadable' : 'lacking';
}

function bootFilesOf(name: string, output: string): string[] {
  const lines = output.split('\n').map((line) => /^(\/[^:]+):\s*(\S+)\s*$/.exec(line));
  return lines.flatMap((match) => (match !== null && underscores(match[2] ?? '') === name ? [match[1] ?? ''] : []));
}
