/**
 * A walk over page tables may look at the memory map too (pfn_to_online_page() and the like), of which a freer of tables has no
 * steps. Such a scenario gets a section that is online and its memory map, which stay as they are; and says so.
 */
import type { PageDecl } from '../machine/scenario.js';
import { mapExpr, operandsOf } from '../program/expr.js';
import type { Assumption, Expr, ThreadProgram } from '../program/ir.js';

/** The pages of the memory map, by the names that lowering uses (program/lower/pfn.ts). */
const MEMORY_MAP: readonly PageDecl[] = [
  { name: 'section', level: 'section', isStatic: true, entries: ['memmap', 'none'] },
  { name: 'memmap', level: 'memmap', isStatic: true, entries: ['leaf', 'leaf'] },
];

const STAYS: Assumption = {
  kind: 'not-modelled',
  text: 'the memory stays online for the checks of the walk (pfn_to_online_page() and the like): taking it offline is no step here',
};

/** What to add to the pages of a freer for this program; nothing when the freer has a memory map, or the walk does not look. */
export function memoryMapFor(
  program: ThreadProgram,
  pages: readonly PageDecl[],
): { readonly pages: readonly PageDecl[]; readonly assumptions: readonly Assumption[] } {
  const named = pagesNamed(program);
  const isMissing = MEMORY_MAP.some(
    ({ name }) => named.has(name) && pages.every((page) => page.name !== name),
  );
  return isMissing ? { pages: MEMORY_MAP, assumptions: [STAYS] } : { pages: [], assumptions: [] };
}

function pagesNamed(program: ThreadProgram): ReadonlySet<string> {
  const named = new Set<string>();
  const note = (expr: Expr): Expr => {
    if (expr.kind === 'element') named.add(expr.page);
    return expr;
  };
  for (const operand of program.steps.flatMap(operandsOf)) mapExpr(operand, note);
  return named;
}
