/** Short names for the variables of a linked program: `pmd`, `pmd_2`, and for what a load gives the level: `pmd_val`. */
import { definedBy, mapExpr, mapOperands } from '../expr.js';
import type { Expr, Step, Var } from '../ir.js';

/** Renames every variable; different ones stay different. */
export function shortenNames(steps: readonly Step[]): readonly Step[] {
  const names = new Map<Var, string>();
  const taken = new Set<string>();
  const take = (path: Var, step: Step | undefined): string => {
    const known = names.get(path);
    if (known !== undefined) return known;
    const base = baseName(path, step);
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
    taken.add(name);
    names.set(path, name);
    return name;
  };
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined) take(dst, step);
  }
  const rename = (expr: Expr): Expr =>
    mapExpr(expr, (inner) =>
      inner.kind === 'var' ? { kind: 'var', name: take(inner.name, undefined) } : inner,
    );
  return steps.map((step) => {
    const renamed = mapOperands(step, rename);
    const dst = definedBy(step);
    return dst === undefined ? renamed : ({ ...renamed, dst: take(dst, step) } as Step);
  });
}

function baseName(path: Var, step: Step | undefined): string {
  const last = path.replace(/^.*\//, '').replace(/^::/, '');
  if (last.startsWith('$')) return step?.op === 'load' || step?.op === 'exchange' ? `${step.level}_val` : 't';
  return last.replace(/->|\./g, '_').replace(/\W/g, '');
}
