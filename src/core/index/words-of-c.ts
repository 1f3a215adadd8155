/** Words of C and of kernel C that are never the name of what is called or defined. */

/** Words before a `(` that make no call. */
export const NO_CALL: ReadonlySet<string> = new Set([
  'if',
  'while',
  'for',
  'switch',
  'return',
  'sizeof',
  'typeof',
  '__typeof__',
  '__typeof',
  'typeof_unqual',
  'alignof',
  '_Alignof',
  '__alignof__',
  '_Generic',
  '_Static_assert',
  'static_assert',
  'asm',
  '__asm__',
  '__asm',
  'volatile',
  '__volatile__',
  'goto',
  'defined',
  'case',
  'else',
  'do',
  '__attribute__',
  '__attribute',
  'offsetof',
  'int',
  'char',
  'void',
  'long',
  'short',
  'unsigned',
  'signed',
  'const',
  'struct',
  'union',
  'enum',
]);

/** Words that go before a call or a value and do not declare it. */
export const BEFORE_VALUE: ReadonlySet<string> = new Set([
  'return',
  'else',
  'do',
  'goto',
  'case',
  'sizeof',
  'in',
]);

/** Words of a declaration that say nothing of its type. */
export const STORAGE: ReadonlySet<string> = new Set([
  ...[
    'static',
    'extern',
    'inline',
    '__inline',
    '__inline__',
    'const',
    'volatile',
    'register',
    'asmlinkage',
    'notrace',
    'noinline',
    'noinstr',
  ],
  ...['noinline_for_stack', 'noinline_for_tracing', 'noreturn', 'fastcall', 'nokprobe_inline', 'typedef'],
]);

/** Marks without the leading underscores that others have. */
const PLAIN_MARKS: ReadonlySet<string> = new Set([
  'asmlinkage',
  'notrace',
  'noinline',
  'noinstr',
  'noinline_for_stack',
  'nokprobe_inline',
]);

export function isMark(word: string): boolean {
  return word.startsWith('__') || PLAIN_MARKS.has(word);
}

/** Whether a name can be a function, a variable or a table: macro constants (`GFP_KERNEL`, `NULL`) are upper case. */
export function mayBeObject(name: string): boolean {
  return /[a-z]/.test(name) && name !== 'true' && name !== 'false' && name !== 'current';
}
