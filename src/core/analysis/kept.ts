/** Whether what a function takes may be let go by somebody else: the caller gets hold of it, or a function that is called lets it go. */
import type { FunctionRef } from '../index/link.js';
import type { TreeIndex } from '../index/index.js';
import { droppingCall } from '../kernel/dropping-calls.js';
import { TABLE_LOCK } from '../kernel/lock-roles.js';
import { isOnlyOne, lockCallsOf, protectionOf } from '../kernel/protections.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { operandsOf, variablesOf } from '../program/expr.js';
import { stepsFrom, successors } from '../program/graph.js';
import { printExpr } from '../program/print.js';
import { parseLockName } from './held.js';
import { calledIn, isOneCall } from './one-call.js';
import { above } from './roots.js';
import type { Start } from './starts.js';

/** How the pointer or the lock that a map gives (pte_offset_map_lock(), pmd_lock(), ...) leaves the function. */
export interface WayOut {
  /** Returned, stored in an object, or put where a parameter says. What does not leave can be undone by nobody else. */
  readonly leaves: boolean;
  /** Members of objects that hold it: their owner can see whether it is there. */
  readonly members: readonly Var[];
}

export function wayOutOfMap(program: FunctionProgram, taken: number, knowledge: Knowledge): WayOut {
  const { steps } = program;
  const call = steps[taken];
  if (!call) return { leaves: true, members: [] };
  const given = givenTo(call, knowledge);
  const holders = new Set<Var>();
  const isHeld = (value: Expr): boolean =>
    (value.kind === 'symbol' && protectionOf(value.name)?.id === TABLE_LOCK) ||
    variablesOf(value).some((name) => holders.has(name));
  for (let size = -1; size !== holders.size;) {
    size = holders.size;
    for (const step of steps)
      if (step.op === 'let' && (isOneCall(step, call) || isHeld(step.value))) holders.add(step.dst);
  }
  const members = [...holders].filter((name) => /->|\.|^::/.test(name));
  const leaves =
    members.length > 0 ||
    given.some((each) => isOfCaller(each, program)) ||
    steps.some(
      (step) =>
        (step.op === 'return' && step.value !== undefined && isHeld(step.value)) ||
        (step.op === 'call' && lockIsHandedOn(step, given)),
    );
  return { leaves, members };
}

/** What a map fills for its caller: `ptl` of pte_offset_map_lock(mm, pmd, addr, &ptl), `fw` of folio_walk_start(&fw, ...). */
function givenTo(call: Step, knowledge: Knowledge): readonly string[] {
  const name = calledIn(call);
  const primitive = name === undefined ? undefined : knowledge.primitive(name);
  const args = argumentsOf(call);
  if (primitive?.kind === 'locked-chain') return [...args.slice(0, 1), ...args.slice(-1)];
  return primitive?.kind === 'map' && primitive.locks ? args.slice(-1) : [];
}

/** Texts of the arguments of a call, without the `&` of an address. */
function argumentsOf({ text }: Step): readonly string[] {
  const list = /^\w+\s*\((.*)\)$/.exec(text)?.[1] ?? '';
  return list.split(',').map((each) => each.replace(/^[\s&]+/, '').trimEnd());
}

/** A parameter, or a member of an object: the caller has it, too. Whose tables they are says nothing. */
function isOfCaller(name: string, { params }: FunctionProgram): boolean {
  if (/->|\./.test(name)) return true;
  const type = params.find((each) => each.name === name)?.type;
  return type?.includes('*') === true && !/\b(mm_struct|vm_area_struct)\b/.test(type);
}

/** The lock itself is passed on: what gets it may let it go. */
function lockIsHandedOn(step: Extract<Step, { op: 'call' }>, given: readonly string[]): boolean {
  return operandsOf(step).some(
    (each) =>
      (each.kind === 'symbol' && protectionOf(each.name)?.id === TABLE_LOCK) ||
      (each.kind === 'var' && given.includes(each.name)) ||
      (each.kind === 'address' && given.includes(each.of)),
  );
}

/**
 * Whether a function that gets the same entry as `taken`, the call that took the lock of its table, may let that lock go: it finds it
 * by the entry (pmd_lockptr()), and lets a spinlock go.
 */
export function isLetGoByEntry(
  program: FunctionProgram,
  taken: number,
  ref: FunctionRef,
  world: Neighbours,
): boolean {
  const call = program.steps[taken];
  const name = call && calledIn(call);
  const primitive = name === undefined ? undefined : world.knowledge.primitive(name);
  if (!call || primitive?.kind !== 'entry-lock') return false;
  const entry = argumentsOf(call)[primitive.entry];
  return program.steps.some(
    (step) =>
      step.op === 'call' &&
      step.callee.kind === 'symbol' &&
      entry !== undefined &&
      step.argTexts.includes(entry) &&
      world.index
        .definitions(step.callee.name, { file: ref.file })
        .some(({ facts }) => facts.calls.some(({ callee }) => letsSpinlockGo(callee))),
  );
}

const letsSpinlockGo = (callee: string): boolean =>
  lockCallsOf(callee).some(
    ({ protection: { effect }, call }) =>
      call.effect === 'release' && effect.kind === 'lock' && effect.lock === 'spinlock',
  );

/** How deep calls are followed to one that lets a lock go. */
const DEPTH = 3;

export interface Neighbours {
  readonly index: TreeIndex;
  readonly knowledge: Knowledge;
}

/** Whether a function that is called from `ref`, or one that it calls in turn, lets go of such a lock. */
export function isLetGoBelow(ref: FunctionRef, lock: string, world: Neighbours): boolean {
  const seen = new Set<string>();
  const looks = (from: FunctionRef, depth: number): boolean => {
    // What takes the lock itself lets go of its own.
    const mayLetGo = depth > 1 && !from.facts.calls.some(({ callee }) => takes(callee, lock));
    return from.facts.calls.some(({ kind, callee }) => {
      if (kind !== 'direct') return false;
      if (mayLetGo && letsGo(callee, lock, world.knowledge)) return true;
      if (seen.has(callee)) return false;
      seen.add(callee);
      if (depth === DEPTH || world.knowledge.lockCalls(callee, () => undefined).length > 0) return false;
      return world.index.definitions(callee, { file: from.file }).some((each) => looks(each, depth + 1));
    });
  };
  return looks(ref, 1);
}

/** Whether a call is one of the API that takes locks of this class. */
function takes(callee: string, lock: string): boolean {
  const calls = protectionOf(parseLockName(lock).class)?.calls;
  return calls?.some(({ api, effect }) => api === callee && effect === 'acquire') === true;
}

/**
 * Whether the object whose lock it is is put into another one on a way on which nothing here lets the lock go any more:
 * `work->mm = current->mm; irq_work_queue(&work->irq_work);`. Who works on that lets it go.
 */
export function isHandedOn({ steps }: FunctionProgram, lock: string): boolean {
  const { class: wanted, instance } = parseLockName(lock);
  if (instance === undefined) return false;
  const isLetGo = (step: Step): boolean =>
    step.op === 'unlock' && protectionOf(step.lock.class)?.id === wanted;
  return steps.some(
    (step, index) =>
      step.op === 'let' &&
      step.dst.includes('->') &&
      printExpr(step.value).replace(/^::/, '') === instance &&
      ![...stepsAfter(steps, index)].some((each) => isLetGo(each)),
  );
}

/** seq_operations.start, and whatever else comes in pairs: the other of the two lets go of what this one takes. */
const isOpening = (start: Start): boolean =>
  start.kind === 'table' && /start|begin|lock|open|get/.test(start.name);

/** Whether a caller lets it go, or may be one that nobody sees: then the function takes it for its callers. */
export function isLetGoAbove(ref: FunctionRef, lock: string, world: Neighbours): boolean {
  if (ref.facts.annotations.some((mark) => /acquire/.test(mark))) return true;
  const { edges, starts, unread } = above(world.index, ref);
  if (unread > 0 || starts.some(({ kind }) => kind === 'unseen' || kind === 'stored')) return true;
  if (starts.some(isOpening)) return true;
  return (
    edges.some(({ from }) => isLetGoFrom(from, lock, world, UP)) ||
    (edges.length > 0 && edges.every(({ callback }) => callback) && isLetGoBeside(ref, lock, world))
  );
}

/** Of steps that are called one after the other through an object, another in the same file lets it go, and does not take it. */
function isLetGoBeside({ file }: FunctionRef, lock: string, { index, knowledge }: Neighbours): boolean {
  return index
    .functionsIn(file)
    .some(
      ({ facts: { calls } }) =>
        calls.some(({ callee }) => letsGo(callee, lock, knowledge)) &&
        !calls.some(({ callee }) => takes(callee, lock)),
    );
}

/** How far up callers are followed to one that lets a lock go. */
const UP = 3;

/** Whether a caller lets the lock go, itself or by what it calls, or one of its own callers does. */
function isLetGoFrom(caller: FunctionRef, lock: string, world: Neighbours, levels: number): boolean {
  if (caller.facts.calls.some(({ callee }) => letsGo(callee, lock, world.knowledge))) return true;
  if (isLetGoBelow(caller, lock, world)) return true;
  if (levels === 1) return false;
  const { edges, starts } = above(world.index, caller);
  return starts.some(isOpening) || edges.some(({ from }) => isLetGoFrom(from, lock, world, levels - 1));
}

/** Whether a call is one of the API that lets go of locks of this class. */
function letsGo(callee: string, lock: string, knowledge: Knowledge): boolean {
  const { class: wanted } = parseLockName(lock);
  const protection = protectionOf(wanted);
  const releases = protection?.calls.some(
    ({ api, effect }) => api === callee && (effect === 'release' || effect === 'downgrade'),
  );
  if (releases === true || droppingCall(callee)?.locks.includes(wanted) === true) return true;
  const primitive = knowledge.primitive(callee);
  if (primitive?.kind === 'unmap') return wanted === TABLE_LOCK || wanted === 'rcu';
  if (protection && isOnlyOne(protection)) return false;
  // up_read(&mm->mmap_lock): of which lock, its argument tells
  const [generic] = knowledge.lockCalls(callee, () => wanted);
  return generic?.call.effect === 'release' && generic.protection.id === wanted;
}

/** Whether the function says that it holds the lock where it lets go of it no more: it is meant to be held when it ends. */
export function isAssertedAtTheEnd({ steps }: FunctionProgram, lock: string): boolean {
  const { class: wanted } = parseLockName(lock);
  const isAbout = (step: Step, op: 'assert_held' | 'unlock'): boolean =>
    step.op === op && protectionOf(step.lock.class)?.id === wanted;
  return steps.some(
    (step, index) =>
      isAbout(step, 'assert_held') && !stepsAfter(steps, index).some((each) => isAbout(each, 'unlock')),
  );
}

/** The steps that may come after one. */
function stepsAfter(steps: readonly Step[], start: number): readonly Step[] {
  const step = steps[start];
  const reached = step ? stepsFrom(steps, successors(step)) : [];
  return [...reached].flatMap((index) => steps[index] ?? []);
}
