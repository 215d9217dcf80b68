import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allSteps } from '../../src/engine/input/all-steps.ts';
import { type LoadedSite, loadSite } from '../../src/engine/input/load-site.ts';
import { siteRequest } from '../support/site-request.ts';
import { nameOf } from '../../src/engine/steps/task-ref.ts';
import { line } from '../support/node.ts';

const test = suite('playbook/ansible-role');

const folder = join(import.meta.dirname, 'ansible-role');

function siteOf(inventory: string): LoadedSite {
  return loadSite(siteRequest(join(folder, 'site.yml'), [join(folder, inventory)]));
}

test('takes a role that was written for Ansible, without any problem', () => {
  const { problems, warnings } = siteOf('hosts.ini');
  assert.equal([...problems, ...warnings].map(line), []);
});

test('finds all of its tasks', () => {
  const [assigned] = siteOf('hosts.ini').plays;
  const steps = allSteps(assigned?.play.phases.flatMap((phase) => phase.steps) ?? []);
  assert.equal(
    steps.map((step) => `${step.role?.name}: ${nameOf(step)}`),
    [
      'common: install what every host has',
      'common: say who this is',
      'common: install what every host has',
      'common: say who this is',
      'webapp: variables of the distribution',
      'webapp: include_tasks',
      'webapp: packages',
      'webapp: packages',
      'webapp: directories',
      'webapp: settings',
      'webapp: users',
      'webapp: groups of users',
      'webapp: ports of the workers',
      'webapp: configuration',
      'webapp: ask the version',
      'webapp: is it new enough',
      'webapp: why it failed',
      'webapp: install it',
      'webapp: leave a note',
      'webapp: it runs',
      'webapp: the port is open',
      'webapp: meta',
      'webapp: it answers',
    ],
  );
});

test.run();
