/** Real kernel source through the program room: walkers lower and link, in each generation of the interfaces. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { link, type Resolver } from '../../src/core/program/link/link.js';
import { OPTIONS, outOfRange, unitOf, visible, type Unit } from '../unit/program/c.js';

const root = process.env['KERNEL_TREES'] ?? join(homedir(), 'kernel-trees');
const trees = existsSync(root) ? readdirSync(root).filter((name) => name.startsWith('v')) : [];

/** Functions that walk kernel tables, with the files to link them from. */
const WALKS: readonly { readonly files: readonly string[]; readonly functions: readonly string[] }[] = [
  { files: ['mm/ptdump.c', 'mm/pagewalk.c'], functions: ['ptdump_walk_pgd'] },
  { files: ['mm/vmalloc.c'], functions: ['vmalloc_to_page'] },
  { files: ['mm/memory.c'], functions: ['apply_to_page_range', 'apply_to_existing_page_range'] },
  { files: ['arch/arm/mm/dump.c', 'mm/ptdump.c', 'mm/pagewalk.c'], functions: ['ptdump_walk_pgd'] },
  { files: ['arch/arm64/mm/mmu.c'], functions: ['kern_addr_valid', 'vmemmap_free'] },
  { files: ['arch/x86/mm/init_64.c'], functions: ['kern_addr_valid'] },
  { files: ['arch/x86/mm/pat/set_memory.c'], functions: ['lookup_address', 'lookup_pmd_address'] },
];

function joined(units: readonly Unit[]): Resolver {
  return {
    function: (name, from) =>
      units.map(({ functions }) => functions.get(name)).find((each) => each?.file === from) ??
      units.map(({ functions }) => functions.get(name)).find((each) => each !== undefined),
    initializer: (object, field) =>
      units.map(({ resolver }) => resolver.initializer(object, field)).find((each) => each !== undefined),
    isOwn: (name, file) => units.some(({ functions }) => functions.get(name)?.file === file),
    candidates: (path, from) => units.flatMap(({ resolver }) => resolver.candidates(path, from)),
  };
}

if (trees.length === 0) it.skip(`skipped: no kernel tree in ${root} (set KERNEL_TREES)`, () => undefined);

describe.each(trees)('%s', (tree) => {
  const units = new Map<string, Unit>();
  const unit = (file: string): Unit | undefined => {
    const path = join(root, tree, file);
    if (!units.has(file) && existsSync(path))
      units.set(file, unitOf(readFileSync(path, 'utf8'), undefined, file));
    return units.get(file);
  };

  it('lowers every function of the walkers, with no step out of range', () => {
    let functions = 0;
    for (const file of new Set(WALKS.flatMap(({ files }) => files)))
      for (const program of unit(file)?.functions.values() ?? []) {
        functions += 1;
        expect(outOfRange(program.steps), `${file}:${program.name}`).toBeUndefined();
      }
    expect(functions).toBeGreaterThan(500);
  });

  it('links the walks that it has', () => {
    const linked: string[] = [];
    for (const { files, functions } of WALKS) {
      const present = files.flatMap((file) => unit(file) ?? []);
      for (const name of functions) {
        const program = present[0]?.functions.get(name);
        if (!program) continue;
        const result = link(program, joined(present), OPTIONS);
        expect(result.linked ? 'linked' : result.reason, `${files[0] ?? ''}:${name}`).toBe('linked');
        linked.push(name);
        if (result.linked)
          expect(visible(result.program.steps).some((op) => op.startsWith('load'))).toBe(true);
      }
    }
    expect(linked.length).toBeGreaterThan(3);
  });

  it('reads every level of a page table dump, under the locks that it takes', () => {
    const [dump, walker] = [unit('mm/ptdump.c'), unit('mm/pagewalk.c')];
    const program = dump?.functions.get('ptdump_walk_pgd');
    if (!dump || !walker || !program) throw new Error('the tree has no mm/ptdump.c');
    const result = link(program, joined([dump, walker]), OPTIONS);
    if (!result.linked) throw new Error(result.reason);
    const ops = visible(result.program.steps);
    for (const level of ['pud', 'pmd', 'pte'])
      expect(
        ops.some((op) => op.startsWith('load') && op.includes(`(${level}`)),
        level,
      ).toBe(true);
    expect(ops.some((op) => /^lock mmap_lock\(init_mm\)/.test(op))).toBe(true);
    const taken = ops.filter((op) => op.startsWith('lock')).length;
    expect(ops.filter((op) => op.startsWith('unlock')).length).toBe(taken);
  });
});
