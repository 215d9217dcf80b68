import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiagnostic, sortDiagnostics } from '../../src/base/diagnostic.ts';
import { namedSource } from '../../src/base/node.ts';
import { reservedNames } from '../../src/base/reserved-names.ts';
import { parseYaml } from '../../src/base/yaml.ts';
import { parseArgs } from '../../src/cli/options/args.ts';
import { factAliases } from '../../src/engine/variables/fact-aliases.ts';
import { settingNames } from '../../src/inventory/connection-names.ts';
import { splitWords } from '../../src/base/shell-words.ts';
import { modules } from '../../src/modules/index.ts';
import {
  ansibleOnly,
  blockKeywords,
  callKeywords,
  playKeywords,
  roleKeywords,
  taskKeywords,
  withKeywords,
} from '../../src/playbook/keywords.ts';
import { metaActions } from '../../src/playbook/playbook.ts';
import { loadPlaybookSource } from '../../src/playbook/load-playbook.ts';
import { checkTemplate } from '../../src/template/evaluate.ts';
import { anchorsOf, type CodeBlock, codeBlocks, linksOf } from './markdown.ts';
import { generatedPages, root } from './pages.ts';

const test = suite('docs');

test('the generated pages are those of the program as it is', () => {
  for (const [path, text] of generatedPages()) {
    assert.ok(readPage(path) === text, `${path} is not up to date: run \`npm run docs\`.`);
  }
});

test('every link leads somewhere', () => {
  assert.equal(pages().flatMap(deadLinks), []);
});

test('every decision is listed', () => {
  const list = readPage('docs/decisions/README.md');
  for (const path of pages().filter((page) => /^docs\/decisions\/\d/.test(page))) {
    assert.ok(list.includes(`](${path.slice('docs/decisions/'.length)})`), `${path} is not in the list.`);
  }
});

test('playbooks and tasks that are shown load without a problem', () => {
  const problems = blocks().flatMap(({ page, block }) => {
    const playbook = playbookOf(block);
    if (playbook === null) return [];
    const source = namedSource(`${page}:${block.line}`, playbook);
    // The roles and files that examples name lie here.
    const site = join(import.meta.dirname, 'site/example.yml');
    return loadPlaybookSource(site, source, { bundledRoles: [join(root, 'roles')] }).problems.map(formatDiagnostic);
  });
  assert.equal(problems, []);
});

test('the README shows mistakes as they are told', () => {
  const shown = codeBlocks(readPage('README.md'));
  const broken = shown.findIndex(({ info }) => info === 'yaml broken');
  const source = namedSource('site.yml', shown[broken]?.text ?? '');
  const { problems } = loadPlaybookSource(join(root, 'site.yml'), source, { bundledRoles: [] });
  assert.is(`${sortDiagnostics(problems).map(formatDiagnostic).join('\n\n')}\n`, shown[broken + 1]?.text);
});

test('every word of the language has its place', () => {
  const places: readonly (readonly [page: string, heading: string, words: Iterable<string>])[] = [
    ['docs/playbooks.md', 'Plays', playKeywords],
    ['docs/playbooks.md', 'Tasks', taskKeywords.filter((word) => !word.startsWith('with_'))],
    ['docs/playbooks.md', 'Loops', Object.keys(withKeywords)],
    ['docs/playbooks.md', 'Blocks', blockKeywords],
    ['docs/playbooks.md', 'Imports and includes', callKeywords.filter((word) => word !== 'meta')],
    ['docs/playbooks.md', 'Meta', metaActions],
    ['docs/playbooks.md', 'Roles', roleKeywords],
    ['docs/playbooks.md', 'Facts', factAliases],
    ['docs/playbooks.md', 'Coming from Ansible', Object.keys(ansibleOnly)],
    ['docs/variables.md', 'Names that are taken', reservedNames],
    ['docs/inventory.md', 'Connection variables', Object.values(settingNames).flat()],
    ['README.md', 'Modules', modules.keys()],
  ];
  for (const [page, heading, words] of places) {
    const section = sectionOf(readPage(page), heading);
    const missing = [...words].filter((word) => !section.includes(`\`${word}\``));
    assert.equal(missing, [], `${page}, ${heading}`);
  }
  assert.match(readPage('README.md'), `There are ${modules.size}, `);
});

test('other YAML and templates that are shown can be read', () => {
  const problems = blocks().flatMap(({ page, block }) => {
    const source = namedSource(`${page}:${block.line}`, block.text);
    if (block.info === 'handlebars') return checkTemplate(source);
    return block.info.startsWith('yaml') ? parseYaml(source).diagnostics : [];
  });
  assert.equal(problems.map(formatDiagnostic), []);
});

test('command lines that are shown are understood', () => {
  const lines = blocks().flatMap(({ page, block }) => (block.info === 'sh' ? commandLines(page, block) : []));
  assert.ok(lines.length > 0);
  for (const { at, words } of lines) {
    const command = parseArgs(words);
    assert.is(command.kind === 'usage-error' ? command.message : '', '', `${at}: kmesh ${words.join(' ')}`);
  }
});

/** The pages of the project; those of roles and of the lab have links, too, but examples of their own. */
function pages(): string[] {
  return [...ownPages(), ...markdownIn('roles'), ...markdownIn('test')];
}

function ownPages(): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...top, ...markdownIn('docs')];
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function deadLinks(page: string): string[] {
  return linksOf(readPage(page)).flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(root, target))) return [`${page}: ${link}`];
    const isPage = target.endsWith('.md') && statSync(join(root, target)).isFile();
    return anchor === undefined || (isPage && anchorsOf(readPage(target)).has(anchor)) ? [] : [`${page}: ${link}`];
  });
}

/** From a heading of the second level to the next one. */
function sectionOf(page: string, heading: string): string {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

function blocks(): { readonly page: string; readonly block: CodeBlock }[] {
  return ownPages().flatMap((page) => codeBlocks(readPage(page)).map((block) => ({ page, block })));
}

/** A block's text as a whole playbook; `null` when it is none. */
function playbookOf({ info, text }: CodeBlock): string | null {
  if (info === 'yaml') return text;
  return info === 'yaml tasks' ? tasksAsPlay(text) : null;
}

function tasksAsPlay(tasks: string): string {
  const indented = tasks.replace(/^(?=.)/gm, '    ');
  return `- hosts: all\n  tasks:\n${indented}`;
}

function commandLines(page: string, { text, line }: CodeBlock): { readonly at: string; readonly words: string[] }[] {
  return text.split('\n').flatMap((whole, i) => {
    const command = /^(?:\$ )?kmesh (.*)$/.exec(whole)?.[1]?.split(' | ')[0];
    if (command === undefined) return [];
    const { words, problem } = splitWords(command, { comments: true });
    assert.is(problem, null, `${page}:${line + i}`);
    return [{ at: `${page}:${line + i}`, words: words.map((word) => word.text) }];
  });
}

test.run();
