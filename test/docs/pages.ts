import { join } from 'node:path';
import { eventsSchema } from '../../src/report/files/events-schema.ts';
import { helpersPage } from './helpers-page.ts';
import { modulesPage } from './modules-page.ts';

/** The top of the repository. */
export const root = join(import.meta.dirname, '../..');

/** The pages that are made of what the program knows of itself: path and text. */
export function generatedPages(): Map<string, string> {
  return new Map([
    ['docs/modules.md', modulesPage()],
    ['docs/helpers.md', helpersPage()],
    ['docs/events.schema.json', `${JSON.stringify(eventsSchema, null, 2)}\n`],
  ]);
}
