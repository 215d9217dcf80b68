import { ProbeError } from '../base/errors.ts';
import type { Footprint } from '../base/footprint.ts';
import { aptScript, parseApt } from './packages-apt.ts';
import type { PackageQuestion, PackageState } from './package-shape.ts';
import { apkScript, dnfScript, parseApk, parseDnf } from './packages-other.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

export type { PackageManager, PackageState } from './package-shape.ts';

/** Asks how a package is, by whatever package manager the host has. */
export function packageState(name: string, candidate: PackageQuestion['candidate']): Probe<PackageState> {
  return ask(packageStateKind, { name, candidate });
}

// Two package managers can be there, as on Debian with dnf: the one that the system is made of comes first.
export const packageStateKind: ProbeKind<PackageQuestion, PackageState> = {
  name: 'package-state',
  reads: packageFootprint,
  isTidy: true,
  script: (questions) => `has() { command -v "$1" >/dev/null 2>&1; }
packages() { if has apt-get && has dpkg-query; then printf 'apt\\0'
${aptScript(questions)}elif has apk; then printf 'apk\\0'
${apkScript(questions)}elif has dnf; then printf 'dnf\\0'
${dnfScript(questions, 'dnf')}elif has yum; then printf 'yum\\0'
${dnfScript(questions, 'yum')}fi; }
packages && printf 'end\\0'
`,
  parse(reply, questions) {
    const fields = reply.stdout.toString('utf8').split('\0');
    const [manager, ...parts] = fields;
    if (reply.timedOut || reply.status !== 0 || fields.at(-2) !== 'end') {
      throw new ProbeError(`No answer about packages: ${lastLine(reply.stderr) ?? `exit status ${reply.status}`}`);
    }
    switch (manager) {
      case 'apt':
        return parseApt(parts, questions);
      case 'apk':
        return parseApk(parts, questions);
      case 'dnf':
      case 'yum':
        return parseDnf(manager, parts, questions);
      default:
        throw new ProbeError('The host has none of apt, dnf, yum and apk.');
    }
  },
};

function packageFootprint({ name, candidate }: PackageQuestion): Footprint {
  if (candidate === 'never') return [`package:${name}`];
  return ['package:*', 'path:/etc/apt', 'path:/var/lib/apt', 'path:/etc/yum.repos.d', 'path:/etc/apk'];
}
