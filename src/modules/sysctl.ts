import { PlanError } from '../base/errors.ts';
import { pathArea } from '../base/footprint.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { sysctlPath, sysctlValue } from '../probes/sysctl-value.ts';
import { type AttributeArgs, attributeProperties, pathSchema } from './attributes.ts';
import { type EditedFile, editedFileProbes, planText, textBefore } from './edited-file.ts';
import { argProblem, defineModule, resultOf } from './module.ts';

export interface SysctlArgs extends AttributeArgs {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly state: 'absent' | 'present';
  readonly sysctl_file: string;
  readonly sysctl_set: boolean;
  readonly reload: boolean;
  readonly ignoreerrors: boolean;
}

export interface SysctlState extends EditedFile {
  /** `null`: the kernel does not know it. */
  readonly live: string | null;
}

/** Keeps a kernel parameter, now and at boot. See sysctl.d(5). */
export const sysctl = defineModule<SysctlArgs, SysctlState>({
  name: 'sysctl',
  description: 'Sets a kernel parameter, in a file that is read at boot and in the running kernel.',
  effects: 'host',
  aliases: { key: 'name', val: 'value' },
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        pattern: '^(?!.*(\\.\\.|//))[A-Za-z0-9_][A-Za-z0-9_.:/@-]*[./][A-Za-z0-9_.:/@-]*[A-Za-z0-9_]$',
        description: 'The parameter: `net.ipv4.ip_forward`, or `net.ipv4.conf.eth0/100.rp_filter` for `eth0.100`.',
      },
      value: {
        type: ['string', 'number', 'boolean', 'null'],
        default: null,
        description: 'What it is to be; several numbers with spaces between.',
      },
      state: { enum: ['absent', 'present'], default: 'present', description: 'Whether the file is to set it.' },
      sysctl_file: { ...pathSchema('The file that is read at boot.'), default: '/etc/sysctl.conf' },
      sysctl_set: {
        type: 'boolean',
        default: false,
        description: 'Sets it in the running kernel, too, whatever `reload` says.',
      },
      reload: { type: 'boolean', default: true, description: 'Sets it in the running kernel, too.' },
      ignoreerrors: {
        type: 'boolean',
        default: false,
        description: 'A parameter that the kernel does not know is only put into the file.',
      },
      ...attributeProperties,
    },
  },

  check: ({ state, value }) =>
    state === 'present' && value === null
      ? [argProblem('value', '`value` is missing: `state: present` needs it.')]
      : [],

  probe: ({ name, sysctl_file }) => ({ ...editedFileProbes(sysctl_file), live: sysctlValue(sysctlPath(name)) }),

  plan(args, state) {
    const text = withParameter(textBefore(args.sysctl_file, state), args);
    const isNeeded = state.file !== null || text !== '';
    const file = { ...args, path: args.sysctl_file, text, validate: null, backup: false };
    return [...(isNeeded ? planText(file, state) : []), ...planLive(args, state)];
  },

  result: ({ name, value }, { live }) => resultOf({ name, value, live }),
});

function planLive(args: SysctlArgs, { live }: SysctlState): Change[] {
  const { name, state, reload, sysctl_set, ignoreerrors } = args;
  if (state === 'absent' || !(reload || sysctl_set)) return [];
  if (live === null && ignoreerrors) return [];
  if (live === null) {
    throw new PlanError(`The kernel has no parameter \`${name}\`.`, {
      hint: 'A kernel module may be missing: `net.bridge.*` comes with `br_netfilter`. Load it before, with `modprobe`.',
    });
  }
  const value = valueOf(args);
  if (normal(live) === normal(value)) return [];
  const path = sysctlPath(name);
  const command = ['tee', path];
  return [runCommand({ command, stdin: `${value}\n`, touches: [pathArea(path)], before: normal(live), after: value })];
}

function valueOf({ value }: SysctlArgs): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return normal(String(value ?? ''));
}

// Tabs between numbers are spaces that the kernel likes better.
function normal(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

/** The first line of a parameter is kept up to date; later ones, which would win, go. */
function withParameter(text: string, args: SysctlArgs): string {
  const path = sysctlPath(args.name);
  const wanted = args.state === 'absent' ? null : `${args.name} = ${valueOf(args)}\n`;
  const lines: string[] = [];
  let isDone = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const found = parameterOf(line);
    if (found === null || sysctlPath(found.name) !== path) lines.push(line);
    else if (wanted !== null && !isDone) {
      lines.push(normal(found.value) === valueOf(args) ? line : wanted);
      isDone = true;
    }
  }
  if (wanted === null || isDone) return lines.join('');
  const before = lines.join('');
  return `${before === '' || before.endsWith('\n') ? before : `${before}\n`}${wanted}`;
}

// A dash before the name says that errors do not matter.
function parameterOf(line: string): { name: string; value: string } | null {
  const match = /^\s*-?([^#;=\s][^=]*?)\s*=(.*)$/s.exec(line);
  return match === null ? null : { name: match[1] ?? '', value: match[2] ?? '' };
}
