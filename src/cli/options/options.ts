import { Option, type Command as Commander } from 'commander';
import type { OptionName, Options, VaultOptions } from './command.ts';
import {
  counted,
  listed,
  oneOf,
  onlyOnce,
  outputChoices,
  positive,
  rate,
  repeated,
  text,
  userName,
} from './option-values.ts';

/** Which hosts, and what is told of them. */
export function addHostOptions(command: Commander): Commander {
  command
    .optionsGroup('Hosts:')
    .option('-i, --inventory <file>', 'file, program, folder or `host1,host2,`; may be repeated', repeated)
    .option('-l, --limit <pattern>', 'only these of the hosts', onlyOnce)
    .option('-e, --extra-vars <vars>', 'k=v, JSON or @file; wins over all other variables', repeated)
    .option('--list-hosts', 'name the hosts, do nothing');
  return addVaultOptions(command);
}

/** With which passwords encrypted files are read. */
export function addVaultOptions(command: Commander): Commander {
  return command
    .optionsGroup('Vault:')
    .option('-J, --ask-vault-pass', 'ask for the password of encrypted files')
    .option('--vault-pass-file, --vault-password-file <file>', 'file with it, or a program that prints it', repeated)
    .option('--vault-id <id@source>', 'one of several: `prod@prompt`, `prod@file`; may be repeated', repeated);
}

/** The options of vaults of a command that was parsed. */
export function readVaultOptions(command: Commander): VaultOptions {
  const raw = command.opts<Partial<VaultOptions>>();
  return {
    askVaultPass: raw.askVaultPass ?? false,
    vaultPasswordFile: raw.vaultPasswordFile ?? [],
    vaultId: raw.vaultId ?? [],
  };
}

/** Whose variable, and where it is looked for. */
export function addExplainOptions(command: Commander): Commander {
  command
    .optionsGroup('Hosts:')
    .option('-i, --inventory <file>', 'file, program, folder or `host1,host2,`; may be repeated', repeated)
    .requiredOption('--host <host>', 'whose variable', text)
    .option('-e, --extra-vars <vars>', 'k=v, JSON or @file; wins over all other variables', repeated)
    .option('--facts', 'ask the host for its facts first');
  return addVaultOptions(command);
}

/** Which tasks. */
export function addTaskOptions(command: Commander): Commander {
  return command
    .optionsGroup('Tasks:')
    .option('-t, --tags <tags>', 'only tasks with one of these tags', listed)
    .option('--skip-tags <tags>', 'no tasks with one of these tags', listed)
    .option('--start-at-task <name>', 'leave out all tasks before this one', text)
    .option('--step', 'ask before each task')
    .option('--list-tasks', 'name the tasks, do nothing')
    .option('--list-tags', 'name the tags, do nothing')
    .option('--syntax-check', 'check all files, contact no host');
}

/** A run that does not write. */
export function addCheckOption(command: Commander): Commander {
  return command.optionsGroup('Caution:').option('-C, --check', 'say what would change, write nothing');
}

/** What files differ by. */
export function addDiffOption(command: Commander): Commander {
  return command.option('-D, --diff', 'show the difference of each change');
}

/** How hosts are reached, and as whom. */
export function addConnectionOptions(command: Commander): Commander {
  return command
    .optionsGroup('Connection:')
    .option('-u, --user <name>', 'user to log in as', text)
    .option('-k, --ask-pass', 'ask for the password of the login')
    .option('--key-file, --private-key <file>', 'private key to log in with', text)
    .option('-b, --become', 'become another user after login')
    .option('--become-user <name>', 'that user (default: root)', userName)
    .option('-K, --ask-become-pass', 'ask for the password for becoming it')
    .option('-T, --timeout <seconds>', 'for connecting (default: 10)', positive)
    .option('--host-key-checking <how>', 'yes, accept-new or no (default: yes)', oneOf(['yes', 'accept-new', 'no']))
    .option('-f, --forks <number>', 'hosts worked on at once (default: 50)', positive)
    .option('--upload-limit <rate>', 'bytes per second for large files, all hosts together: 500K, 10M', rate)
    .addOption(new Option('--stat-cache').hideHelp())
    .option('--no-stat-cache', 'hash large files of hosts, also when they look unchanged');
}

/** How it is told. */
export function addOutputOptions(command: Commander): Commander {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('-v, --verbose', 'what and why (-v), where (-vv), connections (-vvv)').argParser(counted))
    .option('-o, --output <kind>', 'live, lines, json, json=FILE or junit=FILE; may be repeated', outputChoices)
    .option('--profile', 'tell which tasks and hosts took long')
    .option('--color', 'colours, also where there is no terminal')
    .option('--no-color', 'no colours')
    .helpOption('-h, --help', 'show this');
}

/** The options of a command that was parsed. */
export function readOptions(command: Commander): Options {
  const raw = command.opts<RawOptions>();
  return {
    ...readVaultOptions(command),
    inventory: raw.inventory ?? [],
    limit: raw.limit ?? null,
    tags: raw.tags ?? [],
    skipTags: raw.skipTags ?? [],
    startAtTask: raw.startAtTask ?? null,
    step: raw.step ?? false,
    extraVars: raw.extraVars ?? [],
    check: raw.check ?? false,
    diff: raw.diff ?? false,
    forks: raw.forks ?? 50,
    uploadLimit: raw.uploadLimit ?? null,
    statCache: raw.statCache ?? true,
    user: raw.user ?? null,
    become: raw.become ?? false,
    becomeUser: raw.becomeUser ?? null,
    askBecomePass: raw.askBecomePass ?? false,
    askPass: raw.askPass ?? false,
    privateKey: raw.privateKey ?? null,
    listHosts: raw.listHosts ?? false,
    listTasks: raw.listTasks ?? false,
    listTags: raw.listTags ?? false,
    syntaxCheck: raw.syntaxCheck ?? false,
    verbosity: raw.verbose ?? 0,
    output: raw.output ?? [],
    profile: raw.profile ?? false,
    hostKeyChecking: raw.hostKeyChecking ?? 'yes',
    timeoutSeconds: raw.timeout ?? 10,
    colour: colourOf(raw.color),
    given: givenIn(raw),
  };
}

/** As commander has them: by their long names, absent when not given. */
type RawOptions = Partial<Omit<Options, 'given' | 'verbosity' | 'timeoutSeconds' | 'colour'>> & {
  readonly verbose?: number;
  readonly timeout?: number;
  readonly color?: boolean;
  /** Of `role` and `explain`: not options of all. */
  readonly hosts?: string;
  readonly host?: string;
  readonly facts?: boolean;
};

function colourOf(color: boolean | undefined): Options['colour'] {
  if (color === undefined) return 'auto';
  return color ? 'always' : 'never';
}

const otherNames: Readonly<Record<string, OptionName>> = {
  verbose: 'verbosity',
  timeout: 'timeoutSeconds',
  color: 'colour',
};

// No option has a default in commander, so what is there was given.
function givenIn(raw: RawOptions): ReadonlySet<OptionName> {
  const keys = Object.keys(raw).filter((key) => !['hosts', 'host', 'facts'].includes(key));
  return new Set(keys.map((key) => otherNames[key] ?? (key as OptionName)));
}
