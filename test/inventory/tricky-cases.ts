/** A folder of `tricky/`, what is asked of it, and how kmesh differs from Ansible there. */
export interface TrickyCase {
  readonly name: string;
  readonly args: string;
  /** `same`: the same text. `both-refuse`: neither takes it, and kmesh says this. */
  readonly ends:
    | { readonly kind: 'same' }
    | { readonly kind: 'both-refuse'; readonly error: string }
    | ({ readonly kind: 'differs' } & Difference);
}

/** A difference that is meant. */
export interface Difference {
  /** Lines of Ansible's and of kmesh's output; a whole output or error where the other one refuses. */
  readonly ansible: readonly string[] | 'refuses';
  readonly kmesh: readonly string[] | { readonly error: string };
  /** How the page tells of it. */
  readonly told: string;
}

/** Every folder of `tricky/` once. */
export const trickyCases: readonly TrickyCase[] = [
  same('all-and-ungrouped', '-i hosts --list'),
  same('all-children', '-i hosts.yml --graph'),
  differs('child-of-another-source', '-i a -i b --graph', {
    ansible: 'refuses',
    kmesh: ['@all:', '  |--@ungrouped:', '  |--@mesh:', '  |  |--@web:', '  |  |  |--h1'],
    told: 'A child may be defined in another source',
  }),
  bothRefuse('cycle-ini', '-i hosts --list', 'These groups contain each other: `a` > `b` > `c` > `a`.'),
  bothRefuse('cycle-self', '-i hosts --list', 'These groups contain each other: `a` > `a`.'),
  bothRefuse('cycle-yaml', '-i hosts.yml --list', 'These groups contain each other: `a` > `b` > `a`.'),
  same('dashes', '-i hosts --graph'),
  same('empty-groups', '-i hosts --list'),
  same('export', '-i hosts.yml --list --export --yaml'),
  same('folder', '-i inv --list'),
  differs('folder-ini', '-i inv --graph all', {
    ansible: [],
    kmesh: ['  |  |--h1'],
    told: 'Files `*.ini` in a folder are read',
  }),
  same('graph', '-i hosts --graph --vars'),
  same('graph-of-a-group', '-i hosts --graph db'),
  same('group-depth', '-i hosts --list'),
  same('group-priority', '-i hosts --list --export'),
  differs('implicit-localhost', '-i hosts --host localhost', {
    ansible: ['    "ansible_python_interpreter": "/usr/bin/python3",'],
    kmesh: [],
    told: '`ansible_python_interpreter`',
  }),
  same('ini-blanks', '-i hosts --list'),
  same('ini-children-order', '-i hosts --graph'),
  same('ini-comments', '-i hosts --list'),
  same('ini-crlf', '-i hosts --list'),
  same('ini-ipv6', '-i hosts --list'),
  differs('ini-ipv6-brackets', '-i hosts --graph', {
    ansible: 'refuses',
    kmesh: ['@all:', '  |--@ungrouped:', '  |  |--::1'],
    told: 'an IPv6 address in brackets without a port',
  }),
  same('ini-ports', '-i hosts --list'),
  same('ini-quotes', '-i hosts --list'),
  same('ini-ranges', '-i hosts --graph'),
  same('ini-several-groups', '-i hosts --list'),
  differs('ini-twice', '-i hosts --host h1', {
    ansible: ['{', '    "x": 2', '}'],
    kmesh: { error: '`x` is set twice.' },
    told: 'twice for one host or group of an INI file',
  }),
  differs('ini-typing', '-i hosts --list', {
    ansible: ['                "i": Infinity,', '                "b": "bytes",'],
    kmesh: ['                "i": "1e400",', '                "b": "b\'bytes\'",'],
    told: "`1e400` and `b'bytes'`",
  }),
  differs('ini-typing-large', '-i hosts --list', {
    ansible: ['                "not": 9007199254740993'],
    kmesh: ['                "not": "9007199254740993"'],
    told: 'Whole numbers beyond 2^53',
  }),
  same('json-file', '-i hosts.json --list --yaml'),
  same('list-of-hosts', '-i h1,192.0.2.1:22,h2 --list'),
  same('localhost', '-i hosts --list'),
  differs('odd-variable-names', '-i hosts.yml --list', {
    ansible: ['{', '    "_meta": {', '        "hostvars": {', '            "h1": {', '                "1st": 2,'],
    kmesh: { error: '`a-b` can not be the name of a variable.' },
    told: 'Names of variables that no template could use',
  }),
  bothRefuse('open-quote', '-i hosts --list', 'This quote is not closed.'),
  bothRefuse('port-without-number', '-i hosts.ini --list', 'A port is missing behind the colon.'),
  differs('priority-in-a-file', '-i hosts --host h1', {
    ansible: ['    "ansible_group_priority": 10,'],
    kmesh: [],
    told: '`ansible_group_priority` in a file of `group_vars/`',
  }),
  bothRefuse('program-bad-json', '-i cloud --list', 'This is not JSON: a value is wanted; found `h1`.'),
  same('program-beside-files', '-i inv --list'),
  same('program-cwd', '-i bin/cloud --graph'),
  differs('program-empty-group', '-i cloud --graph', {
    ansible: ['  |  |--db'],
    kmesh: [],
    told: 'A group that is `{}`',
  }),
  bothRefuse('program-fails', '-i cloud --list', '`cloud --list` ended with status 3 and said:\n    no token'),
  same('program-hosts', '-i cloud --list'),
  same('program-meta', '-i cloud --list'),
  bothRefuse('program-not-executable', '-i cloud --list', 'This is a program, and may not be run.'),
  differs('program-says-nothing', '-i cloud --graph', {
    ansible: 'refuses',
    kmesh: ['@all:', '  |--@ungrouped:', '  |--@web:', '  |  |--h1'],
    told: 'says nothing to `--host`',
  }),
  same('program-short', '-i cloud --list'),
  same('program-unknown-host', '-i cloud --list'),
  differs('reserved-names', '-i hosts --list', {
    ansible: ['{', '    "_meta": {', '        "hostvars": {}'],
    kmesh: { error: '`inventory_hostname` is a name that kmesh itself sets.' },
    told: 'Names that kmesh sets itself',
  }),
  same('several-sources', '-i a.ini -i b -i c1,c2 --list'),
  same('templates', '-i hosts --list'),
  bothRefuse('undefined-child', '-i hosts --list', 'The group `missing` is not defined.'),
  bothRefuse('undefined-vars', '-i hosts --list', 'The group `missing` is not defined.'),
  same('unicode', '-i hosts --list'),
  bothRefuse('unknown-section', '-i hosts --list', '`hots` is not a kind of section.'),
  same('vars-files', '-i inv --list'),
  same('vars-precedence', '-i hosts --list -e e=extra'),
  differs('yaml-1.1', '-i hosts.yml --list', {
    ansible: [
      '                "binary": 3,',
      '                "exponent": "1e3",',
      '                "leading_zero": 420,',
      '                "octal": "0o17",',
      '                "off_word": false,',
      '                "sexagesimal": 45045,',
      '                "underscore": 1000,',
      '                "yes_word": true',
    ],
    kmesh: [
      '                "binary": "0b11",',
      '                "exponent": 1000.0,',
      '                "leading_zero": 644,',
      '                "octal": 15,',
      '                "off_word": "Off",',
      '                "sexagesimal": "12:30:45",',
      '                "underscore": "1_000",',
      '                "yes_word": "yes"',
    ],
    told: 'YAML is 1.2',
  }),
  same('yaml-anchors', '-i hosts.yml --list'),
  differs('yaml-duplicates', '-i hosts.yml --list', {
    ansible: ['{', '    "_meta": {', '        "hostvars": {', '            "h1": {', '                "a": 1,'],
    kmesh: { error: 'Map keys must be unique.' },
    told: 'A key that is there twice',
  }),
  same('yaml-hosts', '-i hosts.yml --list'),
  bothRefuse('yaml-list', '-i hosts.yml --list', '`hosts:` is a mapping, not a list.'),
  same('yaml-nested', '-i hosts.yml --list'),
  same('yaml-null-vars', '-i hosts.yml --list'),
  same('yaml-typing', '-i hosts.yml --list'),
  differs('yaml-unknown-key', '-i hosts.yml --graph web', {
    ansible: ['@web:', '  |--h1'],
    kmesh: { error: '`vras` means nothing in a group.' },
    told: 'All that Ansible only warns of and then passes over is an error here',
  }),
  same('yaml-without-name', '-i hosts --list'),
];

function same(name: string, args: string): TrickyCase {
  return { name, args, ends: { kind: 'same' } };
}

function bothRefuse(name: string, args: string, error: string): TrickyCase {
  return { name, args, ends: { kind: 'both-refuse', error } };
}

function differs(name: string, args: string, difference: Difference): TrickyCase {
  return { name, args, ends: { kind: 'differs', ...difference } };
}
