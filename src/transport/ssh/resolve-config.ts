import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import pLimit from 'p-limit';
import { ConnectError } from '../../base/errors.ts';
import { accountHome, expandHome } from '../account.ts';
import { type Explicit, parseSshConfig, type SshConfig } from './ssh-config.ts';
import { configFileOf, linesOfWords } from './ssh-words.ts';

/** What to ask ssh_config about. */
export interface Destination extends Explicit {
  readonly sshArgs: readonly string[];
}

// Each `ssh -G` costs some 10 to 25 ms of a processor.
const spawns = pLimit(4);
const answers = new Map<string, Promise<string>>();
const uniform = new Map<string, Promise<boolean>>();
const anyHost = 'kmesh-any-host';

/**
 * The configuration for a destination, as the system's own ssh reads it. Where the files treat all hosts alike, ssh is
 * asked once for all of them; where there is no ssh, the `-o` words are read and the files are not.
 *
 * @throws ConnectError when ssh does not like a word or a file.
 */
export async function resolveConfig(destination: Destination): Promise<SshConfig> {
  return parseSshConfig(await answerFor(destination), destination);
}

async function answerFor({ address, port, user, sshArgs }: Destination): Promise<string> {
  if (await isUniform(sshArgs)) {
    const text = await ask(sshArgs, anyHost);
    // `HostName` and `CanonicalizeHostname` words make a difference after all.
    const isSame =
      new RegExp(`^hostname ${anyHost}$`, 'm').test(text) && /^canonicalizehostname (?:false|no)$/m.test(text);
    if (isSame) return text.replaceAll(anyHost, address);
  }
  const own = [...(port === null ? [] : ['-p', String(port)]), ...(user === null ? [] : ['-l', user])];
  return await ask([...own, ...sshArgs], address);
}

async function ask(args: readonly string[], address: string): Promise<string> {
  const key = JSON.stringify([args, address]);
  let answer = answers.get(key);
  if (answer === undefined) answers.set(key, (answer = spawns(() => askSsh(args, address))));
  return await answer;
}

async function askSsh(args: readonly string[], address: string): Promise<string> {
  const { code, stdout, stderr, failure } = await runSsh(['-G', ...args, '--', address]);
  if (code === 'ENOENT') return linesOfWords(args);
  if (failure === null) return stdout;
  const lines = stderr.split('\n').filter((line) => !line.startsWith('Pseudo-terminal'));
  const said = lines.join(' ').trim() || failure;
  throw new ConnectError(`ssh does not understand its configuration: ${said}`, {
    hint: 'Look at ansible_ssh_common_args, ~/.ssh/config and /etc/ssh/ssh_config.',
  });
}

interface Said {
  /** `ENOENT`: there is no such program. */
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
  /** `null`: it ended well. */
  readonly failure: string | null;
}

// Not execa: to load it takes longer than to run this, and most runs need nothing else of it.
function runSsh(args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile('ssh', args, (error, stdout, stderr) => {
      resolve({ code: error?.code, stdout, stderr, failure: error === null ? null : error.message });
    });
    child.stdin?.end();
  });
}

async function isUniform(sshArgs: readonly string[]): Promise<boolean> {
  const file = configFileOf(sshArgs);
  const userFile = join(accountHome(), '.ssh/config');
  const paths = file === null ? [userFile, '/etc/ssh/ssh_config'] : [file];
  const each = await Promise.all(paths.map((path) => knownUniform(path)));
  return each.every((same) => same);
}

async function knownUniform(path: string): Promise<boolean> {
  let known = uniform.get(path);
  if (known === undefined) uniform.set(path, (known = isUniformFile(path, 0)));
  return await known;
}

/** Whether no line of the file makes a difference between hosts. */
async function isUniformFile(path: string, depth: number): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^\s*(\w+)(?:\s+|\s*=\s*)(.*?)\s*$/.exec(line) ?? [];
    if (/^match$/i.test(key)) return false;
    if (/^host$/i.test(key) && value !== '*') return false;
    if (/^include$/i.test(key) && !(await isUniformInclude(value, path, depth))) return false;
  }
  return true;
}

async function isUniformInclude(value: string, from: string, depth: number): Promise<boolean> {
  if (depth > 8) return false;
  const home = accountHome();
  for (const word of value.split(/\s+/)) {
    const path = expandHome(word);
    const pattern = isAbsolute(path) ? path : join(from.startsWith('/etc/') ? '/etc/ssh' : join(home, '.ssh'), path);
    // Only the plain case is followed; anything else may make a difference.
    if (/[?[\]{}"]/.test(pattern) || dirname(pattern).includes('*')) return false;
    const [before = '', ...after] = basename(pattern).split('*');
    if (after.length > 1) return false;
    const names = after.length === 0 ? [before] : await readdir(dirname(pattern)).catch(() => []);
    for (const name of names) {
      if (after[0] !== undefined && !(name.startsWith(before) && name.endsWith(after[0]))) continue;
      if (!(await isUniformFile(join(dirname(pattern), name), depth + 1))) return false;
    }
  }
  return true;
}
