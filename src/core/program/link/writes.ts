/**
 * What a function that is not followed may write through a pointer that it is given: a callback that only counts does not touch the
 * state of the walk (`walk->pgd`), which stays what it was.
 */
import { DATA_STRUCTURES } from '../../kernel/idioms.js';
import type { Expr, FunctionProgram, Step, Var } from '../ir.js';
import type { Linking } from './linking.js';
import { isServing } from './visible.js';

/** Members of the object from which a written object is reached: none (`''`): the object itself; `private`: what that member points to. */
export type Written = ReadonlySet<string>;

const NOTHING_WRITTEN: Written = new Set();
const ITSELF: Written = new Set(['']);
/** Calls that are looked into, and members that are gone through. */
const MAX_DEPTH = 3;

/** What `program` writes through its parameter of that position. Where its calls can't be seen any more: the object itself. */
export function writtenThrough(linking: Linking, program: FunctionProgram, position: number): Written {
  return writtenIn(linking, program, position, []);
}

function writtenIn(
  linking: Linking,
  program: FunctionProgram,
  position: number,
  stack: readonly string[],
): Written {
  const param = program.params[position]?.name;
  if (param === undefined) return ITSELF;
  const key = `${program.file}:${program.name}:${position}`;
  if (stack.includes(key) || isServing(linking, program)) return NOTHING_WRITTEN;
  if (stack.length > MAX_DEPTH) return ITSELF;
  const ways = waysFrom(program.steps, param);
  const found = new Set<string>();
  for (const step of program.steps) {
    const way = step.op === 'let' ? objectOf(step.dst, ways) : undefined;
    if (way !== undefined) found.add(way);
    if (step.op !== 'call') continue;
    step.args.forEach((arg, index) => {
      const passed = passedAs(arg, ways);
      if (passed === undefined) return;
      for (const inner of writtenByCall(linking, program, step, index, [...stack, key]))
        found.add([passed, inner].filter((part) => part !== '').join('->'));
    });
  }
  return found;
}

function writtenByCall(
  linking: Linking,
  program: FunctionProgram,
  { callee }: Extract<Step, { op: 'call' }>,
  position: number,
  stack: readonly string[],
): Written {
  if (callee.kind !== 'symbol') return ITSELF;
  if (DATA_STRUCTURES.test(callee.name)) return NOTHING_WRITTEN;
  const inner = linking.resolver.function(callee.name, program.file);
  return inner ? writtenIn(linking, inner, position, stack) : ITSELF;
}

/** The locals that are the parameter, or what is reached from it by members alone: by which ones. */
function waysFrom(steps: readonly Step[], param: Var): ReadonlyMap<Var, string> {
  const ways = new Map([[param, '']]);
  for (let size = -1; size !== ways.size;) {
    size = ways.size;
    for (const step of steps) {
      if (step.op !== 'let' || ways.has(step.dst) || step.value.kind !== 'var') continue;
      const way = passedAs(step.value, ways);
      if (way !== undefined && /^\w+$/.test(step.dst)) ways.set(step.dst, way);
    }
  }
  return ways;
}

/** `walk->private` is reached by `private` where `walk` is the parameter. */
function passedAs(expr: Expr, ways: ReadonlyMap<Var, string>): string | undefined {
  if (expr.kind !== 'var') return undefined;
  const [, base = '', rest = ''] = /^(\w+)((?:->\w+)*)$/.exec(expr.name) ?? [];
  const way = ways.get(base);
  return way === undefined ? undefined : [way, rest.slice(2)].filter((part) => part !== '').join('->');
}

/** By which members the object is reached that an assignment writes a member of. */
function objectOf(dst: Var, ways: ReadonlyMap<Var, string>): string | undefined {
  if (!/^\w+(?:(?:->|\.)[\w*]+)+$/.test(dst)) return undefined;
  const [, base, between = ''] = /^(\w+)((?:->\w+(?=->|\.))*)/.exec(dst) ?? [];
  const way = base === undefined ? undefined : ways.get(base);
  return way === undefined ? undefined : [way, between.slice(2)].filter((part) => part !== '').join('->');
}
