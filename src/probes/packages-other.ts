import { raw, sh } from '../base/shell.ts';
import type { PackageManager, PackageQuestion, PackageState } from './package-shape.ts';

/** One `rpm -q` for all packages; only for missing ones `--whatprovides` and a look at the repositories. See rpm(8). */
export function dnfScript(questions: readonly PackageQuestion[], program: 'dnf' | 'yum'): string {
  const query = raw(program === 'dnf' ? 'dnf -q repoquery --latest-limit=1' : 'repoquery -q');
  return sh`f='%{NAME}\\t%{VERSION}-%{RELEASE}\\n'; o=$(rpm -q --qf "$f" -- ${namesOf(questions)} | grep -v ' ')
printf '%s\\0' "$o"; t='\t'; m=; set -- ${namesOf(questions.filter((q) => q.candidate === 'always'))}
for p in ${namesOf(questions.filter((q) => q.candidate === 'missing'))}; do case "
$o" in *"
$p$t"*) ;; *) m="$m $p"; set -- "$@" "$p" ;; esac; done
for p in $m; do printf '%s\\t' "$p"; rpm -q --qf '%{NAME}\\n' --whatprovides -- "$p" | grep -v ' '; echo; done
printf '\\0'; [ $# = 0 ] || ${query} --qf '%{name}\\t%{version}-%{release}\\n' -- "$@"
printf '\\0'
`;
}

/** The answers in what the script printed. */
export function parseDnf(
  manager: PackageManager,
  parts: readonly string[],
  questions: readonly PackageQuestion[],
): PackageState[] {
  const installed = pairsOf(parts[0] ?? '');
  const providers = pairsOf(parts[1] ?? '');
  const candidates = pairsOf(parts[2] ?? '');
  return questions.map(({ name }) => {
    const candidate = candidates.get(name) ?? null;
    return {
      manager,
      installed: installed.get(name) ?? null,
      hasLeftovers: false,
      providedBy: providers.get(name) ?? null,
      candidate,
      available: candidate === null ? [] : [candidate],
    };
  });
}

/** One `apk policy` for all packages: it knows the installed versions, too. See apk-policy(8). */
export function apkScript(questions: readonly PackageQuestion[]): string {
  return sh`apk policy -- ${namesOf(questions)} || return; printf '\\0'\n`;
}

/** The answers in what the script printed. */
export function parseApk([output = '']: readonly string[], questions: readonly PackageQuestion[]): PackageState[] {
  const blocks = new Map(
    output.split(/^(?=\S)/m).map((block) => [/^(\S+) policy:\n/.exec(block)?.[1] ?? '', block] as const),
  );
  return questions.map(({ name }) => {
    const versions = [...(blocks.get(name) ?? '').matchAll(/^ {2}(\S+):\n((?: {4}.*\n?)*)/gm)];
    const installed = versions.find((match) => match[2]?.includes('lib/apk/db/installed'));
    const available = versions
      .filter((match) => /^ {4}(?!lib\/apk)/m.test(match[2] ?? ''))
      .map((match) => match[1] ?? '');
    return {
      manager: 'apk',
      installed: installed?.[1] ?? null,
      hasLeftovers: false,
      providedBy: null,
      candidate: available.at(-1) ?? null,
      available,
    };
  });
}

function namesOf(questions: readonly PackageQuestion[]): string[] {
  return [...new Set(questions.map((q) => q.name))];
}

function pairsOf(output: string): Map<string, string> {
  const pairs = output.split('\n').map((line) => line.split('\t'));
  return new Map(pairs.flatMap(([name = '', value = '']) => (value === '' ? [] : [[name, value] as const])));
}
