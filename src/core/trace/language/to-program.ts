/** Statements of a thread -> steps with explicit successors (ir.ts). */
import type { Assumption, Expr, Place, Step, ThreadProgram } from '../../program/ir.js';
import { END } from '../../program/ir.js';
import type { PageDecl } from '../../machine/scenario.js';
import type { RacePlace, Statement } from './ast.js';
import type { Levels } from './levels.js';
import { levelsOf } from './levels.js';

/** Line of a place in the scanned tree; undefined when the tree does not have it. */
export type ResolvePlace = (place: RacePlace) => number | undefined;

/** A step whose successors are still labels. */
interface Pending {
  readonly step: Step;
  readonly to: readonly Label[];
}
interface Label {
  at: number;
}

interface Builder {
  readonly pending: Pending[];
  readonly assumptions: Assumption[];
  readonly labels: Map<string, Label>;
  readonly levels: Levels;
  readonly width: number;
  readonly resolve: ResolvePlace | undefined;
}

interface Loop {
  readonly onBreak: Label;
  readonly onContinue: Label;
}

/**
 * Compiles a thread. `pages` give the levels of entries and how often a `for` without count turns. A place that names a
 * function becomes a line through `resolve`; without one its line is 0 and its file is `file:function`.
 */
export function compileThread(
  body: readonly Statement[],
  pages: readonly PageDecl[],
  resolve?: ResolvePlace,
): ThreadProgram {
  const builder: Builder = {
    pending: [],
    assumptions: [],
    labels: new Map(),
    levels: levelsOf(body, pages),
    width: Math.max(1, ...pages.map((page) => page.entries.length)),
    resolve,
  };
  emit(builder, body, undefined);
  return { steps: removeJumps(builder), assumptions: builder.assumptions };
}

function emit(builder: Builder, body: readonly Statement[], loop: Loop | undefined): void {
  for (const statement of body) emitOne(builder, statement, loop);
}

const here = (builder: Builder, label: Label): void => void (label.at = builder.pending.length);

function labelOf(builder: Builder, name: string): Label {
  const known = builder.labels.get(name) ?? { at: END };
  builder.labels.set(name, known);
  return known;
}

function emitOne(builder: Builder, statement: Statement, loop: Loop | undefined): void {
  const { levels, pending } = builder;
  const after = { at: pending.length + 1 };
  const base = {
    next: END,
    text: '',
    ...(statement.at === undefined ? {} : { at: placeOf(statement.at, builder.resolve) }),
  };
  const push = (step: Step, to: readonly Label[] = [after]): void => void pending.push({ step, to });
  const jump = (to: Label): void => push({ op: 'nop', next: END, text: '' }, [to]);
  const branch = (condition: Expr, then: Label, otherwise: Label): void =>
    push({ op: 'branch', condition: levels.annotate(condition), then: END, else: END, ...base }, [
      then,
      otherwise,
    ]);

  switch (statement.kind) {
    case 'load': {
      const from = levels.annotate(statement.from);
      push({
        op: 'load',
        dst: statement.dst,
        from,
        level: levels.ofTarget(from),
        access: 'once',
        use: 'entry',
        ...base,
      });
      return;
    }
    case 'store': {
      const to = levels.annotate(statement.to);
      push({ op: 'store', to, value: levels.annotate(statement.value), level: levels.ofTarget(to), ...base });
      return;
    }
    case 'xchg': {
      const to = levels.annotate(statement.to);
      push({
        op: 'exchange',
        dst: statement.dst,
        to,
        value: levels.annotate(statement.value),
        level: levels.ofTarget(to),
        ...base,
      });
      return;
    }
    case 'alloc':
      push({ op: 'alloc', dst: statement.dst, level: statement.level, ...base });
      return;
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      push({ op: statement.kind, page: levels.annotate(statement.page), ...base });
      return;
    case 'let':
      push({ op: 'let', dst: statement.dst, value: levels.annotate(statement.value), ...base });
      return;
    case 'lock':
    case 'unlock':
      push({ op: statement.kind, lock: lockRef(statement.lock), mode: statement.mode, ...base });
      return;
    case 'trylock':
      push({
        op: 'trylock',
        dst: statement.dst,
        lock: lockRef(statement.lock),
        mode: statement.mode,
        ...base,
      });
      return;
    case 'downgrade':
      push({ op: 'downgrade', lock: lockRef(statement.lock), ...base });
      return;
    case 'note':
      push({ op: 'note', what: statement.text, ...base });
      return;
    case 'label':
      here(builder, labelOf(builder, statement.label));
      return;
    case 'goto':
      jump(labelOf(builder, statement.label));
      return;
    case 'stop':
      jump({ at: END });
      return;
    case 'break':
      jump(loop?.onBreak ?? { at: END });
      return;
    case 'continue':
      jump(loop?.onContinue ?? { at: END });
      return;
    case 'if': {
      const then: Label = { at: END };
      const otherwise: Label = { at: END };
      const done: Label = { at: END };
      branch(statement.condition, then, otherwise);
      here(builder, then);
      emit(builder, statement.then, loop);
      if (statement.else.length > 0) jump(done);
      here(builder, otherwise);
      emit(builder, statement.else, loop);
      here(builder, done);
      return;
    }
    case 'for': {
      const variable: Expr = { kind: 'var', name: statement.variable };
      const count: Expr = statement.count ?? { kind: 'int', value: builder.width };
      const set = (value: Expr): void =>
        push({ op: 'let', dst: statement.variable, value, next: END, text: '' });
      const top: Label = { at: END };
      const inside: Label = { at: END };
      const onContinue: Label = { at: END };
      const onBreak: Label = { at: END };
      set({ kind: 'int', value: 0 });
      here(builder, top);
      branch({ kind: 'binary', operator: '<', left: variable, right: count }, inside, onBreak);
      here(builder, inside);
      emit(builder, statement.body, { onBreak, onContinue });
      here(builder, onContinue);
      const step: Step = {
        op: 'let',
        dst: statement.variable,
        value: { kind: 'binary', operator: '+', left: variable, right: { kind: 'int', value: 1 } },
        next: END,
        text: '',
      };
      push(step, [top]);
      here(builder, onBreak);
      return;
    }
    case 'loop': {
      const top: Label = { at: pending.length };
      const onBreak: Label = { at: END };
      emit(builder, statement.body, { onBreak, onContinue: top });
      jump(top);
      here(builder, onBreak);
      return;
    }
    case 'choose': {
      const done: Label = { at: END };
      const ways = statement.ways.map((): Label => ({ at: END }));
      builder.assumptions.push({
        kind: 'both-branches',
        text: statement.text === '' ? 'either way' : statement.text,
        ...('at' in base ? { at: base.at } : {}),
      });
      push({ op: 'choose', targets: [], assumption: builder.assumptions.length - 1, ...base }, ways);
      statement.ways.forEach((way, index) => {
        const start = ways[index];
        if (start !== undefined) here(builder, start);
        emit(builder, way, loop);
        jump(done);
      });
      here(builder, done);
      return;
    }
    default:
      push({ op: statement.kind, ...base });
  }
}

function lockRef(name: string): { readonly class: string; readonly name: string } {
  return { class: name.replace(/\(.*$/, ''), name };
}

function placeOf(at: RacePlace, resolve?: ResolvePlace): Place {
  const line = 'line' in at ? at.line : (resolve?.(at) ?? 0);
  const file =
    line > 0 || 'line' in at
      ? at.file
      : `${at.file}:${at.function}${at.token === undefined ? '' : `:${at.token}`}`;
  return { file, line, column: 1, endLine: line, endColumn: 1 };
}

/** Jumps are not steps: whoever goes to one goes to its target. What remains is numbered anew. */
function removeJumps({ pending }: Builder): readonly Step[] {
  const isJump = (index: number): boolean =>
    pending[index]?.step.op === 'nop' && pending[index].step.at === undefined;
  const follow = (start: number): number => {
    const passed = new Set<number>();
    let at = start;
    while (isJump(at) && !passed.has(at)) {
      passed.add(at);
      at = pending[at]?.to[0]?.at ?? END;
    }
    return at;
  };
  const kept = pending.flatMap((_, index) =>
    isJump(index) && follow(index) !== index && !loopsToItself(index) ? [] : [index],
  );
  const numbers = new Map(kept.map((index, number) => [index, number]));
  const target = (label: Label | undefined): number =>
    label === undefined ? END : (numbers.get(follow(label.at)) ?? END);
  const first = follow(0);
  const order =
    kept[0] === first || first === END ? kept : [first, ...kept.filter((index) => index !== first)];
  order.forEach((index, number) => numbers.set(index, number));
  if (first === END || pending.length === 0) return [];
  return order.flatMap((index): readonly Step[] => {
    const found = pending[index];
    if (found === undefined) return [];
    const { step, to } = found;
    if (step.op === 'branch') return [{ ...step, then: target(to[0]), else: target(to[1]) }];
    if (step.op === 'choose') return [{ ...step, targets: to.map(target) }];
    return [{ ...step, next: target(to[0]) }];
  });

  function loopsToItself(index: number): boolean {
    const at = follow(index);
    return isJump(at);
  }
}
