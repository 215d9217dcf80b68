import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { Data } from '../base/node.ts';
import { Secret } from '../base/secrets.ts';
import type { Span } from '../base/source.ts';
import { isUserName } from '../base/user-name.ts';
import { meantSetting, type Setting, settingNames } from './connection-names.ts';
import { splitWords } from '../base/shell-words.ts';

/** How a host is reached and who tasks run as there; `null`: the inventory does not say. */
export interface ConnectionSettings {
  readonly address: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly privateKeyFile: string | null;
  readonly connection: 'ssh' | 'openssh' | 'local' | null;
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no' | null;
  readonly connectTimeoutMs: number | null;
  readonly become: boolean | null;
  readonly becomeUser: string | null;
  readonly becomeMethod: 'sudo' | null;
  readonly becomePassword: Secret | null;
  /** `ansible_ssh_args`, `…_common_args` and `…_extra_args` in this order, as words. */
  readonly sshArgs: readonly string[];
}

/** A variable's value after templates were rendered, and where it was set. */
export interface ConnectionVariable {
  readonly value: Data;
  readonly at: Span | null;
}

/** Settings as far as they could be read. */
export interface ReadConnection {
  readonly settings: ConnectionSettings;
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Reads Ansible's connection variables (`ansible_host`, `ansible_port`, …) out of the variables of one host. */
export function connectionVars(variables: ReadonlyMap<string, ConnectionVariable>): ReadConnection {
  const findings = { diagnostics: [] as Diagnostic[], warnings: [] as Diagnostic[] };
  const reader = new SettingReader(variables, findings);
  const settings: ConnectionSettings = {
    address: reader.read('address', 'the name or address of a host', address),
    port: reader.read('port', 'a number from 1 to 65535', port),
    user: reader.read('user', 'the name of a user', word),
    password: reader.read('password', 'a text', secret),
    privateKeyFile: reader.read('privateKeyFile', 'the path of a file', text),
    connection: reader.read('connection', '`ssh`, `openssh` or `local`', connection),
    hostKeyChecking: reader.read('hostKeyChecking', '`true`, `false` or `accept-new`', hostKeyChecking),
    connectTimeoutMs: reader.read('timeout', 'a number of seconds', milliseconds),
    become: reader.read('become', '`true` or `false`', bool),
    becomeUser: reader.read('becomeUser', 'the name of a user', userName),
    becomeMethod: reader.read('becomeMethod', '`sudo`, the only method there is', sudo),
    becomePassword: reader.read('becomePassword', 'a text', secret),
    sshArgs: (['sshArgs', 'sshCommonArgs', 'sshExtraArgs'] as const).flatMap(
      (setting) => reader.read(setting, 'options of ssh such as `-o ProxyJump=gate`', sshWords) ?? [],
    ),
  };
  warnOfSlips(variables, findings.warnings);
  return { settings, ...findings };
}

/** Warns of `ansible_…` names that nothing reads and that look like one that is read. */
export function warnOfSlips(
  variables: Iterable<readonly [string, { readonly at: Span | null }]>,
  warnings: Diagnostic[],
): void {
  for (const [name, { at }] of variables) {
    const meant = meantSetting(name);
    if (meant !== null) warnings.push(diagnostic(at, `Nothing reads \`${name}\`.`, `Did you mean \`${meant}\`?`));
  }
}

interface Findings {
  readonly diagnostics: Diagnostic[];
  readonly warnings: Diagnostic[];
}

class SettingReader {
  readonly #variables: ReadonlyMap<string, ConnectionVariable>;
  readonly #findings: Findings;

  constructor(variables: ReadonlyMap<string, ConnectionVariable>, findings: Findings) {
    this.#variables = variables;
    this.#findings = findings;
  }

  /** The setting's value; `null` when no name of it is set or the value is wrong. `parse` gives `null` for wrong ones. */
  read<T>(setting: Setting, wanted: string, parse: (value: Data) => T | null): T | null {
    const set = settingNames[setting].filter((name) => (this.#variables.get(name)?.value ?? null) !== null);
    const name = set.at(-1);
    const variable = name === undefined ? undefined : this.#variables.get(name);
    if (name === undefined || variable === undefined) return null;
    this.#warnOfTwo(set, name);
    const value = parse(variable.value);
    if (value !== null) return value;
    const isSecret = setting === 'password' || setting === 'becomePassword';
    const shown = isSecret ? 'This value' : `\`${JSON.stringify(variable.value).replace(/^"(.*)"$/, '$1')}\``;
    this.#findings.diagnostics.push(diagnostic(variable.at, `\`${name}\` is ${wanted}. ${shown} is not.`));
    return null;
  }

  #warnOfTwo(set: readonly string[], winner: string): void {
    const winning = JSON.stringify(this.#variables.get(winner)?.value);
    for (const name of set) {
      const variable = this.#variables.get(name);
      if (variable === undefined || JSON.stringify(variable.value) === winning) continue;
      const message = `\`${name}\` counts for nothing: \`${winner}\` is set, too.`;
      this.#findings.warnings.push(
        diagnostic(variable.at, message, 'They are two names of one setting: use one of them.'),
      );
    }
  }
}

function text(value: Data): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

// No word may start like an option: it would be one when it comes to stand in an argv.
function word(value: Data): string | null {
  const found = typeof value === 'number' ? String(value) : value;
  return typeof found === 'string' && /^[^\s-][^\s]*$/.test(found) ? found : null;
}

function userName(value: Data): string | null {
  const found = word(value);
  return found !== null && isUserName(found) ? found : null;
}

function address(value: Data): string | null {
  const found = word(value);
  return found === null || /[/@'"`$;&|<>()]/.test(found) ? null : found.replace(/^\[(.*)\]$/, '$1');
}

function port(value: Data): number | null {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : null;
}

function secret(value: Data): Secret | null {
  if (typeof value === 'number') return new Secret(String(value));
  return typeof value === 'string' ? new Secret(value) : null;
}

function connection(value: Data): ConnectionSettings['connection'] {
  const name = typeof value === 'string' ? value.replace(/^ansible\.(?:builtin|netcommon)\./, '') : '';
  if (['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(name)) return 'ssh';
  return name === 'local' || name === 'openssh' ? name : null;
}

function hostKeyChecking(value: Data): 'yes' | 'accept-new' | 'no' | null {
  if (value === 'accept-new') return value;
  const checked = bool(value);
  return checked === null ? null : checked ? 'yes' : 'no';
}

function milliseconds(value: Data): number | null {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= 86_400 ? Math.round(number * 1000) : null;
}

function bool(value: Data): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const written = String(value).toLowerCase();
  if (['yes', 'true', 'on', '1', 'y', 't'].includes(written)) return true;
  return ['no', 'false', 'off', '0', 'n', 'f'].includes(written) ? false : null;
}

function sudo(value: Data): 'sudo' | null {
  return value === 'sudo' || value === 'ansible.builtin.sudo' ? 'sudo' : null;
}

// Options with a value and without one that shape how a connection is made; none that forwards, forks or logs.
const sshOption = /^-(?:[oJpliFbcmB]|[46ACaqvkKxTty]+)$/;

function sshWords(value: Data): readonly string[] | null {
  if (value === '') return [];
  const words = typeof value === 'string' ? splitWords(value, { comments: false }) : null;
  if (words === null || words.problem !== null) return null;
  const texts = words.words.map((one) => one.text);
  for (let i = 0; i < texts.length; i++) {
    const here = texts[i] ?? '';
    if (!sshOption.test(here.slice(0, 2))) return null;
    const takesValue = /^-[oJpliFbcmB]/.test(here);
    if (!takesValue && !sshOption.test(here)) return null;
    if (takesValue && here.length === 2 && ++i >= texts.length) return null;
  }
  return texts;
}
