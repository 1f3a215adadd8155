/** Locks and the like: what the calls of kernel/protections.ts are in steps. */
import type { Node } from 'web-tree-sitter';
import type { Expr, LockRef, Op } from '../ir.js';
import type { FieldOf, LockCall } from '../../kernel/protections.js';
import { fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { lastComponent, pathOf } from './paths.js';
import { lowerValue, ONE, unknown, variable, ZERO } from './values.js';

/** The value of a lock call; undefined when the name is no lock API. */
export function lowerLockCall(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const calls = lowering.knowledge.lockCalls(name, lastNameOf(args));
  return calls.length === 0 ? undefined : lowerEffects(lowering, calls, args, node);
}

/** guard(NAME)(arg): taken here, let go where the scope ends, by whatever way. */
export function lowerGuard(
  lowering: Lowering,
  callee: Node,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const kind = fieldOf(callee, 'function')?.text;
  const name = fieldOf(callee, 'arguments')?.namedChild(0)?.text;
  if (name === undefined || !(kind === 'guard' || kind === 'scoped_guard' || kind === 'CLASS'))
    return undefined;
  const taken = lowering.knowledge.guardCalls(name, lastNameOf(args));
  if (taken.length === 0) return undefined;
  const value = lowerEffects(lowering, taken, args, node);
  const releases = taken.map(({ protection, call }): LockCall => ({
    protection,
    call: { ...call, effect: 'release' },
  }));
  const undo = (): void => void lowerEffects(lowering, releases, args, node);
  lowering.cleanups = [...lowering.cleanups, { scope: lowering.scope, undo }];
  return value;
}

function lastNameOf(args: readonly Node[]): FieldOf {
  return (index) => {
    const argument = args[index];
    return argument && lastComponent(argument.text);
  };
}

/** The locks of one call, in the order in which it takes them; let go in the opposite order. The value is that of the last lock. */
function lowerEffects(
  lowering: Lowering,
  calls: readonly LockCall[],
  args: readonly Node[],
  node: Node,
): Expr {
  const ordered = calls[0]?.call.effect === 'release' ? [...calls].reverse() : calls;
  const values = ordered.map((each) => lowerEffect(lowering, each, args, node));
  return values.find((value) => value.kind !== 'unknown') ?? unknown(node);
}

function lowerEffect(
  lowering: Lowering,
  { protection, call }: LockCall,
  args: readonly Node[],
  node: Node,
): Expr {
  const emit = (op: Op): void => lowering.graph.emit(op, textOf(node), placeOf(lowering, node));
  const { effect } = protection;
  if (effect.kind === 'reference' || effect.kind === 'none') return lowerReference(lowering, args, node);
  if (effect.kind !== 'lock') {
    if (call.effect === 'assert') return unknown(node);
    emit({ op: CONTEXT_OPS[effect.kind][call.effect === 'release' ? 1 : 0] });
    return unknown(node);
  }
  const instance = call.instance && instanceOf(lowering, call.instance, args);
  const lock: LockRef = { class: protection.id, ...(instance ? { instance } : {}) };
  const mode = call.mode === 'read' ? 'read' : 'write';
  switch (call.effect) {
    case 'release':
      emit({ op: 'unlock', lock, mode });
      return unknown(node);
    case 'downgrade':
      emit({ op: 'downgrade', lock });
      return unknown(node);
    case 'assert':
      emit({ op: 'assert_held', lock, mode: call.mode });
      return unknown(node);
    case 'acquire':
      return lowerAcquire(lowering, lock, mode, call, node);
  }
}

const CONTEXT_OPS = {
  rcu: ['rcu_read_lock', 'rcu_read_unlock'],
  'irqs-off': ['irq_off', 'irq_on'],
  'preempt-off': ['preempt_off', 'preempt_on'],
  'stop-machine': ['stop_machine', 'end_stop_machine'],
} as const;

function lowerAcquire(
  lowering: Lowering,
  lock: LockRef,
  mode: 'read' | 'write',
  call: LockCall['call'],
  node: Node,
): Expr {
  const at = placeOf(lowering, node);
  if (call.acquired === undefined || call.acquired === 'always') {
    lowering.graph.emit({ op: 'lock', lock, mode }, textOf(node), at);
    return unknown(node);
  }
  const dst = temporary(lowering);
  // A call that sleeps fails only for another reason (a signal, no such object): it waits for the lock, or gives up.
  if (call.sleeps) {
    const { graph } = lowering;
    const [takes, fails, end] = [graph.label(), graph.label(), graph.label()];
    graph.branch(unknown(node), takes, fails, textOf(node), at);
    graph.place(takes);
    graph.emit({ op: 'lock', lock, mode }, textOf(node), at);
    graph.emit({ op: 'let', dst, value: ONE }, textOf(node), at);
    graph.jump(end);
    graph.place(fails);
    graph.emit({ op: 'let', dst, value: ZERO }, textOf(node), at);
    graph.place(end);
  } else {
    lowering.graph.emit({ op: 'trylock', dst, lock, mode }, textOf(node), at);
  }
  return call.acquired === 'zero' ? { kind: 'not', operand: variable(dst) } : variable(dst);
}

/** A reference keeps an object; its arguments may still walk: get_page(pte_page(*pte)). */
function lowerReference(lowering: Lowering, args: readonly Node[], node: Node): Expr {
  for (const each of args) lowerValue(lowering, each);
  return unknown(node);
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
  if (path?.startsWith('::') && /^::\w+$/.test(path)) return { kind: 'symbol', name: path.slice(2) };
  return path === undefined ? lowerValue(lowering, object) : variable(path);
}

/** `mm` of `&mm->mmap_lock`. */
function ownerOf(argument: Node): Node | undefined {
  let inner: Node = argument;
  while (inner.type === 'parenthesized_expression') inner = inner.namedChild(0) ?? inner;
  if (inner.type === 'pointer_expression') inner = fieldOf(inner, 'argument') ?? inner;
  return inner.type === 'field_expression' ? fieldOf(inner, 'argument') : undefined;
}
