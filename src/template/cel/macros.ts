import type { Data } from '../../base/node.ts';
import {
  type CelCompiler,
  type CelFrame,
  type CelPlace,
  type CelValue,
  errorAt,
  rejectCel,
  textOf,
} from './compiler.ts';
import type { CelNode } from './parse.ts';
import { describe, isList, isMap } from '../operations/values.ts';

type MethodNode = CelNode & { readonly op: 'rcall' };

/** Whether the body of a macro is true for an item. */
type Test = (frame: CelFrame) => boolean;

interface Loop {
  /** Runs `body` for each item until it says `false`. */
  readonly each: (frame: CelFrame, body: (item: Data) => boolean) => void;
  readonly place: CelPlace;
}

/** The macros: methods whose arguments are expressions about each item. */
export const macroNames = ['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map'] as const;

/** `list.all(x, …)` and the other macros, and `cel.bind(x, value, …)`; `null` when it is none. */
export function compileMacro(c: CelCompiler, place: CelPlace, node: MethodNode): CelValue | null {
  const [name, receiver, args] = node.args;
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel') return compileBind(c, place, node, args);
  const compileBody = Object.hasOwn(macros, name) ? macros[name] : undefined;
  if (compileBody === undefined) return null;
  const [variable, ...bodies] = args;
  const isComplete = bodies.length === 1 || (name === 'map' && bodies.length === 2);
  if (variable?.op !== 'id' || !isComplete) {
    const example = name === 'map' ? 'item.name' : 'item > 1';
    return rejectCel(
      c,
      node,
      `\`${name}\` wants a name and an expression.`,
      `Write \`list.${name}(item, ${example})\`.`,
    );
  }
  return compileBody(c, loopOver(c, place, receiver, variable.args), bodies);
}

function loopOver(c: CelCompiler, outer: CelPlace, receiver: CelNode, variable: string): Loop {
  const value = c.compile(c, outer, receiver);
  const { place, slot } = withVariable(outer, variable);
  return {
    place,
    each(frame, body) {
      const data = value(frame);
      if (!isList(data) && !isMap(data)) {
        throw errorAt(c, receiver, `\`${textOf(c, receiver)}\` is ${describe(data)}, not a list or a map.`);
      }
      for (const item of isList(data) ? data : Object.keys(data)) {
        frame.slots[slot] = item;
        if (!body(item)) break;
      }
    },
  };
}

function withVariable(outer: CelPlace, name: string): { readonly place: CelPlace; readonly slot: number } {
  const slot = outer.depth;
  return { slot, place: { ...outer, depth: slot + 1, slots: new Map([...outer.slots, [name, slot]]) } };
}

type CompileBody = (c: CelCompiler, loop: Loop, bodies: readonly CelNode[]) => CelValue;

const macros: Readonly<Record<string, CompileBody>> = {
  all(c, { each, place }, bodies) {
    const test = compileTest(c, place, bodies[0]);
    return (frame) => {
      let holds = true;
      each(frame, () => (holds = test(frame)));
      return holds;
    };
  },
  exists(c, { each, place }, bodies) {
    const test = compileTest(c, place, bodies[0]);
    return (frame) => {
      let found = false;
      each(frame, () => !(found = test(frame)));
      return found;
    };
  },
  exists_one: compileExistsOne,
  existsOne: compileExistsOne,
  filter(c, { each, place }, bodies) {
    const test = compileTest(c, place, bodies[0]);
    return (frame) => {
      const kept: Data[] = [];
      each(frame, (item) => {
        if (test(frame)) kept.push(item);
        return true;
      });
      return kept;
    };
  },
  map(c, { each, place }, bodies) {
    const last = bodies.at(-1);
    const value = last === undefined ? () => null : c.compile(c, place, last);
    const test = bodies.length === 2 ? compileTest(c, place, bodies[0]) : () => true;
    return (frame) => {
      const made: Data[] = [];
      each(frame, () => {
        if (test(frame)) made.push(value(frame));
        return true;
      });
      return made;
    };
  },
};

function compileExistsOne(c: CelCompiler, { each, place }: Loop, bodies: readonly CelNode[]): CelValue {
  const test = compileTest(c, place, bodies[0]);
  return (frame) => {
    let count = 0;
    each(frame, () => {
      if (test(frame)) count++;
      return count < 2;
    });
    return count === 1;
  };
}

function compileTest(c: CelCompiler, place: CelPlace, node: CelNode | undefined): Test {
  if (node === undefined) return () => false;
  const value = c.compile(c, place, node);
  return (frame) => {
    const data = value(frame);
    if (typeof data === 'boolean') return data;
    throw errorAt(c, node, `This must be true or false for each item, not ${describe(data)}.`);
  };
}

function compileBind(c: CelCompiler, outer: CelPlace, node: MethodNode, args: readonly CelNode[]): CelValue {
  const [variable, bound, body] = args;
  if (variable?.op !== 'id' || bound === undefined || body === undefined || args.length > 3) {
    return rejectCel(c, node, '`cel.bind` wants a name, a value and an expression.');
  }
  const value = c.compile(c, outer, bound);
  const { place, slot } = withVariable(outer, variable.args);
  const result = c.compile(c, place, body);
  return (frame) => {
    frame.slots[slot] = value(frame);
    return result(frame);
  };
}
