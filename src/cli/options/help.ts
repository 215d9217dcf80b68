/** What `kmesh --help` says first. */
export const description = 'Makes bare Linux machines into the network of your Kubernetes clusters, over SSH alone.';

/** Behind the help of the program. */
export const programExamples = examples([
  ['kmesh run site.yml -i hosts --check --diff', 'see what would change'],
  ['kmesh run site.yml -i hosts', 'change it'],
  ['kmesh run --help', 'all options of a command'],
]);

/** Behind the help of each command. */
export const commandExamples = {
  run: examples([
    ['kmesh run site.yml -i hosts --check --diff', 'see what would change'],
    ['kmesh run site.yml -i hosts -l node1 -t bgp', 'one host, tasks with one tag'],
    ['kmesh run site.yml -i hosts -e pod_mtu=8950 -b -K', 'a variable; become root, ask for the password'],
  ]),
  verify: examples([
    ['kmesh verify site.yml -i hosts', 'is everything as the roles want it?'],
    ['kmesh verify site.yml -i hosts -l nodes', 'on some of the hosts'],
  ]),
  status: examples([
    ['kmesh status -i hosts', 'which handlers are owed, and since when'],
    ['kmesh status -i hosts -o json', 'for a program'],
  ]),
  role: examples([
    ['kmesh role bird2 -i hosts --check --diff', 'see what one role would change'],
    ['kmesh role bird2 -i hosts --hosts reflectors', 'on the hosts of one group'],
  ]),
  exec: examples([
    ['kmesh exec all -i hosts -- birdc show protocols', 'the same question to all hosts'],
    ['kmesh exec nodes -i hosts -b -- systemctl restart bird', 'as root'],
  ]),
  facts: examples([
    ['kmesh facts node1 -i hosts', 'what kmesh knows of a host'],
    ['kmesh facts all -i hosts -o json', 'for a program'],
  ]),
  explain: examples([
    ['kmesh explain bird2_asn --host node1 -i hosts', 'what the inventory says'],
    ['kmesh explain peers[0].name site.yml --host node1 -i hosts', 'what plays and roles see'],
    ['kmesh explain facts.default_ipv4 --host node1 -i hosts --facts', 'what the host says'],
  ]),
  inventory: examples([
    ['kmesh inventory -i hosts --graph --vars', 'groups, hosts and variables as a tree'],
    ['kmesh inventory -i hosts --host node1', 'all variables of a host'],
    ['kmesh inventory -i cloud.py --list --yaml --export', 'an inventory as one file'],
  ]),
  journal: examples([
    ['kmesh journal', 'the runs that are kept'],
    ['kmesh journal last --diff', 'what the last one did'],
    ['kmesh journal 20261120-0931-k7 -o json', 'its events, for a program'],
  ]),
  vault: examples([
    ['kmesh vault encrypt group_vars/all/vault.yml', 'a whole file; asks for a new password'],
    ['kmesh vault encrypt-string -p -n db_password', 'one value, to be put into a file'],
    ['kmesh vault edit --vault-id prod@prompt vault.yml', 'in $EDITOR'],
  ]),
} as const;

/** Options that Ansible's users look for and kmesh does not have, and what to do instead. */
export const elsewhere: Readonly<Record<string, string>> = {
  '-a': 'The command stands behind `--`: `kmesh exec PATTERN -i hosts -- uptime`.',
  '--args': 'The command stands behind `--`: `kmesh exec PATTERN -i hosts -- uptime`.',
  '-m': 'Put the module into a playbook; `kmesh exec` runs a command.',
  '--module-name': 'Put the module into a playbook; `kmesh exec` runs a command.',
  '-c': 'Set `connection` in the play or the inventory.',
  '--connection': 'Set `connection` in the play or the inventory.',
  '--become-method': 'kmesh becomes another user with sudo.',
  '--ssh-common-args': 'Put it into `~/.ssh/config`.',
  '--ssh-extra-args': 'Put it into `~/.ssh/config`.',
  '--flush-cache': 'Facts are asked for anew in each run.',
};

function examples(lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const shown = lines.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${shown.join('\n')}`;
}
