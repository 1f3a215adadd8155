/** Whether a walk over page frames asks if they are online (pfn_to_online_page(), online sections) before it reads their struct pages. */
import { mapExpr } from '../program/expr.js';
import { frameReads } from '../program/frames.js';
import { stepsFrom, successors } from '../program/graph.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';

/**
 * The first read of a struct page that some way reaches without a question for an online page on it; undefined: there is none.
 * One question for a whole block of frames counts for all of them, and pfn_valid() for none: it says that a struct page is
 * there, not that anybody has initialised it.
 */
export function unaskedRead(program: FunctionProgram): number | undefined {
  const sections = new Set(
    program.steps.flatMap((step) => (step.op === 'load' && step.level === 'section' ? [step.dst] : [])),
  );
  const frames = new Set(frameReads(program.steps));
  const unasked = stepsFrom(program.steps, [0], (step) =>
    asksForOnline(step, sections) ? [] : successors(step),
  );
  const reads = [...unasked].filter((index) => frames.has(index));
  return reads.length > 0 ? Math.min(...reads) : undefined;
}

function asksForOnline(step: Step, sections: ReadonlySet<Var>): boolean {
  return step.op === 'branch' && mentionsOnline(step.condition, sections);
}

/** An online section is one that points to its memory map; one that is only present may not. */
function mentionsOnline(condition: Expr, sections: ReadonlySet<Var>): boolean {
  let found = false;
  mapExpr(condition, (inner) => {
    if (inner.kind === 'is' && inner.test === 'table' && inner.operand.kind === 'var')
      found ||= sections.has(inner.operand.name);
    return inner;
  });
  return found;
}
