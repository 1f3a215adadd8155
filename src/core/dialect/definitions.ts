/** Functions that a macro defines: SYSCALL_DEFINE3(mprotect, unsigned long, start, ..) { .. } becomes long mprotect( unsigned long  start, ..). */
import { WORD } from './lex.js';
import { blank, splitArguments, type Sheet } from './sheet.js';

interface DefiningMacro {
  readonly pattern: RegExp;
  /** How the parameters are written: `pairs` are type, name, type, name; `none`: what follows the name is no parameter. */
  readonly params: 'pairs' | 'written' | 'none';
  readonly prefix: string;
  readonly why: string;
}

export const DEFINING_MACROS: readonly DefiningMacro[] = [
  {
    pattern: /^(__)?SYSCALL_DEFINE\d$/,
    params: 'pairs',
    prefix: 'sys_',
    why: 'include/linux/syscalls.h: SYSCALL_DEFINEx',
  },
  {
    pattern: /^COMPAT_SYSCALL_DEFINE\d$/,
    params: 'pairs',
    prefix: 'compat_sys_',
    why: 'include/linux/compat.h: COMPAT_SYSCALL_DEFINEx',
  },
  {
    pattern: /^(\w+_)?SYSCALL32?_DEFINE\d$/,
    params: 'pairs',
    prefix: 'sys_',
    why: 'arch wrappers: SYSCALL32_DEFINE1 of mips, PPC32_SYSCALL_DEFINE3',
  },
  {
    pattern: /^(NOTRACE_)?BPF_CALL_\d$/,
    params: 'pairs',
    prefix: '',
    why: 'include/linux/filter.h: BPF_CALL_x',
  },
  {
    pattern: /^DEFINE_(FREE|CLASS|GUARD|LOCK_GUARD_\d)/,
    params: 'none',
    prefix: '',
    why: 'include/linux/cleanup.h',
  },
];

const FALLBACK: DefiningMacro = {
  pattern: /^/,
  params: 'written',
  prefix: '',
  why: 'NAME(function) { or NAME(function, type arg) {',
};

/** Rewrites the header NAME(first, ...) whose body follows; the function is named by the first argument. */
export function functionFromMacro(sheet: Sheet, macro: number, close: number): void {
  const { tokens } = sheet;
  const args = splitArguments(sheet, macro + 1, close);
  const first = args[0];
  if (first === undefined || first[0] !== first[1] || tokens.kind[first[0]] !== WORD) return;
  const macroName = tokens.word[macro] ?? '';
  const row = DEFINING_MACROS.find((each) => each.pattern.test(macroName)) ?? FALLBACK;
  const start = tokens.start[macro] ?? 0;
  const name = tokens.word[first[0]] ?? '';
  if (macroName.length < 'int'.length) return;
  const rest = args.slice(1);
  const keepsParams =
    row.params === 'pairs'
      ? rest.length % 2 === 0 && rest.length > 0
      : row.params === 'written' && rest.every(([from, to]) => to > from) && rest.length > 0;
  if (keepsParams) {
    // the name stays where it is: `int          name( type  arg, ...)`
    blank(sheet, macro, macro + 1, 'int');
    blank(sheet, first[1] + 1, first[1] + 1, '(');
    if (row.params === 'pairs')
      for (let i = 0; i < rest.length; i += 2) blankComma(sheet, rest[i]?.[1] ?? -1);
    sheet.renames.push({
      offset: tokens.start[first[0]] ?? 0,
      kind: 'function',
      name: row.prefix + name,
      macro: macroName,
    });
  } else {
    // no room behind the name: it moves to the front, `int name(  )`
    const end = tokens.end[close] ?? 0;
    const word = `int ${name}(`;
    const line = tokens.text.slice(start, end - 1);
    if (word.length > line.length || line.slice(0, word.length).includes('\n')) return;
    sheet.blankings.push({ start, end: end - 1, word });
    sheet.renames.push({ offset: start + 4, kind: 'function', name: row.prefix + name, macro: macroName });
  }
}

function blankComma(sheet: Sheet, token: number): void {
  if (sheet.tokens.word[token + 1] === ',') blank(sheet, token + 1, token + 1);
}
