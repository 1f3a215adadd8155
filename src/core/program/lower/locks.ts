/** Locks and the like: what the calls of kernel/protections.ts are in steps. */
import type { Node } from 'web-tree-sitter';
import type { Expr, LockRef } from '../ir.js';
import type { LockKind } from '../../machine/scenario.js';
import { protectionOf, type FieldOf, type LockCall } from '../../kernel/protections.js';
import type { Acquired } from '../../kernel/types.js';
import { either } from './branches.js';
import { emit, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { ONE, unknown, variable, ZERO } from './expressions.js';
import { GLOBAL, lastComponent, pathOf } from './paths.js';
import { lowerValue } from './values.js';

/** The value of a lock call; undefined when the name is no lock API. */
export function lowerLockCall(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const calls = lowering.knowledge.lockCalls(name, lastNameOf(lowering, args));
  return calls.length === 0 ? undefined : lowerEffects(lowering, calls, args, node);
}

/** Last name (or names) of an argument's path; for a local that points to a known lock, the class of that lock. */
export function lastNameOf(lowering: Lowering, args: readonly Node[]): FieldOf {
  return (index) => {
    const argument = args[index];
    if (!argument) return undefined;
    const name = lastNames(argument.text);
    return argument.type === 'identifier' ? (lowering.lockClasses.get(name) ?? name) : name;
  };
}

/** `mmap_lock` of `&mm->mmap_lock`; where the last name is the same for many locks, with the one before: `vm_lock->lock`. */
function lastNames(text: string): string {
  return /\b\w+(?:->|\.)lock$/.exec(text)?.[0].replace('.', '->') ?? lastComponent(text);
}

/** The locks of one call, in the order in which it takes them; let go in the opposite order. The value is that of the last lock. */
export function lowerEffects(
  lowering: Lowering,
  calls: readonly LockCall[],
  args: readonly Node[],
  node: Node,
): Expr {
  const ordered = calls[0]?.call.effect === 'release' ? [...calls].reverse() : calls;
  const values = ordered.map((each) => lowerEffect(lowering, each, args, node));
  const result = values.find((value) => value.kind !== 'unknown');
  const states = calls.filter(({ protection }) => protection.effect.kind in CONTEXT_OPS);
  if (result && states.length > 0 && states.length < calls.length)
    leaveIfFailed(lowering, result, states, node);
  return result ?? unknown(lowering, node);
}

/** spin_trylock_irqsave(): interrupts are on again when the lock was not taken. */
function leaveIfFailed(lowering: Lowering, result: Expr, states: readonly LockCall[], node: Node): void {
  const { graph } = lowering;
  const [failed, end] = [graph.label(), graph.label()];
  graph.branch(result, end, failed, textOf(lowering, node), placeOf(lowering, node));
  graph.place(failed);
  for (const { protection, call } of states)
    lowerEffect(lowering, { protection, call: { ...call, effect: 'release' } }, [], node);
  graph.place(end);
}

function lowerEffect(
  lowering: Lowering,
  { protection, call }: LockCall,
  args: readonly Node[],
  node: Node,
): Expr {
  const { effect } = protection;
  if (effect.kind === 'reference' || effect.kind === 'none') return lowerReference(lowering, args, node);
  if (effect.kind !== 'lock') {
    if (call.effect !== 'assert')
      emit(lowering, node, { op: CONTEXT_OPS[effect.kind][call.effect === 'release' ? 1 : 0] });
    return unknown(lowering, node);
  }
  const instance = call.instance && instanceOf(lowering, call.instance, args);
  const lock: LockRef = {
    class: protection.id,
    ...(instance ? { instance } : {}),
    ...(protectionOf(protection.id) === undefined && SPINNING.has(effect.lock)
      ? { spins: true as const }
      : {}),
  };
  const mode = call.mode === 'read' ? 'read' : 'write';
  switch (call.effect) {
    case 'release':
      emit(lowering, node, { op: 'unlock', lock, mode });
      return unknown(lowering, node);
    case 'downgrade':
      emit(lowering, node, { op: 'downgrade', lock });
      return unknown(lowering, node);
    case 'assert':
      emit(lowering, node, { op: 'assert_held', lock, mode: call.mode });
      return unknown(lowering, node);
    case 'acquire':
      return lowerAcquire(lowering, lock, mode, call, node);
  }
}

const SPINNING: ReadonlySet<LockKind> = new Set<LockKind>(['spinlock', 'rwlock']);

const CONTEXT_OPS = {
  rcu: ['rcu_read_lock', 'rcu_read_unlock'],
  'irqs-off': ['irq_off', 'irq_on'],
  'preempt-off': ['preempt_off', 'preempt_on'],
  'stop-machine': ['stop_machine', 'end_stop_machine'],
} as const;

/** What an acquiring call gives when it has the lock, and when it has not. */
const RESULTS: Readonly<Record<Acquired, readonly [held: Expr, failed: Expr]>> = {
  always: [ONE, ONE],
  true: [ONE, ZERO],
  nonnull: [ONE, ZERO],
  zero: [ZERO, { kind: 'int', value: -1 }],
  'not-error': [ONE, { kind: 'int', value: -1 }],
};

function lowerAcquire(
  lowering: Lowering,
  lock: LockRef,
  mode: 'read' | 'write',
  call: LockCall['call'],
  node: Node,
): Expr {
  const { graph } = lowering;
  const { acquired = 'always' } = call;
  if (acquired === 'always') {
    emit(lowering, node, { op: 'lock', lock, mode });
    return unknown(lowering, node);
  }
  const [held, failed] = RESULTS[acquired];
  const dst = temporary(lowering);
  if (!call.sleeps) {
    emit(lowering, node, { op: 'trylock', dst, lock, mode });
    return held === ONE && failed === ZERO
      ? variable(dst)
      : either(lowering, node, variable(dst), held, failed);
  }
  // A call that sleeps fails only for another reason (a signal, no such object): it waits for the lock, or gives up.
  const [takes, fails, end] = [graph.label(), graph.label(), graph.label()];
  graph.branch(unknown(lowering, node), takes, fails, textOf(lowering, node), placeOf(lowering, node));
  graph.place(takes);
  emit(lowering, node, { op: 'lock', lock, mode });
  emit(lowering, node, { op: 'let', dst, value: held });
  graph.jump(end);
  graph.place(fails);
  emit(lowering, node, { op: 'let', dst, value: failed });
  graph.place(end);
  return variable(dst);
}

/** A reference keeps an object; its arguments may still walk: get_page(pte_page(*pte)). */
function lowerReference(lowering: Lowering, args: readonly Node[], node: Node): Expr {
  for (const each of args) lowerValue(lowering, each);
  return unknown(lowering, node);
}

/** The object whose lock it is: `mm` of mmap_read_lock(mm), `mm` of down_read(&mm->mmap_lock). */
function instanceOf(
  lowering: Lowering,
  row: NonNullable<LockCall['call']['instance']>,
  args: readonly Node[],
): Expr | undefined {
  const argument = args[row.argument];
  if (!argument) return undefined;
  const object = row.as === 'object' ? argument : ownerOf(argument);
  if (!object) return undefined;
  if (object.type === 'pointer_expression' && object.child(0)?.type === '&')
    return lowerValue(lowering, object);
  const path = pathOf(lowering, object);
  if (path?.startsWith(GLOBAL) && /^::\w+$/.test(path))
    return { kind: 'symbol', name: path.slice(GLOBAL.length) };
  return path === undefined ? lowerValue(lowering, object) : variable(path);
}

/** `mm` of `&mm->mmap_lock`. */
function ownerOf(argument: Node): Node | undefined {
  let inner: Node = argument;
  while (inner.type === 'parenthesized_expression') inner = inner.namedChild(0) ?? inner;
  if (inner.type === 'pointer_expression') inner = fieldOf(inner, 'argument') ?? inner;
  return inner.type === 'field_expression' ? fieldOf(inner, 'argument') : undefined;
}
