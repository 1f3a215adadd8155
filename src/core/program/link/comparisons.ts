/** Comparisons of an address with numbers from outside, and of these with each other. */
import { definedBy, fold, mapExpr, operandsOf, variablesOf } from '../expr.js';
import type { Expr, Step, Var } from '../ir.js';
import { USER_LIMIT } from '../../kernel/idioms.js';
import { arithmeticVariables, COMPARISONS, isStartName } from './arithmetic.js';

/** What an address is compared with, as far as the model has it: the text of unknown data, or of a constant of the kernel's. */
function limitText(side: Expr, isMoved: boolean): string | undefined {
  if (side.kind === 'unknown') return side.text;
  if (side.kind === 'int') return side.value < 0 ? 'end' : undefined;
  return isMoved && isNamedConstant(side) ? side.name : undefined;
}

/** A constant of the kernel's: `PAGEMAP_WALK_SIZE`, `PAGE_OFFSET`. */
export const isNamedConstant = (expr: Expr): expr is Extract<Expr, { kind: 'symbol' }> =>
  expr.kind === 'symbol' && /^[A-Z0-9_]+$/.test(expr.name);

/**
 * Replaces what an address is compared with by the end of the range, or its start. A constant only where the address moves, in a
 * loop: elsewhere it tells one kind of address from another, and both ways are taken; but those of a process end at TASK_SIZE, and
 * those of the kernel are above it.
 */
export function bindComparison(
  expr: Expr,
  addresses: ReadonlySet<Var>,
  moved: ReadonlySet<Var>,
  end: Expr,
  isKernel: boolean,
): Expr {
  return mapExpr(expr, (inner) => {
    if (inner.kind !== 'binary' || !COMPARISONS.has(inner.operator)) return inner;
    const bind = (address: Expr, side: Expr): Expr | undefined => {
      const names = arithmeticVariables(address).filter((name) => addresses.has(name));
      if (names.length === 0) return undefined;
      const isMoved = names.some((name) => moved.has(name));
      if (!isMoved && side.kind === 'symbol' && USER_LIMIT.test(side.name))
        return isKernel ? { kind: 'int', value: 0 } : end;
      const text = limitText(side, isMoved);
      return text === undefined ? undefined : isStartName(text) ? { kind: 'int', value: 0 } : end;
    };
    const right = bind(inner.left, inner.right);
    if (right) return { ...inner, right };
    const left = bind(inner.right, inner.left);
    return left ? { ...inner, left } : inner;
  });
}

/** Variables that are set more than once. */
export function movedVariables(steps: readonly Step[]): ReadonlySet<Var> {
  const seen = new Set<Var>();
  const moved = new Set<Var>();
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst === undefined) continue;
    if (seen.has(dst) || operandsOf(step).some((expr) => variablesOf(expr).includes(dst))) moved.add(dst);
    seen.add(dst);
  }
  return moved;
}

/** Unknown data, a constant of the kernel's, or -1 for the last address: what a number from outside may be given as. */
export function outsideText(value: Expr): string | undefined {
  if (value.kind === 'unknown') return value.text;
  if (value.kind === 'int') return value.value < 0 ? String(value.value) : undefined;
  return isNamedConstant(value) ? value.name : undefined;
}

/** `PAGE_OFFSET >> PMD_SHIFT`: the index of a fixed address, from which a walk starts. */
export function shiftedConstant(expr: Expr): string | undefined {
  if (expr.kind !== 'binary' || expr.operator !== '>>') return undefined;
  return isNamedConstant(expr.left) ? expr.left.name : undefined;
}

/** Two numbers from outside compared with each other (`while (range->start != range->end)`): that is not known. */
export function hide(expr: Expr, isOutside: (expr: Expr) => boolean): Expr {
  return mapExpr(expr, (inner) =>
    inner.kind === 'binary' &&
    COMPARISONS.has(inner.operator) &&
    isOutside(inner.left) &&
    isOutside(inner.right)
      ? { kind: 'unknown', text: 'comparison of two numbers from outside' }
      : inner,
  );
}

/** A comparison with unknown data is unknown. */
export function settle(expr: Expr): Expr {
  return mapExpr(expr, (inner) => {
    if (inner.kind !== 'binary') return fold(inner);
    const folded = fold(inner);
    if (folded.kind !== 'binary') return folded;
    if (folded.left.kind === 'unknown') return folded.left;
    return folded.right.kind === 'unknown' ? folded.right : folded;
  });
}
