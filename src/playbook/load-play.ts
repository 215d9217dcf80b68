import { type Layer, layerOf } from '../base/layer.ts';
import { type MapNode, type ScalarNode, scalarNode, toData } from '../base/node.ts';
import { constantText } from './includes/constant-text.ts';
import type { Inherited, Loader, PlayDraft, TaskContext } from './tasks/context.ts';
import { Fields, wordsOf } from './fields.ts';
import { inherit } from './tasks/inherited.ts';
import { playKeywords } from './keywords.ts';
import { connectionOf, maxFailPercentageOf, orderOf, serialOf, strategyOf } from './play-options.ts';
import type { Phase, Play, Step } from './playbook.ts';
import { parseRoleEntry } from './roles/role-entry.ts';
import { onlyHandlers } from './roles/role-parts.ts';
import { useRole } from './roles/use-role.ts';
import { varsFilesOf } from './vars-files.ts';
import { varsPromptOf } from './vars-prompt.ts';

/** Reads a play. @param outer what it takes over from an import @param file the playbook it stands in */
export function loadPlay(map: MapNode, outer: Inherited, file: string, loader: Loader): Play {
  const fields = new Fields(map, loader.problems);
  fields.only(playKeywords, 'a key of a play');
  if (!fields.has('hosts'))
    fields.note(map.entries[0]?.keySpan ?? map.span, 'This play has no `hosts`.', 'Say which: `hosts: all`.');
  const own = inherit(fields, { ...outer, vars: [] }, null);
  const context = contextOf(own, file, loader);
  const { play } = context;
  const preTasks = stepsOf('pre_tasks', fields, context);
  const roles = rolesOf(fields, context);
  const tasks = stepsOf('tasks', fields, context);
  const postTasks = stepsOf('post_tasks', fields, context);
  const handlers = handlersOf(fields, context);
  const hosts = hostsOf(fields, context);
  return {
    name: fields.text('name') ?? hosts.map((h) => String(h.value)).join(','),
    at: map.span,
    hosts,
    order: orderOf(fields),
    strategy: strategyOf(fields),
    serial: serialOf(fields, context),
    anyErrorsFatal: own.anyErrorsFatal,
    maxFailPercentage: maxFailPercentageOf(fields),
    forceHandlers: fields.boolean('force_handlers', false),
    gatherFacts: fields.boolean('gather_facts', true),
    vars: varsOf(fields, outer),
    varsPrompt: varsPromptOf(fields),
    varsFiles: varsFilesOf(fields, context),
    become: own.become,
    connection: connectionOf(fields),
    roles: play.roles,
    phases: phasesOf({
      preflight: play.preflight,
      pre_tasks: preTasks,
      tasks: [...roles, ...tasks],
      post_tasks: postTasks,
      verify: play.verify,
    }),
    handlers: [...handlers, ...play.handlers],
  };
}

function contextOf(inherited: Inherited, file: string, loader: Loader): TaskContext {
  const play: PlayDraft = { roles: [], handlers: [], preflight: [], verify: [], results: new Set(), known: new Map() };
  const visited = { runs: [], open: [] };
  return { loader, play, inherited, role: null, phase: 'tasks', sections: [], files: [file], visited };
}

function stepsOf(phase: 'pre_tasks' | 'tasks' | 'post_tasks', fields: Fields, context: TaskContext): Step[] {
  return context.loader.loadSteps(fields.maps(phase, 'task'), { ...context, phase });
}

function handlersOf(fields: Fields, context: TaskContext): Play['handlers'] {
  const inherited = { ...context.inherited, notify: [] };
  const inHandlers: TaskContext = { ...context, inherited, phase: 'handlers' };
  return onlyHandlers(context.loader.loadSteps(fields.maps('handlers', 'task'), inHandlers), context);
}

function phasesOf(steps: Readonly<Record<Phase['name'], readonly Step[]>>): Phase[] {
  const names = ['preflight', 'pre_tasks', 'tasks', 'post_tasks', 'verify'] as const;
  return names.map((name) => ({ name, steps: steps[name] })).filter((phase) => phase.steps.length > 0);
}

function rolesOf(fields: Fields, context: TaskContext): Step[] {
  const node = fields.node('roles');
  if (node === null || (node.kind === 'scalar' && node.value === null)) return [];
  if (node.kind !== 'list') {
    fields.note(node.span, `\`roles\` must be a list, not ${wordsOf(node)}.`, `Each starts with \`- \`.`);
    return [];
  }
  return node.items.flatMap((item) => {
    const entry = parseRoleEntry(item, context);
    return entry === null ? [] : useRole(entry.use, entry.context).steps;
  });
}

function hostsOf(fields: Fields, context: TaskContext): ScalarNode[] {
  const node = fields.node('hosts');
  const isEmpty = node !== null && (node.kind === 'list' ? node.items.length === 0 : toData(node) === null);
  if (isEmpty) fields.note(node.span, '`hosts` names no host.', 'All hosts are `all`.');
  return fields.texts('hosts').flatMap((one) => hostPattern(one, context));
}

/** Which hosts must be known before the run, as far as the command line does not say it. */
function hostPattern(node: ScalarNode, context: TaskContext): ScalarNode[] {
  if (!String(node.value).includes('{{')) return [node];
  const text = constantText(node, 'hosts', context);
  return text === null ? [] : [scalarNode(text, node.span)];
}

// Variables given to an import are the play's, and win over its own.
function varsOf(fields: Fields, outer: Inherited): Layer {
  const own = fields.variables('vars', 'play vars') ?? layerOf('play vars', []);
  if (outer.vars.length === 0) return own;
  return layerOf(
    'play vars',
    [own, ...outer.vars].flatMap((layer) => [...layer.entries.values()]),
  );
}
