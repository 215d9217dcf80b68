import { type CompiledCel, compileCelText } from '../cel/compile.ts';
import { type Compiler, type ContextBlock, reject, type Value, type Where } from './compiler.ts';
import type { Guards } from '../root-name.ts';
import { type Frame, outerFrame } from './frame.ts';
import type { Call, StringLiteral } from './ast.ts';
import type { PlacedText } from '../placed-text.ts';

/**
 * Compiles `cel "expression"`.
 *
 * The expression sees the scope, block parameters and `this`. It must be written down: a text that comes from a variable
 * could come from a host, and is never code.
 */
export function compileCel(c: Compiler, where: Where, { params, loc }: Call): Value {
  const [literal] = params;
  if (literal?.type !== 'StringLiteral') {
    const hint = 'Write the expression in quotes: `cel "x + 1"`.';
    return reject(c, c.span(literal?.loc ?? loc), '`cel` wants an expression that is written down.', hint);
  }
  const local = (name: string): ((frame: Frame) => ReturnType<Value>) | null => localOf(where.block, name);
  const outerNames = where.block === null ? [] : c.roots.map(({ name }) => name);
  const { run, problems, roots } = compileLiteral(c, literal, { local, outerNames, guards: where.guards });
  c.problems.push(...problems);
  c.roots.push(...roots);
  return (frame) => run(frame.scope, frame);
}

/** What a CEL text tells about variables that may not exist. */
export function guardsOfCel(c: Compiler, literal: StringLiteral): Guards {
  return compileLiteral(c, literal, {}).guards;
}

function compileLiteral(
  c: Compiler,
  literal: StringLiteral,
  options: Parameters<typeof compileCelText>[1],
): CompiledCel {
  return compileCelText(textOfLiteral(c, literal), options);
}

// Exact unless the literal has an escaped quote; then the whole literal is the place.
function textOfLiteral(c: Compiler, { value, loc }: StringLiteral): PlacedText {
  const start = c.offset(loc.start) + 1;
  const isExact = c.text.text.startsWith(value, start);
  return {
    text: value,
    span: (from, to) => (isExact ? c.text.span(start + from, start + to) : c.span(loc)),
  };
}

function localOf(innermost: ContextBlock | null, name: string): ((frame: Frame) => ReturnType<Value>) | null {
  if (name === 'this') return innermost === null ? null : (frame) => frame.value;
  let hops = 0;
  for (let block = innermost; block !== null; block = block.outer) {
    const index = block.params.indexOf(name);
    const out = hops++;
    if (index !== -1) return (frame) => outerFrame(frame, out).params[index] ?? null;
  }
  return null;
}
