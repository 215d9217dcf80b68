import { type Diagnostic, diagnostic, formatDiagnostic, sortDiagnostics } from '../../base/diagnostic.ts';

// More names than this say no more than their number.
const namedHosts = 5;

/** Problems that were found host by host: each once, with the hosts it is on when it is not on all of them. */
export class Findings {
  readonly #found = new Map<
    string,
    { readonly problem: Diagnostic; readonly hosts: Set<string>; readonly among: number }
  >();
  #among = 0;

  /** From now on this many hosts are looked at. */
  among(hosts: readonly string[]): void {
    this.#among = hosts.length;
  }

  /** Problems of one host. */
  on(host: string, problems: readonly Diagnostic[]): void {
    for (const problem of problems) {
      const key = formatDiagnostic(problem);
      const known = this.#found.get(key) ?? { problem, hosts: new Set<string>(), among: this.#among };
      this.#found.set(key, known);
      known.hosts.add(host);
    }
  }

  /** A problem of no host in particular. */
  add(problem: Diagnostic): void {
    this.#found.set(formatDiagnostic(problem), { problem, hosts: new Set(), among: 0 });
  }

  all(): Diagnostic[] {
    const all = [...this.#found.values()].map(({ problem, hosts, among }) =>
      hosts.size === 0 || hosts.size >= among ? problem : withHosts(problem, [...hosts]),
    );
    return sortDiagnostics(all);
  }
}

function withHosts({ at, message, hint }: Diagnostic, hosts: readonly string[]): Diagnostic {
  const more = hosts.length - namedHosts;
  const names = `${hosts.slice(0, namedHosts).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return diagnostic(at, message, [hint, `On ${names}.`].filter((part) => part !== null).join(' '));
}
