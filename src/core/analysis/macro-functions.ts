/** A macro that wraps calls, written as the function that it stands for: `#define hp_lock(mm) mmap_write_lock(mm)`. */
import type { MacroFacts } from '../index/facts.js';
import { isStatements, macroTextOf } from '../index/macro-text.js';

/** So many arguments of a macro that is only another name are passed on. */
const ARGUMENTS_OF_ALIAS = ['a', 'b', 'c', 'd'];

/**
 * C text of a function with the macro's parameters and body; undefined where there is none (a value of no call, pasted names, or
 * the macro is not on its line). `text` is the file that defines it.
 */
export function functionOfMacro(text: string, macro: MacroFacts): string | undefined {
  const { name, params, body: made } = macro;
  if (made !== undefined) return undefined;
  const inner = macroTextOf(text, macro)?.body;
  if (inner === undefined) return undefined;
  if (params === undefined) {
    const target = /^\s*(\w+)\s*(?:\/\*|$)/.exec(inner)?.[1];
    if (target === undefined) return undefined;
    const passed = ARGUMENTS_OF_ALIAS;
    return `${header(name, passed)} { return ${target}(${passed.join(', ')}); }`;
  }
  const named = params.filter((param) => /^\w+$/.test(param) && param !== '__VA_ARGS__');
  return isStatements(inner)
    ? `${header(name, named)} { ${inner}; }`
    : `${header(name, named)} { return ${inner}; }`;
}

const header = (name: string, params: readonly string[]): string =>
  `static void *${name}(${params.map((param) => `void *${param}`).join(', ')})`;
