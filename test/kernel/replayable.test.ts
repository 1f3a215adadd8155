/**
 * How many walkers of 6.12 can be replayed: every twelfth of those that a scan lists (scripts/replayable.ts counts them all). Which
 * can't is told by name, so that another is noticed.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const WALKERS = `
arch/alpha/mm/fault.c:do_page_fault
arch/arm/mm/fault-armv.c:adjust_pte
arch/arm/mm/mmu.c:fixmap_pmd
arch/arm64/kernel/efi.c:efi_set_mapping_permissions
arch/arm64/mm/pageattr.c:kernel_page_present
arch/loongarch/mm/pageattr.c:__set_memory
arch/m68k/sun3x/dvma.c:dvma_map_cpu
arch/nios2/mm/fault.c:do_page_fault
arch/parisc/kernel/pci-dma.c:unmap_uncached_pages
arch/powerpc/include/asm/pte-walk.h:ppc_find_vmap_phys
arch/powerpc/mm/book3s64/hash_pgtable.c:hash__map_kernel_page
arch/powerpc/mm/book3s64/subpage_prot.c:subpage_mark_vma_nohuge
arch/powerpc/mm/mem.c:paging_init
arch/powerpc/xmon/xmon.c:show_pte
arch/riscv/mm/kasan_init.c:kasan_populate
arch/s390/mm/gmap.c:thp_split_mm
arch/sh/kernel/io_trapped.c:lookup_tiop
arch/sparc/kernel/signal32.c:flush_signal_insns
arch/sparc/mm/srmmu.c:srmmu_unmapioaddr
arch/x86/coco/tdx/tdx.c:tdx_kexec_finish
arch/x86/mm/fault.c:vmalloc_fault
arch/x86/mm/init_64.c:populate_extra_pmd
arch/x86/mm/kaslr.c:init_trampoline_kaslr
arch/x86/mm/pat/cpa-test.c:pageattr_test
arch/x86/mm/pti.c:pti_clone_p4d
arch/x86/xen/mmu_pv.c:make_lowmem_page_readwrite
arch/xtensa/mm/fault.c:vmalloc_fault
drivers/gpu/drm/i915/i915_mm.c:remap_io_sg
drivers/xen/xenbus/xenbus_client.c:xenbus_unmap_ring_pv
fs/proc/task_mmu.c:clear_refs_write
mm/compaction.c:__reset_isolation_pfn
mm/highmem.c:kmap_get_pte
mm/hugetlb.c:huge_pte_alloc
mm/kmemleak.c:kmemleak_scan
mm/memory-failure.c:dev_pagemap_mapping_shift
mm/memory.c:walk_to_pmd
mm/mempolicy.c:queue_pages_range
mm/page_alloc.c:__move_freepages_block
mm/page_owner.c:pagetypeinfo_showmixedcount_print
mm/shuffle.c:shuffle_valid_page
mm/vmscan.c:walk_mm
`
  .trim()
  .split('\n');

/** The table that it works on is the top one. */
const NOT_REPLAYABLE = ['arch/alpha/mm/fault.c:do_page_fault'];

/** Made, compiled and begun: whether it can be run is known after the first state. */
const BARELY = { maxStates: 1, maxMs: 60_000 };

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));

test('more than nine of ten walkers of 6.12 can be replayed', { timeout: 300_000 }, async ({ skip }) => {
  if (tree === undefined) return skip(NO_TREES);
  const session = await sessionOver(tree.root, join('.cache', 'replayable'));
  const failed = WALKERS.filter((walker) => {
    const [file = '', name = ''] = walker.split(':');
    return session.explore({ file, function: name, with: [], bounds: BARELY }).kind === 'not-replayable';
  });
  expect(failed).toEqual(NOT_REPLAYABLE);
  expect(failed.length).toBeLessThan(WALKERS.length / 10);
});
