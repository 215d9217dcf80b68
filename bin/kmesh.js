#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

// Node 20 optimizes what has run a few times, and takes a fifth of the processor time of a run of half a second for it.
// What runs for long is optimized all the same, a little later. Newer ones have no such flag, and wait by themselves.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=500000');

// A checkout that was not built yet runs from its sources.
const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('../src/main.ts', import.meta.url).href);
}
