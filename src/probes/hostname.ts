import { ask, type Probe, type ProbeKind, textOf } from './probe.ts';

/** Asks the static name of the host; `null` when none is set. See hostname(5). */
export function staticHostname(): Probe<string | null> {
  return ask(staticHostnameKind, null);
}

const staticHostnameKind: ProbeKind<null, string | null> = {
  name: 'static-hostname',
  reads: () => ['path:/etc/hostname', 'kernel:hostname'],
  // The first line that is neither empty nor a comment, as systemd reads it.
  script: () =>
    `[ ! -e /etc/hostname ] || while read -r name; do case $name in ''|'#'*) ;; *) printf '%s' "$name"; break ;; esac; done </etc/hostname\n`,
  parse: (reply, questions) => {
    const name = textOf(reply, 'The host name').trim() || null;
    return questions.map(() => name);
  },
};

/** Asks the name that the kernel has now. See hostname(7). */
export function runningHostname(): Probe<string> {
  return ask(runningHostnameKind, null);
}

const runningHostnameKind: ProbeKind<null, string> = {
  name: 'running-hostname',
  reads: () => ['kernel:hostname'],
  script: () => `read -r name </proc/sys/kernel/hostname && printf '%s' "$name"\n`,
  parse: (reply, questions) => {
    const name = textOf(reply, 'The host name').trim();
    return questions.map(() => name);
  },
};
