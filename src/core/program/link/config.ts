/** Configuration options that a linked program still asks: each is set one way or the other, once, before all else. */
import { mapExpr, mapOperands, operandsOf, variablesOf } from '../expr.js';
import { tidy, withSuccessors } from '../graph.js';
import { END, type Assumption, type Expr, type Step, type Var } from '../ir.js';
import { GLOBAL } from '../lower/paths.js';

/** More settings than this double the work too often: the others are taken both ways wherever they are asked. */
const MAX_OPTIONS = 4;

/** A setting is 1 or 0, and the same wherever it is asked. */
export const isOption = (name: Var): boolean =>
  name.startsWith(`${GLOBAL}CONFIG_`) || name.startsWith(`${GLOBAL}#if`);

/** `firstAssumption` is the number that the first assumption given back will have. */
export function settleConfig(
  steps: readonly Step[],
  firstAssumption: number,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const asked = new Set(steps.flatMap((step) => operandsOf(step).flatMap(variablesOf).filter(isOption)));
  const options = [...asked].sort();
  const set = options.slice(0, MAX_OPTIONS);
  const left = new Set(options.slice(MAX_OPTIONS));
  const prelude = set.flatMap((name, index): readonly Step[] => {
    const text = textOf(name);
    const at = index * 3;
    const one: Expr = { kind: 'int', value: 1 };
    const zero: Expr = { kind: 'int', value: 0 };
    return [
      { op: 'choose', targets: [at + 1, at + 2], assumption: firstAssumption + index, next: END, text },
      { op: 'let', dst: name, value: one, next: at + 3, text: `${text}=y` },
      { op: 'let', dst: name, value: zero, next: at + 3, text: `${text} is not set` },
    ];
  });
  const forget = (expr: Expr): Expr =>
    mapExpr(expr, (inner) =>
      inner.kind === 'var' && left.has(inner.name) ? { kind: 'unknown', text: textOf(inner.name) } : inner,
    );
  const shifted = steps.map((step) =>
    mapOperands(
      withSuccessors(step, (to) => (to === END ? END : to + prelude.length)),
      forget,
    ),
  );
  return {
    steps: prelude.length > 0 || left.size > 0 ? tidy([...prelude, ...shifted]) : steps,
    assumptions: set.map((name) => ({ kind: 'both-branches', text: `with and without ${textOf(name)}` })),
  };
}

const textOf = (name: Var): string => name.slice(GLOBAL.length);
