/** Scope-based locks of linux/cleanup.h: guard(NAME)(arg), scoped_guard(NAME, arg), ACQUIRE(NAME, var)(arg). */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import type { LockCall } from '../../kernel/protections.js';
import { codeChildren, emit, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { either } from './branches.js';
import { ONE, unknown, variable, ZERO } from './expressions.js';
import { lastNameOf, lowerEffects } from './locks.js';
import { lowerStatement } from './statements.js';
import { gotoNamed, leave, returnValue, undo, within } from './jumps.js';
import { lowerValue } from './values.js';

/** guard(NAME)(arg), where `callee` is `guard(NAME)`: taken here, let go where the scope ends, by whatever way. */
export function lowerGuard(
  lowering: Lowering,
  callee: Node,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const idiom = lowering.knowledge.idiom(fieldOf(callee, 'function')?.text ?? '');
  if (idiom?.kind !== 'guard') return undefined;
  const [name, local] = codeChildren(fieldOf(callee, 'arguments') ?? callee);
  if (!name) return undefined;
  for (const each of args) noteEffects(lowering, each);
  const taken = takeGuard(lowering, name.text, args, node);
  if (local && taken) {
    lowering.types.set(local.text, 'guard');
    emit(lowering, node, { op: 'let', dst: local.text, value: taken });
  }
  return taken;
}

/** A call inside a guard's argument is a call like any other. */
function noteEffects(lowering: Lowering, argument: Node): void {
  if (argument.type === 'call_expression') lowerValue(lowering, argument);
}

/** A guard whose name and arguments are in one list, as damaged code may have it. */
export function guardFromCall(lowering: Lowering, args: readonly Node[], node: Node): Expr | undefined {
  const [name, ...rest] = args;
  const isWhole = node.parent?.type !== 'call_expression';
  return name && isWhole ? takeGuard(lowering, name.text, rest, node) : undefined;
}

/** ACQUIRE_ERR(NAME, &var): 0 when the guard has its lock, else an error. */
export function acquireError(lowering: Lowering, args: readonly Node[], node: Node): Expr {
  const name = args[1]?.text.replace(/^&\s*/, '');
  if (name === undefined || !lowering.types.has(name)) return unknown(lowering, node);
  return either(lowering, node, variable(name), ZERO, { kind: 'int', value: -1 });
}

/** Takes the locks, and lets them go at the end of the scope; 1 where they are held, undefined for an unknown guard. */
function takeGuard(lowering: Lowering, name: string, args: readonly Node[], node: Node): Expr | undefined {
  const taken = lowering.knowledge.guardCalls(name, lastNameOf(lowering, args));
  if (taken.length === 0) return undefined;
  const value = lowerEffects(lowering, taken, args, node);
  const isCertain = value.kind === 'unknown';
  const held = isCertain ? ONE : keep(lowering, isHeld(taken, value), node);
  const release = (): void => letGo(lowering, taken, args, node, isCertain ? undefined : held);
  lowering.cleanups = [...lowering.cleanups, { scope: lowering.scope, undo: release }];
  return held;
}

/** An API that gives 0 for success says so the other way round. */
function isHeld(taken: readonly LockCall[], value: Expr): Expr {
  return taken.some(({ call }) => call.acquired === 'zero') ? { kind: 'not', operand: value } : value;
}

function keep(lowering: Lowering, value: Expr, node: Node): Expr {
  const dst = temporary(lowering);
  emit(lowering, node, { op: 'let', dst, value });
  return variable(dst);
}

function letGo(
  lowering: Lowering,
  taken: readonly LockCall[],
  args: readonly Node[],
  node: Node,
  held: Expr | undefined,
): void {
  const { graph } = lowering;
  const releases = taken.map(({ protection, call }): LockCall => ({
    protection,
    call: { ...call, effect: 'release' },
  }));
  if (held === undefined) return void lowerEffects(lowering, releases, args, node);
  const [holds, end] = [graph.label(), graph.label()];
  graph.branch(held, holds, end, textOf(lowering, node), placeOf(lowering, node));
  graph.place(holds);
  lowerEffects(lowering, releases, args, node);
  graph.place(end);
}

/** What scoped_cond_guard() does without its lock: a jump, which the parser was not shown as one, or an expression. */
function lowerFailure(lowering: Lowering, failure: Node, node: Node): void {
  const text = lowering.source?.original ?? '';
  const word = /\b(return|goto)\s+$/.exec(text.slice(node.startIndex, failure.startIndex))?.[1];
  const own = /^(return|break|continue)\b/.exec(text.slice(failure.startIndex, failure.startIndex + 9))?.[1];
  if (word === 'goto') gotoNamed(lowering, failure.text, node);
  else if (word === 'return') returnValue(lowering, failure, failure);
  else if (own === 'return') returnValue(lowering, undefined, failure);
  else if (own !== undefined) leave(lowering, failure, own === 'break');
  else lowerValue(lowering, failure);
}

/**
 * scoped_guard(NAME, arg) { ... }: the lock is held in the body, which does not run when a trylock failed. With
 * `failure` (scoped_cond_guard(NAME, failure, arg)): that statement runs instead.
 */
export function lowerScopedGuard(
  lowering: Lowering,
  args: readonly Node[],
  body: Node | undefined,
  node: Node,
  withFailure: boolean,
): void {
  const { graph, cleanups } = lowering;
  const [name, ...rest] = args;
  const failure = withFailure ? rest[0] : undefined;
  const [runs, end] = [graph.label(), graph.label()];
  lowering.scope += 1;
  const header = fieldOf(node, 'condition') ?? node;
  const held = name && takeGuard(lowering, name.text, withFailure ? rest.slice(1) : rest, header);
  if (held && held.kind !== 'int') {
    const fails = graph.label();
    graph.branch(held, runs, fails, textOf(lowering, name), placeOf(lowering, node));
    graph.place(fails);
    if (failure) lowerFailure(lowering, failure, node);
    graph.jump(end);
  }
  graph.place(runs);
  // it is a loop of one round to the compiler: break and continue leave it
  const jumps = { breakTo: end, continueTo: end, cleanups: cleanups.length };
  within(lowering, jumps, () => body && lowerStatement(lowering, body));
  undo(lowering, cleanups.length);
  lowering.cleanups = cleanups;
  lowering.scope -= 1;
  graph.place(end);
}
