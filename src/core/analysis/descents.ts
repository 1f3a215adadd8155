/** Descents that a function makes by its own program: from the uses of a root of page tables to what is read through it. */
import { definedBy, mapExpr, operandsOf, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Place, Step, Var } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { calledIn } from './one-call.js';
import { sourcesOf } from './value-sources.js';

export interface Descent {
  readonly mm: Expr;
  /** The address of the root entry, where it is seen. */
  readonly address: Expr | undefined;
  /** Loads, and calls that are given a table. */
  readonly steps: readonly number[];
  /** It reads entries of the top table alone. */
  readonly staysInTop?: true;
  readonly place: Place;
  readonly text: string;
}

/** `mm = &init_mm; pgd_offset(mm, addr)`: a local that is only ever one mm. */
function mmBehind(mm: Expr, program: FunctionProgram): Expr {
  if (mm.kind !== 'var') return mm;
  const [only, ...others] = sourcesOf(mm, program);
  return only?.kind === 'symbol' && others.length === 0 ? only : mm;
}

interface RootUse {
  readonly step: number;
  readonly mm: Expr;
  readonly address: Expr | undefined;
}

/** `pgd_index(address)`, in `init_mm.pgd + pgd_index(address)` or one step later. */
function addressByHand(program: FunctionProgram, root: Expr, holder: Var | undefined): Expr | undefined {
  const isRoot = (each: Expr): boolean => each === root || (each.kind === 'var' && each.name === holder);
  for (const { value } of program.steps.filter((step) => step.op === 'let')) {
    if (value.kind !== 'binary') continue;
    const { left, right } = value;
    const index = isRoot(left) ? right : isRoot(right) ? left : undefined;
    if (index?.kind === 'index') return index.address;
  }
  return undefined;
}

function rootsIn(program: FunctionProgram, knowledge: Knowledge): readonly RootUse[] {
  const found: RootUse[] = [];
  program.steps.forEach((step, index) => {
    if (isGuarded(step, knowledge)) return;
    for (const operand of operandsOf(step)) {
      mapExpr(operand, (inner) => {
        if (inner.kind === 'root') {
          const holder = step.op === 'let' && step.value === inner ? step.dst : undefined;
          const address =
            inner.index.kind === 'index' ? inner.index.address : addressByHand(program, inner, holder);
          found.push({ step: index, mm: mmBehind(inner.mm, program), address });
        }
        return inner;
      });
    }
  });
  return found;
}

/** A call that protects its walk itself. */
function isGuarded(step: Step, knowledge: Knowledge): boolean {
  const name = calledIn(step);
  const primitive = name === undefined ? undefined : knowledge.primitive(name);
  return primitive?.kind === 'chain' && primitive.guarded === true;
}

/** The ways down from the root entries of a program, one for each mm that it names. */
export function descentsIn(program: FunctionProgram, knowledge: Knowledge): readonly Descent[] {
  const byMm = new Map<string, RootUse[]>();
  for (const use of rootsIn(program, knowledge)) {
    const key = JSON.stringify(use.mm);
    byMm.set(key, [...(byMm.get(key) ?? []), use]);
  }
  return [...byMm.values()].flatMap((uses): readonly Descent[] => {
    // Where one of them goes down, those that only look at the top table say nothing of where.
    const down = uses.filter(
      (use) => !staysInTop(protectedSteps(program, new Set([use.step])), program, knowledge),
    );
    const whole = down.length === 0;
    const [first] = whole ? uses : down;
    const step = first && program.steps[first.step];
    if (!first || !step?.at) return [];
    const steps = protectedSteps(program, new Set((whole ? uses : down).map((use) => use.step)));
    if (steps.length === 0) return [];
    return [
      {
        mm: first.mm,
        address: (whole ? uses : down).find(({ address }) => address)?.address,
        steps,
        ...(whole ? { staysInTop: true as const } : {}),
        place: placeOfValue(step.at, step.text),
        text: step.text,
      },
    ];
  });
}

const staysInTop = (steps: readonly number[], program: FunctionProgram, knowledge: Knowledge): boolean =>
  steps.every((index) => isOfTop(program.steps[index], knowledge));

/** The right side of `*pgdp = pgd_offset_k(start)`, where the step is the whole declaration and stands on one line. */
function placeOfValue(at: Place, text: string): Place {
  const value = /^\*?\s*\w+\s*=\s*(\S.*)$/.exec(text)?.[1];
  const isWhole = at.line === at.endLine && text.length === at.endColumn - at.column;
  return value !== undefined && isWhole ? { ...at, column: at.endColumn - value.length } : at;
}

/** Reads or writes an entry of the top table, or shows what was read. */
function isOfTop(step: Step | undefined, knowledge: Knowledge): boolean {
  if (step?.op === 'call')
    return step.callee.kind === 'symbol' && knowledge.idiom(step.callee.name)?.kind === 'harmless';
  return (
    step !== undefined &&
    'level' in step &&
    step.level === 'pgd' &&
    !(step.op === 'load' && step.use === 'descent')
  );
}

/** Loads through what comes from a root, and calls that are given it. */
function protectedSteps(program: FunctionProgram, roots: ReadonlySet<number>): readonly number[] {
  const derived = new Set<Var>();
  const mentions = (exprs: readonly Expr[]): boolean =>
    exprs.flatMap(variablesOf).some((name) => derived.has(name));
  const isFrom = (step: Step, index: number): boolean => roots.has(index) || mentions(operandsOf(step));
  for (let size = -1; size !== derived.size;) {
    size = derived.size;
    program.steps.forEach((step, index) => {
      const dst = definedBy(step);
      if (dst !== undefined && step.op !== 'call' && isFrom(step, index)) derived.add(dst);
    });
  }
  return program.steps.flatMap((step, index) => {
    const reads = step.op === 'load' || step.op === 'exchange' || step.op === 'store' || step.op === 'call';
    return reads && isFrom(step, index) ? [index] : [];
  });
}
