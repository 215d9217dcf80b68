import { must, ProbeError } from '../../base/errors.ts';
import type { Data } from '../../base/node.ts';
import { modules } from '../../modules/index.ts';
import type { Session } from '../../transport/session.ts';
import { Answers } from './answers.ts';

// A host that takes longer to say who it is hangs.
const factsTimeoutMs = 30_000;

/** Asks a host who it is: the same as the `setup` module, in one round trip. @throws ProbeError */
export async function gatherFacts(session: Session): Promise<Data> {
  const setup = must(modules.get('setup'), 'module setup');
  const answers = new Answers({ wants: { diff: false } });
  const args = { gather_subset: ['all'], filter: [] };
  const probes = setup.probe(args, {});
  const inquiries = answers.inquire(Object.values(probes), 'always');
  const replies = await session.run(inquiries.map(({ fragment }) => ({ ...fragment, timeoutMs: factsTimeoutMs })));
  for (const [i, inquiry] of inquiries.entries()) {
    const reply = replies[i];
    if (reply !== null && reply !== undefined) inquiry.take(reply);
  }
  const { facts } = setup.result(args, answers.stateOf(probes).state, [], {});
  if (facts === null) throw new ProbeError('The host told no facts.');
  return facts;
}
