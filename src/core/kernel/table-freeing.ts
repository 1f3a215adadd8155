/** Does an architecture's code free page tables? Follows calls by name through arch/ARCH/mm, from the roots to a function that frees. */
import type { Files } from '../ports.js';
import { codeOnly, functionsOf } from './c-functions.js';

export interface TableFreeing {
  readonly found: 'yes' | 'no' | 'unknown';
  /** `arch_remove_memory() -> remove_pagetable() -> free_pte_table() frees tables (arch/x86/mm/init_64.c)`. */
  readonly reason: string;
}

interface ArchFunction {
  readonly file: string;
  readonly body: string;
}

const CLEARS = /\b(?:pmd|pud|p4d|pgd)_clear\s*\(/;
const FREES = /(?<![A-Za-z\d])free(?:_\w{1,64})?\s{0,8}\(/;
/** A bound on the search, far above what any architecture needs (the longest chain known has nine calls). */
const MAX_VISITED = 400;

/** Looks for code that clears an entry of an upper level and frees in the same function, reachable from any of the roots. */
export function findTableFreeing(files: Files, architecture: string, roots: readonly string[]): TableFreeing {
  const functions = readFunctions(files, `arch/${architecture}/mm/`);
  if (functions.size === 0) return { found: 'unknown', reason: `no arch/${architecture}/mm` };
  const present = roots.filter((root) => functions.has(root));
  if (present.length === 0)
    return { found: 'no', reason: `no ${roots.map((root) => `${root}()`).join(' nor ')}` };
  const queue: (readonly string[])[] = present.map((root) => [root]);
  const seen = new Set(present);
  for (let chain = queue.shift(); chain !== undefined && seen.size < MAX_VISITED; chain = queue.shift()) {
    for (const { body, file } of functions.get(chain.at(-1) ?? '') ?? []) {
      if (CLEARS.test(body) && FREES.test(body)) {
        const path = chain.map((name) => `${name}()`).join(' -> ');
        return { found: 'yes', reason: `${path} frees tables (${file})` };
      }
      for (const [, callee = ''] of body.matchAll(/\b(\w+)\s*\(/g)) {
        if (seen.has(callee) || !functions.has(callee)) continue;
        seen.add(callee);
        queue.push([...chain, callee]);
      }
    }
  }
  return { found: 'no', reason: `${present.map((root) => `${root}()`).join(' and ')} free no table` };
}

function readFunctions(files: Files, directory: string): ReadonlyMap<string, readonly ArchFunction[]> {
  const found = new Map<string, ArchFunction[]>();
  for (const name of files.list(directory)) {
    if (name.endsWith('/')) {
      for (const [each, list] of readFunctions(files, `${directory}${name}`))
        found.set(each, [...(found.get(each) ?? []), ...list]);
      continue;
    }
    if (!name.endsWith('.c')) continue;
    const file = `${directory}${name}`;
    for (const [each, body] of functionsOf(codeOnly(files.read(file) ?? ''))) {
      found.set(each, [...(found.get(each) ?? []), { file, body: body.slice(body.indexOf('{')) }]);
    }
  }
  return found;
}
