/** What is passed to a call that became other steps, so that its C text is all that is left of it. */
import { GLOBAL } from '../program/lower/paths.js';
import { definedBy } from '../program/expr.js';
import type { Expr, FunctionProgram } from '../program/ir.js';

/** The arguments of a primitive's C text; those that are plain have a value: `mm`, `vma->vm_mm`, `&init_mm`, `poking_mm`. */
export function argumentsIn(text: string, program: FunctionProgram): readonly Expr[] {
  const list = /^\w+\s*\((.*)\)$/s.exec(text)?.[1]?.trim() ?? '';
  return list === '' ? [] : atCommas(list).map((each) => plainValue(each.trim(), program));
}

function plainValue(text: string, program: FunctionProgram): Expr {
  if (text === '&init_mm') return { kind: 'symbol', name: 'init_mm' };
  const base = /^([A-Za-z_]\w*)(?:[.>-][\w.>-]*)?$/.exec(text)?.[1];
  if (base === undefined) return { kind: 'unknown', text };
  return { kind: 'var', name: isOwn(base, program) ? text : GLOBAL + text };
}

/** A list cut at the commas that are in no brackets. */
function atCommas(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at += 1) {
    const sign = list[at];
    if (sign === '(' || sign === '[') depth += 1;
    else if (sign === ')' || sign === ']') depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, list.slice(from)];
}

/** Whether a name is a parameter of the function or is set in it; any other is a variable of the file, or of the kernel. */
const isOwn = (name: string, { params, steps }: FunctionProgram): boolean =>
  params.some((param) => param.name === name) || steps.some((step) => definedBy(step) === name);
