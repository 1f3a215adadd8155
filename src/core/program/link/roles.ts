/**
 * Numbers that come from outside a walk get a meaning by the role they play: what indexes tables is an address, and starts at
 * 0, the first address of the modelled range (the one that the freer works on); what an address is compared with is an end,
 * and is the end of the range. Everything else from outside stays unknown.
 */
import { definedBy, fold, mapExpr, mapOperands, operandsOf, variablesOf } from '../expr.js';
import type { Assumption, BinaryOperator, Expr, Step, Var } from '../ir.js';
import type { Geometry } from '../../kernel/geometry.js';
import { RANGE_START } from '../../kernel/idioms.js';
import { liveAtEntry, withEntryValues } from './facts.js';
import { rangeSize } from './geometry.js';

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** The variables of plain arithmetic: not those inside a pointer or a test. */
function arithmeticVariables(expr: Expr): readonly Var[] {
  if (expr.kind === 'var') return [expr.name];
  if (expr.kind === 'binary' && !COMPARISONS.has(expr.operator))
    return [...arithmeticVariables(expr.left), ...arithmeticVariables(expr.right)];
  return expr.kind === 'complement' ? arithmeticVariables(expr.operand) : [];
}

/** `address >> n`: how an index is written once the geometry is resolved. */
function indexedVariables(step: Step): readonly Var[] {
  const found: Var[] = [];
  for (const operand of operandsOf(step)) {
    mapExpr(operand, (inner) => {
      if (inner.kind === 'element' || inner.kind === 'descend')
        found.push(...arithmeticVariables(inner.index));
      return inner;
    });
  }
  return found;
}

function comparisonsOf(step: Step): readonly { readonly left: Expr; readonly right: Expr }[] {
  const found: { left: Expr; right: Expr }[] = [];
  for (const operand of operandsOf(step)) {
    mapExpr(operand, (inner) => {
      if (inner.kind === 'binary' && COMPARISONS.has(inner.operator)) found.push(inner);
      return inner;
    });
  }
  return found;
}

interface Roles {
  readonly addresses: ReadonlySet<Var>;
  readonly ends: ReadonlySet<Var>;
  readonly sizes: ReadonlySet<Var>;
}

interface Flow {
  readonly dst: Var;
  readonly from: readonly Var[];
}

/** The variables that hold pointers into tables or entries: no arithmetic on them is about addresses. */
function tableVariables(steps: readonly Step[]): ReadonlySet<Var> {
  const found = new Set(
    steps.flatMap((step) => (step.op === 'load' || step.op === 'exchange' ? [step.dst] : [])),
  );
  const holdsTable = (expr: Expr): boolean =>
    expr.kind === 'element' ||
    expr.kind === 'descend' ||
    expr.kind === 'entry' ||
    (expr.kind === 'var' && found.has(expr.name)) ||
    (expr.kind === 'binary' && (holdsTable(expr.left) || holdsTable(expr.right)));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const step of steps) if (step.op === 'let' && holdsTable(step.value)) found.add(step.dst);
  }
  return found;
}

/** Adds what is computed from a variable of `set`. */
function forward(set: Set<Var>, flows: readonly Flow[]): void {
  for (let size = -1; size !== set.size;) {
    size = set.size;
    for (const { dst, from } of flows) if (from.some((name) => set.has(name))) set.add(dst);
  }
}

/** Adds what a variable of `set` is computed from, unless it is in `barred`. */
function backward(set: Set<Var>, flows: readonly Flow[], barred: ReadonlySet<Var>): void {
  for (let size = -1; size !== set.size;) {
    size = set.size;
    for (const { dst, from } of flows) {
      if (set.has(dst)) for (const name of from) if (!barred.has(name)) set.add(name);
    }
  }
}

/** `addr += size`: how far a loop goes on each round is no address. */
function isStride(step: Step): step is Stride {
  return (
    step.op === 'let' &&
    step.value.kind === 'binary' &&
    (step.value.operator === '+' || step.value.operator === '-') &&
    step.value.left.kind === 'var' &&
    step.value.left.name === step.dst
  );
}

type Stride = Extract<Step, { op: 'let' }> & { readonly value: Extract<Expr, { kind: 'binary' }> };

/** The variables that only ever hold what the model does not know. */
function unknownVariables(steps: readonly Step[], isOutside: (expr: Expr) => boolean): ReadonlySet<Var> {
  const unknown = new Set(steps.flatMap((step) => (step.op === 'let' ? [step.dst] : [])));
  for (let size = -1; size !== unknown.size;) {
    size = unknown.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined) continue;
      const isUnknown =
        step.op === 'let' &&
        (isOutside(step.value) || (step.value.kind === 'var' && unknown.has(step.value.name)));
      if (!isUnknown) unknown.delete(dst);
    }
  }
  return unknown;
}

/** A stride that is not known is one page, so that every address of the range is met. */
function bindStride(step: Step, addresses: ReadonlySet<Var>, isUnknown: (expr: Expr) => boolean): Step {
  if (!isStride(step) || !addresses.has(step.dst) || !isUnknown(step.value.right)) return step;
  return { ...step, value: { ...step.value, right: { kind: 'int', value: 1 } } };
}

/** `end = addr + size`. */
interface Sum {
  readonly dst: Var;
  readonly left: Var;
  readonly right: Var;
}

const sumsOf = (steps: readonly Step[]): readonly Sum[] =>
  steps.flatMap((step) => {
    if (step.op !== 'let' || step.value.kind !== 'binary' || step.value.operator !== '+') return [];
    const { left, right } = step.value;
    return left.kind === 'var' && right.kind === 'var'
      ? [{ dst: step.dst, left: left.name, right: right.name }]
      : [];
  });

/** What is added to an address, and does not become one otherwise, is the size of the range; their sum is its end. */
function sizesOf(
  sums: readonly Sum[],
  seeds: ReadonlySet<Var>,
  flows: readonly Flow[],
): { readonly sizes: ReadonlySet<Var>; readonly ends: ReadonlySet<Var> } {
  const isSum = new Set(sums.map(({ dst }) => dst));
  const origins = new Set(seeds);
  backward(
    origins,
    flows.filter(({ dst, from }) => !(isSum.has(dst) && from.length === 2)),
    new Set(),
  );
  const sizes = new Set<Var>();
  const ends = new Set<Var>();
  for (const { dst, left, right } of sums) {
    if (origins.has(left) === origins.has(right) || dst === left || dst === right) continue;
    sizes.add(origins.has(left) ? right : left);
    ends.add(dst);
  }
  return { sizes, ends };
}

/**
 * An address is what indexes a table, what is computed from that, and what it comes from; an end is what an address is compared
 * with and that is no address. (`next = pmd_addr_end(address, end)` is an address; `end` is not, though `next` may become it.)
 */
function rolesOf(steps: readonly Step[]): Roles {
  const tables = tableVariables(steps);
  const all = steps.flatMap((step): readonly Flow[] =>
    step.op === 'let' && !tables.has(step.dst)
      ? [{ dst: step.dst, from: isStride(step) ? [step.dst] : arithmeticVariables(step.value) }]
      : [],
  );
  const addresses = new Set(steps.flatMap(indexedVariables).filter((name) => !tables.has(name)));
  const given = sizesOf(sumsOf(steps), addresses, all);
  const flows = all.filter(
    ({ dst, from }) => !(given.ends.has(dst) && from.some((name) => given.sizes.has(name))),
  );
  const sizes = new Set(given.sizes);
  backward(sizes, flows, addresses);
  forward(addresses, flows);
  const ends = new Set([...given.ends].filter((name) => !addresses.has(name)));
  for (const { left, right } of steps.flatMap(comparisonsOf)) {
    for (const [side, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (!arithmeticVariables(side).some((name) => addresses.has(name))) continue;
      for (const name of arithmeticVariables(other))
        if (!addresses.has(name) && !tables.has(name) && !isStartName(name)) ends.add(name);
    }
  }
  backward(ends, flows, addresses);
  backward(addresses, flows, ends);
  return { addresses, ends, sizes };
}

/** `vma->vm_start`: an address is compared with the start of what it shall be in. */
const isStartName = (name: string): boolean => RANGE_START.test(name);

/** Replaces the unknown operand of a comparison with an address by the end of the range. */
function bindComparison(expr: Expr, addresses: ReadonlySet<Var>, end: Expr): Expr {
  return mapExpr(expr, (inner) => {
    if (inner.kind !== 'binary' || !COMPARISONS.has(inner.operator)) return inner;
    const isAddress = (side: Expr): boolean => arithmeticVariables(side).some((name) => addresses.has(name));
    const limit = (text: string): Expr => (isStartName(text) ? { kind: 'int', value: 0 } : end);
    if (inner.right.kind === 'unknown' && isAddress(inner.left))
      return { ...inner, right: limit(inner.right.text) };
    if (inner.left.kind === 'unknown' && isAddress(inner.right))
      return { ...inner, left: limit(inner.left.text) };
    return inner;
  });
}

/** Two numbers from outside compared with each other (`while (range->start != range->end)`): that is not known. */
function hide(expr: Expr, isOutside: (expr: Expr) => boolean): Expr {
  return mapExpr(expr, (inner) =>
    inner.kind === 'binary' &&
    COMPARISONS.has(inner.operator) &&
    isOutside(inner.left) &&
    isOutside(inner.right)
      ? { kind: 'unknown', text: 'comparison of two numbers from outside' }
      : inner,
  );
}

/** A comparison with unknown data is unknown. */
function settle(expr: Expr): Expr {
  return mapExpr(expr, (inner) => {
    if (inner.kind !== 'binary') return fold(inner);
    const folded = fold(inner);
    if (folded.kind !== 'binary') return folded;
    if (folded.left.kind === 'unknown') return folded.left;
    return folded.right.kind === 'unknown' ? folded.right : folded;
  });
}

/** Gives the numbers from outside their values, and says so. */
export function bindAddresses(
  steps: readonly Step[],
  geometry: Geometry,
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const { addresses, ends, sizes } = rolesOf(steps);
  const written = new Set(steps.flatMap((step) => definedBy(step) ?? []));
  const start: Expr = { kind: 'int', value: 0 };
  const end: Expr = { kind: 'int', value: rangeSize(geometry) };
  const roleOf = (name: Var): Expr | undefined =>
    addresses.has(name) || (isStartName(name) && isCompared.has(name))
      ? start
      : ends.has(name) || sizes.has(name)
        ? end
        : undefined;
  const isCompared = new Set(
    steps.flatMap(comparisonsOf).flatMap(({ left, right }) => [left, right].flatMap(arithmeticVariables)),
  );
  const bound = new Map<string, Assumption>();
  const note = (text: string, value: Expr, step: Step, isSize: boolean): void => {
    const place = isSize ? 'size' : value === start ? 'first address' : 'end';
    const which = `the ${place} of the modelled range`;
    bound.set(`${text} ${which}`, {
      kind: 'address',
      text: `"${text}" is ${which}`,
      ...(step.at ? { at: step.at } : {}),
    });
  };
  const isOutside = (expr: Expr): boolean =>
    expr.kind === 'unknown' || (expr.kind === 'var' && !written.has(expr.name));
  const hasRole = (expr: Expr): boolean => expr.kind === 'var' && roleOf(expr.name) !== undefined;
  const fromOutside = (expr: Expr, step: Step): Expr =>
    mapExpr(expr, (inner) => {
      if (inner.kind !== 'var' || written.has(inner.name)) return inner;
      const text = nameOf(inner.name);
      const value = roleOf(inner.name);
      if (!value) return inner.name.startsWith('::CONFIG_') ? inner : { kind: 'unknown', text };
      note(text, value, step, sizes.has(inner.name));
      return value;
    });
  const unknown = unknownVariables(steps, (expr) => isOutside(expr) && !hasRole(expr));
  const isUnknown = (expr: Expr): boolean =>
    (isOutside(expr) && !hasRole(expr)) || (expr.kind === 'var' && unknown.has(expr.name));
  const nameOf = (name: Var): string => name.replace(/^.*\//, '').replace(/^::/, '');
  const [firstStep] = steps;
  const entry = [...liveAtEntry(steps)].flatMap((name) => {
    const value = written.has(name) ? roleOf(name) : undefined;
    if (!value || !firstStep) return [];
    note(nameOf(name), value, firstStep, sizes.has(name));
    return [{ name, value, text: nameOf(name) }];
  });
  const changed = steps.map((each) => {
    const step = bindStride(each, addresses, isUnknown);
    const given = mapOperands(step, (expr) =>
      fromOutside(bindComparison(hide(expr, isOutside), addresses, end), step),
    );
    const value = given.op === 'let' && given.value.kind === 'unknown' ? roleOf(given.dst) : undefined;
    if (given.op !== 'let' || !value || given.value.kind !== 'unknown') return mapOperands(given, settle);
    note(given.value.text, value, step, sizes.has(given.dst));
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
    assumptions: [...bound.values()],
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
