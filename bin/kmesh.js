#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A checkout that was not built yet runs from its sources.
const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('../src/main.ts', import.meta.url).href);
}
