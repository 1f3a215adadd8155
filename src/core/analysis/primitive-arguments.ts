/** What is passed to a call that became other steps, so that its C text is all that is left of it. */
import { GLOBAL } from '../program/lower/paths.js';
import { definedBy } from '../program/expr.js';
import type { Expr, FunctionProgram } from '../program/ir.js';

/** The arguments of a primitive's C text that are plain: `mm`, `vma->vm_mm`, `&init_mm`, `poking_mm`. */
export function argumentsIn(text: string, program: FunctionProgram): readonly Expr[] {
  const list = /^\w+\s*\(([^()]*)\)$/.exec(text)?.[1];
  return (list?.split(',') ?? []).map((each): Expr => {
    const name = each.trim();
    if (name === '&init_mm') return { kind: 'symbol', name: 'init_mm' };
    const base = /^([A-Za-z_]\w*)(?:[.>-][\w.>-]*)?$/.exec(name)?.[1];
    if (base === undefined) return { kind: 'unknown', text: name };
    return { kind: 'var', name: isOwn(base, program) ? name : GLOBAL + name };
  });
}

/** Whether a name is a parameter of the function or is set in it; any other is a variable of the file, or of the kernel. */
const isOwn = (name: string, { params, steps }: FunctionProgram): boolean =>
  params.some((param) => param.name === name) || steps.some((step) => definedBy(step) === name);
