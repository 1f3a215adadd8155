/**
 * Numbers that come from outside a walk get a meaning by the role they play: what indexes tables is an address; what an
 * address is compared with is the end of the range; what is added to it to get that end is the range's size.
 */
import { mapExpr, operandsOf } from '../expr.js';
import type { BinaryOperator, Expr, Step, Var } from '../ir.js';
import { arithmeticVariables, comparisonsOf, isStartName, isStride } from './arithmetic.js';
import { isGiven } from './given.js';

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

export interface Roles {
  readonly addresses: ReadonlySet<Var>;
  readonly ends: ReadonlySet<Var>;
  readonly sizes: ReadonlySet<Var>;
}

interface Flow {
  readonly dst: Var;
  readonly from: readonly Var[];
  /** Those of `from` that the value is only reckoned from: `vba` and `vma->vm_start` in `cea - vba + vma->vm_start`. */
  readonly origins: readonly Var[];
}

const withoutOrigins = ({ dst, from, origins }: Flow): Flow => ({
  dst,
  from: from.filter((name) => !origins.includes(name)),
  origins,
});

/** What is subtracted in an expression, and what a difference, or a start, is added to. */
function originsIn(expr: Expr): readonly Var[] {
  if (expr.kind !== 'binary') return [];
  const { operator, left, right } = expr;
  if (operator === '-') return [...originsIn(left), ...arithmeticVariables(right)];
  if (operator !== '+') return [];
  const isLength = (side: Expr): boolean => side.kind === 'binary' && side.operator === '-';
  return [left, right].flatMap((side) => {
    if (side.kind !== 'var') return originsIn(side);
    return isStartName(side.name) || isLength(side === left ? right : left) ? [side.name] : [];
  });
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
    (expr.kind === 'var' && (found.has(expr.name) || isGiven(expr.name))) ||
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

/**
 * `max(start, vba)`, `if (addr < floor) addr = floor`: what an address is raised to is where the range begins, as what it is cut to is
 * its end.
 */
function takesGreater(step: Step, steps: readonly Step[]): boolean {
  if (step.op !== 'branch' || step.condition.kind !== 'binary') return false;
  const { operator, left, right } = step.condition;
  if (left.kind !== 'var' || right.kind !== 'var' || !ORDERED.has(operator)) return false;
  const [greater, smaller] = operator.startsWith('>') ? [left, right] : [right, left];
  const copies = (at: number, from: Var): Var | undefined => {
    const target = steps[at];
    return target?.op === 'let' && target.value.kind === 'var' && target.value.name === from
      ? target.dst
      : undefined;
  };
  const raised = copies(step.then, greater.name);
  return raised !== undefined && (raised === smaller.name || raised === copies(step.else, smaller.name));
}

const ORDERED: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=']);

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
export function rolesOf(steps: readonly Step[]): Roles {
  const tables = tableVariables(steps);
  const all = steps.flatMap((step): readonly Flow[] =>
    step.op === 'let' && !tables.has(step.dst)
      ? [
          {
            dst: step.dst,
            from: isStride(step) ? [step.dst] : arithmeticVariables(step.value),
            origins: originsIn(step.value),
          },
        ]
      : [],
  );
  const indexing = new Set(steps.flatMap(indexedVariables).filter((name) => !tables.has(name)));
  const addresses = new Set(indexing);
  const given = sizesOf(sumsOf(steps), addresses, all);
  const flows = all.filter(
    ({ dst, from }) => !(given.ends.has(dst) && from.some((name) => given.sizes.has(name))),
  );
  const sizes = new Set(given.sizes);
  backward(sizes, flows, addresses);
  forward(addresses, flows);
  const ends = new Set([...given.ends].filter((name) => !addresses.has(name)));
  const limiting = steps.filter((step) => !takesGreater(step, steps));
  for (const { left, right } of limiting.flatMap(comparisonsOf)) {
    for (const [side, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (!arithmeticVariables(side).some((name) => addresses.has(name))) continue;
      for (const name of arithmeticVariables(other))
        if (!addresses.has(name) && !tables.has(name) && !isStartName(name)) ends.add(name);
    }
  }
  for (const name of startsOfDescending(steps, flows, indexing)) if (!addresses.has(name)) ends.add(name);
  backward(ends, flows.map(withoutOrigins), addresses);
  backward(addresses, flows, ends);
  return { addresses, ends, sizes };
}

/** `for (pfn = end_pfn - 1; pfn >= start; pfn -= n)`: what indexes a table, and goes down to a limit, begins at the end of the range. */
function startsOfDescending(
  steps: readonly Step[],
  flows: readonly Flow[],
  indexing: ReadonlySet<Var>,
): readonly Var[] {
  const limited = new Set(
    steps.flatMap((step) =>
      step.op === 'branch' && step.condition.kind === 'binary' && /^>=?$/.test(step.condition.operator)
        ? arithmeticVariables(step.condition.left)
        : [],
    ),
  );
  const descending = new Set(
    steps.flatMap((step) => (isStride(step) && step.value.operator === '-' ? [step.dst] : [])),
  );
  const isDescent = (name: Var): boolean => descending.has(name) && limited.has(name) && indexing.has(name);
  return flows.flatMap(({ dst, from }) =>
    isDescent(dst) ? from.filter((name) => !descending.has(name)) : [],
  );
}
