import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { ConnectError } from '../../base/errors.ts';

/** Where a master listens, and where it writes what it has to say. */
export interface ControlFiles {
  readonly socket: string;
  readonly log: string;
}

// sun_path holds 104 bytes where it is shortest; ssh appends a dot and 16 letters while it binds.
const longestSocket = 104 - 1 - 17;
const oldMs = 3_600_000;

/**
 * The folder of the control sockets: whoever can use one is logged in. Made when it is not there.
 *
 * @throws ConnectError when others may write to it, or its path is too long for a socket.
 */
export async function controlDir(stateDir: string): Promise<string> {
  const dir = join(stateDir, 'ssh');
  if (Buffer.byteLength(controlFiles(dir, '').socket) > longestSocket) {
    throw new ConnectError(`The path of \`${dir}\` is too long for sockets.`, {
      hint: 'Set KMESH_STATE to a folder with a shorter path.',
    });
  }
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    for (const path of [stateDir, dir]) await requireOwn(path);
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    throw new ConnectError(`\`${dir}\` cannot be made for the sockets of ssh.`, {
      hint: 'Set KMESH_STATE to a folder that you may write to.',
      cause: error,
    });
  }
  await (swept ??= sweep(dir));
  return dir;
}

let swept: Promise<void> | null = null;

/** The files for a destination, told apart by all that decides where and how it is logged in to. */
export function sharedFiles(dir: string, destination: unknown): ControlFiles {
  return controlFiles(dir, createHash('sha256').update(JSON.stringify(destination)).digest('hex'));
}

/** Files that nobody else has. */
export function newFiles(dir: string): ControlFiles {
  return controlFiles(dir, randomBytes(8).toString('hex'));
}

/** Gives a master that runs already the place where others look for it. */
export async function moveFiles(from: ControlFiles, to: ControlFiles): Promise<void> {
  await rename(from.log, to.log);
  await rename(from.socket, to.socket);
}

/** Removes what a master leaves. */
export async function removeFiles({ socket, log }: ControlFiles): Promise<void> {
  await Promise.all([socket, log].map((path) => rm(path, { force: true })));
}

/** Whether a master takes connections there. */
export function isListening({ socket }: ControlFiles): Promise<boolean> {
  return new Promise((answer) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      answer(true);
    });
    connection.once('error', () => answer(false));
  });
}

function controlFiles(dir: string, id: string): ControlFiles {
  const path = join(dir, id.padEnd(16, '0').slice(0, 16));
  return { socket: `${path}.s`, log: `${path}.log` };
}

async function requireOwn(path: string): Promise<void> {
  const { mode, uid } = await lstat(path);
  const isOwn = uid === (process.getuid?.() ?? uid);
  if (isOwn && (mode & 0o022) === 0) return;
  throw new ConnectError(`\`${path}\` is not safe for the sockets of ssh: others may write to it.`, {
    hint: isOwn ? `chmod 700 ${path}` : 'It belongs to somebody else. Set KMESH_STATE to a folder of your own.',
  });
}

/** Removes what masters left that could not do so themselves. */
async function sweep(dir: string): Promise<void> {
  const names = await readdir(dir).catch((): string[] => []);
  const ids = new Set(names.flatMap((name) => /^([0-9a-f]{16})\.(?:s|log)$/.exec(name)?.[1] ?? []));
  await Promise.all([...ids].map((id) => sweepOne(controlFiles(dir, id), names.includes(`${id}.s`))));
}

async function sweepOne(files: ControlFiles, hasSocket: boolean): Promise<void> {
  if (hasSocket && (await isListening(files))) return;
  // One that is logging in has a log and no socket yet.
  const since = await stat(files.log).catch(() => null);
  if (!hasSocket && since !== null && Date.now() - since.mtimeMs < oldMs) return;
  await removeFiles(files);
}
