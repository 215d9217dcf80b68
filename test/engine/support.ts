import type { Answer } from '../support/fake-session.ts';
import { runSite, type SiteParts, type Told } from '../support/run-site.ts';

/** Every command succeeds and says nothing. */
export const said: Readonly<Record<string, Answer>> = { '(exec ': '' };

/** Runs a play, given behind its hosts, on hosts whose commands all succeed. */
export function runPlay(play: string, parts: SiteParts = {}): Promise<Told> {
  return runSite(`- hosts: all\n  gather_facts: no\n${play}`, { answers: said, ...parts });
}

/** Lists what was sent to all hosts, in order: `a: (exec x)`. */
export function listening(): { readonly answers: Record<string, Answer>; readonly order: string[] } {
  const order: string[] = [];
  const answer: Answer = (script, host) => {
    order.push(`${host}: ${/exec ([^)]*)/.exec(script)?.[1]}`);
    return '';
  };
  return { answers: { '(exec ': answer }, order };
}
