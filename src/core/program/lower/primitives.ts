/** Primitives: what each row of kernel/primitives.ts is in steps. The rows know the names; this file knows none. */
import type { Node } from 'web-tree-sitter';
import { LEVELS, type EntryTest, type Expr, type Level, type Op } from '../ir.js';
import type { MmArgument, Primitive } from '../../kernel/types.js';
import type { Label } from '../graph.js';
import { assume, placeOf, temporary, textOf, type Lowering } from './context.js';
import { entryTypeOf, pathOf } from './paths.js';
import { binary, load, lowerValue, ONE, unknown, variable, ZERO } from './values.js';

const TABLE_LOCK = 'ptl';

/** The level above: that of the entries which point to tables of `level`. */
export function parentLevel(level: Level): Level {
  return LEVELS[Math.max(0, LEVELS.indexOf(level) - 1)] ?? 'pgd';
}

/** The value of a call of a primitive; undefined when there is no such primitive. */
export function lowerPrimitive(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  node: Node,
): Expr | undefined {
  const primitive = lowering.knowledge.primitive(name);
  if (!primitive || primitive.kind === 'walk' || primitive.kind === 'translate') return undefined;
  const value = (index: number): Expr => {
    const argument = args[index];
    return argument ? lowerValue(lowering, argument) : ZERO;
  };
  const emit = (op: Op): void => lowering.graph.emit(op, textOf(node), placeOf(lowering, node));
  const rest = (...used: readonly number[]): void => {
    args.forEach((argument, index) => {
      if (!used.includes(index) && argument.type === 'call_expression') lowerValue(lowering, argument);
    });
  };
  switch (primitive.kind) {
    case 'root':
      return {
        kind: 'root',
        mm: mmOf(lowering, primitive.mm, args, value),
        index: primitive.address === undefined ? ZERO : topIndex(value(primitive.address)),
      };
    case 'top-entry':
      return binary('+', value(primitive.table), topIndex(value(primitive.address)));
    case 'descent': {
      const entry = load(
        lowering,
        value(primitive.entry),
        parentLevel(primitive.to),
        'plain',
        node,
        'descent',
      );
      return descend(entry, primitive.to, value(primitive.address));
    }
    case 'descent-by-value':
      return descend(
        value(primitive.value),
        primitive.to,
        primitive.address === undefined ? ZERO : value(primitive.address),
      );
    case 'chain':
      return lowerChain(lowering, primitive, args, value, node);
    case 'allocate':
      return lowerAllocate(lowering, primitive, value, node);
    case 'read':
      return load(lowering, value(primitive.entry), primitive.level, primitive.access, node);
    case 'test':
      return lowerTest(value(primitive.value), primitive);
    case 'read-test':
      return lowerTest(load(lowering, value(primitive.entry), primitive.level, 'plain', node), primitive);
    case 'equal':
      return binary('==', value(primitive.left), value(primitive.right));
    case 'same':
    case 'page-of-entry':
      return value(primitive.value);
    case 'make-leaf':
      rest();
      return { kind: 'entry', value: 'leaf' };
    case 'new-table': {
      const dst = temporary(lowering);
      emit({ op: 'alloc', dst, level: primitive.level });
      return variable(dst);
    }
    case 'nop':
      rest();
      return unknown(node);
    case 'arithmetic':
      return lowerArithmetic(lowering, primitive.operator, args, node);
    case 'lock-of-entry':
      rest();
      return { kind: 'symbol', name: TABLE_LOCK };
    case 'locked-chain':
      return lowerLockedChain(lowering, primitive, node);
    case 'page-ext':
      if (primitive.rcu === 'enter') emit({ op: 'rcu_read_lock' });
      if (primitive.rcu === 'leave') emit({ op: 'rcu_read_unlock' });
      rest();
      return unknown(node);
    case 'index':
      return { kind: 'index', level: primitive.level, address: value(primitive.address) };
    case 'address-end':
      return lowerAddressEnd(lowering, primitive.level, value(primitive.address), value(primitive.end), node);
    case 'map':
      return lowerMap(lowering, primitive, value, node);
    case 'unmap':
      rest();
      if (primitive.unlocks) emit({ op: 'unlock', lock: { class: TABLE_LOCK }, mode: 'write' });
      if (primitive.rcu) emit({ op: 'rcu_read_unlock' });
      return ZERO;
    case 'entry-lock':
      return lowerEntryLock(lowering, primitive, value, node);
    case 'store': {
      const stored = storedValue(primitive, args, value, node);
      emit({ op: 'store', to: value(primitive.entry), value: stored, level: primitive.level });
      return unknown(node);
    }
    case 'exchange': {
      const dst = temporary(lowering);
      emit({
        op: 'exchange',
        dst,
        to: value(primitive.entry),
        value: { kind: 'entry', value: 'none' },
        level: primitive.level,
      });
      if (primitive.flushes) emit({ op: 'flush' });
      return variable(dst);
    }
    case 'free':
      emit({ op: primitive.deferred === 'rcu' ? 'free_rcu' : 'free', page: value(primitive.page) });
      return unknown(node);
    case 'flush':
      rest();
      emit({ op: 'flush' });
      return unknown(node);
    case 'ipi-sync':
      emit({ op: 'ipi_sync' });
      return unknown(node);
    case 'sleep':
      rest();
      emit({ op: 'sleep' });
      return unknown(node);
    case 'grace-period':
      emit({ op: 'synchronize_rcu' });
      return unknown(node);
    case 'pfn-to-page':
      return { kind: 'element', page: 'memmap', index: value(primitive.pfn) };
    case 'pfn-check':
      return lowerPfnCheck(lowering, primitive, value, node);
    case 'page-read': {
      const page = value(primitive.page);
      load(lowering, page, 'memmap', 'plain', node);
      return unknown(node);
    }
  }
}

function descend(entry: Expr, level: Level, address: Expr): Expr {
  return { kind: 'descend', entry, level, index: { kind: 'index', level, address } };
}

const topIndex = (address: Expr): Expr => ({ kind: 'index', level: 'pgd', address });

function mmOf(
  lowering: Lowering,
  mm: MmArgument,
  args: readonly Node[],
  value: (index: number) => Expr,
): Expr {
  if (mm === 'init_mm') return { kind: 'symbol', name: 'init_mm' };
  if (mm === 'unknown') return { kind: 'unknown', text: 'mm' };
  if (typeof mm === 'number') return value(mm);
  const argument = args[mm.argument];
  const path = argument && pathOf(lowering, argument);
  return path === undefined ? { kind: 'unknown', text: mm.field } : variable(`${path}->${mm.field}`);
}

/** Whether a value passes any of the tests; 1 or 0. */
function lowerTest(
  operand: Expr,
  row: { readonly level: Level; readonly tests: readonly EntryTest[]; readonly negated?: true },
): Expr {
  const [first = ZERO, ...others] = row.tests.map((test): Expr => ({
    kind: 'is',
    test,
    level: row.level,
    operand,
  }));
  const any = others.reduce((left, right) => binary('|', left, right), first);
  return row.negated ? { kind: 'not', operand: any } : any;
}

/** A whole descent in one call: pmd_off_k(address), virt_to_kpte(address), lookup_address(address, &level). */
function lowerChain(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'chain' }>,
  args: readonly Node[],
  value: (index: number) => Expr,
  node: Node,
): Expr {
  const { graph } = lowering;
  const address = value(primitive.address);
  const [first] = args;
  const given = primitive.mm === 'unknown' && first && entryTypeOf(lowering, first)?.level === 'pgd';
  let pointer: Expr = given
    ? binary('+', value(0), topIndex(address))
    : { kind: 'root', mm: mmOf(lowering, primitive.mm, args, value), index: topIndex(address) };
  const dst = temporary(lowering);
  const [none, end] = [graph.label(), graph.label()];
  const set = (to: Expr): void =>
    graph.emit({ op: 'let', dst, value: to }, textOf(node), placeOf(lowering, node));
  const branch = (test: EntryTest, level: Level, operand: Expr, then: Label, otherwise: Label): void =>
    graph.branch(
      { kind: 'is', test, level, operand },
      then,
      otherwise,
      textOf(node),
      placeOf(lowering, node),
    );
  for (const level of LEVELS.slice(1, LEVELS.indexOf(primitive.to) + 1)) {
    const parent = parentLevel(level);
    if (primitive.checks) {
      const seen = load(lowering, pointer, parent, 'plain', node);
      const [goes, stops] = [graph.label(), graph.label()];
      branch('table', parent, seen, goes, stops);
      graph.place(stops);
      if (primitive.stopsAtLeaf) {
        const leaf = graph.label();
        branch('leaf', parent, seen, leaf, none);
        graph.place(leaf);
        set(pointer);
        graph.jump(end);
      } else graph.jump(none);
      graph.place(goes);
    }
    pointer = descend(load(lowering, pointer, parent, 'plain', node, 'descent'), level, address);
  }
  set(pointer);
  if (!primitive.checks) return variable(dst);
  graph.jump(end);
  graph.place(none);
  set(ZERO);
  graph.place(end);
  return variable(dst);
}

/** pmd_alloc(): as a descent where there is a table. That a missing table is created is not followed. */
function lowerAllocate(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'allocate' }>,
  value: (index: number) => Expr,
  node: Node,
): Expr {
  const { graph } = lowering;
  const parent = parentLevel(primitive.to);
  const entry = load(lowering, value(primitive.entry), parent, 'plain', node);
  const [goes, ends] = [graph.label(), graph.label()];
  const at = placeOf(lowering, node);
  graph.branch({ kind: 'is', test: 'none', level: parent, operand: entry }, ends, goes, textOf(node), at);
  graph.place(ends);
  assume(
    lowering,
    'not-modelled',
    `a missing table is not allocated: the path ends at "${textOf(node)}"`,
    node,
  );
  graph.stop(textOf(node), at);
  graph.place(goes);
  if (primitive.address === undefined) return ZERO;
  const again = load(lowering, value(primitive.entry), parent, 'plain', node, 'descent');
  return descend(again, primitive.to, value(primitive.address));
}

/** include/linux/pgtable.h:pmd_addr_end(): `boundary = (addr + SIZE) & MASK; boundary - 1 < end - 1 ? boundary : end`. */
function lowerAddressEnd(lowering: Lowering, level: Level, address: Expr, end: Expr, node: Node): Expr {
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const prefix = level === 'pgd' ? 'PGDIR' : level === 'pte' ? 'PAGE' : level.toUpperCase();
  const size: Expr = { kind: 'geometry', name: `${prefix}_SIZE` };
  const mask: Expr = { kind: 'geometry', name: `${prefix}_MASK` };
  const [boundary, result] = [temporary(lowering), temporary(lowering)];
  const [whole, part, done] = [graph.label(), graph.label(), graph.label()];
  graph.emit(
    { op: 'let', dst: boundary, value: binary('&', binary('+', address, size), mask) },
    textOf(node),
    at,
  );
  const inside = binary('<', binary('-', variable(boundary), ONE), binary('-', end, ONE));
  graph.branch(inside, whole, part, textOf(node), at);
  graph.place(whole);
  graph.emit({ op: 'let', dst: result, value: variable(boundary) }, textOf(node), at);
  graph.jump(done);
  graph.place(part);
  graph.emit({ op: 'let', dst: result, value: end }, textOf(node), at);
  graph.place(done);
  return variable(result);
}

/** min(a, b) by a branch; alignment is the identity where addresses are whole entries, so its first operand. */
function lowerArithmetic(
  lowering: Lowering,
  operator: Extract<Primitive, { kind: 'arithmetic' }>['operator'],
  args: readonly Node[],
  node: Node,
): Expr {
  const { graph } = lowering;
  const [a, b] = args.slice(-2);
  if (!a || !b) return unknown(node);
  const left = lowerValue(lowering, a);
  const right = lowerValue(lowering, b);
  if (operator === 'align-up' || operator === 'align-down') {
    const below = binary('-', right, ONE);
    const base = operator === 'align-up' ? binary('+', left, below) : left;
    return binary('&', base, { kind: 'complement', operand: below });
  }
  const dst = temporary(lowering);
  const [first, second, end] = [graph.label(), graph.label(), graph.label()];
  const set = (value: Expr): void =>
    graph.emit({ op: 'let', dst, value }, textOf(node), placeOf(lowering, node));
  graph.branch(
    binary(operator === 'min' ? '<' : '>', left, right),
    first,
    second,
    textOf(node),
    placeOf(lowering, node),
  );
  graph.place(first);
  set(left);
  graph.jump(end);
  graph.place(second);
  set(right);
  graph.place(end);
  return variable(dst);
}

/** follow_pfnmap_start(): either way may come out; with the last table's lock held where it says so. */
function lowerLockedChain(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'locked-chain' }>,
  node: Node,
): Expr {
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const result = temporary(lowering);
  const [taken, failed, end] = [graph.label(), graph.label(), graph.label()];
  const truthIsTaken = primitive.acquired !== 'zero';
  const assumption = assume(lowering, 'both-branches', `"${textOf(node)}" may succeed or fail`, node);
  graph.choose([taken, failed], assumption, textOf(node), at);
  graph.place(taken);
  if (primitive.rcu) graph.emit({ op: 'rcu_read_lock' }, textOf(node), at);
  graph.emit({ op: 'lock', lock: { class: TABLE_LOCK }, mode: 'write' }, textOf(node), at);
  graph.emit({ op: 'let', dst: result, value: truthIsTaken ? ONE : ZERO }, textOf(node), at);
  graph.jump(end);
  graph.place(failed);
  graph.emit({ op: 'let', dst: result, value: truthIsTaken ? ZERO : ONE }, textOf(node), at);
  graph.place(end);
  return variable(result);
}

/**
 * pte_offset_map() and its family. With `nullable` (since 6.5): RCU, one load of the pmd, NULL unless it is a table; with the
 * lock, the pmd is read again and the map starts over when it changed (mm/pgtable-generic.c:__pte_offset_map_lock).
 */
function lowerMap(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'map' }>,
  value: (index: number) => Expr,
  node: Node,
): Expr {
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const emit = (op: Op): void => graph.emit(op, textOf(node), at);
  const address = value(primitive.address);
  const pointer = temporary(lowering);
  emit({ op: 'let', dst: pointer, value: value(primitive.entry) });
  const result = temporary(lowering);
  const lock = { class: TABLE_LOCK };
  if (!primitive.nullable) {
    if (primitive.rcu) emit({ op: 'rcu_read_lock' });
    const entry = load(lowering, variable(pointer), 'pmd', 'plain', node, 'descent');
    if (primitive.locks) emit({ op: 'lock', lock, mode: 'write' });
    emit({ op: 'let', dst: result, value: descend(entry, 'pte', address) });
    return variable(result);
  }
  const [again, maps, fails, end]: readonly Label[] = [
    graph.label(),
    graph.label(),
    graph.label(),
    graph.label(),
  ];
  if (!again || !maps || !fails || !end) return unknown(node);
  graph.place(again);
  if (primitive.rcu) emit({ op: 'rcu_read_lock' });
  const entry = load(lowering, variable(pointer), 'pmd', 'once', node, 'descent');
  graph.branch({ kind: 'is', test: 'table', level: 'pmd', operand: entry }, maps, fails, textOf(node), at);
  graph.place(fails);
  if (primitive.rcu) emit({ op: 'rcu_read_unlock' });
  emit({ op: 'let', dst: result, value: ZERO });
  graph.jump(end);
  graph.place(maps);
  emit({ op: 'let', dst: result, value: descend(entry, 'pte', address) });
  if (primitive.locks) {
    emit({ op: 'lock', lock, mode: 'write' });
    const seen = load(lowering, variable(pointer), 'pmd', 'once', node);
    const changed = graph.label();
    graph.branch(binary('==', seen, entry), end, changed, textOf(node), at);
    graph.place(changed);
    emit({ op: 'unlock', lock, mode: 'write' });
    if (primitive.rcu) emit({ op: 'rcu_read_unlock' });
    graph.jump(again);
  }
  graph.place(end);
  return variable(result);
}

/** pmd_lock(mm, pmd): the lock of the table. pmd_trans_huge_lock(pmd, vma): taken only where the entry is a leaf. */
function lowerEntryLock(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'entry-lock' }>,
  value: (index: number) => Expr,
  node: Node,
): Expr {
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const lock = { class: TABLE_LOCK };
  const entry = value(primitive.entry);
  graph.emit({ op: 'lock', lock, mode: 'write' }, textOf(node), at);
  if (!primitive.nullable) return ONE;
  const seen = load(lowering, entry, primitive.level, 'plain', node);
  const result = temporary(lowering);
  const [huge, other, end] = [graph.label(), graph.label(), graph.label()];
  graph.branch(
    { kind: 'is', test: 'leaf', level: primitive.level, operand: seen },
    huge,
    other,
    textOf(node),
    at,
  );
  graph.place(other);
  graph.emit({ op: 'unlock', lock, mode: 'write' }, textOf(node), at);
  graph.emit({ op: 'let', dst: result, value: ZERO }, textOf(node), at);
  graph.jump(end);
  graph.place(huge);
  graph.emit({ op: 'let', dst: result, value: ONE }, textOf(node), at);
  graph.place(end);
  return variable(result);
}

function storedValue(
  primitive: Extract<Primitive, { kind: 'store' }>,
  args: readonly Node[],
  value: (index: number) => Expr,
  node: Node,
): Expr {
  if (primitive.stores === 'leaf') return { kind: 'entry', value: 'leaf' };
  if (primitive.stores === 'table') return unknown(node);
  if (primitive.value === undefined) return { kind: 'entry', value: 'none' };
  return args[primitive.value] ? value(primitive.value) : unknown(node);
}

/** pfn_valid(), pfn_to_online_page(): a look at the section; the memmap can go away right after. */
function lowerPfnCheck(
  lowering: Lowering,
  primitive: Extract<Primitive, { kind: 'pfn-check' }>,
  value: (index: number) => Expr,
  node: Node,
): Expr {
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const pfn = value(primitive.pfn);
  const section = load(lowering, { kind: 'element', page: 'section', index: ZERO }, 'section', 'once', node);
  const test: EntryTest = primitive.online ? 'table' : 'present';
  const passes: Expr = { kind: 'is', test, level: 'pte', operand: section };
  if (primitive.gives === 'truth') return passes;
  const result = temporary(lowering);
  const [yes, no, end] = [graph.label(), graph.label(), graph.label()];
  graph.branch(passes, yes, no, textOf(node), at);
  graph.place(yes);
  graph.emit(
    { op: 'let', dst: result, value: { kind: 'element', page: 'memmap', index: pfn } },
    textOf(node),
    at,
  );
  graph.jump(end);
  graph.place(no);
  graph.emit({ op: 'let', dst: result, value: ZERO }, textOf(node), at);
  graph.place(end);
  return variable(result);
}
