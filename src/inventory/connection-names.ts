import { nearest } from '../base/did-you-mean.ts';

/** The settings a connection has, each with Ansible's names for it; of two that are set the later one counts. */
export const settingNames = {
  address: ['ansible_ssh_host', 'ansible_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  password: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
  privateKeyFile: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  connection: ['ansible_connection'],
  hostKeyChecking: ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'],
  timeout: ['ansible_timeout', 'ansible_ssh_timeout'],
  become: ['ansible_become'],
  becomeUser: ['ansible_sudo_user', 'ansible_become_user'],
  becomeMethod: ['ansible_become_method'],
  becomePassword: ['ansible_sudo_pass', 'ansible_become_password', 'ansible_become_pass'],
  sshArgs: ['ansible_ssh_args'],
  sshCommonArgs: ['ansible_ssh_common_args'],
  sshExtraArgs: ['ansible_ssh_extra_args'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** One setting of a connection. */
export type Setting = keyof typeof settingNames;

// They steer what kmesh does not have: a Python on the host, Ansible's own ControlPersist, scp, a shell other than sh.
const ignored = [
  'ansible_become_exe',
  'ansible_become_flags',
  'ansible_executable',
  'ansible_interpreter_python_fallback',
  'ansible_pipelining',
  'ansible_python_interpreter',
  'ansible_remote_tmp',
  'ansible_scp_executable',
  'ansible_scp_extra_args',
  'ansible_scp_if_ssh',
  'ansible_sftp_batch_mode',
  'ansible_sftp_executable',
  'ansible_sftp_extra_args',
  'ansible_shell_executable',
  'ansible_shell_type',
  'ansible_ssh_executable',
  'ansible_ssh_pipelining',
  'ansible_ssh_retries',
  'ansible_ssh_transfer_method',
  'ansible_ssh_use_tty',
  'ansible_async_dir',
  'ansible_system_tmpdirs',
];

const known: ReadonlySet<string> = new Set([...Object.values(settingNames).flat(), ...ignored]);

/** The setting that an unknown `ansible_…` name is a slip of, or `null`: names of the user's own may start so, too. */
export function meantSetting(name: string): string | null {
  if (!name.startsWith(prefix) || known.has(name) || facts.has(name)) return null;
  const remembered = answers.get(name);
  if (remembered !== undefined) return remembered;
  // Without the prefix: it would make names look alike that are not.
  const meant = nearest(
    name.slice(prefix.length),
    [...known].map((other) => other.slice(prefix.length)),
  );
  const answer = meant === null ? null : prefix + meant;
  answers.set(name, answer);
  return answer;
}

// The same few names come with every host.
const answers = new Map<string, string | null>();

const prefix = 'ansible_';
// Facts are near to settings by chance.
const facts: ReadonlySet<string> = new Set(['ansible_hostname', 'ansible_user_id', 'ansible_python', 'ansible_local']);
