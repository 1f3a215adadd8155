/** The calls of a chain: the steps at which one function calls the next, and what it passes there. */
import type { FunctionRef } from '../index/link.js';
import type { Expr, FunctionProgram, Place, Step } from '../program/ir.js';
import type { ChainWorld } from './chain-memory.js';
import { calledIn } from './one-call.js';
import { argumentsIn } from './primitive-arguments.js';
import type { Edge } from './call-edges.js';

/** A call on the way down: in `ref`, at the steps `steps`. */
export interface Link {
  readonly ref: FunctionRef;
  readonly steps: readonly number[];
  readonly callee: string;
  /** Arguments at those steps, where all agree; empty for a callback. */
  readonly args: readonly (Expr | undefined)[];
  readonly at: Place | undefined;
}

/** The links over edges; one edge, on however many ways, is one link. */
export function linksOver(asksArguments: boolean, world: ChainWorld): (edge: Edge) => Link {
  const known = new Map<Edge, Link>();
  return (edge) => {
    const before = known.get(edge);
    if (before) return before;
    const isPlain = !asksArguments && !world.effects.touchesLocks(edge.from);
    const link = isPlain ? plainLink(edge) : linkOf(edge.from, edge.call.callee, world);
    known.set(edge, link);
    return link;
  };
}

/** A caller that holds nothing, and whose arguments do not matter: its program is not asked for. */
function plainLink({ from, call }: Edge): Link {
  const at = { file: from.file, line: call.line, column: 1, endLine: call.line, endColumn: 1 };
  return { ref: from, steps: [], callee: call.callee, args: [], at };
}

/** All calls of `callee` in a function, as one link. The arguments count where there is only one call. */
export function linkOf(from: FunctionRef, callee: string, world: ChainWorld): Link {
  const program = world.programs.of(from);
  const calls = program ? callsIn(program, callee) : [];
  const [first] = calls;
  const step = first === undefined ? undefined : program?.steps[first];
  const args = calls.flatMap((index) => {
    const call = program?.steps[index];
    return call ? [call.op === 'call' ? call.args : argumentsIn(call.text, program)] : [];
  });
  return { ref: from, steps: calls, callee, args: sameIn(args), at: step?.at };
}

/** The steps of a function that call another by this name. */
export function callsIn({ steps }: FunctionProgram, callee: string): readonly number[] {
  return steps.flatMap((step, index) => (isCallOf(callee, step) ? [index] : []));
}

/** What all calls pass in the same place. */
function sameIn([first, ...others]: readonly (readonly Expr[])[]): readonly (Expr | undefined)[] {
  return (first ?? []).map((arg, index) =>
    others.every((each) => JSON.stringify(each[index]) === JSON.stringify(arg)) ? arg : undefined,
  );
}

/**
 * A call step; or a step of a primitive that the tree has a body for: handle_mm_fault() is a step that sleeps, flush_tlb_mm() one that
 * flushes, pte_clear() one that stores, flush_cache_mm() one that does nothing.
 */
function isCallOf(callee: string, step: Step): boolean {
  if (step.op === 'call') return step.callee.kind === 'symbol' && step.callee.name === callee;
  return PRIMITIVE_STEPS.has(step.op) && calledIn(step) === callee;
}

const PRIMITIVE_STEPS: ReadonlySet<Step['op']> = new Set<Step['op']>([
  'sleep',
  'choose',
  'flush',
  'store',
  'let',
]);
