/**
 * Linking: the functions of a walk become one program for one CPU. Calls are inlined (callbacks through their operation
 * tables too), access paths become variables, and the geometry becomes numbers.
 */
import { fold, mapExpr, mapOperands, truthOf } from '../expr.js';
import { createGraphBuilder, type GraphBuilder, type Label } from '../graph.js';
import {
  END,
  type Assumption,
  type Expr,
  type FunctionProgram,
  type LockRef,
  type Place,
  type Step,
  type ThreadProgram,
  type Var,
} from '../ir.js';
import { GLOBAL } from '../lower/paths.js';
import { parentLevel } from '../lower/primitives.js';
import { printExpr } from '../print.js';
import { geometryConstant, isFolded, type Geometry } from '../../kernel/geometry.js';
import { indexOf } from './geometry.js';
import { createPaths, restOf, type Initializer, type Paths } from './paths.js';
import { bindAddresses } from './roles.js';
import { shortenNames } from './names.js';
import { slice } from './slice.js';

/** Where linking finds what a program refers to. */
export interface Resolver {
  /** The function of that name, as seen from a file. */
  function(name: string, fromFile: string): FunctionProgram | undefined;
  initializer: Initializer;
  /** Functions that a pointer at this path may be, by the type of the object and the field: candidates to choose from. */
  candidates(path: Var, fromFile: string): readonly string[];
}

export interface LinkOptions {
  readonly geometry: Geometry;
  /** The page from which a walk of the kernel's tables, or of a user mm's, starts; undefined: the scenario has none. */
  readonly kernelRoot: string | undefined;
  readonly userRoot: string | undefined;
  /** First page of each level below, for a function that is given a pointer to an entry. */
  readonly pages: ReadonlyMap<string, string>;
  readonly maxDepth: number;
  readonly maxSteps: number;
}

export const LINK_LIMITS = { maxDepth: 24, maxSteps: 20_000 } as const;

export type LinkResult =
  | {
      readonly linked: true;
      readonly program: ThreadProgram;
      readonly functions: readonly { readonly name: string; readonly file: string }[];
    }
  | { readonly linked: false; readonly reason: string };

interface Linking {
  readonly resolver: Resolver;
  readonly options: LinkOptions;
  readonly paths: Paths;
  readonly graph: GraphBuilder;
  readonly assumptions: Assumption[];
  readonly functions: Map<string, { readonly name: string; readonly file: string }>;
  readonly visible: Map<string, boolean>;
  frames: number;
  steps: number;
}

interface Frame {
  readonly prefix: string;
  readonly program: FunctionProgram;
  /** Names of the functions being inlined, outermost first. */
  readonly stack: readonly string[];
  readonly returnTo: Label;
  readonly dst: Var | undefined;
}

const MAX_ROUNDS = 6;

/** Links the walk that starts at `root`. */
export function link(root: FunctionProgram, resolver: Resolver, options: LinkOptions): LinkResult {
  let mutable: ReadonlySet<Var> = new Set();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const linking: Linking = {
      resolver,
      options,
      paths: createPaths(mutable, resolver.initializer),
      graph: createGraphBuilder(),
      assumptions: [],
      functions: new Map(),
      visible: new Map(),
      frames: 0,
      steps: 0,
    };
    bindRootParameters(linking, root);
    const end = linking.graph.label();
    inline(linking, { prefix: '', program: root, stack: [root.name], returnTo: end, dst: undefined });
    linking.graph.place(end);
    if (linking.steps > options.maxSteps) {
      return {
        linked: false,
        reason: `the walk has more than ${options.maxSteps} steps when its calls are followed`,
      };
    }
    if (linking.paths.mutable.size === mutable.size) return finish(linking);
    mutable = linking.paths.mutable;
  }
  return { linked: false, reason: `the pointers of the walk did not settle in ${MAX_ROUNDS} rounds` };
}

function finish(linking: Linking): LinkResult {
  const { geometry } = linking.options;
  const bound = bindAddresses(linking.graph.finish(), geometry);
  const steps = slice(bound.steps);
  if (!steps.some((step) => step.op === 'load')) {
    const [first] = linking.assumptions.filter(
      ({ kind }) => kind === 'not-modelled' || kind === 'function-pointer' || kind === 'unknown-call',
    );
    return {
      linked: false,
      reason: `no load of a page table is left when its calls are followed${first ? `: ${first.text}` : ''}`,
    };
  }
  const used = usedAssumptions(linking, steps);
  return {
    linked: true,
    program: { steps: shortenNames(used.steps), assumptions: [...used.assumptions, ...bound.assumptions] },
    functions: [...linking.functions.values()],
  };
}

/** Keeps the assumptions of choices that are left, and those that no step names; renumbers. */
function usedAssumptions(
  linking: Linking,
  steps: readonly Step[],
): { steps: readonly Step[]; assumptions: readonly Assumption[] } {
  const chosen = new Set(steps.flatMap((step) => (step.op === 'choose' ? [step.assumption] : [])));
  const kept = linking.assumptions.flatMap((assumption, index) =>
    assumption.kind === 'both-branches' && !chosen.has(index) ? [] : [{ assumption, index }],
  );
  const renumbered = new Map(kept.map(({ index }, position) => [index, position]));
  const plain = steps.filter((step) => step.op === 'branch' && step.condition.kind === 'unknown');
  const branches = plain.map((step): Assumption => ({
    kind: 'both-branches',
    text: `both ways of "${step.text}"`,
    ...(step.at ? { at: step.at } : {}),
  }));
  return {
    steps: steps.map((step) =>
      step.op === 'choose' ? { ...step, assumption: renumbered.get(step.assumption) ?? 0 } : step,
    ),
    assumptions: unique([...kept.map(({ assumption }) => assumption), ...branches]),
  };
}

function unique(assumptions: readonly Assumption[]): readonly Assumption[] {
  return [
    ...new Map(
      assumptions.map((each) => [
        `${each.kind} ${each.text} ${each.kind === 'both-branches' ? each.at?.line : ''}`,
        each,
      ]),
    ).values(),
  ];
}

function assume(linking: Linking, assumption: Assumption): void {
  linking.assumptions.push(assumption);
}

/** What a function is given from outside: a pointer to an entry of a live table, the mm; numbers are bound by their role. */
function bindRootParameters(linking: Linking, root: FunctionProgram): void {
  const { options, paths, graph } = linking;
  for (const { name, type } of root.params) {
    const level = /\b(pgd|p4d|pud|pmd|pte)_t \*$/.exec(type)?.[1];
    const page = level === undefined ? undefined : options.pages.get(level);
    if (page !== undefined) {
      const value: Expr = { kind: 'element', page, index: { kind: 'int', value: 0 } };
      paths.write(name, value);
      graph.emit({ op: 'let', dst: name, value }, name, root.at);
      assume(linking, {
        kind: 'address',
        text: `${name} points to an entry of a live ${level} table when ${root.name}() is entered`,
        at: root.at,
      });
    } else if (/\bstruct mm_struct \*$/.test(type)) {
      const mm = options.kernelRoot === undefined ? 'mm' : 'init_mm';
      paths.write(name, { kind: 'symbol', name: mm });
      assume(linking, {
        kind: 'address',
        text: `${name} is ${mm === 'mm' ? "the walked process's mm" : '&init_mm'} when ${root.name}() is entered`,
        at: root.at,
      });
    }
  }
}

function inline(linking: Linking, frame: Frame): void {
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
  const { graph, paths } = linking;
  const expr = (each: Expr): Expr => resolveExpr(linking, frame, each);
  switch (step.op) {
    case 'branch': {
      const condition = expr(step.condition);
      const truth = truthOf(condition);
      if (truth !== undefined) return graph.jump(labelOf(truth ? step.then : step.else));
      return graph.branch(condition, labelOf(step.then), labelOf(step.else), step.text, step.at);
    }
    case 'choose':
      return graph.choose(step.targets.map(labelOf), step.assumption + offset, step.text, step.at);
    case 'return':
      if (frame.dst !== undefined)
        define(linking, frame.dst, step.value ? expr(step.value) : UNKNOWN_RESULT, step);
      return graph.jump(frame.returnTo);
    case 'call':
      inlineCall(linking, frame, step);
      return graph.jump(labelOf(step.next));
    case 'assert_held':
      return graph.jump(labelOf(step.next));
    case 'let': {
      const rest = restOf(step.dst);
      if (rest !== undefined) {
        for (const path of paths.zeroRest(paths.resolve(frame.prefix, rest)))
          define(linking, path, { kind: 'int', value: 0 }, step);
      } else define(linking, paths.resolve(frame.prefix, step.dst), expr(step.value), step);
      return graph.jump(labelOf(step.next));
    }
    default:
      emitResolved(linking, frame, step, expr);
      return graph.jump(labelOf(step.next));
  }
}

const UNKNOWN_RESULT: Expr = { kind: 'unknown', text: 'no result' };

function define(
  linking: Linking,
  dst: Var,
  value: Expr,
  step: { readonly text: string; readonly at?: Place },
): void {
  linking.paths.write(dst, value);
  linking.graph.emit({ op: 'let', dst, value }, step.text, step.at);
}

/** Memory, locks and the rest: names resolved, folded levels made plain. */
function emitResolved(linking: Linking, frame: Frame, step: Step, expr: (each: Expr) => Expr): void {
  const { graph, paths, options } = linking;
  const name = (path: Var): Var => paths.resolve(frame.prefix, path);
  const emit = (resolved: Step): void => {
    const { next: _next, at, text, ...op } = resolved;
    graph.emit({ ...op, in: frame.program.name } as typeof op, text, at);
  };
  if (step.op === 'load' || step.op === 'exchange') {
    const from = expr(step.op === 'load' ? step.from : step.to);
    const dst = name(step.dst);
    const { level } = step;
    if (level !== 'section' && level !== 'memmap' && isFolded(level, options.geometry))
      return define(linking, dst, from, step);
    paths.write(dst, { kind: 'var', name: dst });
    const resolved = mapOperands(step, expr);
    return emit(resolved.op === 'load' || resolved.op === 'exchange' ? { ...resolved, dst } : resolved);
  }
  if (
    step.op === 'store' &&
    step.level !== 'section' &&
    step.level !== 'memmap' &&
    isFolded(step.level, options.geometry)
  )
    return;
  if (step.op === 'alloc' || step.op === 'trylock')
    paths.write(name(step.dst), { kind: 'var', name: name(step.dst) });
  const resolved = mapOperands(step, expr);
  switch (resolved.op) {
    case 'lock':
    case 'unlock':
    case 'downgrade':
      return emit({ ...resolved, lock: resolveLock(linking, frame, resolved.lock) });
    case 'trylock':
      return emit({ ...resolved, dst: name(resolved.dst), lock: resolveLock(linking, frame, resolved.lock) });
    case 'alloc':
      return emit({ ...resolved, dst: name(resolved.dst) });
    default:
      return emit(resolved);
  }
}

function resolveLock(linking: Linking, frame: Frame, lock: LockRef): LockRef {
  if (!lock.instance) return { class: lock.class, name: lock.class };
  const instance = resolveExpr(linking, frame, lock.instance);
  return { class: lock.class, name: `${lock.class}(${instanceName(linking, frame, instance)})` };
}

/** `init_mm`, or `mm` for the one user mm of the scenario; anything else goes by its text. */
function instanceName(linking: Linking, frame: Frame, instance: Expr): string {
  if (instance.kind === 'symbol') return instance.name;
  if (instance.kind === 'address') return instance.of.replace(/^.*\//, '');
  const text = printExpr(instance).replace(/^.*\//, '');
  if (/mm$/.test(text) || /mm\)$/.test(text)) {
    const userOnly = linking.options.kernelRoot === undefined;
    assume(linking, {
      kind: 'alias',
      text: `"${text}" in ${frame.program.name}() is ${userOnly ? "the walked process's mm" : 'not init_mm'}`,
      at: frame.program.at,
    });
    return 'mm';
  }
  return text;
}

function resolveExpr(linking: Linking, frame: Frame, expr: Expr): Expr {
  const { paths, options } = linking;
  const { geometry } = options;
  return mapExpr(expr, (inner) => {
    switch (inner.kind) {
      case 'var': {
        const value = paths.read(paths.resolve(frame.prefix, inner.name));
        return value.kind === 'var' ? globalName(linking, frame, value) : value;
      }
      case 'address':
        return { kind: 'address', of: paths.resolve(frame.prefix, inner.of) };
      case 'geometry': {
        const value = geometryConstant(inner.name, geometry);
        return value === undefined ? { kind: 'unknown', text: inner.name } : { kind: 'int', value };
      }
      case 'index':
        return indexOf(geometry, inner.level, inner.address);
      case 'root':
        return resolveRoot(linking, frame, inner.mm, inner.index);
      case 'descend':
        return isFolded(parentLevel(inner.level), geometry) ? inner.entry : inner;
      case 'is':
        if (isFolded(inner.level, geometry))
          return { kind: 'int', value: inner.test === 'table' || inner.test === 'present' ? 1 : 0 };
        return inner.operand.kind === 'unknown' ? inner.operand : inner;
      default:
        return fold(inner);
    }
  });
}

/** A global by name is a function, or data that the model does not have; a configuration option stays a variable. */
function globalName(linking: Linking, frame: Frame, value: Extract<Expr, { kind: 'var' }>): Expr {
  if (!value.name.startsWith(GLOBAL)) return value;
  const name = value.name.slice(GLOBAL.length);
  if (/^\w+$/.test(name) && linking.resolver.function(name, frame.program.file))
    return { kind: 'symbol', name };
  return name.startsWith('CONFIG_') ? value : { kind: 'unknown', text: name };
}

function resolveRoot(linking: Linking, frame: Frame, mm: Expr, index: Expr): Expr {
  const { kernelRoot, userRoot } = linking.options;
  const isKernel = mm.kind === 'symbol' && mm.name === 'init_mm';
  const page = (isKernel ? kernelRoot : userRoot) ?? kernelRoot ?? userRoot ?? 'swapper';
  if (!isKernel && page === kernelRoot) {
    const text = `"${printExpr(mm)}" in ${frame.program.name}() is &init_mm`;
    assume(linking, { kind: 'address', text, at: frame.program.at });
  }
  return { kind: 'element', page, index };
}

function inlineCall(linking: Linking, frame: Frame, step: Extract<Step, { op: 'call' }>): void {
  const { resolver, paths, graph } = linking;
  const callee = resolveExpr(linking, frame, step.callee);
  const dst = step.dst === undefined ? undefined : paths.resolve(frame.prefix, step.dst);
  const args = step.args.map((each) => resolveExpr(linking, frame, each));
  const giveUp = (kind: Assumption['kind'], text: string): void => {
    assume(linking, { kind, text, ...(step.at ? { at: step.at } : {}) });
    if (dst !== undefined) define(linking, dst, { kind: 'unknown', text: step.text }, step);
  };
  if (callee.kind !== 'symbol') {
    const path =
      step.callee.kind === 'var' ? paths.resolve(frame.prefix, step.callee.name) : printExpr(step.callee);
    const candidates = resolver.candidates(path, frame.program.file);
    if (candidates.length === 0)
      return giveUp(
        'function-pointer',
        `"${step.text}" calls through a pointer; what it calls is taken to touch no table and no lock`,
      );
    const ways = candidates.map(() => graph.label());
    const end = graph.label();
    linking.assumptions.push({
      kind: 'function-pointer',
      text: `"${step.text}" calls one of ${candidates.join('(), ')}()`,
      ...(step.at ? { at: step.at } : {}),
    });
    graph.choose(ways, linking.assumptions.length - 1, step.text, step.at);
    candidates.forEach((candidate, index) => {
      const way = ways[index];
      if (way) graph.place(way);
      callFunction(linking, frame, step, candidate, args, dst, giveUp);
      graph.jump(end);
    });
    return graph.place(end);
  }
  callFunction(linking, frame, step, callee.name, args, dst, giveUp);
}

/** Largest pure function that is followed for its value. */
const PURE_LIMIT = 60;

function callFunction(
  linking: Linking,
  frame: Frame,
  step: Extract<Step, { op: 'call' }>,
  name: string,
  args: readonly Expr[],
  dst: Var | undefined,
  giveUp: (kind: Assumption['kind'], text: string) => void,
): void {
  const program = linking.resolver.function(name, frame.program.file);
  if (!program)
    return giveUp(
      'unknown-call',
      `${name}() takes or drops no lock and touches no table: its body is not at hand`,
    );
  if (frame.stack.includes(name))
    return giveUp('recursion', `${name}() calls itself; the inner call is not followed`);
  if (frame.stack.length >= linking.options.maxDepth)
    return giveUp('unknown-call', `${name}() is not followed: ${linking.options.maxDepth} calls deep`);
  if (!isVisible(linking, program, []) && (dst === undefined || program.steps.length > PURE_LIMIT)) {
    if (dst !== undefined) define(linking, dst, { kind: 'unknown', text: step.text }, step);
    return;
  }
  linking.frames += 1;
  const prefix = `${name}.${linking.frames}/`;
  program.params.forEach((param, index) => {
    const value = args[index];
    if (value) define(linking, prefix + param.name, value, step);
  });
  const returnTo = linking.graph.label();
  inline(linking, { prefix, program, stack: [...frame.stack, name], returnTo, dst });
  linking.graph.place(returnTo);
}

const LOCAL_OPS: ReadonlySet<string> = new Set([
  'let',
  'branch',
  'choose',
  'nop',
  'call',
  'return',
  'assert_held',
  'note',
]);

/** Whether a function, or one that it calls, does anything that another CPU could see or that takes a lock. */
function isVisible(linking: Linking, program: FunctionProgram, stack: readonly string[]): boolean {
  const key = `${program.file}:${program.name}`;
  const known = linking.visible.get(key);
  if (known !== undefined) return known;
  if (stack.includes(key) || stack.length > linking.options.maxDepth) return false;
  const visible = program.steps.some((step) => {
    if (!LOCAL_OPS.has(step.op)) return true;
    if (step.op !== 'call') return false;
    if (step.callee.kind !== 'symbol') return step.callee.kind === 'var' && /->|\./.test(step.callee.name);
    const callee = linking.resolver.function(step.callee.name, program.file);
    return callee !== undefined && isVisible(linking, callee, [...stack, key]);
  });
  if (stack.length === 0 || visible) linking.visible.set(key, visible);
  return visible;
}
