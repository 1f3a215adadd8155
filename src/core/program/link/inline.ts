/** Inlining: the steps of a function, with its names resolved in its frame, into the linked program. */
import { isFolded } from '../../kernel/geometry.js';
import { definedBy, mapOperands, truthOf } from '../expr.js';
import type { Label } from '../graph.js';
import { END, type Expr, type Level, type Place, type Step, type TableLevel, type Var } from '../ir.js';
import { inlineCall, inlineOutcomes } from './calls.js';
import { assume, type Frame, type Linking } from './linking.js';
import { restOf } from './paths.js';
import { OTHER_TABLES, resolveExpr, resolveLock } from './resolve.js';

type StepOf<Name extends Step['op']> = Extract<Step, { op: Name }>;

export function inline(linking: Linking, frame: Frame): void {
  const { program } = frame;
  linking.functions.set(`${program.file}:${program.name}`, { name: program.name, file: program.file });
  const offset = linking.assumptions.length;
  linking.assumptions.push(...program.assumptions);
  const labels = program.steps.map(() => linking.graph.label());
  const labelOf = (index: number): Label =>
    index === END ? frame.returnTo : (labels[index] ?? frame.returnTo);
  program.steps.forEach((step, index) => {
    const label = labels[index];
    if (label) linking.graph.place(label);
    linking.steps += 1;
    if (linking.steps <= linking.options.maxSteps) inlineStep(linking, frame, step, labelOf, offset);
  });
}

function inlineStep(
  linking: Linking,
  frame: Frame,
  step: Step,
  labelOf: (index: number) => Label,
  offset: number,
): void {
  const { graph } = linking;
  const expr = (each: Expr): Expr => resolveExpr(linking, frame, each);
  switch (step.op) {
    case 'branch': {
      const condition = expr(step.condition);
      const truth = truthOf(condition);
      if (truth !== undefined) return graph.jump(labelOf(truth ? step.then : step.else));
      return graph.branch(condition, labelOf(step.then), labelOf(step.else), step.text, step.at);
    }
    case 'choose':
      if (!step.standsFor || !inlineOutcomes(linking, frame, step, step.standsFor))
        return graph.choose(step.targets.map(labelOf), step.assumption + offset, step.text, step.at);
      break;
    case 'return':
      if (frame.dst !== undefined)
        define(linking, frame.dst, step.value ? expr(step.value) : NO_RESULT, step);
      return graph.jump(frame.returnTo);
    case 'call':
      inlineCall(linking, frame, step);
      break;
    case 'let':
      inlineLet(linking, frame, step);
      break;
    case 'load':
    case 'store':
    case 'exchange':
      if (frame.isDeferred) leaveOut(linking, frame, step);
      else inlineAccess(linking, frame, step);
      break;
    case 'assert_held':
      break;
    default:
      if (frame.isDeferred) inlineDeferred(linking, frame, step);
      else inlineOther(linking, frame, step);
  }
  graph.jump(labelOf(step.next));
}

const NO_RESULT: Expr = { kind: 'unknown', text: 'no result' };

/** Gives a canonical path a value, in the program and in what is known of it. */
export function define(
  linking: Linking,
  dst: Var,
  value: Expr,
  step: { readonly text: string; readonly at?: Place },
): void {
  linking.paths.write(dst, value);
  if (value.kind === 'var') linking.mms.copied(dst, value.name);
  linking.graph.emit({ op: 'let', dst, value }, step.text, step.at);
}

function inlineLet(linking: Linking, frame: Frame, step: StepOf<'let'>): void {
  const { paths } = linking;
  const rest = restOf(step.dst);
  if (rest === undefined)
    return define(
      linking,
      paths.resolve(frame.prefix, step.dst),
      resolveExpr(linking, frame, step.value),
      step,
    );
  const object = paths.resolve(frame.prefix, rest);
  const isZero = step.value.kind === 'int';
  for (const path of isZero ? paths.zeroRest(object) : paths.forget(object))
    define(linking, path, isZero ? step.value : { kind: 'unknown', text: path.replace(/^.*\//, '') }, step);
}

function emit(linking: Linking, frame: Frame, step: Step): void {
  const { at, text } = step;
  const op: Step = { ...step, in: frame.program.name };
  linking.graph.emit(op, text, at);
}

const isTable = (level: TableLevel): level is Level => level !== 'section' && level !== 'memmap';

/**
 * A load, store or exchange. Of a folded level it is none: its entry is another name of the pointer. Through the address of
 * a local copy (`pte_offset_kernel(&pmdval, addr)`) it is that variable. Through a pointer of which nothing is known, it is
 * stated.
 */
function inlineAccess(linking: Linking, frame: Frame, step: StepOf<'load' | 'store' | 'exchange'>): void {
  const { paths, options } = linking;
  const pointer = resolveExpr(linking, frame, step.op === 'load' ? step.from : step.to);
  const dst = step.op === 'store' ? undefined : paths.resolve(frame.prefix, step.dst);
  if (isTable(step.level) && isFolded(step.level, options.geometry)) {
    if (dst !== undefined) define(linking, dst, pointer, step);
    return;
  }
  if (pointer.kind === 'address') {
    if (dst !== undefined) define(linking, dst, paths.read(pointer.of), step);
    if (step.op !== 'load') define(linking, pointer.of, resolveExpr(linking, frame, step.value), step);
    return;
  }
  if (pointer.kind === 'unknown' || pointer.kind === 'symbol') {
    const isOther = pointer.kind === 'unknown' && pointer.text === OTHER_TABLES;
    const text = `where "${step.text}" reads or writes is not known: it is left out`;
    // A struct page that comes from elsewhere is none of the walk's frames (program/frames.ts).
    if (step.level !== 'memmap' && !isOther)
      assume(linking, { kind: 'not-modelled', text, ...(step.at ? { at: step.at } : {}) });
    const unknown: Expr = { kind: 'unknown', text: isOther ? OTHER_TABLES : step.text };
    if (dst !== undefined) define(linking, dst, unknown, step);
    return;
  }
  if (dst !== undefined) paths.write(dst, { kind: 'var', name: dst });
  const resolved = mapOperands(step, (each) => resolveExpr(linking, frame, each));
  emit(linking, frame, dst !== undefined && 'dst' in resolved ? { ...resolved, dst } : resolved);
}

/** What runs when a grace period is over frees, and does no other thing that the model has: that would be at another time. */
function inlineDeferred(linking: Linking, frame: Frame, step: Step): void {
  if (step.op === 'free' || step.op === 'free_rcu') inlineOther(linking, frame, { ...step, op: 'free_rcu' });
  else leaveOut(linking, frame, step);
}

/** What it does to tables and locks besides is told; the rest (it sleeps, it flushes) is nobody's concern. */
function leaveOut(linking: Linking, frame: Frame, step: Step): void {
  const dst = definedBy(step);
  if (dst !== undefined)
    define(linking, linking.paths.resolve(frame.prefix, dst), { kind: 'unknown', text: step.text }, step);
  const isTold = ['lock', 'trylock', 'store', 'exchange'].includes(step.op);
  if (!isTold) return;
  const text = `"${step.text}" is done when a grace period is over: of what is done then, the model has what is freed`;
  assume(linking, { kind: 'not-modelled', text, ...(step.at ? { at: step.at } : {}) });
}

/** Locks, states, the life of pages: names resolved. */
function inlineOther(linking: Linking, frame: Frame, step: Step): void {
  const { paths } = linking;
  const resolved = mapOperands(step, (each) => resolveExpr(linking, frame, each));
  const named = (path: Var): Var => {
    const dst = paths.resolve(frame.prefix, path);
    paths.write(dst, { kind: 'var', name: dst });
    return dst;
  };
  switch (resolved.op) {
    case 'lock':
    case 'unlock':
    case 'downgrade':
      return emit(linking, frame, { ...resolved, lock: resolveLock(linking, frame, resolved.lock) });
    case 'trylock': {
      const lock = resolveLock(linking, frame, resolved.lock);
      return emit(linking, frame, { ...resolved, dst: named(resolved.dst), lock });
    }
    case 'alloc':
      return emit(linking, frame, { ...resolved, dst: named(resolved.dst) });
    default:
      return emit(linking, frame, resolved);
  }
}
