/** Where walks begin: the functions that go from the root of page tables, or over page frames, by their own program. */
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import { isKernelMmName } from '../kernel/kernel-mms.js';
import type { MmArgument } from '../kernel/types.js';
import { mapExpr, operandsOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Place, Step } from '../program/ir.js';
import { frameReads } from '../program/frames.js';
import type { Tables } from '../report/report.js';
import { descentsIn } from './descents.js';
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

const descents = (ref: FunctionRef, program: FunctionProgram, knowledge: Knowledge): readonly Walk[] =>
  descentsIn(program, knowledge).map((descent) => ({
    ref,
    program,
    form: 'descent',
    tables: tablesOf(descent.mm),
    end: undefined,
    ...descent,
  }));

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
