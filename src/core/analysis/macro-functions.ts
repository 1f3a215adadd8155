/** A macro that wraps calls, written as the function that it stands for: `#define hp_lock(mm) mmap_write_lock(mm)`. */
import type { MacroFacts } from '../index/facts.js';

/**
 * C text of a function with the macro's parameters and body; undefined where there is none (an alias, pasted names, or the
 * macro is not on its line). `text` is the file that defines it.
 */
export function functionOfMacro(text: string, { name, line, params, body }: MacroFacts): string | undefined {
  if (params === undefined || body !== undefined) return undefined;
  const lines = text.split('\n').slice(line - 1);
  const last = lines.findIndex((each) => !/\\\r?$/.test(each));
  const whole = lines
    .slice(0, last + 1)
    .map((each) => each.replace(/\\?\r?$/, ''))
    .join('\n');
  const [, inner] = /^\s*#\s*define\s+\w+\([^)]*\)([\s\S]*)$/.exec(whole) ?? [];
  if (inner === undefined) return undefined;
  const named = params.filter((param) => /^\w+$/.test(param) && param !== '__VA_ARGS__');
  const header = `static void *${name}(${named.map((param) => `void *${param}`).join(', ')})`;
  const isStatements = /^\s*(do\b|\{|if\b|for\b|while\b)/.test(inner) || /;\s*\S/.test(inner);
  return isStatements ? `${header} { ${inner}; }` : `${header} { return ${inner}; }`;
}
