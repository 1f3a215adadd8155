/** Reads of struct pages that are reached by their page frame (pfn_to_page() and the like): the ones that a freer of the memory map can meet. */
import { definedBy, mapExpr, operandsOf, variablesOf } from './expr.js';
import type { Expr, Step, Var } from './ir.js';

/**
 * The steps that read a struct page through a pointer which may come from a page frame. A struct page that comes from elsewhere
 * (a list, the entry of a table, a parameter) is kept by whoever put it there, and is none of a walk over frames.
 */
export function frameReads(steps: readonly Step[]): readonly number[] {
  const frames = new Set<Var>();
  const isFrame = (expr: Expr): boolean =>
    isOfMemmap(expr) || variablesOf(expr).some((name) => frames.has(name));
  for (let size = -1; size !== frames.size;) {
    size = frames.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst !== undefined && step.op === 'let' && operandsOf(step).some(isFrame)) frames.add(dst);
    }
  }
  return steps.flatMap((step, index) => (isMemmapLoad(step) && isFrame(step.from) ? [index] : []));
}

type Load = Extract<Step, { op: 'load' }>;

export const isMemmapLoad = (step: Step): step is Load => step.op === 'load' && step.level === 'memmap';

function isOfMemmap(expr: Expr): boolean {
  let found = false;
  mapExpr(expr, (inner) => {
    found ||= inner.kind === 'element' && inner.page === 'memmap';
    return inner;
  });
  return found;
}
