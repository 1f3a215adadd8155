/**
 * Page frames of which a function does not ask whether they are online before it reads their struct pages: whoever gave them has asked,
 * or owns them. They are online where the first of them is read, inside all that is held there: a lock that was taken for the walk
 * keeps them, whether the function or its caller has taken it; with nothing held they may be gone at the next step.
 */
import { mapExpr, operandsOf } from '../expr.js';
import { isMemmapLoad } from '../frames.js';
import { stepsFrom, successors, withSuccessors } from '../graph.js';
import { END, type Assumption, type Expr, type FunctionProgram, type Step, type Var } from '../ir.js';
import type { LinkOptions } from './options.js';

const FRAME_TYPE = /^(?:const )?(?:unsigned long|u64|pfn_t|phys_addr_t)(?: \*)?$/;
const FRAME_NAME = /pfn|start|end|addr/;

const IS_ONLINE: Var = 'given/$online';
const SECTION: Var = 'given/$section';

type Question = 'online' | 'valid';

/**
 * The program in which the frames that it reads unasked are online when it comes to the first of them. pfn_valid() asks for less: it
 * is enough for frames that nobody gave, as whoever looks for frames by it may find some that are not online.
 */
export function withFramesOnline(
  steps: readonly Step[],
  { name, params, at }: FunctionProgram,
  { frames }: LinkOptions,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  if (frames !== true) return { steps, assumptions: [] };
  const isGiven = params.some(({ type, name }) => FRAME_TYPE.test(type) && FRAME_NAME.test(name));
  const questions = questionsOf(steps);
  const asks = (step: Step): boolean => {
    const question = step.op === 'load' && step.level === 'section' ? questions.get(step.dst) : undefined;
    return question === 'online' || (question === 'valid' && !isGiven);
  };
  const unasked = readsBefore(steps, asks);
  if (unasked.size === 0) return { steps, assumptions: [] };
  const text = `the page frames that ${name}() reads without asking whether they are online are so where it reads the first`;
  return {
    steps: withOnlineBefore(steps, unasked, asks),
    assumptions: [{ kind: 'caller-locks', text, at }],
  };
}

/** What is asked of each section that is read: pfn_to_online_page() looks whether it is a table, pfn_valid() whether it is there. */
function questionsOf(steps: readonly Step[]): ReadonlyMap<Var, Question> {
  const found = new Map<Var, Question>();
  for (const step of steps) if (step.op === 'load' && step.level === 'section') found.set(step.dst, 'valid');
  for (const operand of steps.flatMap(operandsOf)) {
    mapExpr(operand, (inner) => {
      if (inner.kind !== 'is' || inner.test !== 'table' || inner.operand.kind !== 'var') return inner;
      if (found.has(inner.operand.name)) found.set(inner.operand.name, 'online');
      return inner;
    });
  }
  return found;
}

/** The reads of struct pages to which a way leads on which nothing is asked, and none is read before. */
function readsBefore(steps: readonly Step[], asks: (step: Step) => boolean): ReadonlySet<number> {
  const reads = new Set(steps.flatMap((step, index) => (isMemmapLoad(step) ? [index] : [])));
  const reached = stepsFrom(steps, [0], (step, index) =>
    reads.has(index) || asks(step) ? [] : successors(step),
  );
  return new Set([...reached].filter((index) => reads.has(index)));
}

/** Before each of the reads: where nothing was asked yet, the section is online, or the way is given up. */
function withOnlineBefore(
  steps: readonly Step[],
  reads: ReadonlySet<number>,
  asks: (step: Step) => boolean,
): readonly Step[] {
  const before = new Map<number, number>();
  const behind = new Map<number, number>();
  let length = 1 + steps.length;
  steps.forEach((step, index) => {
    if (reads.has(index)) {
      before.set(index, length);
      length += LENGTH_OF_TAKEN;
    } else if (asks(step)) {
      behind.set(index, length);
      length += 1;
    }
  });
  const placeOf = (to: number): number => (to === END ? END : (before.get(to) ?? to + 1));
  const own = steps.map((step, index) => withSuccessors(step, (to) => behind.get(index) ?? placeOf(to)));
  const added = steps.flatMap((step, index): readonly Step[] => {
    const first = before.get(index);
    if (first !== undefined) return takenOnline(step, first, index + 1);
    return behind.has(index) ? [known(1, placeOf(step.next))] : [];
  });
  return [known(0, placeOf(0)), ...own, ...added];
}

const TEXT = 'the page frames are online';
const LENGTH_OF_TAKEN = 5;

/** The steps, of which the first is number `first`, that lead on to step `then`, which reads a struct page. */
function takenOnline({ at }: Step, first: number, then: number): readonly Step[] {
  const rest = { next: END, text: TEXT, ...(at ? { at } : {}) };
  const from: Expr = { kind: 'element', page: 'section', index: { kind: 'int', value: 0 } };
  const isOnline: Expr = { kind: 'is', test: 'table', level: 'pte', operand: valueOf(SECTION) };
  const load = { op: 'load', dst: SECTION, from, level: 'section', access: 'once', use: 'entry' } as const;
  return [
    { op: 'branch', condition: valueOf(IS_ONLINE), then, else: first + 1, ...rest },
    { ...load, ...rest, next: first + 2 },
    { op: 'branch', condition: isOnline, then: first + 3, else: first + 4, ...rest },
    known(1, then),
    { op: 'nop', ...rest, next: first + 4 },
  ];
}

const valueOf = (name: Var): Expr => ({ kind: 'var', name });

function known(value: number, next: number): Step {
  return { op: 'let', dst: IS_ONLINE, value: { kind: 'int', value }, next, text: TEXT };
}
