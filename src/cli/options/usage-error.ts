import type { Command as Commander, CommanderError } from 'commander';
import { visible } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { elsewhere } from './help.ts';

interface Problem {
  readonly message: string;
  readonly hint: string | null;
}

/** What is wrong with a command line, and what to write instead. */
export function usageError(error: CommanderError, program: Commander, argv: readonly string[]): string {
  const command = commandOf(program, argv);
  const { message, hint } = problemOf(error, command, argv);
  return `${visible(message)}\n  hint: ${visible(hint ?? `\`${fullName(command)} --help\` tells more.`)}`;
}

/** The command that a line names; of a command with commands of its own, the inner one. */
function commandOf(outer: Commander, [name, ...rest]: readonly string[]): Commander {
  const inner = outer.commands.find((known) => known.name() === name || known.aliases().includes(name ?? ''));
  return inner === undefined ? outer : commandOf(inner, rest);
}

function problemOf(error: CommanderError, command: Commander, argv: readonly string[]): Problem {
  const [quoted = ''] = /(?<=')[^]*?(?=')/.exec(error.message) ?? [];
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quoted, command, argv);
    case 'commander.unknownCommand':
      return unknownCommand(quoted, command, argv);
    case 'commander.missingArgument':
      return missingArgument(quoted, command);
    case 'commander.missingMandatoryOptionValue':
      return { message: `\`${fullName(command)}\` needs \`${longName(quoted)}\`.`, hint: null };
    case 'commander.conflictingOption':
      return conflict(error.message);
    case 'commander.optionMissingArgument':
      return { message: `\`${longName(quoted)}\` needs a value.`, hint: null };
    case 'commander.invalidArgument':
      return invalidValue(error.message, quoted);
    case 'commander.excessArguments':
      return { message: excess(command), hint: null };
    default:
      return { message: error.message.replace(/^error: /, ''), hint: null };
  }
}

function unknownOption(flag: string, command: Commander, argv: readonly string[]): Problem {
  const name = flag.replace(/=.*$/s, '');
  if (command.parent === null) {
    const hint = forgottenRun(argv) ?? commandFirst(argv, command) ?? didYouMean(name, longFlags(command));
    return { message: `\`${name}\` is not an option of \`kmesh\` itself.`, hint };
  }
  const hint =
    (Object.hasOwn(elsewhere, name) ? elsewhere[name] : null) ??
    didYouMean(name, longFlags(command)) ??
    behindDashes(command);
  return { message: `\`${name}\` is not an option of \`${fullName(command)}\`.`, hint };
}

function unknownCommand(name: string, program: Commander, argv: readonly string[]): Problem {
  const names = program.commands.map((known) => known.name());
  const forgotten = isPlaybook(name) ? forgottenRun(argv) : null;
  const hint = forgotten ?? didYouMean(name, names) ?? `The commands are ${names.join(', ')}.`;
  return { message: `\`${name}\` is not a command of ${fullName(program)}.`, hint };
}

function missingArgument(name: string, command: Commander): Problem {
  const message = `\`${fullName(command)}\` needs a ${name}.`;
  return { message, hint: name === 'command' ? behindDashes(command) : null };
}

// error: option '-f, --forks <number>' argument 'x' is invalid. why.
function invalidValue(message: string, flags: string): Problem {
  const [, value = '', why = ''] = /argument '([^]*)' is invalid\. ([^]*)$/.exec(message) ?? [];
  return { message: `\`${longName(flags)} ${value}\`: ${why}`, hint: null };
}

// error: option '--host <host>' cannot be used with option '--list'
function conflict(text: string): Problem {
  const [first = '', second = ''] = [...text.matchAll(/'([^']*)'/g)].map(([, flags = '']) => longName(flags));
  return { message: `\`${first}\` and \`${second}\` exclude each other.`, hint: null };
}

function longName(flags: string): string {
  return /--[\w-]+(?= |$)/.exec(flags)?.[0] ?? flags;
}

function excess(command: Commander): string {
  const [first] = command.registeredArguments;
  if (first === undefined) return `\`${fullName(command)}\` takes options alone, and there is another word.`;
  return `\`${fullName(command)}\` takes one ${first.name()}, there are more.`;
}

// `kmesh site.yml`, `kmesh -i hosts site.yml`: what Ansible's users write. The other words are not shown again: one of
// them may be a password.
function forgottenRun(argv: readonly string[]): string | null {
  const playbook = argv.find(isPlaybook);
  if (playbook === undefined || argv.includes('run')) return null;
  return `Did you mean \`kmesh run ${playbook}\`? Options stand behind it.`;
}

function isPlaybook(word: string): boolean {
  return /\.ya?ml$/.test(word);
}

function commandFirst(argv: readonly string[], program: Commander): string | null {
  const name = argv.find((word) => program.commands.some((known) => known.name() === word));
  return name === undefined ? null : `The command stands first, its options behind it: \`kmesh ${name} ...\`.`;
}

function behindDashes(command: Commander): string | null {
  return command.name() === 'exec' ? 'The command stands behind `--`: `kmesh exec PATTERN -i hosts -- uptime`.' : null;
}

function longFlags(command: Commander): string[] {
  return command.options.flatMap(({ flags }) => flags.match(/--[\w-]+/g) ?? []);
}

function fullName(command: Commander): string {
  return command.parent === null ? 'kmesh' : `${fullName(command.parent)} ${command.name()}`;
}
