/** What a function is given from outside: the mm, pointers to entries of live tables, entries' values. */
import { definedBy, mapExpr, mapOperands, operandsOf } from '../expr.js';
import {
  LEVELS,
  type Assumption,
  type Expr,
  type FunctionProgram,
  type Level,
  type Step,
  type Var,
} from '../ir.js';
import { parentLevel } from '../lower/paths.js';
import { entryReader, withEntryValues } from './facts.js';
import { givenEntry, givenPointer, givenType, isGiven } from './given.js';
import { assume, type Linking } from './linking.js';
import type { LinkOptions } from './options.js';

/** Binds the parameters of the function in which the walk starts, by their types; numbers are bound by their role later. */
export function bindRootParameters(linking: Linking, root: FunctionProgram): void {
  const { options, paths, graph } = linking;
  const bind = (name: Var, value: Expr, what: string): void => {
    paths.write(name, value);
    graph.emit({ op: 'let', dst: name, value }, name, root.at);
    assume(linking, { kind: 'address', text: `${name} ${what} when ${root.name}() is entered`, at: root.at });
  };
  for (const { name, type } of root.params) {
    const given = givenType(type);
    const level = given?.level;
    if (level && given.isPointer) {
      const value = givenPointer(options, level);
      if (value) bind(name, value, `points to the first entry of the ${level} table that the caller is in`);
    } else if (level) {
      bind(
        name,
        givenEntry(options, level),
        `is the first entry of the ${level} table that the caller is in`,
      );
    } else if (/\bstruct mm_struct \*$/.test(type)) {
      const mm = options.kernelRoot === undefined ? 'mm' : 'init_mm';
      const what = mm === 'mm' ? "is the walked process's mm" : 'is &init_mm';
      bind(name, { kind: 'symbol', name: mm }, what);
    } else {
      const truth = options.truths?.get(name);
      if (truth !== undefined) bind(name, { kind: 'int', value: truth ? 1 : 0 }, `is ${String(truth)}`);
    }
  }
}

/**
 * Variables that nothing in the program gives a value, and that are used as pointers to entries or as entries
 * (`vmf->pmd`, `walk->pte`): they are bound as parameters are, by the level that they are used at.
 */
export function bindOutsidePointers(
  steps: readonly Step[],
  options: LinkOptions,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const written = new Set(steps.flatMap((step) => definedBy(step) ?? []));
  const isRead = entryReader(steps);
  const isOutside = (name: Var): boolean =>
    !bound.has(name) && !isGiven(name) && (!written.has(name) || isRead(name));
  const bound = new Map<Var, { readonly value: Expr; readonly assumption: Assumption }>();
  const bindPointer = (expr: Expr, level: Level, step: Step): void => {
    const value = givenPointer(options, level);
    for (const name of pointerVariables(expr)) {
      if (!isOutside(name) || !value) continue;
      const what = `points to the first entry of the ${level} table that the caller is in`;
      bound.set(name, { value, assumption: given(name, what, step) });
    }
  };
  const bindEntry = (expr: Expr, level: Level, step: Step): void => {
    if (expr.kind !== 'var' || !isOutside(expr.name)) return;
    const what = `is the first entry of the ${level} table that the caller is in`;
    bound.set(expr.name, { value: givenEntry(options, level), assumption: given(expr.name, what, step) });
  };
  for (const { expr, level, step } of copiedPointers(steps)) bindPointer(expr, level, step);
  for (const step of steps) {
    const pointer = pointerOf(step);
    if (pointer) bindPointer(pointer.expr, pointer.level, step);
    for (const operand of operandsOf(step)) {
      mapExpr(operand, (inner) => {
        if (inner.kind === 'descend') bindEntry(inner.entry, parentLevel(inner.level), step);
        if (inner.kind === 'is') bindEntry(inner.operand, inner.level, step);
        return inner;
      });
    }
  }
  if (bound.size === 0) return { steps, assumptions: [] };
  const replace = (expr: Expr): Expr =>
    mapExpr(expr, (inner) =>
      inner.kind === 'var' && !written.has(inner.name) ? (bound.get(inner.name)?.value ?? inner) : inner,
    );
  const entry = [...bound].filter(([name]) => written.has(name));
  return {
    steps: withEntryValues(
      steps.map((step) => mapOperands(step, replace)),
      entry.map(([name, { value }]) => ({ name, value, text: name.replace(/^.*\//, '') })),
    ),
    assumptions: [...bound.values()].map(({ assumption }) => assumption),
  };
}

/** The pointer that a step goes through, with the level of the entry that it reads or writes. */
function pointerOf(step: Step): { readonly expr: Expr; readonly level: Level } | undefined {
  const at = (expr: Expr, name: string): { readonly expr: Expr; readonly level: Level } | undefined => {
    const level = LEVELS.find((each) => each === name);
    return level && { expr, level };
  };
  if (step.op === 'load') return at(step.from, step.level);
  return step.op === 'store' || step.op === 'exchange' ? at(step.to, step.level) : undefined;
}

/** What variables are copied from that are used as pointers: `pgd = walk->pgd + pgd_index(addr)`. */
function copiedPointers(
  steps: readonly Step[],
): readonly { readonly expr: Expr; readonly level: Level; readonly step: Step }[] {
  const levels = new Map<Var, Level>();
  const note = (expr: Expr, level: Level): void => {
    for (const name of pointerVariables(expr)) if (!levels.has(name)) levels.set(name, level);
  };
  for (const step of steps) {
    const pointer = pointerOf(step);
    if (pointer) note(pointer.expr, pointer.level);
  }
  for (let size = -1; size !== levels.size;) {
    size = levels.size;
    for (const step of steps) {
      const level = step.op === 'let' ? levels.get(step.dst) : undefined;
      if (step.op === 'let' && level) note(step.value, level);
    }
  }
  return steps.flatMap((step) => {
    const level = step.op === 'let' ? levels.get(step.dst) : undefined;
    return step.op === 'let' && level ? [{ expr: step.value, level, step }] : [];
  });
}

/** `p` of `p` and of `p + n`. */
function pointerVariables(expr: Expr): readonly Var[] {
  if (expr.kind === 'var') return [expr.name];
  return expr.kind === 'binary' && (expr.operator === '+' || expr.operator === '-')
    ? pointerVariables(expr.left)
    : [];
}

function given(name: Var, what: string, step: Step): Assumption {
  const text = `"${name.replace(/^.*\//, '').replace(/^::/, '')}" ${what}`;
  return { kind: 'address', text, ...(step.at ? { at: step.at } : {}) };
}
