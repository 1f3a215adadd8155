// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The half of memory hot-remove that frees page tables, in miniature: first every entry of the range is cleared, then each
 * table that is empty is unlinked, the TLB flushed, and its page given back.
 */
#include <linux/memory_hotplug.h>
#include <linux/mm.h>

static void free_hotplug_pgtable_page(struct page *page)
{
	free_page((unsigned long)page_address(page));
}

static void unmap_hotplug_pte_range(pmd_t *pmdp, unsigned long addr, unsigned long end)
{
	pte_t *ptep = pte_offset_kernel(pmdp, addr);

	for (; addr < end; addr += PAGE_SIZE, ptep++) {
		if (pte_none(READ_ONCE(*ptep)))
			continue;
		pte_clear(&init_mm, addr, ptep);
	}
}

static void unmap_hotplug_pmd_range(pud_t *pudp, unsigned long addr, unsigned long end)
{
	pmd_t *pmdp = pmd_offset(pudp, addr);
	unsigned long next;

	for (; addr < end; addr = next, pmdp++) {
		next = pmd_addr_end(addr, end);
		if (!pmd_none(READ_ONCE(*pmdp)))
			unmap_hotplug_pte_range(pmdp, addr, next);
	}
}

static void unmap_hotplug_range(pud_t *pudp, unsigned long addr, unsigned long end)
{
	unmap_hotplug_pmd_range(pudp, addr, end);
	flush_tlb_kernel_range(addr, end);
}

static void free_empty_pte_table(pmd_t *pmdp, unsigned long addr)
{
	pte_t *ptep = pte_offset_kernel(pmdp, 0UL);
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++) {
		if (!pte_none(READ_ONCE(ptep[i])))
			return;
	}
	pmd_clear(pmdp);
	__flush_tlb_kernel_pgtable(addr);
	free_hotplug_pgtable_page(virt_to_page(ptep));
}

static void free_empty_pmd_table(pud_t *pudp, unsigned long addr, unsigned long end)
{
	pmd_t *pmdp = pmd_offset(pudp, 0UL);
	unsigned long next, at = addr;
	int i;

	for (; at < end; at = next) {
		next = pmd_addr_end(at, end);
		if (!pmd_none(READ_ONCE(pmdp[pmd_index(at)])))
			free_empty_pte_table(&pmdp[pmd_index(at)], at);
	}
	for (i = 0; i < PTRS_PER_PMD; i++) {
		if (!pmd_none(READ_ONCE(pmdp[i])))
			return;
	}
	pud_clear(pudp);
	__flush_tlb_kernel_pgtable(addr);
	free_hotplug_pgtable_page(virt_to_page(pmdp));
}

/* Called with the memory hotplug lock held for write. */
void arch_remove_memory(u64 start, u64 size)
{
	unsigned long addr = __phys_to_virt(start), end = addr + size, next;

	for (; addr < end; addr = next) {
		pud_t *pudp = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

		next = pud_addr_end(addr, end);
		if (pud_none(READ_ONCE(*pudp)))
			continue;
		unmap_hotplug_range(pudp, addr, next);
		free_empty_pmd_table(pudp, addr, next);
	}
}
