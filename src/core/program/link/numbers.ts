/**
 * Numbers from outside get values by their roles (link/roles.ts): an address is 0, the first address of the modelled range
 * (the one that the freer works on), an end is the end of that range. Everything else from outside stays unknown.
 */
import { sizeOf } from '../../kernel/geometry.js';
import { definedBy, mapExpr, mapOperands, operandsOf, variablesOf } from '../expr.js';
import type { Assumption, Expr, Level, Step, Var } from '../ir.js';
import { arithmeticVariables, COMPARISONS, isStartName, isStride } from './arithmetic.js';
import {
  bindComparison,
  hide,
  isNamedConstant,
  movedVariables,
  outsideText,
  settle,
  shiftedConstant,
} from './comparisons.js';
import { isOption } from './config.js';
import { entryReader, withEntryValues } from './facts.js';
import { rangeSize } from './geometry.js';
import { isGiven } from './given.js';
import type { LinkOptions } from './options.js';
import { addressesAsGiven, withoutQuestionsForZero } from './whether-given.js';
import { modelledRange, START } from './modelled-range.js';
import { rolesOf } from './roles.js';

/**
 * Gives the numbers from outside their values, and says so. A function that is given an entry (of the level `given`) walks what
 * that entry covers.
 */
export function bindAddresses(
  steps: readonly Step[],
  { geometry, userRoot }: LinkOptions,
  given?: Level,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const roles = rolesOf(steps);
  const { addresses, ends, sizes } = roles;
  const written = new Set(steps.flatMap((step) => definedBy(step) ?? []));
  const isKernel = userRoot === undefined;
  const { end, roleOf, note, assumptions } = modelledRange(
    steps,
    roles,
    given === undefined ? rangeSize(geometry) : sizeOf(given, geometry),
  );
  const isOutside = (expr: Expr): boolean =>
    expr.kind === 'unknown' || (expr.kind === 'var' && !written.has(expr.name) && !isGiven(expr.name));
  const hasRole = (expr: Expr): boolean => expr.kind === 'var' && roleOf(expr.name) !== undefined;
  const fromOutside = (expr: Expr, step: Step): Expr =>
    mapExpr(expr, (inner) => {
      const constant = shiftedConstant(inner);
      if (constant !== undefined && inner.kind === 'binary') {
        note(constant, START, step, false);
        return { ...inner, left: START };
      }
      if (inner.kind !== 'var' || written.has(inner.name) || isGiven(inner.name)) return inner;
      const text = nameOf(inner.name);
      const value = roleOf(inner.name);
      if (!value) return isOption(inner.name) ? inner : { kind: 'unknown', text };
      note(text, value, step, sizes.has(inner.name));
      return value;
    });
  const moved = movedVariables(steps);
  const unknown = unknownVariables(steps, (expr) => isOutside(expr) && !hasRole(expr));
  const isUnknown = (expr: Expr): boolean =>
    (isOutside(expr) && !hasRole(expr)) || (expr.kind === 'var' && unknown.has(expr.name));
  const nameOf = (name: Var): string => name.replace(/^.*\//, '').replace(/^::/, '');
  const [firstStep] = steps;
  const isRead = entryReader(steps);
  const entry = [...written].flatMap((name) => {
    const value = roleOf(name);
    if (!value || !firstStep || !isRead(name)) return [];
    note(nameOf(name), value, firstStep, sizes.has(name));
    return [{ name, value, text: nameOf(name) }];
  });
  const asGiven = addressesAsGiven(steps, addresses);
  const changed = steps.map((each) => {
    const strided = bindStride(
      withoutQuestionsForZero(each, asGiven),
      addresses,
      (expr) => isUnknown(expr) || isNamedConstant(expr),
    );
    const step =
      strided.op === 'let' && (addresses.has(strided.dst) || ends.has(strided.dst))
        ? { ...strided, value: measured(strided.value, end) }
        : strided;
    const given = mapOperands(step, (expr) =>
      fromOutside(bindComparison(hide(expr, isOutside), addresses, moved, end, isKernel), step),
    );
    if (given.op !== 'let') return mapOperands(given, settle);
    const kept = addresses.has(given.dst) ? keptAddress(given.value, addresses) : undefined;
    if (kept) return { ...given, value: kept };
    const text = outsideText(given.value);
    const value = text === undefined ? undefined : roleOf(given.dst);
    if (text === undefined || !value) return mapOperands(given, settle);
    note(text, value, step, sizes.has(given.dst));
    return { ...given, value };
  });
  return {
    steps: withEntryValues(
      propagate(
        changed.map((step) => mapOperands(step, settle)),
        entry,
      ),
      entry,
    ),
    assumptions: assumptions(),
  };
}

const ROUNDS = 4;

/** Replaces variables that are set once, to a number or to unknown data, by that. */
function propagate(steps: readonly Step[], entry: readonly { readonly name: Var }[]): readonly Step[] {
  const given = new Set(entry.map(({ name }) => name));
  let current = steps;
  for (let round = 0; round < ROUNDS; round += 1) {
    const counts = new Map<Var, number>();
    const values = new Map<Var, Expr>();
    for (const step of current) {
      const dst = definedBy(step);
      if (dst === undefined) continue;
      counts.set(dst, (counts.get(dst) ?? 0) + 1);
      if (
        step.op === 'let' &&
        !given.has(dst) &&
        (step.value.kind === 'int' || step.value.kind === 'unknown')
      )
        values.set(dst, step.value);
    }
    const constants = new Map([...values].filter(([name]) => counts.get(name) === 1));
    if (
      !current.some((step) =>
        operandsOf(step).some((expr) => variablesOf(expr).some((name) => constants.has(name))),
      )
    )
      break;
    const replace = (expr: Expr): Expr =>
      settle(mapExpr(expr, (inner) => (inner.kind === 'var' ? (constants.get(inner.name) ?? inner) : inner)));
    current = current.map((step) => mapOperands(step, replace));
  }
  return current;
}

/** The variables that only ever hold what the model does not know, or what is computed with it: `PAGE_SIZE << h->order`. */
function unknownVariables(steps: readonly Step[], isOutside: (expr: Expr) => boolean): ReadonlySet<Var> {
  const unknown = new Set(steps.flatMap((step) => (step.op === 'let' ? [step.dst] : [])));
  const isUnknown = (value: Expr): boolean => {
    const given = mapExpr(value, (inner) =>
      inner.kind === 'var' && (unknown.has(inner.name) || isOutside(inner))
        ? { kind: 'unknown', text: inner.name }
        : inner,
    );
    return settle(given).kind === 'unknown';
  };
  for (let size = -1; size !== unknown.size;) {
    size = unknown.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined) continue;
      if (step.op !== 'let' || !isUnknown(step.value)) unknown.delete(dst);
    }
  }
  return unknown;
}

/** An address that is computed with what is not known (`address |= mask`) stays where it was. */
function keptAddress(value: Expr, addresses: ReadonlySet<Var>): Expr | undefined {
  if (value.kind !== 'binary' || settle(value).kind !== 'unknown') return undefined;
  const name = arithmeticVariables(value).find((each) => addresses.has(each));
  return name === undefined ? undefined : { kind: 'var', name };
}

/**
 * What an address is computed with by constants of the kernel's, which the model does not have: added to it they are the size of the
 * range (`start + WALK_SIZE`), or its start; a mask or a scale leaves it where it is.
 */
function measured(value: Expr, size: Expr): Expr {
  return mapExpr(value, (inner) => {
    if (inner.kind !== 'binary' || COMPARISONS.has(inner.operator)) return inner;
    const { operator, left, right } = inner;
    const [named, other] = isNamedConstant(right) ? [right, left] : [left, right];
    if (!isNamedConstant(named) || (named === left && operator !== '+')) return inner;
    if (operator === '+')
      return { ...inner, left: other, right: isStartName(named.name) ? { kind: 'int', value: 0 } : size };
    return operator === '%' ? { kind: 'int', value: 0 } : other;
  });
}

/** A stride that is not known is one page, so that every address of the range is met. */
function bindStride(step: Step, addresses: ReadonlySet<Var>, isUnknown: (expr: Expr) => boolean): Step {
  if (!isStride(step) || !addresses.has(step.dst) || !isUnknown(step.value.right)) return step;
  return { ...step, value: { ...step.value, right: { kind: 'int', value: 1 } } };
}
