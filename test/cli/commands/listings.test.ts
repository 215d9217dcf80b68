import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listTags, listTasks } from '../../../src/cli/commands/listings.ts';
import { withSite } from '../../support/run-site.ts';

const test = suite('cli/listings');

const playbook = `- name: all of it
  hosts: all
  tags: net
  roles: [r]
  tasks:
    - block: [{name: in a block, debug: }]
    - include_tasks: "os-{{ facts.os.family }}.yml"
    - {name: which, include_vars: v.yml}
    - meta: flush_handlers
`;

const files = {
  'roles/r/tasks/main.yml': '- {name: of a role, debug: , tags: deep}\n',
  'os-debian.yml': '- {name: debian, debug: }\n',
  'os-redhat.yml': '- {debug: , tags: rpm}\n',
  'v.yml': 'a: 1\n',
};

test('lists tasks, and below an include what it may mean', () => {
  const text = withSite(playbook, { files }, listTasks);
  assert.is(
    text,
    `all of it:
  r : of a role  [deep, net]
  in a block  [net]
  include_tasks: os-{{ facts.os.family }}.yml  [net]
    debian  [net]
    debug  [net, rpm]
  which  [net]
  meta: flush_handlers  [net]`,
  );
});

test('lists the tags of what may be included, too', () => {
  assert.is(withSite(playbook, { files }, listTags), 'deep\nnet\nrpm');
});

test.run();
