import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chosenTasks, isChosen, tagsOf, tagWarnings } from '../../../src/engine/input/tags.ts';
import type { Step } from '../../../src/playbook/playbook.ts';
import { playOf } from '../../playbook/support.ts';
import { line } from '../../support/node.ts';
import { runSite } from '../../support/run-site.ts';

const test = suite('engine/tags');

// The tags of one task each; `-` has none.
const tasks = ['-', 'x', 'y', 'x y', 'always', 'never', 'always x', 'never x', 'always never'];

/** What is chosen of these tasks by `--tags` and `--skip-tags`. */
function chosen(tags: string, skipTags = ''): string {
  const choice = { tags: words(tags), skipTags: words(skipTags) };
  return tasks.filter((task) => isChosen({ tags: new Set(words(task)) }, choice)).join(', ');
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '' && word !== '-');
}

test('chooses all but what is never wanted, when nothing is said', () => {
  assert.is(chosen(''), '-, x, y, x y, always, always x, always never');
});

test('chooses by name, and what is always wanted', () => {
  assert.is(chosen('x'), 'x, x y, always, always x, never x, always never');
  assert.is(chosen('y'), 'y, x y, always, always x, always never');
  assert.is(chosen('x y'), 'x, y, x y, always, always x, never x, always never');
  assert.is(chosen('none'), 'always, always x, always never');
});

test('chooses what is never wanted only by name', () => {
  assert.is(chosen('never'), 'always, never, always x, never x, always never');
  assert.is(chosen('all'), '-, x, y, x y, always, always x, always never');
});

test('chooses what has tags', () => {
  assert.is(chosen('tagged'), 'x, y, x y, always, always x, always never');
});

test('chooses what has no tags', () => {
  assert.is(chosen('untagged'), '-, always, always x, always never');
});

test('skips by name', () => {
  assert.is(chosen('', 'x'), '-, y, always, always never');
  assert.is(chosen('', 'x y'), '-, always, always never');
});

test('skips what is always wanted only when that is said', () => {
  assert.is(chosen('', 'always'), '-, x, y, x y');
  assert.is(chosen('', 'all'), 'always, always x, always never');
  assert.is(chosen('', 'all always'), '');
});

test('skips what has tags, or has none', () => {
  assert.is(chosen('', 'tagged'), '-');
  assert.is(chosen('', 'untagged'), 'x, y, x y, always, always x, always never');
});

test('skips out of what is chosen', () => {
  assert.is(chosen('x', 'y'), 'x, always, always x, never x, always never');
  assert.is(chosen('all', 'all'), 'always, always x, always never');
});

const roles = {
  'roles/a/tasks/main.yml': '- {name: a work, debug: , tags: x}\n',
  'roles/a/preflight/main.yml': '- {name: a before, assert: {that: true}}\n',
  'roles/a/verify/main.yml': '- {name: a after, assert: {that: true}}\n',
  'roles/b/tasks/main.yml': '- {name: b work, debug: , tags: y}\n',
  'roles/b/preflight/main.yml': '- {name: b before, assert: {that: true}}\n',
  'roles/b/handlers/main.yml': '- {name: b handler, debug: }\n',
};

test('keeps the checks of a role where any of its tasks is chosen', async () => {
  const { ends } = await runSite('- hosts: all\n  gather_facts: no\n  roles: [a, b]\n', { files: roles, tags: ['x'] });
  assert.equal(Object.keys(ends), ['a before', 'a work', 'a after']);
});

test('keeps a role that is made of checks alone', async () => {
  const files = { 'roles/a/preflight/main.yml': '- {name: before, assert: {that: true}}\n' };
  const { ends } = await runSite('- hosts: all\n  gather_facts: no\n  roles: [a]\n', { files, tags: ['x'] });
  assert.equal(Object.keys(ends), ['before']);
});

test('runs a handler that is owed, whatever its tags', async () => {
  const playbook = `- hosts: all
  gather_facts: no
  tasks: [{name: t, command: work, tags: x, notify: h}]
  handlers: [{name: h, debug: , tags: other}]
`;
  const { ends } = await runSite(playbook, { tags: ['x'], answers: { work: '' } });
  assert.equal(ends.h, { a: 'ok' });
});

/** The steps that are left of a play, each with what is left of what it includes. */
function left(play: string, tags: string, skipTags = ''): string[] {
  const files = {
    'a.yml': '- {name: one, debug: , tags: x}\n- {name: two, debug: }\n',
    'b.yml': '- {name: three, debug: }\n',
  };
  const chosenPlay = chosenTasks(playOf(play, files), { tags: words(tags), skipTags: words(skipTags) });
  const shown = (step: Step): string => {
    const name = String(step.name?.value ?? step.kind);
    if (step.kind !== 'include') return name;
    return `${name}(${step.candidates.map((one) => one.steps.map(shown).join(' ')).join('|')})`;
  };
  return chosenPlay.phases.flatMap(({ steps }) => steps.map(shown));
}

const includes = `- hosts: all
  tasks:
    - {name: i, include_tasks: "{{ x }}.yml"}
    - {name: j, include_tasks: b.yml, tags: x}
    - {name: v, include_vars: "{{ x }}.json", tags: v, with_first_found: [{files: [none], skip: yes}]}
    - meta: flush_handlers
    - {meta: clear_facts, tags: y}
`;

test('chooses out of what may be included', () => {
  assert.equal(left(includes, 'x'), ['i(one|)', 'j(three)', 'meta']);
  assert.equal(left(includes, 'v'), ['v()', 'meta']);
  assert.equal(left(includes, 'y'), ['meta', 'meta']);
  assert.equal(left(includes, '', 'x'), ['i(two|three)', 'v()', 'meta', 'meta']);
});

test('finds in an include what is left of it', () => {
  const play = playOf('- hosts: all\n  tasks: [include_tasks: "{{ x }}.yml"]\n', {
    'a.yml': '- {name: one, debug: , tags: x}\n- {name: two, debug: }\n',
  });
  const [step] = chosenTasks(play, { tags: ['x'], skipTags: [] }).phases[0]?.steps ?? [];
  if (step?.kind !== 'include') throw new Error('no include');
  assert.equal(
    step.find('a.yml')?.steps.map(({ name }) => name?.value),
    ['one'],
  );
  assert.is(step.find('b.yml'), null);
});

test('lists all tags of a playbook', () => {
  const play = playOf('- hosts: all\n  tags: c\n  tasks: [{debug: , tags: [b, a]}, {debug: , tags: a}]\n');
  assert.equal(tagsOf([play]), ['a', 'b', 'c']);
  const including = playOf('- hosts: all\n  tasks: [{include_tasks: a.yml, tags: i}]\n', {
    'a.yml': '- {debug: , tags: d}\n',
  });
  assert.equal(tagsOf([including]), ['d', 'i']);
});

test('warns of tags that no task has', () => {
  const play = playOf('- hosts: all\n  tasks: [{debug: , tags: [network, web]}]\n');
  const said = (tags: readonly string[], skipTags: readonly string[] = []): string[] =>
    tagWarnings([play], { tags, skipTags }).map(line);
  assert.equal(said(['netwrok', 'web', 'all']), ['--tags: no task has the tag `netwrok`. | Did you mean `network`?']);
  assert.equal(said([], ['zzz', 'never']), ['--skip-tags: no task has the tag `zzz`. | Known: network, web.']);
  assert.equal(said(['tagged', 'untagged', 'always']), []);
});

test.run();
