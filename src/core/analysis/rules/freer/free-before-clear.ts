/**
 * freer/free-before-clear: a table goes back to the allocator while its entry still points to it. x86, riscv, powerpc and s390 take
 * memory away so: arch/x86/mm/init_64.c:free_pte_table. Right as long as a lock keeps every walker out, and nothing less than one:
 * no flush, no grace period and no interrupt after the clearing helps who has read the entry before.
 */
import { FREEING_NAME } from '../../../kernel/freeing-calls.js';
import { definedBy, operandsOf, variablesOf } from '../../../program/expr.js';
import { stepsFrom, successors } from '../../../program/graph.js';
import {
  LEVELS,
  type Expr,
  type FunctionProgram,
  type Level,
  type Step,
  type Var,
} from '../../../program/ir.js';
import { printExpr } from '../../../program/print.js';
import type { Lapse } from '../rule.js';

export const FREE_BEFORE_CLEAR = {
  id: 'freer/free-before-clear',
  title: 'a table is freed before its entry is cleared',
};

/** The places where a table is freed whose entry is cleared after that; one for each entry. */
export function freesBeforeClear(program: FunctionProgram): readonly Lapse[] {
  const cleared = new Map<string, Extract<Step, { op: 'store' }>>();
  for (const step of program.steps)
    if (step.op === 'store' && isNone(step.value) && isUpper(step.level))
      cleared.set(printExpr(step.to), step);
  return [...cleared].flatMap(([entry, clear]): readonly Lapse[] => {
    const isClear = (step: Step): boolean => step.op === 'store' && printExpr(step.to) === entry;
    const below = tableBelow(program, entry, clear.level);
    const early = reached(program, [0], isClear);
    const free = program.steps.findIndex(
      (step, index) =>
        early.has(index) &&
        freesAny(step, below) &&
        [...reached(program, [step.next], () => false)].some((after) =>
          isClear(program.steps[after] ?? step),
        ),
    );
    const step = program.steps[free];
    if (!step?.at) return [];
    return [
      {
        at: step.at,
        text: step.text,
        message: `${program.name}() frees the table below *${entry} and clears the entry in line ${clear.at?.line ?? step.at.line}, after that`,
        reason:
          'who reads the entry in between goes into freed memory; neither a flush nor a grace period after it helps: only a lock that keeps every walker out',
      },
    ];
  });
}

const isNone = (value: Expr): boolean => value.kind === 'entry' && value.value === 'none';
const isUpper = (level: string): level is Level =>
  level !== 'pte' && (LEVELS as readonly string[]).includes(level);

/** Variables that lead to the table which an entry points to: read from it, computed from that, or parameters that point into it. */
function tableBelow({ steps, params }: FunctionProgram, entry: string, level: string): ReadonlySet<Var> {
  const below = LEVELS[(LEVELS as readonly string[]).indexOf(level) + 1];
  const type = new RegExp(`\\b${below ?? 'pte'}_t\\s*\\*`);
  const found = new Set<Var>(params.filter((param) => type.test(param.type)).map(({ name }) => name));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const step of steps) {
      const dst = definedBy(step);
      const isRead = step.op === 'load' && printExpr(step.from) === entry;
      const isDerived =
        (step.op === 'let' || step.op === 'call') &&
        operandsOf(step)
          .flatMap(variablesOf)
          .some((name) => found.has(name));
      if (dst !== undefined && (isRead || isDerived)) found.add(dst);
    }
  }
  return found;
}

/** A call with more than the table goes down into it: `free_pte_range(tlb, pmd, addr)`. */
function freesAny(step: Step, below: ReadonlySet<Var>): boolean {
  const isFreeing =
    step.op === 'free' ||
    (step.op === 'call' &&
      step.callee.kind === 'symbol' &&
      FREEING_NAME.test(step.callee.name) &&
      step.args.length === 1);
  return (
    isFreeing &&
    operandsOf(step)
      .flatMap(variablesOf)
      .some((name) => below.has(name))
  );
}

/** The steps that are reached from some, not going on behind a step that stops. */
function reached(
  { steps }: FunctionProgram,
  from: readonly number[],
  stops: (step: Step) => boolean,
): ReadonlySet<number> {
  return new Set(stepsFrom(steps, from, (step) => (stops(step) ? [] : successors(step))));
}
