/**
 * Walks that one call does whole: get_locked_pte(mm, addr, &ptl) goes down and takes the lock of the last table. How it goes down is
 * judged where it does; whether it may be there (the address is in a VMA of the mm) only who calls it knows.
 */
import type { FunctionRef } from '../index/link.js';
import type { Knowledge } from '../program/lower/context.js';
import type { FunctionProgram } from '../program/ir.js';
import { tablesOf, type Walk } from './walks.js';

/** The calls of a function that are such walks of the tables of an mm that it names. */
export function lockedWalks(
  ref: FunctionRef,
  program: FunctionProgram,
  knowledge: Knowledge,
): readonly Walk[] {
  return program.steps.flatMap((step, index): readonly Walk[] => {
    const call = step.op === 'choose' ? step.standsFor : undefined;
    if (call?.callee.kind !== 'symbol' || !step.at) return [];
    const primitive = lockedChain(call.callee.name, knowledge);
    const mm = primitive ? call.args[primitive.mm] : undefined;
    if (!primitive || mm === undefined || mm.kind === 'unknown') return [];
    return [
      {
        ref,
        program,
        form: 'call',
        tables: tablesOf(mm),
        mm,
        address: call.args[primitive.address],
        end: undefined,
        steps: [index],
        place: step.at,
        text: step.text,
      },
    ];
  });
}

/** Whether a function is such a call: its walk is inside of a VMA where its callers' are. */
export const isLockedWalk = ({ facts }: FunctionRef, knowledge: Knowledge): boolean =>
  lockedChain(facts.name, knowledge) !== undefined;

function lockedChain(
  name: string | undefined,
  knowledge: Knowledge,
): { readonly mm: number; readonly address: number } | undefined {
  const primitive = name === undefined ? undefined : knowledge.primitive(name);
  if (primitive?.kind !== 'locked-chain' || typeof primitive.mm !== 'number') return undefined;
  return primitive.address === undefined ? undefined : { mm: primitive.mm, address: primitive.address };
}
