// `npm run demo` and `npm test` are all a newcomer types: what they need is installed here first.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`kmesh needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

const root = import.meta.dirname;
const [script, ...args] = process.argv.slice(2);
if (!existsSync(`${root}/node_modules/.package-lock.json`)) npm('ci', '--ignore-scripts');
npm('run', '--silent', String(script), '--', ...args);

function npm(...words) {
  const { status, signal } = spawnSync('npm', words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}
