import { visible } from '../../base/diagnostic.ts';
import { findStateDir } from '../../base/state-dir.ts';
import type { HostRun } from '../../engine/variables/host-run.ts';
import { OwedHandlers } from '../../engine/steps/owed-handlers.ts';
import { hideIn } from '../../report/masked.ts';
import type { Options } from '../options/command.ts';
import type { MaskedWorld } from '../world.ts';
import { wantsJson } from '../options/wants-json.ts';

/** `kmesh status`: the handlers that hosts owe. */
export function showStatus(runs: readonly HostRun[], command: Options, { stdout, env, mask }: MaskedWorld): number {
  const { path } = findStateDir(env);
  const owed = path === null ? null : new OwedHandlers(path);
  const hosts = runs.map(({ host }) => ({ host: host.name, owed: owed?.of(host) ?? [] }));
  const isJson = wantsJson(command);
  const text = isJson
    ? `${JSON.stringify(hideIn(hosts, mask), null, 2)}\n`
    : mask.hide(textOf(hosts.filter((one) => one.owed.length > 0)));
  stdout.write(text);
  return 0;
}

function textOf(hosts: readonly { readonly host: string; readonly owed: ReturnType<OwedHandlers['of']> }[]): string {
  if (hosts.length === 0) return 'No host owes a handler.\n';
  const lines = hosts.flatMap(({ host, owed }) =>
    owed.map(({ handler, role, playbook, since }) => {
      const name = role === null ? handler : `${role} : ${handler}`;
      return `${host} owes: ${visible(name)}  (of ${visible(playbook)}, since ${since})`;
    }),
  );
  return `${lines.join('\n')}\nThe next run of that playbook runs them.\n`;
}
