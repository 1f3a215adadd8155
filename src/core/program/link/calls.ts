/** Calls while linking: which function it is, and whether it is followed. */
import { DATA_STRUCTURES } from '../../kernel/idioms.js';
import { REGISTRATIONS } from '../../kernel/roots.js';
import type { Assumption, CallOp, Expr, FunctionProgram, Step, Var } from '../ir.js';
import { printExpr } from '../print.js';
import { NO_BODY, TOO_DEEP } from './assumptions.js';
import { define, inline } from './inline.js';
import { assume, type Frame, type Linking } from './linking.js';
import { resolveExpr } from './resolve.js';
import { isServing, isVisible, writesThroughPointer } from './visible.js';
import { writtenThrough } from './writes.js';

type Call = Extract<Step, { op: 'call' }>;

/** A call with its operands resolved. */
interface Resolved {
  readonly step: Call;
  readonly args: readonly Expr[];
  readonly dst: Var | undefined;
}

export function inlineCall(linking: Linking, frame: Frame, step: Call): void {
  const { paths } = linking;
  const call: Resolved = {
    step,
    args: step.args.map((each) => resolveExpr(linking, frame, each)),
    dst: step.dst === undefined ? undefined : paths.resolve(frame.prefix, step.dst),
  };
  const callee = resolveExpr(linking, frame, step.callee);
  if (callee.kind === 'symbol') {
    const home = step.callee.kind === 'symbol' ? undefined : linking.homes.of(callee.name);
    if (callHandedOver(linking, frame, call, callee.name)) return;
    return callFunction(linking, frame, call, callee.name, home);
  }
  const isNull = callee.kind === 'int' && callee.value === 0;
  if (isNull) {
    // Behind a question for it (`if (ops->pte_hole)`): the call is never reached.
    if (call.dst !== undefined) define(linking, call.dst, { kind: 'unknown', text: step.text }, step);
    return;
  }
  const path =
    step.callee.kind === 'var' ? paths.resolve(frame.prefix, step.callee.name) : printExpr(step.callee);
  const inTables = paths.possible(path).flatMap((each) => (each.kind === 'symbol' ? [each.name] : []));
  const given = paths.given(path);
  const [only, ...others] = given;
  // NULL is not called: it was set before (`struct mm_walk walk = {};`), or it is asked for.
  if (inTables.length === 0 && only !== undefined && others.length === 0)
    return callFunction(linking, frame, call, only, linking.homes.of(only));
  const possible = inTables.length > 0 ? inTables : given;
  const candidates = possible.length > 0 ? [] : linking.resolver.candidates(path, frame.program.file);
  for (const { name, file } of candidates) linking.homes.found(name, file);
  const names = possible.length > 0 ? possible : candidates.map(({ name }) => name);
  callThroughPointer(linking, frame, call, [...new Set(names)]);
}

/** A call whose outcomes are known, all of them: false where it can not be followed, and these have to do. */
export function inlineOutcomes(
  linking: Linking,
  frame: Frame,
  { next, text, at }: Step,
  call: CallOp,
): boolean {
  const { callee } = call;
  if (callee.kind !== 'symbol' || frame.stack.includes(callee.name)) return false;
  if (frame.stack.length >= linking.options.maxDepth) return false;
  if (linking.resolver.function(callee.name, frame.program.file) === undefined) return false;
  inlineCall(linking, frame, { ...call, next, text, ...(at ? { at } : {}) });
  return true;
}

/**
 * A call that hands a function over which is part of what the caller does. `stop_machine(fn, data, cpus)`: it runs there, while every
 * other CPU stands still. `call_rcu(&table->member, fn)`: what it frees is freed when a grace period is over.
 */
function callHandedOver(linking: Linking, frame: Frame, call: Resolved, api: string): boolean {
  const { graph, homes, resolver } = linking;
  const { step, args } = call;
  const row = REGISTRATIONS.find((each) => each.api === api && each.runs !== undefined);
  const given = row && args[row.argument];
  if (!row || given?.kind !== 'symbol') return false;
  const home = homes.of(given.name);
  const program = resolver.function(given.name, home ?? frame.program.file);
  if (!program || !isVisible(linking, program)) return false;
  if (row.runs === 'after-grace-period') {
    const head = args.slice(0, row.argument);
    callFunction(linking, { ...frame, isDeferred: true }, { ...call, args: head }, given.name, home);
    return true;
  }
  graph.emit({ op: 'stop_machine' }, step.text, step.at);
  const data = args.slice(row.argument + 1);
  callFunction(linking, frame, { ...call, args: data }, given.name, home);
  graph.emit({ op: 'end_stop_machine' }, step.text, step.at);
  return true;
}

/** `st->note_page_pte` of `st->note_page_pte(st, addr, val)`. */
const calledText = ({ text }: Call): string => text.replace(/\(.*$/s, '');

function callThroughPointer(
  linking: Linking,
  frame: Frame,
  call: Resolved,
  candidates: readonly string[],
): void {
  const { graph } = linking;
  const { step } = call;
  const at = step.at ? { at: step.at } : {};
  if (candidates.length === 0) {
    const text = `${calledText(step)}() is called through a pointer; it is taken to touch no table and no lock`;
    return giveUp(linking, call, { kind: 'function-pointer', text, ...at });
  }
  const ways = candidates.map((name) => ({ name, label: graph.label() }));
  const end = graph.label();
  const text = `${calledText(step)}() is one of ${candidates.join('(), ')}()`;
  assume(linking, { kind: 'function-pointer', text, ...at });
  graph.choose(
    ways.map(({ label }) => label),
    linking.assumptions.length - 1,
    step.text,
    step.at,
  );
  for (const { name, label } of ways) {
    graph.place(label);
    callFunction(linking, frame, call, name, linking.homes.of(name));
    graph.jump(end);
  }
  graph.place(end);
}

/**
 * A call that is not followed: its result is unknown, and so is what it may write of the locals whose address it was given.
 * `program`: its function, where there is a body.
 */
function giveUp(
  linking: Linking,
  { step, args, dst }: Resolved,
  assumption: Assumption | undefined,
  program?: FunctionProgram,
): void {
  if (assumption) assume(linking, assumption);
  if (dst !== undefined) define(linking, dst, { kind: 'unknown', text: step.text }, step);
  args.forEach((arg, position) => {
    if (arg.kind !== 'address') return;
    const ways = program ? writtenThrough(linking, program, position) : THE_OBJECT;
    for (const way of ways) {
      const object = way.split('->').reduce((at: Var | undefined, member) => {
        if (at === undefined || member === '') return at;
        const value = linking.paths.read(`${at}.${member}`);
        return value.kind === 'address' ? value.of : undefined;
      }, arg.of);
      if (object !== undefined) forget(linking, object, step);
    }
  });
}

const THE_OBJECT: readonly string[] = [''];

/** An object of which nothing is known any more. */
function forget(linking: Linking, object: Var, step: Call): void {
  const forgotten = linking.paths.isScalar(object) ? [object] : linking.paths.forget(object);
  for (const path of forgotten)
    define(linking, path, { kind: 'unknown', text: path.replace(/^.*\//, '') }, step);
}

/**
 * Largest function without visible effects that is followed: for its value, where it is given an entry or the state of a walk; for
 * what it writes through its parameters; and any other for its value, which the model seldom has (whether a file may be written to).
 */
const PURE_LIMIT = 60;
const WRITER_LIMIT = 200;
const OTHER_LIMIT = 12;

/** `home`: where the function is at home that a pointer holds. */
function callFunction(
  linking: Linking,
  frame: Frame,
  call: Resolved,
  name: string,
  home: string | undefined,
): void {
  const { resolver, options, graph } = linking;
  const { step, args, dst } = call;
  const program = resolver.function(name, home ?? frame.program.file);
  const because = (kind: Assumption['kind'], text: string): void =>
    giveUp(linking, call, { kind, text, ...(step.at ? { at: step.at } : {}) });
  if (!program) return because('unknown-call', `${name}() ${NO_BODY}`);
  if (frame.stack.includes(name))
    return because('recursion', `${name}() calls itself; the inner call is not followed`);
  if (frame.stack.length >= options.maxDepth)
    return because('unknown-call', `${name}() ${TOO_DEEP} ${options.maxDepth} calls deep`);
  const isForValue =
    options.values !== false &&
    !DATA_STRUCTURES.test(name) &&
    !isServing(linking, program) &&
    isWorthFollowing(program, dst);
  if (!isForValue && !isVisible(linking, program, args)) return giveUp(linking, call, undefined, program);
  linking.frames += 1;
  const prefix = `${name}.${linking.frames}/`;
  program.params.forEach((param, index) => {
    const value = args[index];
    if (value) define(linking, prefix + param.name, value, step);
  });
  const returnTo = graph.label();
  const deferred = frame.isDeferred ? { isDeferred: true as const } : {};
  inline(linking, { prefix, program, stack: [...frame.stack, name], returnTo, dst, ...deferred });
  graph.place(returnTo);
}

/** An entry, a pointer to one, the state of a walk. */
const OF_WALK = /\b(pgd|p4d|pud|pmd|pte|swp_entry)_t\b|\bstruct (?=\w*walk)\w+ \*/;

function isWorthFollowing(program: FunctionProgram, dst: Var | undefined): boolean {
  const limit = program.params.some(({ type }) => OF_WALK.test(type)) ? PURE_LIMIT : OTHER_LIMIT;
  if (dst !== undefined && program.steps.length <= limit) return true;
  return program.steps.length <= WRITER_LIMIT && writesThroughPointer(program);
}
