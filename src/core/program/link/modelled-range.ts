/** The range of addresses that is modelled: what names stand for its first address, its size or its end, and what was said of them. */
import type { Assumption, Expr, Step, Var } from '../ir.js';
import { arithmeticVariables, comparisonsOf, isStartName } from './arithmetic.js';
import type { Roles } from './roles.js';

/** The first address of every modelled range. */
export const START: Expr = { kind: 'int', value: 0 };

export interface ModelledRange {
  readonly end: Expr;
  /** What a variable from outside is of the range; undefined: nothing. */
  readonly roleOf: (name: Var) => Expr | undefined;
  /** Says that a text of the source was given this value, which came from `roleOf`. */
  readonly note: (text: string, value: Expr, step: Step, isSize: boolean) => void;
  /** All that was said, each once. */
  readonly assumptions: () => readonly Assumption[];
}

export function modelledRange(
  steps: readonly Step[],
  { addresses, ends, sizes }: Roles,
  size: number,
): ModelledRange {
  const end: Expr = { kind: 'int', value: size };
  const roleOf: ModelledRange['roleOf'] = (name) =>
    addresses.has(name) || (isStartName(name) && isCompared.has(name))
      ? START
      : ends.has(name) || sizes.has(name)
        ? end
        : undefined;
  const isCompared = new Set(
    steps.flatMap(comparisonsOf).flatMap(({ left, right }) => [left, right].flatMap(arithmeticVariables)),
  );
  const bound = new Map<string, Assumption>();
  const note: ModelledRange['note'] = (text, value, step, isSize) => {
    const place = value === START ? 'first address' : isSize ? 'size' : 'end';
    const which = `the ${place} of the modelled range`;
    bound.set(`${text} ${which}`, {
      kind: 'address',
      text: `"${text}" is ${which}`,
      ...(step.at ? { at: step.at } : {}),
    });
  };
  return { end, roleOf, note, assumptions: () => [...bound.values()] };
}
