import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages, root } from './pages.ts';

// `npm run docs`: writes the pages that nobody writes by hand.
for (const [path, text] of generatedPages()) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
