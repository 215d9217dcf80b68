import { PlanError } from '../base/errors.ts';
import { type Change, runCommand } from '../changes/change.ts';
import { contentOf } from '../changes/content.ts';
import { type FileState, fileState } from '../probes/file-state.ts';
import { kernelModule, type KernelModuleState } from '../probes/kernel-module.ts';
import { beforeOf } from './attributes.ts';
import { defineModule, resultOf } from './module.ts';
import { planFile, requireDirectory } from './plan-file.ts';

export interface ModprobeArgs {
  readonly name: string;
  readonly state: 'absent' | 'present';
  readonly params: string;
  readonly persistent: 'absent' | 'disabled' | 'present';
}

export interface ModprobeState {
  readonly module: KernelModuleState;
  readonly boot?: FileState | null;
  readonly bootDirectory?: FileState | null;
  readonly options?: FileState | null;
  readonly optionsDirectory?: FileState | null;
}

/** Keeps a kernel module loaded, now and at boot. See modprobe(8), modules-load.d(5). */
export const modprobe = defineModule<ModprobeArgs, ModprobeState>({
  name: 'modprobe',
  description: 'Loads or unloads a kernel module, now and, when asked, at boot; one that is built in is there.',
  effects: 'host',
  schema: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
        maxLength: 64,
        description: 'The module; dashes and underscores are the same.',
      },
      state: { enum: ['absent', 'present'], default: 'present', description: 'Whether it is to be loaded.' },
      params: {
        type: 'string',
        pattern: '^[^\\n\\r\\u0000]*$',
        default: '',
        description: 'Parameters, used when it is loaded: `name=value`, with spaces between.',
      },
      persistent: {
        enum: ['absent', 'disabled', 'present'],
        default: 'disabled',
        description:
          'Whether `/etc/modules-load.d/NAME.conf` (and, with `params`, `/etc/modprobe.d/NAME.conf`) has it loaded at boot; `disabled` leaves them alone.',
      },
    },
  },

  probe({ name, persistent }) {
    const module = kernelModule(name);
    if (persistent === 'disabled') return { module };
    const { boot, options } = filesOf(name);
    return {
      module,
      boot: fileState(boot, { hash: true, content: { unless: contentOf(`${name}\n`).sha256 } }),
      bootDirectory: fileState('/etc/modules-load.d', { follow: true }),
      options: fileState(options, { hash: true, content: { unless: '' } }),
      optionsDirectory: fileState('/etc/modprobe.d', { follow: true }),
    };
  },

  // The options come first, so that they hold for the loading, too.
  plan: (args, state) => [...planOptions(args, state), ...planBoot(args, state), ...planLive(args, state.module)],
  result: ({ name, state, params }, { module }) => resultOf({ name, state, params, kernel: module.kernel }),
});

function filesOf(name: string): { boot: string; options: string } {
  return { boot: `/etc/modules-load.d/${name}.conf`, options: `/etc/modprobe.d/${name}.conf` };
}

function planLive({ name, state, params }: ModprobeArgs, module: KernelModuleState): Change[] {
  const isThere = module.state === 'loaded' || module.state === 'built-in';
  if (state === 'absent') {
    if (module.state === 'built-in')
      throw new PlanError(`\`${name}\` is built into the kernel ${module.kernel}: it can not be unloaded.`);
    return isThere ? [change(['modprobe', '-r', name], 'loaded', 'not loaded')] : [];
  }
  if (isThere) return [];
  if (module.state === 'lacking') {
    const hint = module.hasModules
      ? null
      : `\`/lib/modules/${module.kernel}\` is not there: was the kernel updated without a reboot?`;
    throw new PlanError(`The kernel ${module.kernel} has no module \`${name}\`.`, { hint });
  }
  const words = params.split(/\s+/).filter((word) => word !== '');
  return [change(['modprobe', name, ...words], 'not loaded', 'loaded')];
}

// A module brings parameters and files under /sys and /proc.
function change(command: readonly string[], before: string, after: string): Change {
  return runCommand({ command, touches: ['kernel:*', 'path:/proc', 'path:/sys'], before, after });
}

function planBoot({ name, persistent }: ModprobeArgs, { module, boot, bootDirectory }: ModprobeState): Change[] {
  if (persistent === 'disabled') return [];
  const path = filesOf(name).boot;
  const others = module.bootFiles.filter((file) => file !== path);
  if (persistent === 'absent') {
    if (others.length > 0)
      throw new PlanError(`\`${name}\` is loaded at boot by ${others.join(', ')}.`, {
        hint: 'Take it out there, with `lineinfile`.',
      });
    return planRemoval(path, boot ?? null);
  }
  if (module.bootFiles.length > 0) return [];
  requireDirectory(path, bootDirectory ?? null);
  return planFile(wantedFile(path, `${name}\n`), boot ?? null);
}

function planOptions(
  { name, persistent, params }: ModprobeArgs,
  { options, optionsDirectory }: ModprobeState,
): Change[] {
  const path = filesOf(name).options;
  if (persistent === 'absent') return planRemoval(path, options ?? null);
  if (persistent === 'disabled' || params.trim() === '') return [];
  requireDirectory(path, optionsDirectory ?? null);
  return planFile(wantedFile(path, `options ${name} ${params.trim()}\n`), options ?? null);
}

function wantedFile(path: string, text: string) {
  return {
    path,
    content: contentOf(text),
    validate: null,
    backup: false,
    force: true,
    mode: '0644',
    owner: null,
    group: null,
  };
}

function planRemoval(path: string, before: FileState | null): Change[] {
  return before === null ? [] : [{ kind: 'remove-path', path, type: before.type, before: beforeOf(before) }];
}
