import { sh } from '../base/shell.ts';
import type { PackageQuestion, PackageState } from './package-shape.ts';

/**
 * One `dpkg-query` for all packages (which ends with 1 when one is unknown); only for missing ones another one for who provides them, and `apt-cache`.
 *
 * See dpkg-query(1), apt-cache(8).
 */
export function aptScript(questions: readonly PackageQuestion[]): string {
  const names = (wanted: (q: PackageQuestion) => boolean): string[] => [
    ...new Set(questions.filter(wanted).map((q) => bareName(q.name))),
  ];
  return sh`o=$(dpkg-query -W -f '\${db:Status-Abbrev}\\t\${Package}\\t\${Version}\\t\${Architecture}\\n' -- ${names(() => true)}) || [ $? = 1 ] || return
printf '%s\\0' "$o"; t='\t'; m=; set -- ${names((q) => q.candidate === 'always')}
for p in ${names((q) => q.candidate === 'missing')}; do case $o in *"ii $t$p$t"* | *"hi $t$p$t"*) ;; *) m=1; set -- "$@" "$p" ;; esac; done
[ -z "$m" ] || dpkg-query -W -f '\${db:Status-Abbrev}\\t\${Package}\\t\${Version}\\t\${Provides}\\n' | grep "^.i.$t.*$t.*$t."
printf '\\0'; [ $# = 0 ] || apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy -- "$@" || return
printf '\\0'
`;
}

/** The answers in what the script printed. */
export function parseApt(parts: readonly string[], questions: readonly PackageQuestion[]): PackageState[] {
  const [installed = '', provides = '', policies = ''] = parts;
  const lines = linesOf(installed);
  const providers = providersFrom(provides);
  const known = policiesFrom(policies);
  return questions.map(({ name }) => {
    const [bare = '', arch] = name.split(':');
    const own = lines.filter((line) => line.name === bare && (arch === undefined || line.last === arch));
    const here = own.find(({ status }) => /^.[iWt]/.test(status));
    return {
      manager: 'apt',
      installed: here?.version ?? null,
      hasLeftovers: here === undefined && own.some(({ status }) => status[1] === 'c'),
      providedBy: providers.get(bare) ?? null,
      candidate: known.get(bare)?.candidate ?? null,
      available: known.get(bare)?.available ?? [],
    };
  });
}

function bareName(name: string): string {
  return name.split(':')[0] ?? name;
}

interface DpkgLine {
  readonly status: string;
  readonly name: string;
  readonly version: string;
  readonly last: string;
}

function linesOf(output: string): DpkgLine[] {
  return output.split('\n').flatMap((line) => {
    const [status, name, version = '', last = ''] = line.split('\t');
    return status === undefined || name === undefined ? [] : [{ status, name, version, last }];
  });
}

// `Provides: awk, editor (= 2)`; the first that provides a name is as good as any.
function providersFrom(output: string): Map<string, string> {
  const providers = new Map<string, string>();
  for (const { name, last } of linesOf(output)) {
    for (const provided of last.split(',')) {
      const virtual = provided.trim().split(' ')[0] ?? '';
      if (!providers.has(virtual)) providers.set(virtual, name);
    }
  }
  return providers;
}

interface Policy {
  readonly candidate: string | null;
  readonly available: readonly string[];
}

function policiesFrom(output: string): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const block of output.split(/^(?=\S)/m)) {
    const name = /^(\S+):\n/.exec(block)?.[1];
    if (name === undefined) continue;
    const candidate = /^ {2}Candidate: (\S+)$/m.exec(block)?.[1] ?? '(none)';
    const available = [...block.matchAll(/^ (?:\*\*\*| {3}) (\S+) -?\d+$/gm)].map((match) => match[1] ?? '');
    policies.set(name, { candidate: candidate === '(none)' ? null : candidate, available });
  }
  return policies;
}
