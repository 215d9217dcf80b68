/** What a host says when it is asked for its facts; answers the script that has `s files` in it. */
export function factsAnswer({ hostname = 'node', kernel = '6.1.0' } = {}): string {
  const files = [
    `/proc/sys/kernel/osrelease:${kernel}`,
    `/proc/sys/kernel/hostname:${hostname}`,
    '/etc/os-release:ID=debian',
    '/etc/os-release:VERSION_ID="12"',
    '',
  ].join('\n');
  const sections = { files, uname: 'x86_64\n', id: 'uid=0(root) gid=0(root) groups=0(root)\n', home: '/root', end: '' };
  return Object.entries(sections)
    .map(([name, text]) => `${name}\0${text}\0`)
    .join('');
}
