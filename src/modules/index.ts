import { rememberCompiled } from '../base/schema.ts';
import { apt } from './apt.ts';
import { assert } from './assert.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { debug } from './debug.ts';
import { fail } from './fail.ts';
import { file } from './file.ts';
import { group } from './group.ts';
import { hostname } from './hostname.ts';
import { lineinfile } from './lineinfile.ts';
import { modprobe } from './modprobe.ts';
import type { AnyModule } from './module.ts';
import { precompiled } from './precompiled.ts';
import { packageModule } from './package.ts';
import { service } from './service.ts';
import { setFact } from './set-fact.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { stat } from './stat.ts';
import { sysctl } from './sysctl.ts';
import { systemd } from './systemd.ts';
import { template } from './template.ts';
import { user } from './user.ts';
import { waitFor } from './wait-for.ts';

/** All modules by name, in alphabetical order. */
export const modules: ReadonlyMap<string, AnyModule> = new Map(
  [
    apt,
    assert,
    command,
    copy,
    debug,
    fail,
    file,
    group,
    hostname,
    lineinfile,
    modprobe,
    packageModule,
    service,
    setFact,
    setup,
    shell,
    stat,
    sysctl,
    systemd,
    template,
    user,
    waitFor,
  ].map((module) => [module.name, module]),
);

for (const { name, schema } of modules.values()) {
  const validate = precompiled[name];
  if (validate !== undefined) rememberCompiled(schema, validate);
}
