/** How thoroughly the key of a host is checked: as OpenSSH's `StrictHostKeyChecking`. */
export type HostKeyChecking = 'yes' | 'accept-new' | 'no';

/** One report. */
export interface OutputChoice {
  readonly kind: 'live' | 'lines' | 'json' | 'junit';
  /** `null`: stdout. */
  readonly file: string | null;
}

/** Where the passwords of vaults come from. */
export interface VaultOptions {
  readonly askVaultPass: boolean;
  /** Files with a password, or programs that print one. */
  readonly vaultPasswordFile: readonly string[];
  /** `id@source`; the source is `prompt` or a file as above. */
  readonly vaultId: readonly string[];
}

/** Options of all commands; what a command does not have stays at its default. */
export interface Options extends VaultOptions {
  /** Files, folders or lists with a comma; empty when none is given. */
  readonly inventory: readonly string[];
  readonly limit: string | null;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  /** The name of the task to begin with. */
  readonly startAtTask: string | null;
  /** Ask before each task. */
  readonly step: boolean;
  /** As given: `k=v`, JSON, or `@file`; later ones win. */
  readonly extraVars: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly forks: number;
  /** Bytes per second that large files may take, all hosts together; `null`: no limit. */
  readonly uploadLimit: number | null;
  /** Remember hashes of the hosts' large files. */
  readonly statCache: boolean;
  readonly user: string | null;
  readonly become: boolean;
  readonly becomeUser: string | null;
  readonly askBecomePass: boolean;
  readonly askPass: boolean;
  /** Path of a private key. */
  readonly privateKey: string | null;
  readonly listHosts: boolean;
  readonly listTasks: boolean;
  readonly listTags: boolean;
  readonly syntaxCheck: boolean;
  /** How many `-v` there are. */
  readonly verbosity: number;
  /** How it is told; empty: on stdout, as suits it. At most one is without a file. */
  readonly output: readonly OutputChoice[];
  /** Tell which tasks and hosts took how long. */
  readonly profile: boolean;
  readonly hostKeyChecking: HostKeyChecking;
  /** For connecting. */
  readonly timeoutSeconds: number;
  readonly colour: 'auto' | 'always' | 'never';
  /** Options that stand on the command line; what does not may have a default of the site. */
  readonly given: ReadonlySet<OptionName>;
}

/** Name of an option in `Options`. */
export type OptionName = Exclude<keyof Options, 'given'>;

/** What `kmesh inventory` shows. */
export type ShownInventory =
  | { readonly kind: 'list' }
  /** A pattern that names one host. */
  | { readonly kind: 'host'; readonly host: string }
  /** `group` is `all` when none is given. */
  | { readonly kind: 'graph'; readonly group: string; readonly withVars: boolean };

/** `kmesh inventory`: it contacts no host. */
export interface InventoryCommand extends VaultOptions, Pick<Options, 'inventory' | 'limit' | 'extraVars'> {
  readonly kind: 'inventory';
  readonly shown: ShownInventory;
  readonly isYaml: boolean;
  /** Variables where they are set, rather than with each host. */
  readonly isExport: boolean;
  /** Whose `group_vars/` and `host_vars/` count; `null`: the working directory's. */
  readonly playbookDir: string | null;
}

/** `kmesh explain`: where a variable comes from. */
export interface ExplainCommand extends Options {
  readonly kind: 'explain';
  readonly name: string;
  /** `null`: the inventory alone. */
  readonly playbook: string | null;
  readonly host: string;
  /** Ask the host for its facts first. */
  readonly facts: boolean;
}

/** What `kmesh vault` can do. */
export const vaultActions = ['encrypt', 'decrypt', 'view', 'edit', 'create', 'rekey', 'encrypt-string'] as const;

/** One of them, with its options; what it does not have stays at its default. */
export interface VaultCommand extends VaultOptions {
  readonly kind: 'vault';
  readonly action: (typeof vaultActions)[number];
  /** Files, or the texts of `encrypt-string`; `-` is stdin. */
  readonly words: readonly string[];
  /** `-` is stdout; `null`: the file itself, and where there is none stdout. */
  readonly output: string | null;
  /** Which of several passwords is encrypted with. */
  readonly encryptVaultId: string | null;
  /** Of `rekey`, as `vaultId`. */
  readonly newVaultId: string | null;
  readonly newVaultPasswordFile: string | null;
  /** Of `encrypt-string`: names of variables, in the order of the texts. */
  readonly name: readonly string[];
  readonly stdinName: string | null;
  /** The text is asked for. */
  readonly prompt: boolean;
}

/** What a command line asks for. */
export type Command =
  | VaultCommand
  | ({ readonly kind: 'run'; readonly playbook: string } & Options)
  | ({ readonly kind: 'verify'; readonly playbook: string } & Options)
  | ({ readonly kind: 'status' } & Options)
  /** `pattern` is `all` when none is given. */
  | ({ readonly kind: 'role'; readonly name: string; readonly pattern: string } & Options)
  | ({ readonly kind: 'exec'; readonly pattern: string; readonly command: readonly string[] } & Options)
  | ({ readonly kind: 'facts'; readonly pattern: string } & Options)
  | InventoryCommand
  | ExplainCommand
  /** `run`: which one is to be told; `null`: list them. */
  | ({ readonly kind: 'journal'; readonly run: string | null } & Options)
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** `message` may have several lines, a hint being the last. */
  | { readonly kind: 'usage-error'; readonly message: string };
