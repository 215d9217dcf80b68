import type { Secret } from '../../base/secrets.ts';
import { findStateDir, stateDirOf } from '../../base/state-dir.ts';
import type { Listener } from '../../engine/events.ts';
import { OwedHandlers } from '../../engine/steps/owed-handlers.ts';
import { run } from '../../engine/run.ts';
import { StatCache } from '../../engine/hosts/stat-cache.ts';
import type { ConnectDefaults } from '../../engine/hosts/target.ts';
import { connect } from '../../transport/connect.ts';
import type { Options } from '../options/command.ts';
import type { LoadedInput } from './load-input.ts';
import { askSecret, type PromptIo } from '../ask/prompt.ts';
import { stepByStep } from '../ask/step-by-step.ts';
import { type MaskedWorld, promptIo } from '../world.ts';

/** How a run is told. */
export interface Telling {
  readonly listener: Listener;
  /** Keeps the report off the terminal while a question stands there; gives the way back. */
  readonly pause: () => () => void;
}

/** Runs what was loaded, as the command line wants it. */
export async function startRun(
  loaded: LoadedInput,
  command: Options,
  telling: Telling,
  world: MaskedWorld,
): Promise<Awaited<ReturnType<typeof run>>> {
  const defaults = await askDefaults(command, world);
  const { listener } = telling;
  const notice = (message: string): void => listener({ kind: 'warning', message });
  const stopped = 'Stopping: what runs may end, nothing new is begun. Ctrl-C once more leaves at once.';
  world.stop.addEventListener('abort', () => notice(stopped), { once: true });
  const io = promptIo(world);
  const askPassphrase = passphrases(io, telling.pause);
  const agentSocket = world.env['SSH_AUTH_SOCK'] || null;
  const { path: stateDir, warning } = findStateDir(world.env);
  if (warning !== null) notice(warning);
  return run({
    ...loaded,
    playbook: loaded.playbookName,
    defaults,
    statCache: command.statCache && stateDir !== null ? new StatCache(stateDir) : null,
    owed: stateDir === null ? null : new OwedHandlers(stateDir),
    uploadLimitBytesPerSecond: command.uploadLimit,
    forks: command.forks,
    verbosity: command.verbosity,
    confirm: command.step ? stepByStep(io, telling.pause) : null,
    connect: (target) => connect(target, { agentSocket, askPassphrase, notice, stateDir: stateDirOf(world.env) }),
    stop: world.stop,
    listener,
  });
}

/** What connections have where neither inventory nor play say anything; asks for passwords. */
async function askDefaults(command: Options, world: MaskedWorld): Promise<ConnectDefaults> {
  const io = promptIo(world);
  const password = command.askPass ? await askSecret('SSH password', io) : null;
  const become = command.askBecomePass ? await askSecret('BECOME password (empty: the SSH password)', io) : null;
  for (const answer of [password, become]) if (answer !== null) world.mask.add(answer.reveal());
  return {
    user: command.user,
    port: null,
    connection: null,
    password,
    privateKeyFile: command.privateKey,
    hostKeyChecking: command.hostKeyChecking,
    connectTimeoutMs: command.timeoutSeconds * 1000,
    become: command.become,
    becomeUser: command.becomeUser,
    becomePassword: become?.reveal() === '' ? password : become,
  };
}

// Two questions at once on one terminal would mix up their answers.
function passphrases(io: PromptIo, pause: Telling['pause']): (keyFile: string) => Promise<Secret | null> {
  let last: Promise<unknown> = Promise.resolve();
  return (keyFile) => {
    const answer = last.then(async () => {
      if (io.input.isTTY !== true) return null;
      const resume = pause();
      return askSecret(`Passphrase of ${keyFile}`, io).finally(resume);
    });
    last = answer.catch(() => null);
    return answer;
  };
}
