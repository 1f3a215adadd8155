/** Guards of linux/cleanup.h that a tree defines for locks that the tables know: `DEFINE_LOCK_GUARD_0(hotplug, get_online_mems(), ..)`. */
import type { Files } from '../ports.js';
import { codeOnly } from './c-functions.js';
import { lockCallsOf } from './protections.js';

/** By the name in guard(NAME): the call that takes the lock. */
export type TreeGuards = ReadonlyMap<string, string>;

/** Headers in which the locks of the tables are declared; a guard of a lock stands beside it. */
const GUARD_HEADERS: readonly string[] = [
  'include/linux/memory_hotplug.h',
  'include/linux/mmap_lock.h',
  'include/linux/cpuhplock.h',
  'include/linux/cpu.h',
  'include/linux/hugetlb.h',
  'include/linux/rmap.h',
];

interface GuardMacro {
  readonly macro: string;
  /** Place of the taking call among the arguments. */
  readonly lock: number;
  /** The second argument is put behind the name. */
  readonly isExtended?: true;
}

/** include/linux/cleanup.h */
const MACROS: readonly GuardMacro[] = [
  { macro: 'DEFINE_LOCK_GUARD_0', lock: 1 },
  { macro: 'DEFINE_LOCK_GUARD_1', lock: 2 },
  { macro: 'DEFINE_GUARD', lock: 2 },
  { macro: 'DEFINE_LOCK_GUARD_1_COND', lock: 2, isExtended: true },
  { macro: 'DEFINE_GUARD_COND', lock: 2, isExtended: true },
];

/** Empty for a tree without any. A guard of several calls, or of something else than a lock of the tables, is left out. */
export function guardsOfTree(files: Files): TreeGuards {
  return new Map(
    GUARD_HEADERS.flatMap((path) => {
      const text = codeOnly(files.read(path) ?? '');
      return [...text.matchAll(/^(DEFINE_\w+)\s*\(/gm)].flatMap((found) => {
        const row = MACROS.find(({ macro }) => macro === found[1]);
        const args = row ? argumentsAt(text, found.index + found[0].length) : [];
        const [name = '', extension = ''] = args;
        const api = /^!?\s*(\w+)\s*\(/.exec(args[row?.lock ?? 0] ?? '')?.[1];
        if (api === undefined || lockCallsOf(api).length === 0) return [];
        return [[row?.isExtended ? name + extension : name, api] as const];
      });
    }),
  );
}

/** The arguments of a macro's use, from behind its bracket to the bracket that closes it. */
function argumentsAt(text: string, start: number): readonly string[] {
  const args: string[] = [];
  let depth = 1;
  let from = start;
  for (let at = start; at < text.length && depth > 0; at += 1) {
    const sign = text.charAt(at);
    if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    if (depth === 0 || (sign === ',' && depth === 1)) {
      args.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return args.map((each) => each.trim());
}
