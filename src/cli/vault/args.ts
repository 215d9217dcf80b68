import type { Command as Commander } from 'commander';
import { type Command, type VaultCommand, vaultActions } from '../options/command.ts';
import { commandExamples } from '../options/help.ts';
import { addVaultOptions, readVaultOptions } from '../options/options.ts';
import { repeated, text } from '../options/option-values.ts';

type Action = VaultCommand['action'];

const summaries: Readonly<Record<Action, string>> = {
  encrypt: 'encrypt files',
  decrypt: 'decrypt files',
  view: 'show what is in encrypted files',
  edit: 'edit encrypted files',
  create: 'write a new encrypted file in the editor',
  rekey: 'encrypt files with another password',
  'encrypt-string': 'encrypt a text, to be put into a file of variables',
};

const descriptions: Readonly<Partial<Record<Action, string>>> = {
  encrypt: 'Encrypts files, or what comes on stdin.',
  decrypt: 'Decrypts files, or what comes on stdin.',
  edit: 'Opens what is in a file in $VISUAL or $EDITOR, and encrypts it again.',
  'encrypt-string':
    'Encrypts texts: asked for (-p), from stdin, or, where the history of the shell may have them, words.',
};

const writesOne: ReadonlySet<Action> = new Set(['encrypt', 'decrypt', 'encrypt-string']);
const encrypts: ReadonlySet<Action> = new Set(['encrypt', 'create', 'edit', 'rekey', 'encrypt-string']);

/** Adds `kmesh vault` and what it can do. */
export function addVault(program: Commander, found: (command: Command) => void): void {
  const vault = program.command('vault').summary('encrypt files and values').usage('ACTION [options]');
  vault.description('Encrypts and decrypts as ansible-vault does.').helpCommand(false);
  vault.addHelpText('after', commandExamples.vault);
  for (const action of vaultActions) addAction(vault.command(action), action, found);
}

function addAction(command: Commander, action: Action, found: (command: Command) => void): void {
  command.summary(summaries[action]).description(descriptions[action] ?? `${capital(summaries[action])}.`);
  command.argument(argumentOf(action), action === 'encrypt-string' ? 'texts; `-` is stdin' : 'files; `-` is stdin');
  if (action === 'encrypt-string') command.alias('encrypt_string').usage('[options] [text...]');
  addVaultOptions(command);
  if (encrypts.has(action)) command.option('--encrypt-vault-id <id>', 'which of several ids to encrypt with', text);
  if (action === 'rekey') addRekeyOptions(command);
  if (writesOne.has(action)) command.option('--output <file>', 'where to; `-` is stdout', text);
  if (action === 'encrypt-string') addStringOptions(command);
  command.helpOption('-h, --help', 'show this');
  command.action((words: string | string[]) => found(read(command, action, [words].flat())));
}

function argumentOf(action: Action): string {
  if (action === 'encrypt-string') return '[text...]';
  if (action === 'create') return '<file>';
  return action === 'encrypt' || action === 'decrypt' ? '[file...]' : '<file...>';
}

function addRekeyOptions(command: Commander): void {
  command
    .option('--new-vault-id <id@source>', 'the new id and where its password comes from', text)
    .option('--new-vault-password-file <file>', 'file with the new password, or a program that prints it', text);
}

function addStringOptions(command: Commander): void {
  command
    .option('-n, --name <name>', 'name of the variable; once for each text', repeated)
    .option('--stdin-name <name>', 'name of the variable that comes on stdin', text)
    .option('-p, --prompt', 'ask for the text');
}

type Raw = Partial<Omit<VaultCommand, 'kind' | 'action' | 'words'>>;

function read(command: Commander, action: Action, words: readonly string[]): VaultCommand {
  const raw = command.opts<Raw>();
  return {
    kind: 'vault',
    action,
    words,
    ...readVaultOptions(command),
    output: raw.output ?? null,
    encryptVaultId: raw.encryptVaultId ?? null,
    newVaultId: raw.newVaultId ?? null,
    newVaultPasswordFile: raw.newVaultPasswordFile ?? null,
    name: raw.name ?? [],
    stdinName: raw.stdinName ?? null,
    prompt: raw.prompt ?? false,
  };
}

function capital(words: string): string {
  return words.replace(/^./, (first) => first.toUpperCase());
}
