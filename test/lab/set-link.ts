import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { detach } from './boot.ts';
import { connectUplink, hasUplink, plugUplink, switchOf, unplugUplink, uplinkOf } from './network.ts';
import { prepareCompiler } from './requirements.ts';
import type { Link } from './link.ts';
import { LabError, run, sleep } from './run.ts';
import { labDir, type LabState } from './state.ts';
import { endUnit, processesOf } from './unit.ts';

const SOURCE = join(import.meta.dirname, 'delay.c');

/** Makes the line between this machine and the hosts be like that. */
export async function setLink(lab: LabState, link: Link): Promise<void> {
  const isDelayed = processesOf(delayUnit(lab)).length > 0;
  const isPlain = link.rttMs === 0 && link.mbit === 0;
  const isSame = lab.link.rttMs === link.rttMs && lab.link.mbit === link.mbit;
  if (hasUplink(lab) && isSame && isDelayed !== isPlain) return;
  await stopDelay(lab);
  await unplugUplink(lab);
  if (isPlain) await plugUplink(lab);
  else await plugDelay(lab, link);
}

/** Ends the program that delays frames; its devices go with it. */
export async function stopDelay(lab: Pick<LabState, 'net'>): Promise<void> {
  await endUnit(delayUnit(lab));
}

async function plugDelay(lab: LabState, { rttMs, mbit }: Link): Promise<void> {
  const program = join(labDir(lab.name), 'delay');
  await prepareCompiler();
  await run('gcc', ['-O2', '-o', program, SOURCE]);
  const far = `${uplinkOf(lab)}t`;
  const log = join(labDir(lab.name), 'delay.log');
  detach(delayUnit(lab), [program, uplinkOf(lab), far, String(rttMs * 500), String(mbit)], log);
  for (let i = 0; !existsSync(`/sys/class/net/${far}`); i++) {
    if (i > 100) throw new LabError(`the delay program does not start; see ${log}`);
    await sleep(20);
  }
  await run('ip', ['link', 'set', uplinkOf(lab), 'txqueuelen', '20000']);
  await run('ip', ['link', 'set', far, 'txqueuelen', '20000', 'netns', switchOf(lab), 'name', 'uplink']);
  await connectUplink(lab);
}

function delayUnit({ net }: Pick<LabState, 'net'>): string {
  return `kmesh-lab-${net}-delay`;
}
