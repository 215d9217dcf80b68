import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HostScope } from '../../../src/engine/variables/variables.ts';
import { EvaluationError, must } from '../../../src/base/errors.ts';
import type { Data } from '../../../src/base/node.ts';
import type { LoadedSite } from '../../../src/engine/input/load-site.ts';
import { NotYetKnown } from '../../../src/engine/variables/not-yet-known.ts';
import { evaluate } from '../../../src/template/evaluate.ts';
import { evaluateExpression } from '../../../src/template/cel.ts';
import { line } from '../../support/node.ts';
import { problemsOf, runSite, type SiteParts, withSite } from '../../support/run-site.ts';
import { scalar } from '../../template/support.ts';

const test = suite('engine/lookups');

const playbook = '- hosts: all\n  gather_facts: no\n  vars: {key_file: key.pub, who: world}\n  roles: [r]\n';

const parts: SiteParts = {
  files: {
    'files/key.pub': 'ssh-ed25519 AAAA of the playbook\n\n',
    'files/only-here.txt': 'x',
    'conf.d/b.conf': 'b',
    'conf.d/a.conf': 'a',
    'conf.d/.hidden.conf': 'h',
    'conf.d/c.txt': 'c',
    'roles/r/files/key.pub': 'ssh-ed25519 AAAA of the role\n',
    'roles/r/templates/motd.hbs': 'Hello {{who}} from {{inventory_hostname}}',
    'roles/r/templates/loop.hbs': '{{lookup "template" "loop.hbs"}}',
    'roles/r/templates/wrong.hbs': 'a\n{{whoo}}',
  },
  env: { HOME: '/HOST', KMESH_TEST: 'from outside' },
};

interface Asked {
  readonly value: (template: string) => Data;
  readonly cel: (expression: string) => Data;
  readonly dir: string;
}

/** Asks for values in the role `r` on the host `a`. */
function inRole<T>(use: (asked: Asked) => T, more: SiteParts = {}, prepare?: (loaded: LoadedSite) => void): T {
  return withSite(playbook, { ...parts, ...more }, (loaded, dir) => {
    prepare?.(loaded);
    const { play } = must(loaded.plays[0], 'play');
    const run = must(loaded.runs[0], 'run');
    const place = { play, playHosts: [], batch: [], role: must(play.roles[0], 'role'), taskVars: [], params: [] };
    const scope = new HostScope(loaded.site, run, { ...place, loop: new Map<string, Data>([['item', 'key.pub']]) });
    return use({
      value: (template) => evaluate(scalar(template), scope),
      cel: (expression) => evaluateExpression(scalar(expression), scope),
      dir: join(dir, 'site'),
    });
  });
}

/** The error of a template, without the names of directories. */
function refusal({ value, dir }: Asked, template: string): string {
  try {
    value(template);
  } catch (error) {
    if (error instanceof EvaluationError) return line(error.diagnostic).replaceAll(`${dir}/`, '').replaceAll(dir, '.');
    throw error;
  }
  return 'no error';
}

test('reads files of the role, then of the playbook, without white space at the end', () => {
  inRole(({ value, cel }) => {
    assert.is(value('{{lookup "file" "key.pub"}}'), 'ssh-ed25519 AAAA of the role');
    assert.is(value('{{lookup "file" key_file}}'), 'ssh-ed25519 AAAA of the role');
    assert.is(value('{{lookup "file" item rstrip=false}}'), 'ssh-ed25519 AAAA of the role\n');
    assert.is(value('<{{lookup "file" "only-here.txt"}}>'), '<x>');
    assert.is(
      cel('lookup("file", "conf.d/a.conf") + lookup("file", "key.pub", {"rstrip": false})'),
      'assh-ed25519 AAAA of the role\n',
    );
  });
});

test('reads a file once in a run', () => {
  inRole(({ value, dir }) => {
    assert.is(value('{{lookup "file" "only-here.txt"}}'), 'x');
    writeFileSync(join(dir, 'files/only-here.txt'), 'changed');
    assert.is(value('{{lookup "file" "only-here.txt"}}'), 'x');
  });
});

test('finds files by a pattern, and the first of some', () => {
  inRole(({ value, cel, dir }) => {
    const found = value('{{lookup "fileglob" "conf.d/*.conf"}}') as readonly string[];
    assert.equal(found, [join(dir, 'conf.d/a.conf'), join(dir, 'conf.d/b.conf')]);
    assert.equal(value('{{lookup "fileglob" "conf.d/[!ab].*"}}'), [join(dir, 'conf.d/c.txt')]);
    assert.equal(value('{{lookup "fileglob" "none/*"}}'), []);
    assert.is(cel('lookup("first_found", "no.pub", "key.pub")'), join(dir, 'roles/r/files/key.pub'));
    assert.is(cel('lookup("first_found", ["no.pub", "only-here.txt"])'), join(dir, 'files/only-here.txt'));
    assert.is(value('{{lookup "first_found" "no.pub" default="none"}}'), 'none');
  });
});

test('renders another template with the same variables', () => {
  inRole(({ value }) => assert.is(value('{{lookup "template" "motd.hbs"}}!'), 'Hello world from a!'));
});

test('reads the environment that the program was started in, and variables by name', () => {
  inRole(({ value, cel }) => {
    assert.is(value('{{lookup "env" "KMESH_TEST"}}'), 'from outside');
    assert.is(value('{{lookup "env" "NOT_THERE" default=""}}'), '');
    assert.is(value('{{lookup "vars" (concat "key" "_file")}}'), 'key.pub');
    assert.is(value('{{lookup "vars" "nope" default=3}}'), 3);
    assert.equal(cel('lookup("varnames", "^(key|wh)")'), ['key_file', 'who']);
  });
});

test('says what it does not find, and where it looked', () => {
  inRole((asked) => {
    const told: readonly (readonly [template: string, message: string])[] = [
      [
        '{{lookup "file" "key.pup"}}',
        't.yml:1:17: `lookup "file"`: there is no file `key.pup`. | Did you mean `key.pub`?',
      ],
      [
        '{{lookup "template" "zzzzzzzz"}}',
        't.yml:1:21: `lookup "template"`: there is no file `zzzzzzzz`. | Looked in roles/r/templates, roles/r, templates, ..',
      ],
      [
        '{{lookup "env" "HOMEE"}}',
        't.yml:1:16: `lookup "env"`: `HOMEE` is not set in the environment. | Where it may be missing: `lookup "env" "NAME" default=""`.',
      ],
      ['{{lookup "first_found" "a" "b"}}', 't.yml:1:24: `lookup "first_found"`: none of `a`, `b` exists.'],
      ['{{lookup "fill" "a"}}', 't.yml:1:10: There is no lookup `fill`. | Did you mean `file`?'],
      [
        '{{lookup "pipe" "date"}}',
        't.yml:1:10: There is no lookup `pipe`. | No lookup runs a program: use `command` on `localhost` and `register`.',
      ],
      [
        '{{lookup "file" "a" "b"}}',
        't.yml:1:10: `lookup "file"` wants 1 argument, not 2. | Write `lookup "file" PATH [rstrip=]`.',
      ],
      ['{{lookup "file" who.x}}', 't.yml:1:17: `who.x` is undefined: `who` is the string `world`.'],
      [
        '{{lookup "template" "loop.hbs"}}',
        'roles/r/templates/loop.hbs:1:21: `lookup "template"`: `roles/r/templates/loop.hbs` is rendered already: it would contain itself.',
      ],
      [
        '{{lookup "template" "wrong.hbs"}}',
        'roles/r/templates/wrong.hbs:2:3: `whoo` is undefined. | Did you mean `who`?',
      ],
    ];
    for (const [template, message] of told) assert.is(refusal(asked, template), message, template);
  });
});

test('stays in the role and the playbook, unless an absolute path is written down', () => {
  inRole((asked) => {
    const secret = join(asked.dir, '../secret.txt');
    writeFileSync(secret, 'outside');
    assert.is(asked.value(`{{lookup "file" "${secret}"}}`), 'outside');
    assert.match(
      refusal(asked, '{{lookup "file" "../secret.txt"}}'),
      '`lookup "file"`: its path `../secret.txt` leads out of the playbook. | Outside of the role',
    );
    assert.match(refusal(asked, '{{lookup "file" "files/../../secret.txt"}}'), 'leads out of the playbook');
    assert.match(refusal(asked, '{{lookup "fileglob" "../*.txt"}}'), 'leads out of the playbook');
    assert.match(refusal(asked, `{{lookup "file" (concat "${secret}" (replace item item ""))}}`), 'comes from a loop');
  });
});

test('no host chooses what is read', () => {
  const vars = { extraVars: ['{"made": "{{ result.stdout }}", "indirect": "{{ made }}"}'] };
  inRole(
    (asked) => {
      for (const path of ['result.stdout', 'made', 'indirect', 'ansible_hostname', '(concat "x" facts.hostname)']) {
        assert.match(
          refusal(asked, `{{lookup "file" ${path}}}`),
          /: its path is made of `\w+`, which a host has said\. \| /,
          path,
        );
      }
      assert.match(refusal(asked, '{{#each result.lines}}{{lookup "file" this}}{{/each}}'), 'which a host has said');
      assert.match(refusal(asked, '{{cel "result.lines.map(l, lookup(\'file\', l))"}}'), 'which a host has said');
      assert.match(refusal(asked, '{{lookup "password" result.stdout}}'), 'which a host has said');
      assert.match(refusal(asked, '{{lookup "template" hostvars.a.made}}'), 'which a host has said');
    },
    vars,
    ({ runs }) => {
      const { known } = must(runs[0], 'run');
      known.set('result', { stdout: 'key.pub', lines: ['key.pub'] });
      known.setFacts({ hostname: 'key.pub' });
    },
  );
});

test('makes a password once, keeps it for the user alone, and reads what Ansible kept', () => {
  inRole(({ value, dir }) => {
    const made = value('{{lookup "password" "secrets/bgp" length=32 chars="digits,ascii_lowercase"}}') as string;
    assert.match(made, /^[0-9a-z]{32}$/);
    const path = join(dir, 'secrets/bgp');
    assert.is(readFileSync(path, 'utf8'), `${made}\n`);
    assert.is(statSync(path).mode & 0o777, 0o600);
    assert.is(statSync(join(dir, 'secrets')).mode & 0o777, 0o700);
    assert.equal(readdirSync(join(dir, 'secrets')), ['bgp']);
    assert.is(value('{{lookup "password" "secrets/bgp"}}'), made);
    writeFileSync(join(dir, 'old'), 'hunter2hunter2 salt=abcdefgh\n');
    assert.is(value('{{lookup "password" "old"}}'), 'hunter2hunter2');
  });
  const one = inRole(({ value }) => value('{{lookup "password" "p"}}'));
  const other = inRole(({ value }) => value('{{lookup "password" "p"}}'));
  assert.is.not(one, other);
});

test('says why a password can not be kept', () => {
  inRole((asked) => {
    writeFileSync(join(asked.dir, 'empty'), '');
    assert.match(
      refusal(asked, '{{lookup "password" "empty"}}'),
      '`empty` is empty. | Remove it, and a password is made.',
    );
    assert.match(
      refusal(asked, '{{lookup "password" "p length=5"}}'),
      'its path has options in it, which stand behind it. | Write `lookup "password" "PATH" length=20',
    );
    assert.match(
      refusal(asked, '{{lookup "password" "p" length=5}}'),
      't.yml:1:25: `lookup "password"`: `length` must be a whole number from 8 to 1000, not the number 5.',
    );
    assert.match(refusal(asked, '{{lookup "password" "p" chars="a"}}'), '`chars` must name at least two characters');
    mkdirSync(join(asked.dir, 'folder'));
    assert.match(refusal(asked, '{{lookup "password" "folder"}}'), 'can not be read');
  });
});

test('a check makes no password: what needs it is not known', () => {
  inRole(
    ({ value, dir }) => {
      assert.throws(
        () => value('{{lookup "password" "p"}}'),
        (error: unknown) => error instanceof NotYetKnown,
      );
      assert.not(existsSync(join(dir, 'p')));
      writeFileSync(join(dir, 'kept'), 'correct horse\n');
      assert.is(value('{{lookup "password" "kept"}}'), 'correct horse');
    },
    { check: true },
  );
});

test('looking at the input makes no password either, a run does', async () => {
  const tasks = `- hosts: all
  gather_facts: no
  vars: {secret: "{{ lookup 'password' 'p' }}"}
  tasks:
    - {name: t, command: "say {{ secret }}"}
`;
  withSite(tasks, {}, ({ problems }, dir) => {
    assert.equal(problems, []);
    assert.not(existsSync(join(dir, 'site/p')));
  });
  const checked = await runSite(tasks, { check: true });
  assert.equal(checked.ends, { t: { a: 'deferred' } });
  assert.match(checked.outcome('t').waitsFor ?? '', /^password .*p$/);
  const told = await runSite(tasks, { hosts: ['a', 'b'], answers: { exec: '' } });
  const [a, b] = ['a', 'b'].map((host) => told.sent(host).flat().join());
  assert.match(a ?? '', /^\(exec say /);
  assert.is(a, b);
});

test('what is wrong with a lookup is told before any host is asked', () => {
  const problems = problemsOf(
    `- hosts: all
  gather_facts: no
  tasks:
    - {debug: {msg: "{{ lookup 'file' 'nope.txt' }}"}}
    - {debug: {msg: "{{ lookup 'flie' 'nope.txt' }}"}}
`,
  );
  assert.equal([...new Set(problems)].toSorted(), [
    'site.yml:4:39: `lookup "file"`: there is no file `nope.txt`. | Looked in files, .'.replace(
      'files, .',
      'files, /site.',
    ),
    'site.yml:5:32: There is no lookup `flie`. | Did you mean `file`?',
  ]);
});

test.run();
