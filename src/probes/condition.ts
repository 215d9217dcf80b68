import { ProbeError } from '../base/errors.ts';
import { raw, sh } from '../base/shell.ts';
import { ask, lastLine, type Probe, type ProbeKind } from './probe.ts';

/** Something to wait for on a host. All times are whole seconds. */
export interface ConditionQuestion {
  readonly what: PortCondition | PathCondition | { readonly kind: 'time' };
  /** False: until it is not so any more. */
  readonly isWanted: boolean;
  /** Before the first look. */
  readonly delay: number;
  /** Between looks. */
  readonly sleep: number;
  /** From the first look to giving up. */
  readonly timeout: number;
}

/** Something listens on a TCP port. */
export interface PortCondition {
  readonly kind: 'port';
  readonly host: string;
  readonly port: number;
  /** For one attempt. */
  readonly connectTimeout: number;
}

/** Something is at a path, or a file there has a line that matches. */
export interface PathCondition {
  readonly kind: 'path';
  readonly path: string;
  /** As `grep -E` takes it. */
  readonly pattern: string | null;
}

/** How the waiting ended. */
export interface ConditionAnswer {
  readonly isMet: boolean;
  /** Seconds. */
  readonly elapsed: number;
}

/** Waits on the host until something is so, or time is up. */
export function condition(question: ConditionQuestion): Probe<ConditionAnswer> {
  return ask(conditionKind, question);
}

/** A loop on the host: waiting costs one round trip. */
export const conditionKind: ProbeKind<ConditionQuestion, ConditionAnswer> = {
  name: 'condition',
  reads: () => 'host',
  patient: ({ what, delay, sleep, timeout }) => {
    const attempt = what.kind === 'port' ? what.connectTimeout : 0;
    return { timeoutMs: (delay + timeout + 2 * attempt + sleep + 15) * 1000 };
  },
  script: (questions) => questions.map(loopScript).join(''),
  parse(reply, questions) {
    const answers = [...reply.stdout.toString('utf8').matchAll(/^(met|late) (\d+)$/gm)];
    if (reply.timedOut) throw new ProbeError('The host did not end its waiting in time.');
    if (answers.length !== questions.length) {
      throw new ProbeError(lastLine(reply.stderr) ?? `The waiting ended with exit status ${reply.status}.`);
    }
    return answers.map(([, word, elapsed]) => ({ isMet: word === 'met', elapsed: Number(elapsed) }));
  },
};

function loopScript({ what, isWanted, delay, sleep, timeout }: ConditionQuestion): string {
  if (what.kind === 'time') return sh`sleep ${delay + timeout}; echo met ${delay + timeout}\n`;
  const test = raw(what.kind === 'port' ? portTest(what) : pathTest(what));
  const [yes, no] = [raw(isWanted ? 'if t' : 'if ! t'), delay === 0 ? raw(':') : raw(sh`sleep ${delay}`)];
  return sh`s=$(date +%s); ${no}
t() { ${test}
}
e=$(( $(date +%s) + ${timeout} ))
while :; do
${yes}; then echo met $(( $(date +%s) - s )); break; fi
[ $(date +%s) -lt $e ] || { echo late $(( $(date +%s) - s )); break; }
sleep ${sleep}
done
`;
}

// What can not be looked at may be there all the same: that is an error, not an answer.
function pathTest({ path, pattern }: PathCondition): string {
  if (pattern !== null) {
    return sh`[ -e ${path} ] || return 1; grep -qE -- ${pattern} ${path}; case $? in 0) return 0 ;; 1) return 1 ;; *) exit 2 ;; esac`;
  }
  return sh`[ -e ${path} ] && return; m=$(ls -Ld -- ${path} 2>&1 >/dev/null); case $m in '' | *'No such file or directory' | *'Not a directory') return 1 ;; *) printf '%s\\n' "$m" >&2; exit 2 ;; esac`;
}

/**
 * A socket of this host that listens is in `/proc/net/tcp`, which needs no program and disturbs no server; else
 * somebody has to connect: bash can, and so can `nc`. That of BusyBox knows no `-z`, but runs a program once it is connected.
 */
function portTest({ host, port, connectTimeout }: PortCondition): string {
  const listening = listeningPattern(host, port);
  const look = listening === null ? raw('') : raw(sh`grep -qsE ${listening} /proc/net/tcp /proc/net/tcp6 && return\n`);
  const none = listening === null ? "echo 'The host has neither bash nor nc to connect with.' >&2; exit 2" : 'return 1';
  return sh`${look}if command -v bash >/dev/null && command -v timeout >/dev/null; then timeout ${connectTimeout} bash -c ${`exec 3<>"/dev/tcp/$0/$1"`} ${host} ${port} 2>/dev/null
elif command -v nc >/dev/null; then
m=$(nc -z -w ${connectTimeout} ${host} ${port} 2>&1 </dev/null) && return
case $m in *'option'*'z'*) ;; *) return 1 ;; esac
m=$(nc -w ${connectTimeout} ${host} ${port} -e true 2>&1 </dev/null) && return
case $m in *'option'*) echo 'The nc of this host knows neither -z nor -e, and there is no bash to connect with.' >&2; exit 2 ;; *) return 1 ;; esac
else ${raw(none)}; fi`;
}

/** Lines of listening sockets (`0A`) that answer at a loopback address; `null` for any other one. See proc(5). */
function listeningPattern(host: string, port: number): string | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const v4 = '(0100007F|00000000|0{16}FFFF00000100007F|0{32})';
  const v6 = '(0{24}01000000|0{32})';
  if (host === '127.0.0.1') return `^ *[0-9]+: ${v4}:${hex} [0-9A-F]+:[0-9A-F]+ 0A `;
  if (host === '::1') return `^ *[0-9]+: ${v6}:${hex} [0-9A-F]+:[0-9A-F]+ 0A `;
  if (host === 'localhost') return `^ *[0-9]+: (${v4}|${v6}):${hex} [0-9A-F]+:[0-9A-F]+ 0A `;
  return null;
}
