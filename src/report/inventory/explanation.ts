import { formatDiagnostic, visible } from '../../base/diagnostic.ts';
import type { Data } from '../../base/node.ts';
import { formatSpan } from '../../base/source.ts';
import type { ExplainedValue, Explanation, View } from '../../engine/variables/explain.ts';
import type { Setting } from '../../engine/variables/explain-settings.ts';
import { displayWidth } from '../../base/display-width.ts';
import { padEnd } from '../text/text.ts';

/** Where a variable comes from, for a reader: each place that sets it, lowest first, `→` before the one that counts. */
export function formatExplanation({ name, host, views, isSecret }: Explanation): string {
  const heading = visible(`${name} on ${host}`);
  return views
    .map((view) => {
      const where = headingOf(view, views);
      const lines = table(view.settings.map((setting) => cellsOf(setting, isSecret))).map((line) => `  ${line}`);
      return [
        `${heading}${where === '' ? '' : `, ${where}`}: ${shownValue(view.value, isSecret)}`,
        ...lines,
        ...notesOf(view),
      ].join('\n');
    })
    .join('\n\n');
}

/** The same for programs. */
export function explanationData({ name, host, views, isSecret }: Explanation): object {
  return {
    name,
    host,
    views: views.map(({ places, settings, value }) => ({
      places: places.map(({ play, role }) => ({
        play: play?.name ?? null,
        at: play === null ? null : formatSpan(play.at),
        role,
      })),
      ...valueData(value, isSecret),
      settings: settings.map(({ kind, layer, at, written, wins }) => ({
        kind,
        layer,
        at: at === null ? null : formatSpan(at),
        ...(written === undefined ? {} : { written: isSecret ? hidden : written }),
        wins,
      })),
    })),
  };
}

/** Rows with their cells below each other. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => padEnd(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const hidden = '******';

function valueData(value: ExplainedValue, isSecret: boolean): object {
  switch (value.kind) {
    case 'value':
      return { value: isSecret ? hidden : value.value };
    case 'later':
      return { waitsFor: value.waitsFor };
    case 'wrong':
      return { problem: formatDiagnostic(value.problem) };
  }
}

/** From where a variable is seen so; empty when it is the same everywhere. */
function headingOf({ places }: View, views: readonly View[]): string {
  if (views.length === 1 && places.every(({ play }) => play !== null)) return '';
  const all = views.flatMap((view) => view.places);
  const plays = new Map(places.map(({ play }) => [play?.at, play])).values();
  const words = [...plays].map((play) => {
    if (play === null) return 'in no play';
    const here = places.filter((place) => place.play?.at === play.at);
    const roles = here.flatMap(({ role }) => role ?? []);
    if (here.length === all.filter((place) => place.play?.at === play.at).length) return `in the play ${play.name}`;
    const inRoles = roles.length === 1 ? `the role ${roles[0]}` : `the roles ${roles.join(', ')}`;
    if (roles.length === here.length) return `in ${inRoles} of the play ${play.name}`;
    return `in the play ${play.name}${roles.length === 0 ? '' : ` and ${inRoles}`}`;
  });
  return visible(words.join(', '));
}

function shownValue(value: ExplainedValue, isSecret: boolean): string {
  switch (value.kind) {
    case 'value':
      return isSecret ? hidden : shown(value.value, Infinity);
    case 'later':
      return visible(`known after \`${value.waitsFor}\``);
    case 'wrong':
      return 'no value';
  }
}

function cellsOf({ kind, layer, at, written, wins }: Setting, isSecret: boolean): string[] {
  const value = kind === 'files' || kind === 'task' || (kind === 'run' && written !== undefined);
  return [
    wins ? '→' : ' ',
    visible(layer),
    at === null ? '' : visible(formatSpan(at)),
    value ? writtenText(written, isSecret) : '',
  ];
}

function writtenText(written: Data | undefined, isSecret: boolean): string {
  if (written === undefined) return 'without this part';
  return isSecret ? hidden : shown(written, 60);
}

function shown(value: Data, width: number): string {
  const text = visible(JSON.stringify(value)).replaceAll('\n', '\\n');
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

function notesOf({ settings, value }: View): string[] {
  const notes: string[] = [];
  if (value.kind === 'wrong') notes.push(formatDiagnostic(value.problem));
  if (settings.some(({ kind }) => kind === 'run'))
    notes.push('  Tasks win over files and task vars, from the moment they have run.');
  if (value.kind === 'later' && settings.some(({ kind, wins }) => kind === 'host' && wins))
    notes.push('  It is asked of the host: `--facts` does so now.');
  return notes;
}
