/** Where walks begin: the functions that go from the root of page tables, or over page frames, by their own program. */
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import { isKernelMmName } from '../kernel/kernel-mms.js';
import type { MmArgument } from '../kernel/types.js';
import { definedBy, mapExpr, operandsOf, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Place, Step, Var } from '../program/ir.js';
import { frameReads } from '../program/frames.js';
import type { Tables } from '../report/report.js';
import { calledIn } from './one-call.js';
import { isNamed, sourcesOf } from './value-sources.js';

export interface Walk {
  readonly ref: FunctionRef;
  readonly program: FunctionProgram;
  readonly tables: Tables;
  /** `descent`: the function reads the tables itself; `generic`: it hands callbacks to a generic walker; `frames`: it goes over page frames; `call`: one call goes down for it. */
  readonly form: 'descent' | 'generic' | 'frames' | 'call';
  /** Whose tables, in the function's own names; undefined for page frames. */
  readonly mm: Expr | undefined;
  /** Where in the tables: the address of the root entry, or the start of the range. */
  readonly address: Expr | undefined;
  /** End of the range, for a generic walk. */
  readonly end: Expr | undefined;
  /** The steps that have to be protected: loads, and calls that are given a table. */
  readonly steps: readonly number[];
  /** It reads entries of the top table alone, which is never freed: a copy of pgd entries. */
  readonly staysInTop?: true;
  /** Where the walk begins. */
  readonly place: Place;
  /** C text of that place. */
  readonly text: string;
  /** The generic walker that is called, for that form. */
  readonly via?: string;
}

/** The walks of a function, one per mm that it names (and one over page frames). */
export function walksOf(ref: FunctionRef, program: FunctionProgram, knowledge: Knowledge): readonly Walk[] {
  return [
    ...descents(ref, program, knowledge),
    ...genericWalks(ref, program, knowledge),
    ...frameWalks(ref, program),
  ];
}

/** Whether a function looks into page tables itself: who only hands a top table on does not. */
export function readsTables(ref: FunctionRef, program: FunctionProgram, knowledge: Knowledge): boolean {
  return descents(ref, program, knowledge).some(({ steps }) =>
    steps.some((index) => ['load', 'exchange'].includes(program.steps[index]?.op ?? '')),
  );
}

/** A function as if it were a walk from its first step on: for chains to something that is no walk. */
export function asWalk(ref: FunctionRef, program: FunctionProgram): Walk {
  return {
    ref,
    program,
    tables: 'either',
    form: 'descent',
    mm: undefined,
    address: undefined,
    end: undefined,
    steps: [0],
    place: program.at,
    text: ref.facts.name,
  };
}

/** `vma->vm_mm`, `current->mm`: a process's, never init_mm. Any other path may be either. */
const USER_MM = /(^|->|\.)vm_mm$|\bcurrent->(active_)?mm$/;

/** Whose tables an mm's are, as far as the function tells. */
export function tablesOf(mm: Expr | undefined): Tables {
  if (mm?.kind === 'symbol') return isKernelMmName(mm.name) ? 'kernel' : 'user';
  return mm?.kind === 'var' && USER_MM.test(mm.name) ? 'user' : 'either';
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

function descents(ref: FunctionRef, program: FunctionProgram, knowledge: Knowledge): readonly Walk[] {
  const byMm = new Map<string, RootUse[]>();
  for (const use of rootsIn(program, knowledge)) {
    const key = JSON.stringify(use.mm);
    byMm.set(key, [...(byMm.get(key) ?? []), use]);
  }
  return [...byMm.values()].flatMap((uses): readonly Walk[] => {
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
        ref,
        program,
        form: 'descent',
        tables: tablesOf(first.mm),
        mm: first.mm,
        address: (whole ? uses : down).find(({ address }) => address)?.address,
        end: undefined,
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

function argumentOf(step: Extract<Step, { op: 'call' }>, argument: number | undefined): Expr | undefined {
  return argument === undefined ? undefined : step.args[argument];
}

function mmArgument(
  step: Extract<Step, { op: 'call' }>,
  mm: MmArgument,
  program: FunctionProgram,
): Expr | undefined {
  if (mm === 'init_mm') return { kind: 'symbol', name: 'init_mm' };
  if (mm === 'unknown') return undefined;
  if (typeof mm === 'number') return argumentOf(step, mm);
  const object = argumentOf(step, mm.argument);
  if (object?.kind === 'address')
    return memberBehind({ kind: 'var', name: `${object.of}.${mm.field}` }, program);
  return object?.kind === 'var' ? { kind: 'var', name: `${object.name}->${mm.field}` } : undefined;
}

/** `struct mm_walk walk = { .mm = &init_mm }; walk_page_range(start, end, &walk)`: whoever is given the struct leaves that member alone. */
function memberBehind(member: Expr & { kind: 'var' }, program: FunctionProgram): Expr {
  const [only, ...others] = sourcesOf(member, program).filter(
    (each) => isNamed(each) && each.kind !== 'unknown',
  );
  return only && others.length === 0 ? only : member;
}

function genericWalks(ref: FunctionRef, program: FunctionProgram, knowledge: Knowledge): readonly Walk[] {
  return program.steps.flatMap((step, index): readonly Walk[] => {
    if (step.op !== 'call' || step.callee.kind !== 'symbol' || !step.at) return [];
    const primitive = knowledge.primitive(step.callee.name);
    if (primitive?.kind !== 'walk') return [];
    const mm = mmArgument(step, primitive.mm, program);
    return [
      {
        ref,
        program,
        form: 'generic',
        tables: tablesOf(mm),
        mm,
        address: argumentOf(step, primitive.start),
        end: argumentOf(step, primitive.end),
        steps: [index],
        place: step.at,
        text: step.text,
        via: step.callee.name,
      },
    ];
  });
}

function frameWalks(ref: FunctionRef, program: FunctionProgram): readonly Walk[] {
  const steps = frameReads(program.steps);
  const [first] = steps;
  const step = first === undefined ? undefined : program.steps[first];
  if (!step?.at) return [];
  const frames: Expr[] = [];
  for (const each of program.steps) {
    for (const operand of operandsOf(each)) {
      mapExpr(operand, (inner) => {
        if (inner.kind === 'element' && inner.page === 'memmap') frames.push(inner.index);
        return inner;
      });
    }
  }
  if (frames.length === 0) return [];
  return [
    {
      ref,
      program,
      form: 'frames',
      tables: 'pfn',
      mm: undefined,
      address: frames[0],
      end: undefined,
      steps,
      place: step.at,
      text: step.text,
    },
  ];
}
