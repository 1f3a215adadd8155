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
  const setting = (isIt: (dst: Var | undefined) => boolean): readonly Expr[] =>
    program.steps.flatMap((step) =>
      isIt(definedBy(step)) ? sourceOfStep(step, expr, program, seen) : filledBy(step, expr.name),
    );
  const isSet = program.steps.some((step) => definedBy(step) === expr.name);
  const sources = setting(isSet ? (dst) => dst === expr.name : (dst) => isPartOf(expr.name, dst));
  // What a parameter points to has a value before the function sets it, too.
  const base = expr.name.replace(/(->|\.).*$/, '');
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
function filledBy(step: Step, name: Var): readonly Expr[] {
  if (step.op !== 'call' || step.callee.kind !== 'symbol') return [];
  const fills = step.args.some(
    (arg) => arg.kind === 'address' && (arg.of === name || name.startsWith(`${arg.of}.`)),
  );
  return fills ? [{ kind: 'unknown', text: `${step.callee.name}()` }] : [];
}

/** Whether a value depends on what the callers pass. */
export function dependsOnParameters(expr: Expr, program: FunctionProgram): boolean {
  const params = new Set(program.params.map(({ name }) => name));
  return sourcesOf(expr, program).some((source) =>
    variablesOf(source).some((name) => params.has(name.replace(/(->|\.).*$/, ''))),
  );
}
