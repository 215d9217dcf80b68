import { writeFileSync } from 'node:fs';
import type { Data } from '../../src/base/node.ts';
import type { Reply } from '../../src/base/reply.ts';
import { checkData } from '../../src/base/schema.ts';
import { deliver } from '../../src/changes/apply.ts';
import type { Change } from '../../src/changes/change.ts';
import { contentOf } from '../../src/changes/content.ts';
import type { AnyModule, Result, Tree, TreeEntry } from '../../src/modules/module.ts';
import type { Probe } from '../../src/probes/probe.ts';
import { answer, type RunOptions, runText } from '../probes/support.ts';

export type Args = { readonly [name: string]: Data };

/** Args with defaults, aliases resolved, as the engine gives them. @throws Error with all that is wrong with them */
export function argsOf(module: AnyModule, given: Args): Args {
  const renamed = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [module.aliases[name] ?? name, value]),
  );
  const { data, problems } = checkData(renamed, module.schema, `an argument of ${module.name}`);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return data as Args;
}

/** What a module says is wrong with args that its schema allows. */
export function problemsOf(module: AnyModule, given: Args): string[] {
  return module.check(argsOf(module, given)).map(({ message }) => message);
}

/** What a module plans for a state that was made by hand. */
export function plan(module: AnyModule, given: Args, state: object, inputs: object = {}): readonly Change[] {
  return module.plan(argsOf(module, given), state as Record<string, unknown>, inputs as Record<string, unknown>);
}

/** How a task went on this machine. */
export interface Done {
  readonly changes: readonly Change[];
  readonly result: Result;
  readonly replies: readonly Reply[];
}

/** Asks, plans and does a task on this machine. @throws what the module throws, and Error for a change that fails */
export function run(module: AnyModule, given: Args, inputs: object = {}, options: RunOptions = {}): Done {
  const args = argsOf(module, given);
  module.inputs(args);
  const read = inputs as Record<string, unknown>;
  const state = stateOf(module.probe(args, read), options);
  const changes = module.plan(args, state, read);
  const replies = changes.map((change) => make(change, options));
  return { changes, replies, result: module.result(args, state, replies, read) };
}

/** Does a task twice: what it changed first, and what then, which should be nothing. */
export function runTwice(
  module: AnyModule,
  given: Args,
  inputs: object = {},
  options: RunOptions = {},
): [Change[], Change[]] {
  const first = run(module, given, inputs, { ...options, diff: true });
  const second = run(module, given, inputs, options);
  return [[...first.changes], [...second.changes]];
}

/** The kinds of changes, which is what most tests ask. */
export function kindsOf(changes: readonly Change[]): string[] {
  return changes.map(({ kind }) => kind);
}

/** A tree of the controller with text files; `null` is a directory. */
export function treeOf(files: { readonly [path: string]: string | null }, mode = '0644'): Tree {
  const entries = Object.entries(files).map(([path, text]): TreeEntry => ({
    path,
    mode: text === null ? '0755' : mode,
    content: text === null ? null : contentOf(text),
  }));
  return { isDirectory: true, files: entries };
}

/** One file of the controller. */
export function oneFile(name: string, text: string, mode = '0644'): Tree {
  return { isDirectory: false, files: [{ path: name, mode, content: contentOf(text) }] };
}

function stateOf(probes: { readonly [name: string]: Probe<unknown> }, options: RunOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(probes).map(([name, probe]) => [name, answer(probe, options)]));
}

function make(change: Change, options: RunOptions): Reply {
  const { upload, script } = deliver(change, 'n0nce');
  if (upload !== null) writeFileSync(upload.path, upload.content.bytes ?? '', { mode: 0o600, flag: 'wx' });
  const reply = runText(script, options);
  if (reply.status !== 0 && change.kind !== 'run-command')
    throw new Error(`${change.kind}: ${reply.stderr.toString()}`);
  return reply;
}
