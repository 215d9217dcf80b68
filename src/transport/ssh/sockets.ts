import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Duplex } from 'node:stream';
import { ConnectError } from '../../base/errors.ts';
import { connectFailure, type Place, timeoutFailure } from './failures.ts';
import { expandTokens, type SshConfig } from './ssh-config.ts';

/** A TCP connection, ready to speak. Small packets leave at once: that is what makes a round trip short. */
export async function openTcp(config: SshConfig, place: Place, timeoutMs: number): Promise<Duplex> {
  const { hostName: host, port, family, bindAddress } = config;
  const localAddress = bindAddress === null ? {} : { localAddress: bindAddress };
  const socket = createConnection({
    host,
    port,
    family,
    noDelay: true,
    keepAlive: true,
    // Node gives the first of several addresses 250 ms, too short for a far host.
    autoSelectFamilyAttemptTimeout: Math.max(500, Math.round(timeoutMs / 3)),
    ...localAddress,
  });
  const late = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, 'connect', { signal: late });
    return socket;
  } catch (error) {
    socket.destroy();
    // An error after this one, or the one of being destroyed, is nobody's.
    socket.on('error', () => {});
    throw late.aborted ? timeoutFailure(place, 'connecting', timeoutMs) : connectFailure(error, place, 'connecting');
  }
}

/** The stdin and stdout of a ProxyCommand, run by a shell as ssh runs it. It ends with the stream. */
export async function openProxyCommand(command: string, config: SshConfig, place: Place): Promise<Duplex> {
  const { execa } = await import('execa');
  const line = `exec ${expandTokens(command, config, config.hostName)}`;
  const child = execa('/bin/sh', ['-c', line], { stdio: 'pipe', buffer: false, reject: false, encoding: 'buffer' });
  const { stdin, stdout } = child;
  const stream = new Duplex({
    read: () => void stdout.resume(),
    // A command that is gone tells so by its end, not by the write that it did not take.
    write: (chunk, _, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  stdin.on('error', () => {});
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  void child.then(({ exitCode }) => {
    const why = said.trim() || `status ${exitCode ?? 'unknown'}`;
    stream.destroy(new ConnectError(`Cannot connect to ${place.host}: its ProxyCommand ended (${why}).`));
  });
  return stream;
}
