/** What a value is computed from in its function: constants, parameters, and what comes from outside. */
import { definedBy, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';

/** The sources of a value; loop steps add nothing. A call is its C text, one that fills the variable (`&addr`) its name. */
export function sourcesOf(expr: Expr, program: FunctionProgram, seen: Set<Var> = new Set()): readonly Expr[] {
  if (expr.kind !== 'var' && expr.kind !== 'binary') return [expr];
  if (expr.kind === 'binary') {
    const left = sourcesOf(expr.left, program, seen);
    const right = sourcesOf(expr.right, program, seen);
    const named = [...left, ...right].filter(isNamed);
    // PAGE_OFFSET + x is where x is mapped: the constant says nothing of whose it is.
    const behind = expr.operator === '+' ? named.filter((each) => each.kind !== 'symbol') : [];
    return behind.length > 0 ? behind : named.length > 0 ? named : left;
  }
  if (seen.has(expr.name)) return [];
  seen.add(expr.name);
  const settings = settingsIn(program);
  const own = settings.of.get(expr.name);
  const set = own ?? settings.parts.filter((index) => isPartOf(expr.name, definedAt(index, program)));
  const filled = wholesOf(expr.name).flatMap((name) => settings.filled.get(name) ?? []);
  const sources = inOrder([...set, ...filled]).flatMap((index) => {
    const step = program.steps[index];
    if (!step) return [];
    return set.includes(index) ? sourceOfStep(step, expr, program, seen) : filledBy(step);
  });
  // What a parameter points to has a value before the function sets it, too.
  const base = expr.name.replace(/(->|\.).*$/s, '');
  const isParameter = program.params.some(({ name }) => name === base);
  return isParameter || sources.length === 0 ? [expr, ...sources] : sources;
}

/** Whether a source tells where a value comes from; a number, or a constant of the geometry, does not. */
export const isNamed = ({ kind }: Expr): boolean => kind !== 'int' && kind !== 'geometry';

/** Whether all of what a variable is a part of is `dst` (`req.*` of `req.addr`). */
function isPartOf(name: Var, dst: Var | undefined): boolean {
  if (dst === undefined) return false;
  return dst === `${name}->*.*` || (dst.endsWith('.*') && name.startsWith(dst.slice(0, -1)));
}

function sourceOfStep(step: Step, whole: Expr, program: FunctionProgram, seen: Set<Var>): readonly Expr[] {
  if (step.op === 'let') return sourcesOf(step.value, program, seen);
  if (step.op === 'call') return [{ kind: 'unknown', text: step.text }];
  return [whole];
}

/** `kstrtoul(buf, 16, &addr)` */
function filledBy(step: Step): readonly Expr[] {
  return step.op === 'call' && step.callee.kind === 'symbol'
    ? [{ kind: 'unknown', text: `${step.callee.name}()` }]
    : [];
}

/** The steps of a function that set variables, by the variable. */
interface Settings {
  readonly of: ReadonlyMap<Var, readonly number[]>;
  /** Calls that get the address of a variable. */
  readonly filled: ReadonlyMap<Var, readonly number[]>;
  /** Steps that set all that is in something: `req.*`. */
  readonly parts: readonly number[];
}

const knownSettings = new WeakMap<FunctionProgram, Settings>();

function settingsIn(program: FunctionProgram): Settings {
  const known = knownSettings.get(program);
  if (known) return known;
  const of = new Map<Var, number[]>();
  const filled = new Map<Var, number[]>();
  const parts: number[] = [];
  const note = (map: Map<Var, number[]>, name: Var, index: number): void => {
    const before = map.get(name);
    if (before) before.push(index);
    else map.set(name, [index]);
  };
  program.steps.forEach((step, index) => {
    const dst = definedBy(step);
    if (dst !== undefined) note(of, dst, index);
    if (dst?.endsWith('.*') === true) parts.push(index);
    if (step.op === 'call' && step.callee.kind === 'symbol')
      for (const name of new Set(step.args.flatMap((arg) => (arg.kind === 'address' ? [arg.of] : []))))
        note(filled, name, index);
  });
  const made = { of, filled, parts };
  knownSettings.set(program, made);
  return made;
}

const definedAt = (index: number, { steps }: FunctionProgram): Var | undefined => {
  const step = steps[index];
  return step && definedBy(step);
};

/** A variable, and the structs that it is in: `req.at.addr`, `req.at`, `req`. */
function wholesOf(name: Var): readonly Var[] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name] : [name, ...wholesOf(name.slice(0, dot))];
}

const inOrder = (indices: readonly number[]): readonly number[] =>
  [...new Set(indices)].sort((left, right) => left - right);

/** Whether a value depends on what the callers pass. */
export function dependsOnParameters(expr: Expr, program: FunctionProgram): boolean {
  const params = new Set(program.params.map(({ name }) => name));
  return sourcesOf(expr, program).some((source) =>
    variablesOf(source).some((name) => params.has(name.replace(/(->|\.).*$/s, ''))),
  );
}

/** `range++` in a loop: every range of a list is walked. */
export function isIterated(base: Var, program: FunctionProgram): boolean {
  return program.steps.some(
    (step) =>
      step.op === 'let' &&
      step.dst === base &&
      step.value.kind === 'binary' &&
      variablesOf(step.value).includes(base),
  );
}
