/** What callers give a function for its parameters that are true or false: `take_locks` decides who holds the locks. */
import type { Values } from '../analysis/values.js';
import { truthOf } from '../program/expr.js';
import type { Param } from '../program/ir.js';

/** Those that are known of `values`, which names the function's parameters; undefined where none is. */
export function truthsGiven(
  params: readonly Param[],
  values: Values,
): ReadonlyMap<string, boolean> | undefined {
  const found = params.flatMap(({ name, type }): readonly (readonly [string, boolean])[] => {
    const value = type === 'bool' ? values.get(name) : undefined;
    const truth = value && truthOf(value);
    return truth === undefined ? [] : [[name, truth]];
  });
  return found.length > 0 ? new Map(found) : undefined;
}
