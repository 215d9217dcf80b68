import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { baseAt } from '../lab/base.ts';
import { requireInit } from '../lab/control.ts';
import type { Lab } from '../lab/lab.ts';
import { SUITE } from '../lab/recipe.ts';
import { allOf, LabError, run } from '../lab/run.ts';
import { loadState } from '../lab/state.ts';
import { benchCache } from './binaries.ts';

/**
 * Gives all hosts the python that Ansible wants, which hosts of the lab do not have.
 *
 * The files of Debian's packages are copied, not installed: after a reset that takes a moment and not half a minute.
 */
export async function addPython(lab: Lab): Promise<void> {
  const layer = await ensureLayer(lab.name);
  const parts = ['bin', 'lib'].map((name) => join(layer, 'usr', name));
  await allOf(lab.hosts.map((host) => run('cp', ['-a', ...parts, `/proc/${requireInit(host)}/root/usr/`])));
}

async function ensureLayer(labName: string): Promise<string> {
  const state = loadState(labName);
  if (state === null) throw new LabError(`lab \`${labName}\` is down`);
  const layer = join(benchCache(), `python-${basename(state.base)}`);
  if (existsSync(layer)) return layer;
  process.stderr.write('bench: fetching python for the hosts, once\n');
  const draft = `${layer}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const mirror = process.env['KMESH_LAB_MIRROR'];
  const extract = ['--mode=root', '--variant=extract', '--include=python3,python3-apt', SUITE, draft];
  await run('mmdebstrap', [...extract, ...(mirror === undefined ? [] : [mirror])]);
  for (const folder of ['usr/bin', 'usr/lib']) keepNew(join(draft, folder), join(baseAt(state.base).debian, folder));
  // as the packages do when they are installed; without bytecode each first import would compile
  const code = ['python3', 'python3.11'].map((name) => join(draft, 'usr/lib', name));
  await run('/usr/bin/python3', ['-m', 'compileall', '-q', '-s', draft, '-p', '/', ...code]);
  renameSync(draft, layer);
  return layer;
}

/** Removes what the hosts have already: nobody may replace a library below a running program. */
function keepNew(dir: string, existing: string): void {
  for (const name of readdirSync(dir)) {
    const [path, there] = [join(dir, name), join(existing, name)];
    const isThere = lstatSync(there, { throwIfNoEntry: false }) !== undefined;
    if (isThere && lstatSync(path).isDirectory()) keepNew(path, there);
    else if (isThere) rmSync(path);
  }
}
