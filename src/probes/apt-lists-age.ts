import { ProbeError } from '../base/errors.ts';
import { ask, type Probe, type ProbeKind, textOf } from './probe.ts';

/** Asks how many seconds ago the package lists of apt were refreshed; `null`: never. */
export function aptListsAge(): Probe<number | null> {
  return ask(aptListsAgeKind, null);
}

export const aptListsAgeKind: ProbeKind<null, number | null> = {
  name: 'apt-lists-age',
  reads: () => ['path:/var/lib/apt'],
  // Some systems have a stamp, and the directory changes whenever a list does; a host without lists never refreshed.
  script: () => `l=/var/lib/apt/lists; date +%s; set -- $l/*_InRelease $l/*_Release $l/*_Packages*
for f; do [ -e "$f" ] && exec stat -c %Y $l $(ls /var/lib/apt/periodic/update-success-stamp 2>/dev/null); done; exit 0
`,
  parse(reply, questions) {
    const lines = textOf(reply, 'The age of the package lists').trim().split('\n');
    if (!lines.every((line) => /^\d+$/.test(line))) throw new ProbeError('The host does not say what time it is.');
    const [now = 0, ...stamps] = lines.map(Number);
    const age = stamps.length === 0 ? null : Math.max(0, now - Math.max(...stamps));
    return questions.map(() => age);
  },
};
