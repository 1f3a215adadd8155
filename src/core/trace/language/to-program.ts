/** Statements of a thread -> steps with explicit successors (ir.ts). */
import type { Assumption, Expr, ThreadProgram } from '../../program/ir.js';
import { END } from '../../program/ir.js';
import type { PageDecl } from '../../machine/scenario.js';
import type { Statement } from './ast.js';
import type { Levels } from './levels.js';
import { levelsOf } from './levels.js';
import { placeOf, stepOf, type Common, type ResolvePlace } from './step-of.js';
import { createStepWriter, newLabel, type Label, type StepWriter } from './step-writer.js';

/** A thread while it is compiled. */
interface Thread {
  readonly writer: StepWriter;
  readonly assumptions: Assumption[];
  readonly labels: Map<string, Label>;
  readonly levels: Levels;
  /** How often a `for` without count turns. */
  readonly width: number;
  readonly resolve: ResolvePlace | undefined;
}

interface Loop {
  readonly onBreak: Label;
  readonly onContinue: Label;
}

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;

/**
 * Compiles a thread. `pages` give the levels of entries and how often a `for` without count turns. A place that names a
 * function becomes a line through `resolve`; without one its line is 0 and its file is `file:function`.
 */
export function compileThread(
  body: readonly Statement[],
  pages: readonly PageDecl[],
  resolve?: ResolvePlace,
): ThreadProgram {
  const thread: Thread = {
    writer: createStepWriter(),
    assumptions: [],
    labels: new Map(),
    levels: levelsOf(body, pages),
    width: Math.max(1, ...pages.map((page) => page.entries.length)),
    resolve,
  };
  emit(thread, body, undefined);
  return { steps: thread.writer.steps(), assumptions: thread.assumptions };
}

function emit(thread: Thread, body: readonly Statement[], loop: Loop | undefined): void {
  for (const statement of body) emitOne(thread, statement, loop);
}

function emitOne(thread: Thread, statement: Statement, loop: Loop | undefined): void {
  const { writer, levels } = thread;
  switch (statement.kind) {
    case 'label':
      return writer.here(labelOf(thread, statement.label));
    case 'goto':
      return writer.jump(labelOf(thread, statement.label));
    case 'stop':
      return writer.jump(newLabel());
    case 'break':
      return writer.jump(loop?.onBreak ?? newLabel());
    case 'continue':
      return writer.jump(loop?.onContinue ?? newLabel());
    case 'if':
      return emitIf(thread, statement, loop);
    case 'for':
      return emitFor(thread, statement);
    case 'loop':
      return emitLoop(thread, statement);
    case 'choose':
      return emitChoose(thread, statement, loop);
    default:
      writer.push(stepOf(statement, levels, commonOf(thread, statement)));
  }
}

function labelOf({ labels }: Thread, name: string): Label {
  const known = labels.get(name) ?? newLabel();
  labels.set(name, known);
  return known;
}

const commonOf = ({ resolve }: Thread, { at }: Statement): Common => ({
  next: END,
  text: '',
  ...(at === undefined ? {} : { at: placeOf(at, resolve) }),
});

function branch(
  { writer, levels }: Thread,
  condition: Expr,
  common: Common,
  to: readonly [then: Label, otherwise: Label],
): void {
  writer.push({ op: 'branch', condition: levels.annotate(condition), then: END, else: END, ...common }, to);
}

function emitIf(thread: Thread, statement: Of<'if'>, loop: Loop | undefined): void {
  const { writer } = thread;
  const then = newLabel();
  const otherwise = newLabel();
  const done = newLabel();
  branch(thread, statement.condition, commonOf(thread, statement), [then, otherwise]);
  writer.here(then);
  emit(thread, statement.then, loop);
  if (statement.else.length > 0) writer.jump(done);
  writer.here(otherwise);
  emit(thread, statement.else, loop);
  writer.here(done);
}

function emitFor(thread: Thread, statement: Of<'for'>): void {
  const { writer, width } = thread;
  const variable: Expr = { kind: 'var', name: statement.variable };
  const count: Expr = statement.count ?? { kind: 'int', value: width };
  const set = (value: Expr, to?: readonly Label[]): void =>
    writer.push({ op: 'let', dst: statement.variable, value, next: END, text: '' }, to);
  const top = newLabel();
  const inside = newLabel();
  const onContinue = newLabel();
  const onBreak = newLabel();
  set({ kind: 'int', value: 0 });
  writer.here(top);
  const isInside: Expr = { kind: 'binary', operator: '<', left: variable, right: count };
  branch(thread, isInside, commonOf(thread, statement), [inside, onBreak]);
  writer.here(inside);
  emit(thread, statement.body, { onBreak, onContinue });
  writer.here(onContinue);
  set({ kind: 'binary', operator: '+', left: variable, right: { kind: 'int', value: 1 } }, [top]);
  writer.here(onBreak);
}

function emitLoop(thread: Thread, { body }: Of<'loop'>): void {
  const { writer } = thread;
  const top = newLabel();
  const onBreak = newLabel();
  writer.here(top);
  emit(thread, body, { onBreak, onContinue: top });
  writer.jump(top);
  writer.here(onBreak);
}

function emitChoose(thread: Thread, statement: Of<'choose'>, loop: Loop | undefined): void {
  const { writer, assumptions } = thread;
  const common = commonOf(thread, statement);
  const done = newLabel();
  const ways = statement.ways.map((body) => ({ body, start: newLabel() }));
  assumptions.push({
    kind: 'both-branches',
    text: statement.text === '' ? 'either way' : statement.text,
    ...(common.at === undefined ? {} : { at: common.at }),
  });
  writer.push(
    { op: 'choose', targets: [], assumption: assumptions.length - 1, ...common },
    ways.map(({ start }) => start),
  );
  for (const { body, start } of ways) {
    writer.here(start);
    emit(thread, body, loop);
    writer.jump(done);
  }
  writer.here(done);
}
