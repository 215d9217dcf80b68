import { Command as Commander, CommanderError } from 'commander';
import type { Command } from './command.ts';
import { commandExamples, description, programExamples } from './help.ts';
import { addInventoryOptions, readInventoryOptions } from './inventory-options.ts';
import {
  addCheckOption,
  addConnectionOptions,
  addDiffOption,
  addExplainOptions,
  addHostOptions,
  addOutputOptions,
  addTaskOptions,
  readOptions,
} from './options.ts';
import { text } from './option-values.ts';
import { usageError } from './usage-error.ts';
import { addVault } from '../vault/args.ts';

/** What a command line asks for; `argv` is without the names of Node and the program. Ends and prints nothing. */
export function parseArgs(argv: readonly string[]): Command {
  const printed: string[] = [];
  const found: Command[] = [];
  const program = createProgram(
    (command) => found.push(command),
    (line) => printed.push(line),
  );
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return commandOf(error, { program, argv, printed: printed.join('') });
  }
  const [command] = found;
  if (command === undefined) throw new Error('bug: a command line without a command');
  return command;
}

interface Parsed {
  readonly program: Commander;
  readonly argv: readonly string[];
  readonly printed: string;
}

// Commander ends a parse by throwing, also after help and version.
function commandOf(error: CommanderError, { program, argv, printed }: Parsed): Command {
  switch (error.code) {
    case 'commander.help':
    case 'commander.helpDisplayed':
      return { kind: 'help', text: printed };
    case 'commander.version':
      return { kind: 'version' };
    default:
      return { kind: 'usage-error', message: usageError(error, program, argv) };
  }
}

function createProgram(found: (command: Command) => void, print: (text: string) => void): Commander {
  const program = new Commander('kmesh')
    .description(description)
    .usage('COMMAND [options]')
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: () => {},
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options] ', '')}` })
    .showSuggestionAfterError(false)
    .version('', '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand('help [command]', 'show the options of a command')
    .addHelpText('after', programExamples);
  addRun(program, found);
  addVerify(program, found);
  addRole(program, found);
  addExec(program, found);
  addFacts(program, found);
  addStatus(program, found);
  addInventory(program, found);
  addExplain(program, found);
  addJournal(program, found);
  addVault(program, found);
  return program;
}

function addRun(program: Commander, found: (command: Command) => void): void {
  const command = program.command('run').argument('<playbook>', 'file of plays').summary('run a playbook');
  command.description('Runs a playbook: asks the hosts what is there, changes what differs.');
  addPlayOptions(command).addHelpText('after', commandExamples.run);
  command.action((playbook: string) => found({ kind: 'run', playbook, ...readOptions(command) }));
}

function addVerify(program: Commander, found: (command: Command) => void): void {
  const command = program.command('verify').argument('<playbook>', 'file of plays').summary('ask whether all is well');
  command.description(
    'Asks what the roles of a playbook say must be true (their `verify/main.yml`), and changes nothing.',
  );
  addHostOptions(command);
  addOutputOptions(addConnectionOptions(command)).addHelpText('after', commandExamples.verify);
  command.action((playbook: string) => found({ kind: 'verify', playbook, ...readOptions(command) }));
}

function addRole(program: Commander, found: (command: Command) => void): void {
  const command = program.command('role').argument('<name>', 'name of the role').summary('run one role');
  command.description('Runs one role, as a play of nothing else would.');
  command.optionsGroup('Hosts:').option('--hosts <pattern>', 'hosts to run it on (default: all)', text);
  addPlayOptions(command).addHelpText('after', commandExamples.role);
  command.action((name: string, { hosts = 'all' }: { hosts?: string }) =>
    found({ kind: 'role', name, pattern: hosts, ...readOptions(command) }),
  );
}

function addExec(program: Commander, found: (command: Command) => void): void {
  const command = program
    .command('exec')
    .summary('run a command on hosts')
    .usage('[options] <pattern> -- <command...>');
  command.description('Runs a command on hosts and shows what it says.');
  command.argument('<pattern>', 'hosts to run it on').argument('<command...>', 'behind `--`, as on the host itself');
  addConnectionOptions(addCheckOption(addHostOptions(command)));
  addOutputOptions(command).addHelpText('after', commandExamples.exec);
  command.action((pattern: string, words: string[]) =>
    found({ kind: 'exec', pattern, command: words, ...readOptions(command) }),
  );
}

function addFacts(program: Commander, found: (command: Command) => void): void {
  const command = program.command('facts').argument('<pattern>', 'hosts to ask').summary('show the facts of hosts');
  command.description('Shows the facts of hosts, as templates and conditions see them.');
  addConnectionOptions(addHostOptions(command));
  addOutputOptions(command).addHelpText('after', commandExamples.facts);
  command.action((pattern: string) => found({ kind: 'facts', pattern, ...readOptions(command) }));
}

function addStatus(program: Commander, found: (command: Command) => void): void {
  const command = program.command('status').summary('show what hosts still owe');
  command.description('Shows handlers that were notified and have not run; the next run of their playbook runs them.');
  addHostOptions(command);
  addOutputOptions(command).addHelpText('after', commandExamples.status);
  command.action(() => found({ kind: 'status', ...readOptions(command) }));
}

function addInventory(program: Commander, found: (command: Command) => void): void {
  const command = program.command('inventory').summary('show hosts, groups and their variables');
  command.description('Shows hosts, groups and variables as `ansible-inventory` does. Contacts no host.');
  addInventoryOptions(command).addHelpText('after', commandExamples.inventory);
  command.action(() => found(readInventoryOptions(command)));
}

function addExplain(program: Commander, found: (command: Command) => void): void {
  const command = program.command('explain').summary('show where a variable comes from');
  command.usage('[options] <variable> [playbook]').description('Shows all places that set a variable, and which wins.');
  command.argument('<variable>', 'such as bird2_asn, peers[0].name').argument('[playbook]', 'file of plays');
  addExplainOptions(command);
  addConnectionOptions(command);
  addOutputOptions(command).addHelpText('after', commandExamples.explain);
  command.action(
    (name: string, playbook: string | undefined, { host, facts = false }: { host: string; facts?: boolean }) =>
      found({ kind: 'explain', name, playbook: playbook ?? null, host, facts, ...readOptions(command) }),
  );
}

function addJournal(program: Commander, found: (command: Command) => void): void {
  const command = program.command('journal').argument('[run]', 'name of a run, the beginning of it, or `last`');
  command.summary('look back at runs').description('Lists the last runs, or tells one of them once more.');
  addOutputOptions(addDiffOption(command.optionsGroup('Output:'))).addHelpText('after', commandExamples.journal);
  command.action((run: string | undefined) => found({ kind: 'journal', run: run ?? null, ...readOptions(command) }));
}

function addPlayOptions(command: Commander): Commander {
  addDiffOption(addCheckOption(addTaskOptions(addHostOptions(command))));
  return addOutputOptions(addConnectionOptions(command));
}
