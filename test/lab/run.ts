import { execa, type Options } from 'execa';

/** This process's environment; after `su`, PATH lacks the folders with half of what a lab calls. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
}

/** Something the lab could not do; its message is meant for the person at the terminal. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** What a program answered; `code` is 128 + signal when it was killed. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and gives its answer whatever it is, since many callers only want to know. */
export async function ask(file: string, args: readonly string[], options: Options = {}): Promise<Answer> {
  const input: Options = options.input === undefined ? { stdin: 'ignore' } : {};
  const env = { ...(options.extendEnv === false ? {} : environment()), ...options.env };
  const result = await execa(file, args, { ...input, ...options, env, encoding: 'utf8', reject: false });
  const failure = result.exitCode === undefined ? `${result.shortMessage ?? file}\n` : '';
  return { code: result.exitCode ?? 128, stdout: textOf(result.stdout), stderr: failure + textOf(result.stderr) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Runs a program that has to succeed and gives what it printed.
 *
 * @throws LabError with the command and the end of its output.
 */
export async function run(file: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { code, stdout, stderr } = await ask(file, args, options);
  if (code === 0) return stdout;
  throw new LabError(`${[file, ...args].join(' ').slice(0, 200)} failed (${code}):\n${lastLines(stderr || stdout)}`);
}

/** The end of a text, indented: what is worth showing of a console or a build log. */
export function lastLines(text: string, count = 12): string {
  const lines = text.trimEnd().split(/\r*\n/).slice(-count);
  return lines.map((line) => `    ${line}`).join('\n');
}

/** Waits, for loops that poll what cannot be subscribed to. */
export async function sleep(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** Waits for all of it before it complains, so that nothing goes on unwatched. */
export async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
