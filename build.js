// Bundles src/ into dist/: one small entry, the rest in chunks that are loaded when they are needed. The schemas of the
// modules are compiled here, so that no run has to.
import { rm, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const shared = { bundle: true, format: 'esm', platform: 'node', target: 'node20.19', logLevel: 'warning' };

await rm('dist', { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  splitting: true,
  // Names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  // Optional native parts of ssh2: it does without where they are not built.
  external: ['*.node', 'cpu-features'],
  plugins: [{ name: 'precompiled schemas', setup: givePrecompiled }],
  // ssh2 is CommonJS and asks for these names.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      "import { dirname as __dirnameOf } from 'node:path';",
      'const require = __createRequire(import.meta.url);',
      'const __filename = __fileURLToPath(import.meta.url);',
      'const __dirname = __dirnameOf(__filename);',
    ].join('\n'),
  },
});

/** Puts compiled schemas in the place of `src/modules/precompiled.ts`. */
function givePrecompiled({ onLoad }) {
  onLoad({ filter: /[/\\]src[/\\]modules[/\\]precompiled\.ts$/ }, async () => ({
    contents: await precompiledSchemas(),
    loader: 'js',
    resolveDir: import.meta.dirname,
  }));
}

async function precompiledSchemas() {
  const { modules, ajvOptions } = await importSources();
  const ajv = new Ajv2020({ ...ajvOptions, addUsedSchema: true, code: { source: true, esm: true, optimize: true } });
  const names = [...modules.keys()];
  for (const name of names) ajv.addSchema(modules.get(name).schema, name);
  const exported = Object.fromEntries(names.map((name) => [`check_${name}`, name]));
  const entries = names.map((name) => `${JSON.stringify(name)}: check_${name}`);
  return `${standalone.default(ajv, exported)}\nexport const precompiled = { ${entries.join(', ')} };\n`;
}

async function importSources() {
  const entry = "export { modules } from './src/modules/index.ts'; export { ajvOptions } from './src/base/schema.ts';";
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    packages: 'external',
    write: false,
  });
  // Beside the packages that it imports.
  const path = new URL('node_modules/.kmesh-schemas.mjs', import.meta.url);
  await writeFile(path, outputFiles[0].text);
  try {
    return await import(path.href);
  } finally {
    await rm(path);
  }
}
