/** Which functions do anything that another CPU, or their caller, could see. */
import type { FunctionProgram } from '../ir.js';
import type { Linking } from './linking.js';

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

/** Whether a function, or one that it calls, touches a table, takes a lock or waits; a call through a member may. */
export function isVisible(linking: Linking, program: FunctionProgram, stack: readonly string[]): boolean {
  const key = `${program.file}:${program.name}`;
  const known = linking.visible.get(key);
  if (known !== undefined) return known;
  if (stack.includes(key) || stack.length > linking.options.maxDepth) return false;
  const visible = program.steps.some((step) => {
    if (!LOCAL_OPS.has(step.op)) return true;
    if (step.op !== 'call') return false;
    if (step.callee.kind !== 'symbol')
      return (
        step.callee.kind === 'var' &&
        (/->|\./.test(step.callee.name) || isParameter(program, step.callee.name))
      );
    const callee = linking.resolver.function(step.callee.name, program.file);
    return callee !== undefined && isVisible(linking, callee, [...stack, key]);
  });
  if (stack.length === 0 || visible) linking.visible.set(key, visible);
  return visible;
}

const isParameter = ({ params }: FunctionProgram, name: string): boolean =>
  params.some((param) => param.name === name);

/** Whether it writes what its parameters point to: `walk->action = ACTION_CONTINUE`. */
export function writesThroughPointer(program: FunctionProgram): boolean {
  return program.steps.some((step) => {
    if (step.op !== 'let') return false;
    const base = /^(\w+)->/.exec(step.dst)?.[1];
    return base !== undefined && isParameter(program, base);
  });
}
