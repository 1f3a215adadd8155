/**
 * pte-map/unchecked: since 6.5 pte_offset_map() and its family give NULL when the pmd no longer points to a table, as THP
 * collapse makes it under the mmap lock for read (mm/pgtable-generic.c:__pte_offset_map). Which calls can fail in the scanned
 * tree the table of primitives knows.
 */
import type { Expr, FunctionProgram, Var } from '../../../program/ir.js';
import type { Knowledge } from '../../../program/lower/context.js';
import { calledIn } from '../../one-call.js';
import { usesOfNull, type UsesArgument } from '../../null-ways.js';
import type { Lapse, LocalRule, LocalWorld } from '../rule.js';

export const PTE_MAP_UNCHECKED: LocalRule = {
  id: 'pte-map/unchecked',
  title: 'the result of pte_offset_map() and its family used without a NULL check',
  check: (program, { knowledge, inSameFile }) =>
    failuresOf(program, knowledge).flatMap(({ index, next, result, call }): readonly Lapse[] => {
      const [first] = usesOfNull(program, next, result, usesArgument(inSameFile)) ?? [];
      const use = first === undefined ? undefined : program.steps[first];
      if (!use?.at) return [];
      const line = program.steps[index]?.at?.line ?? use.at.line;
      return [
        {
          at: use.at,
          text: use.text,
          message: `${program.name}() uses the result of ${call}() in line ${line} on a way on which it may be NULL`,
          reason: `${call}() gives NULL when the pmd does not point to a table (any more), as of 6.5`,
        },
      ];
    }),
};

/** One call deep: a helper in the same file that gets the pointer before anybody looked at it. */
function usesArgument(inSameFile: LocalWorld['inSameFile']): UsesArgument {
  return (callee, argument) => {
    const program = inSameFile(callee);
    const holder = program?.params[argument]?.name;
    if (!program || holder === undefined) return undefined;
    return (usesOfNull(program, 0, holder, () => undefined) ?? []).length > 0;
  };
}

interface Failure {
  /** The step that makes the result NULL, and the one after it. */
  readonly index: number;
  readonly next: number;
  readonly result: Var;
  readonly call: string;
}

/** The steps in which a map fails: its result becomes 0, where on the other way of the same call it points into a table. */
function failuresOf(program: FunctionProgram, knowledge: Knowledge): readonly Failure[] {
  const mapped = new Set(
    program.steps.flatMap((step) =>
      step.op === 'let' && step.value.kind === 'descend' && step.value.level === 'pte' ? [step.dst] : [],
    ),
  );
  return program.steps.flatMap((step, index): readonly Failure[] => {
    if (step.op !== 'let' || !isZero(step.value) || !mapped.has(step.dst)) return [];
    const call = calledIn(step);
    const primitive = call === undefined ? undefined : knowledge.primitive(call);
    return call !== undefined && primitive?.kind === 'map' && primitive.nullable
      ? [{ index, next: step.next, result: step.dst, call }]
      : [];
  });
}

const isZero = (value: Expr): boolean => value.kind === 'int' && value.value === 0;
