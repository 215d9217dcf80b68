import { ProbeError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/** Asks the value of a kernel parameter, without the line end; `null`: the kernel has none of this path. */
export function sysctlValue(path: string): Probe<string | null> {
  return ask(sysctlValueKind, path);
}

/**
 * The file of a parameter. A name whose first separator is a dot has dots and slashes the other way round, so that
 * `net.ipv4.conf.eth0/100.rp_filter` is of the interface `eth0.100`; see sysctl.d(5).
 */
export function sysctlPath(name: string): string {
  const isDotted = /^[^/]*\./.test(name);
  const path = isDotted ? name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.')) : name;
  return `/proc/sys/${path}`;
}

/** One `grep` for all. Not the shell's own `read`: it reads by bytes, and these files end after the first read. */
const sysctlValueKind: ProbeKind<string, string | null> = {
  name: 'sysctl-value',
  reads: (path) => [pathArea(path)],
  isTidy: true,
  script: (paths) => sh`for p in ${paths}; do [ -e "$p" ] || printf '%s\\n' "$p"; done
printf '\\0'; grep -H '' -- ${paths} /dev/null
printf '\\0'; :
`,
  parse(reply, paths) {
    const [missing = '', values, end] = reply.stdout.toString('utf8').split('\0');
    if (values === undefined || end === undefined) {
      throw new ProbeError(`No answer about kernel parameters: ${lastLine(reply.stderr) ?? 'nothing said'}`);
    }
    const absent = new Set(missing.split('\n'));
    return paths.map((path) => (absent.has(path) ? null : valueOf(path, values, reply.stderr)));
  },
};

function valueOf(path: string, values: string, stderr: Buffer): string {
  const lines = values.split('\n').filter((line) => line.startsWith(`${path}:`));
  if (lines.length > 0) return lines.map((line) => line.slice(path.length + 1)).join('\n');
  const complaint = stderr
    .toString('utf8')
    .split('\n')
    .find((line) => line.includes(`${path}: `));
  if (complaint !== undefined) throw new ProbeError(complaint);
  return '';
}
