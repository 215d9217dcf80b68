import { didYouMean } from '../../base/did-you-mean.ts';
import type { Helper } from '../helpers/helper.ts';
import { mapOf } from '../operations/maps.ts';
import type { DataMap } from '../operations/values.ts';
import { type Compiler, reject, type Value, type Where } from './compiler.ts';
import type { Frame } from './frame.ts';
import type { Call, Expression } from './ast.ts';

type CompileArgument = (c: Compiler, where: Where, expression: Expression) => Value;

/** The named arguments of a call, each evaluated: `indent=4`. */
export function compileNamed(
  c: Compiler,
  where: Where,
  { hash }: Call,
  compile: CompileArgument,
): (frame: Frame) => DataMap {
  const pairs = (hash?.pairs ?? []).map(({ key, value }) => [key, compile(c, where, value)] as const);
  return (frame) => mapOf(pairs.map(([key, value]) => [key, value(frame)]));
}

/** Whether all named arguments of a call are known to the helper; what is not is noted. */
export function checkNamed(c: Compiler, { hash }: Call, name: string, { named, usage }: Helper): boolean {
  for (const { key, loc } of hash?.pairs ?? []) {
    if (named.includes(key)) continue;
    const spelled = `Write \`{{${name} ${usage}}}\`.`;
    if (named.length === 0) reject(c, c.span(hash?.loc ?? loc), `\`${name}\` has no named arguments.`, spelled);
    else reject(c, c.span(loc), `\`${name}\` has no argument \`${key}\`.`, didYouMean(key, named) ?? spelled);
    return false;
  }
  return true;
}
