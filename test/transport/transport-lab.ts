import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { suite } from 'uvu';
import { ConnectError, must } from '../../src/base/errors.ts';
import { connect } from '../../src/transport/connect.ts';
import type { Connection, ConnectOptions, Target } from '../../src/transport/session.ts';
import { type Lab, type LabOptions, requireLab } from '../lab/lab.ts';
import { openTestLab } from '../lab/test-lab.ts';
import { failure, fragment, labTarget, quietOptions, shown, within } from './support.ts';

type Suite = ReturnType<typeof suite>;

/** The lab of a test file and the ways into it: up before the first test, gone with all connections behind the last. */
export class TransportLab {
  /** By which transport, where a test does not say. */
  transport: Target['connection'] = 'ssh';
  /** Of the controller; the sockets of ssh are below it. */
  stateDir = '';
  readonly #suite: Suite;
  #lab: Lab | null = null;
  #dir: string | null = null;
  #open: Connection[] = [];

  /** @param prepare makes the hosts what the tests want */
  constructor(test: Suite, options: LabOptions, prepare: () => Promise<void> = async () => {}) {
    requireLab();
    this.#suite = test;
    test.before(async () => {
      this.#dir = mkdtempSync(join(tmpdir(), 'kmesh-transport-'));
      this.stateDir = join(this.#dir, 'state');
      this.#lab = await within(600, openTestLab({ link: {}, fresh: true, ...options }));
      await prepare();
    });
    test.after.each(() => this.#closeAll());
    test.after(async () => {
      rmSync(this.dir, { recursive: true });
      await within(60, this.lab.down());
    });
  }

  get lab(): Lab {
    return must(this.#lab, 'lab');
  }

  /** For files of the controller. */
  get dir(): string {
    return must(this.#dir, 'folder of the tests');
  }

  /** A test with a deadline. */
  it(name: string, work: () => Promise<void>, seconds = 60): void {
    this.#suite(name, () => within(seconds, work()));
  }

  /** A test of each transport, with a deadline. */
  itEach(name: string, work: () => Promise<void>): void {
    for (const transport of ['ssh', 'openssh'] as const) {
      this.it(`${name} (${transport})`, async () => {
        this.transport = transport;
        await work();
      });
    }
  }

  /** Logs in as root or another; who tests does not have to close it. */
  async connected(host: string, more: Partial<Target> = {}, options = this.options()): Promise<Connection> {
    const connection = await connect(labTarget(this.lab, host, { connection: this.transport, ...more }), options);
    this.#open.push(connection);
    return connection;
  }

  /** Logs in, asks who and where, or something else, and leaves. */
  async visit(
    host: string,
    more: Partial<Target> = {},
    options: ConnectOptions = this.options(),
    script = 'echo $(id -un) $(hostname)',
  ): Promise<string> {
    const connection = await connect(labTarget(this.lab, host, { connection: this.transport, ...more }), options);
    try {
      const session = await connection.session(null);
      return (await session.run([fragment(script)])).map(shown).join('');
    } finally {
      await connection.close();
    }
  }

  /** Why it cannot log in. */
  async refused(host: string, more: Partial<Target> = {}, options?: ConnectOptions): Promise<ConnectError> {
    return await failure(this.visit(host, more, options), ConnectError);
  }

  options(more: Partial<ConnectOptions> = {}): ReturnType<typeof quietOptions> {
    return quietOptions({ stateDir: this.stateDir, ...more });
  }

  /** Arguments that say these things of all hosts, and the lab's own where they say nothing. */
  words(...more: string[]): string[] {
    return [...more.flatMap((word) => ['-o', word]), '-F', this.lab.sshConfigPath];
  }

  addressOf(host: string): string {
    return this.lab.hosts.find(({ name }) => name === host)?.address ?? '';
  }

  /** A further sshd on a host, set up otherwise. */
  async serve(host: string, port: number, ...words: string[]): Promise<void> {
    const options = words.flatMap((word) => ['-o', word]);
    await this.lab.exec(host, ['/usr/sbin/sshd', '-p', String(port), ...options]);
  }

  async #closeAll(): Promise<void> {
    await Promise.all(this.#open.map((connection) => connection.close()));
    this.#open = [];
  }
}
