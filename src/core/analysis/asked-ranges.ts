/**
 * In which ranges a walk can't be, for it was asked before: a call that is only reached where is_vmalloc_addr() said no, or where
 * the kind of an area is not the one of vmalloc. Asked are the functions of a chain, each before it goes on to the next.
 */
import { RANGE_TESTS, RANGE_VALUES } from '../kernel/ranges.js';
import type { Range } from '../kernel/types.js';
import type { Expr, FunctionProgram, Step } from '../program/ir.js';
import { stepsFrom, successors } from '../program/graph.js';
import type { Chain } from './chain.js';
import { callsIn } from './chain-links.js';
import type { ChainWorld } from './chain-memory.js';
import { calledIn } from './one-call.js';
import type { Walk } from './walks.js';

type Branch = Extract<Step, { op: 'branch' }>;

/** Something that a function asks, and the ranges that a yes means. */
interface Question {
  readonly ranges: readonly Range[];
  /** What the condition of a branch is where the answer is yes; undefined: it asks something else. */
  readonly truthOf: (condition: Expr) => boolean | undefined;
}

/** Ranges that a walk is not in on a chain. */
export function rangesRuledOut({ hops }: Chain, walk: Walk, world: ChainWorld): readonly Range[] {
  return hops.flatMap(({ ref, callee }): readonly Range[] => {
    const program = world.programs.of(ref);
    if (!program) return [];
    const targets = callee === undefined ? walk.steps : callsIn(program, callee);
    if (targets.length === 0) return [];
    return questionsOf(program).flatMap((question) => {
      const reached = stepsReachedWith(question, program);
      return targets.some((step) => reached.has(step)) ? [] : question.ranges;
    });
  });
}

function questionsOf({ steps }: FunctionProgram): readonly Question[] {
  const branches = steps.filter((step): step is Branch => step.op === 'branch');
  const asked = [
    ...RANGE_TESTS.map(({ api, ranges }): Question => {
      const answers = new Set(
        steps.flatMap((step) =>
          step.op === 'call' && step.callee.kind === 'symbol' && step.callee.name === api ? [step.dst] : [],
        ),
      );
      const isAnswer = (each: Expr): boolean =>
        each.kind === 'var' ? answers.has(each.name) : each.kind === 'unknown' && calledIn(each) === api;
      return { ranges, truthOf: truthWhere(isAnswer) };
    }),
    ...RANGE_VALUES.map(({ name, ranges }): Question => {
      const isName = (each: Expr): boolean =>
        (each.kind === 'var' || each.kind === 'symbol') && each.name.replace(/^::/, '') === name;
      const isEqual = (each: Expr): boolean =>
        each.kind === 'binary' && each.operator === '==' && (isName(each.left) || isName(each.right));
      const isOther = (each: Expr): boolean =>
        each.kind === 'binary' && each.operator === '!=' && (isName(each.left) || isName(each.right));
      const truth = truthWhere(isEqual);
      return { ranges, truthOf: (each) => (isOther(each) ? false : truth(each)) };
    }),
  ];
  return asked.filter(({ truthOf }) => branches.some(({ condition }) => truthOf(condition) !== undefined));
}

/** Yes where the condition `isMeant`, no where it is the opposite of one that is. */
function truthWhere(isMeant: (condition: Expr) => boolean): Question['truthOf'] {
  return (condition) => {
    if (isMeant(condition)) return true;
    return condition.kind === 'not' && isMeant(condition.operand) ? false : undefined;
  };
}

/** The steps of a function that can be reached where every answer is yes. */
function stepsReachedWith({ truthOf }: Question, { steps }: FunctionProgram): ReadonlySet<number> {
  const waysOf = (step: Step): readonly number[] => {
    const truth = step.op === 'branch' ? truthOf(step.condition) : undefined;
    if (step.op !== 'branch' || truth === undefined) return successors(step);
    return [truth ? step.then : step.else];
  };
  return new Set(stepsFrom(steps, [0], waysOf));
}
