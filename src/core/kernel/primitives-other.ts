/** Well known calls that are about no table: those that may sleep, and those that do nothing of ours (so they are no assumption). */
import { named, words } from './primitives-row.js';
import type { Row } from './primitives-row.js';

/** They sleep, or may sleep whatever their arguments are. kmalloc() and its like depend on their flags and are not here. */
const SLEEPING = words(`
  might_sleep might_fault cond_resched __cond_resched schedule schedule_timeout
  schedule_timeout_interruptible schedule_timeout_uninterruptible schedule_timeout_killable
  schedule_timeout_idle io_schedule io_schedule_timeout msleep msleep_interruptible ssleep fsleep
  usleep_range wait_event wait_event_interruptible wait_event_killable wait_event_timeout
  wait_for_completion wait_for_completion_interruptible wait_for_completion_killable
  wait_for_completion_timeout wait_on_bit wait_on_page_bit lock_page lock_page_killable folio_lock
  folio_lock_killable folio_wait_writeback copy_from_user copy_to_user get_user put_user clear_user
  strncpy_from_user strnlen_user copy_to_iter copy_from_iter vmalloc vzalloc vmap vunmap ioremap
  flush_work flush_workqueue flush_delayed_work cancel_work_sync cancel_delayed_work_sync drain_workqueue
  kthread_stop handle_mm_fault get_user_pages get_user_pages_remote pin_user_pages pin_user_pages_remote
  fixup_user_fault faultin_page lru_add_drain_all drain_all_pages migrate_pages mmput rcu_barrier
  request_irq free_irq kern_path filp_open vfs_read kernel_read kernel_write call_usermodehelper
  synchronize_srcu mmu_notifier_invalidate_range_start
`);

/** Printing, barriers, checks, counting, reverse maps, swap entries, signals. Nobody takes a table out of them. */
const HARMLESS = words(`
  printk_deferred _printk seq_pad pt_dump_seq_printf pt_dump_seq_puts pt_dump_cont_printf trace_printk
  vsnprintf sysfs_emit sysfs_emit_at BUILD_BUG_ON_MSG barrier_nospec pgd_ERROR p4d_ERROR pud_ERROR
  pmd_ERROR pte_ERROR touch_nmi_watchdog touch_softlockup_watchdog local_flush_tlb_all
  local_flush_tlb_page local_flush_tlb_kernel_range pfn_to_nid PFN_DOWN PFN_UP PFN_PHYS PHYS_PFN p4d_pfn
  pgd_pfn pte_pgprot pmd_pgprot pud_pgprot pud_write pud_dirty pud_young pmd_special pud_special pte_exec
  pte_user pte_protnone pmd_protnone update_mmu_cache update_mmu_cache_range update_mmu_cache_pmd
  flush_cache_range flush_cache_page flush_cache_mm flush_cache_all flush_cache_vmap flush_cache_vunmap
  flush_dcache_page flush_icache_range arch_enter_lazy_mmu_mode arch_leave_lazy_mmu_mode
  arch_flush_lazy_mmu_mode lazy_mmu_mode_enable lazy_mmu_mode_disable arch_sync_kernel_mappings
  mm_inc_nr_ptes mm_dec_nr_ptes mm_inc_nr_pmds mm_dec_nr_pmds mm_inc_nr_puds mm_dec_nr_puds
  paravirt_release_pte paravirt_release_pmd paravirt_release_pud paravirt_alloc_pte paravirt_alloc_pmd
  paravirt_alloc_pud pgtable_pte_page_dtor pgtable_pmd_page_dtor pagetable_dtor pagetable_pte_dtor
  pagetable_pmd_dtor pagetable_pud_dtor page_table_check_pte_clear_range page_table_check_pte_clear
  tlb_gather_mmu tlb_gather_mmu_fullmm tlb_start_vma tlb_end_vma tlb_change_page_size
  pmdp_get_lockless_sync pmdp_get_lockless_start pmdp_get_lockless_end mmu_notifier_invalidate_range_end
  mmu_notifier_range_init kasan_disable_current kasan_enable_current list_empty INIT_LIST_HEAD list_add
  list_add_tail list_del instrumentation_begin instrumentation_end PageAnonExclusive __flush_tlb_all
  __pfn_to_phys __phys_to_pfn add_mm_counter arch_swap_restore boot_cpu_has bust_spinlocks
  check_stable_address_space count_mthp_stat dec_mm_counter delayacct_wpcopy_end delayacct_wpcopy_start
  fault_signal_pending faulthandler_disabled fixup_exception flush_pmd_entry flush_tlb_batched_pending
  flush_tlb_one folio_add_anon_rmap_pte folio_add_file_rmap_ptes folio_add_lru folio_add_lru_vma
  folio_add_new_anon_rmap folio_is_zone_device folio_mark_accessed folio_mark_dirty folio_next_index
  folio_page folio_remove_rmap_pmd folio_remove_rmap_pte folio_test_clear_young folio_test_dirty
  folio_test_idle folio_test_ksm folio_test_locked folio_test_referenced folio_test_swapcache
  folio_test_uptodate folio_test_writeback folio_trylock folio_unlock force_sig_fault get_order
  i_size_read inc_mm_counter inc_mm_counter_fast instruction_pointer
  is_device_exclusive_entry is_device_private_entry is_hwpoison_entry is_pmd_migration_entry
  is_poisoned_swp_entry kasan_mem_to_shadow linear_page_index lru_add_drain
  lruvec_pgdat make_migration_entry make_readable_exclusive_migration_entry make_readable_migration_entry
  make_writable_migration_entry mark_page_accessed maybe_mkwrite migration_entry_to_page mm_counter
  mm_counter_file mmu_notifier_clear_young mmu_notifier_test_young my_zero_pfn non_swap_entry
  page_add_anon_rmap page_add_file_rmap page_add_new_anon_rmap page_remove_rmap pagefault_out_of_memory
  perf_sw_event pfn_swap_entry_folio pfn_swap_entry_to_page pgtable_l4_enabled pgtable_l5_enabled
  phys_to_page pmd_flags print_vma_addr pte_flags pte_swp_clear_uffd_wp pte_swp_exclusive
  pte_swp_mksoft_dirty pte_swp_mkuffd_wp pte_swp_soft_dirty pte_swp_uffd_wp pte_swp_uffd_wp_any
  pte_to_entrylo pud_flags search_exception_tables set_page_dirty slab_is_available swap_pte_batch
  swp_entry_to_pte swp_offset swp_type thp_migration_supported tlb_remove_tlb_entry trap_no trylock_page
  unhandled_signal unlock_page update_mmu_tlb update_page_count
     virt_to_pfn vm_normal_folio vm_normal_page

`);

/** What a VMA (or the frame of a fault) is: flags that stay as they are while it is held. */
const PROPERTIES = words(`
  is_vm_hugetlb_page is_cow_mapping userfaultfd_armed userfaultfd_missing userfaultfd_pte_wp userfaultfd_wp
  user_mode vma_is_accessible vma_is_anonymous
`);

/** Their result is their first argument: checks that give what they checked, and a table under another type. */
const SAME = words(`
  VM_WARN_ON_ONCE_PAGE VM_WARN_ON_ONCE_FOLIO VM_WARN_ON_FOLIO page_address lowmem_page_address
  page_to_virt virt_to_page virt_to_head_page virt_to_ptdesc page_ptdesc ptdesc_page ptdesc_address
  virt_to_folio
`);

export const OTHER_ROWS: readonly Row[] = [
  ...named(SLEEPING, { kind: 'sleep' }),
  ...named(HARMLESS, { kind: 'nop' }),
  ...named(PROPERTIES, { kind: 'property', of: 0 }),
  ...named(SAME, { kind: 'same', value: 0 }),
  ...named(['min', 'min_t', 'umin'], { kind: 'arithmetic', operator: 'min' }),
  ...named(['max', 'max_t', 'umax'], { kind: 'arithmetic', operator: 'max' }),
  ...named(['ALIGN', 'round_up', 'roundup'], { kind: 'arithmetic', operator: 'align-up' }),
  ...named(['ALIGN_DOWN', 'round_down', 'rounddown'], { kind: 'arithmetic', operator: 'align-down' }),
];
