import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir } from '../../base/make-dir.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Task } from '../../playbook/playbook.ts';
import { nameOf } from './task-ref.ts';

/** A handler that was notified on a host and has not run there. */
export interface OwedHandler {
  readonly handler: string;
  /** The role it belongs to, or `null`. */
  readonly role: string | null;
  /** The playbook whose run owes it. */
  readonly playbook: string;
  /** When it was notified, as ISO 8601. */
  readonly since: string;
}

interface Kept {
  readonly host: string;
  readonly inventory: string | null;
  readonly owed: readonly OwedHandler[];
}

/**
 * What handlers hosts owe, kept between runs: a file for each host of an inventory. It is written before the change that
 * notifies is made, so that it holds even when the run is killed.
 */
export class OwedHandlers {
  readonly #folder: string;

  /** @param stateDir kmesh's own folder, which only its user can read */
  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'owed-handlers');
  }

  /** What a host owes; nothing when what was kept can not be read. */
  of(host: Host): readonly OwedHandler[] {
    return read(this.#fileOf(host))?.owed ?? [];
  }

  /** Every host that owes something, of all inventories. */
  all(): readonly Kept[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('.json'));
    return files.flatMap((name) => read(join(this.#folder, name)) ?? []);
  }

  add(host: Host, handlers: readonly Task[], playbook: string): void {
    const known = this.of(host);
    const added = handlers.filter((handler) => !known.some((one) => isSame(one, handler)));
    if (added.length === 0) return;
    const since = new Date().toISOString();
    const owed = added.map((handler) => ({ handler: nameOf(handler), role: roleOf(handler), playbook, since }));
    this.#write(host, [...known, ...owed]);
  }

  remove(host: Host, handlers: readonly Task[]): void {
    const known = this.of(host);
    const left = known.filter((one) => !handlers.some((handler) => isSame(one, handler)));
    if (left.length < known.length) this.#write(host, left);
  }

  /** Takes it that a host owes nothing. */
  forget(host: Host): void {
    this.#write(host, []);
  }

  #write(host: Host, owed: readonly OwedHandler[]): void {
    const file = this.#fileOf(host);
    if (owed.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    const kept: Kept = { host: host.name, inventory: inventoryOf(host), owed };
    makeDir(this.#folder);
    const temporary = `${file}.${process.pid}.new`;
    writeFileSync(temporary, JSON.stringify(kept), { mode: 0o600, flush: true });
    renameSync(temporary, file);
  }

  // The same name in two inventories is two hosts.
  #fileOf(host: Host): string {
    const key = createHash('sha256')
      .update(JSON.stringify([inventoryOf(host), host.name]))
      .digest('hex');
    return join(this.#folder, `${key.slice(0, 32)}.json`);
  }
}

/** Whether a handler is the one that is owed. */
export function isSame(owed: OwedHandler, handler: Task): boolean {
  return owed.handler === nameOf(handler) && owed.role === roleOf(handler);
}

function roleOf({ role }: Task): string | null {
  return role?.name ?? null;
}

function inventoryOf({ inventoryFile, inventoryDir }: Host): string | null {
  return inventoryFile ?? inventoryDir;
}

function read(file: string): Kept | null {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isKept(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isKept(value: unknown): value is Kept {
  if (value === null || typeof value !== 'object' || !('host' in value) || !('owed' in value)) return false;
  const { owed } = value;
  return Array.isArray(owed) && owed.every((one) => typeof (one as Partial<OwedHandler>).handler === 'string');
}
