/** The text of a function with a lock taken around some of its steps, and let go on every way out. */
import type { Node } from 'web-tree-sitter';
import type { FunctionRef } from '../../index/link.js';
import { MEMORY_OPS, type OpName, type Step } from '../../program/ir.js';
import { functionsOf } from '../../syntax/functions.js';
import { lineStarts } from '../../syntax/lines.js';
import { withTree } from '../../syntax/parser.js';
import { keyOf, NOTHING } from '../held.js';
import { locksetsOf } from '../locksets.js';
import type { CallEffect, LockState } from '../transfer.js';
import { clashesBelow } from './below.js';
import type { FixEdit, FixManner, FixWorld } from './fix.js';
import { mayBeTakenUnder, type Guard } from './guard.js';
import { scopedAround } from './scoped.js';
import { keeperOf, lineEnd, scalarType, withComment } from './keeper.js';
import { regionOf, type Body } from './region.js';
import {
  computedValue,
  isJump,
  lineIndent,
  lineStart,
  releaseBefore,
  returnsIn,
  type TextChange,
} from './returns.js';

/** A function that gives pointers into tables to its caller: what it protects ends too early for them. */
const GIVES_POINTERS = /\*\s*(?:\w+\s*)?$/;
const TAKES_PLACE_FOR_POINTER = /\b(?:p[g4ume]?d|pte|page)(?:_t)?\s*\*\s*\*/;
/** Jumps that are not seen as such. */
const HIDDEN_JUMPS = /\basm\s+(?:volatile\s+)?goto\b|\basm_(?:volatile_)?goto\b|\bgoto\s*\*/;

/** The edits; undefined where they can't be made right by text alone, or where the guard is wanted that the tree has not. */
export function takeAround(
  ref: FunctionRef,
  steps: readonly number[],
  guard: Guard,
  manner: FixManner,
  world: FixWorld,
): readonly FixEdit[] | undefined {
  const text = world.read(ref.file);
  const program = world.programs.of(ref);
  if (text === undefined || !program) return undefined;
  const base = ref.facts.start;
  const slice = text.slice(base, ref.facts.end);
  const starts = lineStarts(text);
  const offsetOf = (step: number): number | undefined => {
    const at = program.steps[step]?.at;
    return at && (starts[at.line - 1] ?? 0) + at.column - 1 - base;
  };
  const effectOf = world.effects.within(ref);
  const { before } = locksetsOf(program, NOTHING, new Map(), effectOf);
  const locking = program.steps.flatMap((step, index) => (changesLocks(step, effectOf) ? [index] : []));
  const locks = (node: Node): boolean =>
    locking.map(offsetOf).some((offset) => offset !== undefined && contains(node, offset));
  return withTree(world.parser, slice, (tree) => {
    const syntax = functionsOf(tree, ref.file).find(({ name }) => name === ref.facts.name);
    if (!syntax) return undefined;
    const name = slice.indexOf(ref.facts.name);
    const head = slice.slice(0, name);
    const params = slice.slice(name, syntax.body.startIndex);
    const isOdd = GIVES_POINTERS.test(head) || TAKES_PLACE_FOR_POINTER.test(params);
    if (isOdd || ref.facts.macro !== undefined || HIDDEN_JUMPS.test(slice)) return undefined;
    const statements = syntax.body.namedChildren.filter(({ type }) => type !== 'comment');
    const states = statesAt(statements, before, offsetOf);
    const body: Body = {
      statements,
      declarations: statements.findIndex(({ type }) => type !== 'declaration'),
      mayStart: (statement) => (states[statement] ?? []).every(({ held }) => mayBeTakenUnder(held, guard)),
      holdsSame: (statement, as) =>
        keysOf(states[statement]) === keysOf(states[as]) ||
        (keysOf(states[as]) === '' && !statements.slice(statement).some(locks)),
    };
    const needed = steps.map((step) => {
      const offset = offsetOf(step);
      return offset === undefined ? -1 : statements.findIndex((node) => contains(node, offset));
    });
    const region = needed.includes(-1) ? undefined : regionOf(body, needed);
    if (!region) return undefined;
    const inside = statements.slice(region.first, region.last + 1);
    const [from, to] = [inside[0], inside.at(-1)];
    if (!from || !to || !standsAlone(from, slice)) return undefined;
    if (clashesBelow(ref, [base + from.startIndex, base + to.endIndex], guard, world)) return undefined;
    const above = statements[region.first - 1]?.endIndex ?? syntax.body.startIndex + 1;
    const start = withComment(slice, from.startIndex, above);
    const changes =
      manner === 'guard'
        ? scopedAround(inside, statements.slice(region.last + 1), syntax.body, { slice, guard, start })
        : changesAround(inside, statements.slice(0, body.declarations), syntax.body, {
            slice,
            guard,
            start,
            type: scalarType(head),
          });
    return changes?.map((change) => ({
      path: ref.file,
      start: base + change.start,
      end: base + change.end,
      text: change.text,
    }));
  });
}

function changesAround(
  inside: readonly Node[],
  declarations: readonly Node[],
  body: Node,
  {
    slice,
    guard,
    start,
    type,
  }: {
    readonly slice: string;
    readonly guard: Guard;
    readonly start: number;
    readonly type: string | undefined;
  },
): readonly TextChange[] | undefined {
  const [from, to] = [inside[0], inside.at(-1)];
  if (!from || !to) return undefined;
  const returns = returnsIn(inside);
  const isKept = returns.some((each) => computedValue(each) !== undefined);
  const kept = isKept && type !== undefined ? keeperOf(type, body, declarations, slice) : undefined;
  if (isKept && !kept) return undefined;
  const released = returns.map((each) => releaseBefore(each, slice, guard.release, kept?.keeper));
  if (released.includes(undefined)) return undefined;
  const indent = lineIndent(slice, from.startIndex) || '\t';
  const end = lineEnd(slice, to.endIndex);
  return [
    ...(kept?.change ? [kept.change] : []),
    { start, end: start, text: `${indent}${guard.acquire}\n` },
    ...released.flatMap((each) => each ?? []),
    ...(isJump(to) ? [] : [{ start: end, end, text: `${indent}${guard.release}\n` }]),
  ];
}

const contains = (node: Node, offset: number): boolean => node.startIndex <= offset && offset < node.endIndex;

const standsAlone = (node: Node, text: string): boolean =>
  /^\s*$/.test(text.slice(lineStart(text, node.startIndex), node.startIndex));

/** The states before each statement: those of its first step that is reached, or of the next one that has any. */
function statesAt(
  statements: readonly Node[],
  before: readonly (readonly LockState[])[],
  offsetOf: (step: number) => number | undefined,
): readonly (readonly LockState[] | undefined)[] {
  const own = statements.map((node) =>
    before.find((states, step) => {
      const offset = offsetOf(step);
      return states.length > 0 && offset !== undefined && contains(node, offset);
    }),
  );
  return own.map((states, index) => states ?? own.slice(index).find((each) => each !== undefined));
}

/** Operations that change nothing of what is held. */
const KEEPING: ReadonlySet<OpName> = new Set<OpName>([
  ...MEMORY_OPS,
  ...([
    'let',
    'branch',
    'choose',
    'nop',
    'return',
    'assert_held',
    'synchronize_rcu',
    'flush',
    'ipi_sync',
  ] as const),
  ...(['sleep', 'note'] as const),
]);

function changesLocks(step: Step, effectOf: CallEffect): boolean {
  return step.op === 'call'
    ? effectOf(step, new Map()).some(({ change }) => change.size > 0)
    : !KEEPING.has(step.op);
}

function keysOf(states: readonly LockState[] | undefined): string {
  return [...new Set((states ?? []).map(({ held }) => keyOf(held)))].sort().join(' | ');
}
