/**
 * Where each primitive is defined: `file: names`, of 6.12 where it has the name, else of the tree after `@`. Where several
 * architectures have their own, one of them stands for all. Those of 4.18 are gone from 5.10 on: no test checks them. Page flags are made by
 * macros of page-flags.h.
 */
import { words } from './primitives-row.js';

const TABLE = `
arch/alpha/include/asm/pgtable.h: pmd_set pud_set
arch/arc/mm/tlb.c: local_flush_tlb_kernel_range local_flush_tlb_page
arch/arm/include/asm/pgtable.h: pte_valid_user
arch/arm/include/asm/tlbflush.h: flush_pmd_entry flush_tlb_kernel_page
arch/arm/mm/pgd.c: __pgd_alloc
arch/arm64/include/asm/barrier.h: dmb dsb isb
arch/arm64/include/asm/memory.h: phys_to_page
arch/arm64/include/asm/pgtable.h: __pte_clear __ptep_get __ptep_get_and_clear __set_pte __set_pte_at
    __set_pte_nosync __set_ptes p4d_offset_kimg p4d_offset_phys p4d_pte p4d_set_fixmap_offset
    pgtable_l4_enabled pmd_offset_kimg pmd_offset_phys pmd_pte pmd_sect pmd_set_fixmap_offset pmd_table
    pmd_valid pte_mkinvalid pte_offset_kimg pte_offset_phys pte_pmd pte_pud pte_set_fixmap_offset pte_user
    pte_valid pud_offset_kimg pud_offset_phys pud_pmd pud_pte pud_sect pud_set_fixmap_offset pud_table
    pud_valid
arch/arm64/include/asm/tlbflush.h: __flush_tlb_kernel_pgtable __flush_tlb_range flush_tlb_all
    flush_tlb_kernel_range local_flush_tlb_all
arch/arm64/mm/mmu.c: free_hotplug_pgtable_page
arch/arm64/mm/ptdump.c: pt_dump_seq_puts
arch/csky/include/asm/ptrace.h: trap_no
arch/csky/mm/tlb.c: flush_tlb_one
arch/m68k/include/asm/mcf_pgtable.h: pmd_bad2 pmd_none2
arch/mips/include/asm/pgtable-bits.h: pte_to_entrylo
arch/parisc/include/asm/pgtable.h: __pmd_page
arch/parisc/mm/hugetlbpage.c: __set_huge_pte_at
arch/powerpc/include/asm/book3s/64/pgtable.h: pmdp_ptep pte_p4d
arch/powerpc/include/asm/kvm_book3s_64.h: find_kvm_host_pte
arch/powerpc/include/asm/pgtable-be-types.h: pmd_raw pte_raw pud_raw
arch/powerpc/include/asm/pte-walk.h: find_init_mm_pte find_linux_pte
arch/powerpc/mm/book3s64/pgtable.c: serialize_against_pte_lookup
arch/powerpc/mm/book3s64/radix_tlb.c: radix__flush_tlb_kernel_range radix__flush_tlb_pwc_range_psize
    radix__flush_tlb_range
arch/powerpc/mm/pgtable.c: __find_linux_pte
arch/riscv/include/asm/pgalloc.h: __p4d_free
arch/riscv/include/asm/pgtable-64.h: p4d_page_vaddr pgd_pgtable
arch/s390/include/asm/pgtable.h: p4d_deref pgd_deref pgd_offset_raw pmd_deref pud_deref
arch/sparc/include/asm/pgtsrmmu.h: __nocache_fix
arch/sparc/mm/init_64.c: __pte_free kern_addr_valid
arch/x86/include/asm/cpufeature.h: boot_cpu_has
arch/x86/include/asm/io.h: page_to_phys
arch/x86/include/asm/page.h: __pa __va virt_to_page
arch/x86/include/asm/paravirt.h: __pgd __pte paravirt_alloc_pmd paravirt_alloc_pte paravirt_alloc_pud
    paravirt_release_pmd paravirt_release_pte paravirt_release_pud pgd_val pmd_clear pte_clear pte_val
    set_pmd set_pte set_pte_atomic
arch/x86/include/asm/pgalloc.h: __p4d_free_tlb __pmd_free_tlb __pte_free_tlb __pud_free_tlb pmd_populate
    pmd_populate_kernel pud_populate_safe
arch/x86/include/asm/pgtable-2level.h: native_pmd_clear native_pmdp_get_and_clear native_pte_clear
    native_ptep_get_and_clear native_pud_clear native_pudp_get_and_clear native_set_pmd native_set_pte
    native_set_pte_atomic native_set_pud pgd_ERROR pte_ERROR
arch/x86/include/asm/pgtable.h: mk_pmd mk_pte native_local_pmdp_get_and_clear
    native_local_ptep_get_and_clear p4d_index p4d_pfn pfn_pmd pfn_pte pfn_pud pgd_pfn pmd_bad
    pmd_clear_flags pmd_mkclean pmd_mkdevmap pmd_mkdirty pmd_mkhuge pmd_mkinvalid pmd_mkold
    pmd_mkwrite_novma pmd_mkyoung pmd_modify pmd_none pmd_page pmd_page_vaddr pmd_pfn pmd_present
    pmd_set_flags pmd_wrprotect pte_clear_flags pte_dirty pte_exec pte_huge pte_mkclean pte_mkdevmap
    pte_mkdirty pte_mkhuge pte_mkold pte_mkwrite_novma pte_mkyoung pte_modify pte_none pte_page pte_pfn
    pte_present pte_set_flags pte_swp_exclusive pte_write pte_wrprotect pte_young pud_clear_flags pud_dirty
    pud_mkclean pud_mkdevmap pud_mkdirty pud_mkhuge pud_mkinvalid pud_mkold pud_mkwrite pud_mkyoung
    pud_modify pud_set_flags pud_wrprotect pud_young set_pmd_at set_pud_at update_mmu_cache
    update_mmu_cache_pmd update_mmu_cache_range
arch/x86/include/asm/pgtable_32_types.h: pgtable_l5_enabled
arch/x86/include/asm/pgtable_64.h: native_p4d_clear native_pgd_clear native_set_p4d native_set_pgd
arch/x86/include/asm/pgtable_types.h: native_make_p4d native_make_pgd native_make_pmd native_make_pte
    native_make_pud native_p4d_val native_pgd_val native_pmd_val native_pte_val native_pud_val pmd_flags
    pte_flags pud_flags update_page_count
arch/x86/include/asm/ptrace.h: instruction_pointer user_mode
arch/x86/include/asm/tlbflush.h: flush_tlb_page flush_tlb_range
arch/x86/include/asm/xen/page.h: virt_to_pfn
arch/x86/kvm/emulate.c: PageTable
arch/x86/mm/dump_pagetables.c: pt_dump_cont_printf pt_dump_seq_printf
arch/x86/mm/extable.c: fixup_exception
arch/x86/mm/fault.c: arch_sync_kernel_mappings
arch/x86/mm/init_64.c: free_pagetable
arch/x86/mm/pat/memtype.c: follow_phys
arch/x86/mm/pat/set_memory.c: cpa_flush_all lookup_address lookup_address_in_pgd lookup_address_in_pgd_attr
    lookup_pmd_address slow_virt_to_phys
arch/x86/mm/pgtable.c: pgd_alloc pudp_test_and_clear_young
arch/x86/mm/tlb.c: __flush_tlb_all flush_tlb_mm_range
arch/x86/xen/mmu_pv.c: xen_set_p4d xen_set_pmd xen_set_pud
fs/namei.c: kern_path
fs/open.c: filp_open
fs/proc/page.c: stable_page_flags
fs/read_write.c: kernel_read kernel_write vfs_read
fs/seq_file.c: seq_pad seq_printf seq_put_decimal_ull seq_put_hex_ll seq_putc seq_write
include/asm-generic/barrier.h: mb rmb smp_mb smp_rmb smp_wmb wmb
include/asm-generic/bug.h: BUG BUG_ON WARN WARN_ON WARN_ONCE WARN_ON_ONCE
include/asm-generic/cacheflush.h: flush_cache_all flush_cache_mm flush_cache_page flush_cache_range
    flush_cache_vmap flush_cache_vunmap flush_dcache_page flush_icache_range
include/asm-generic/getorder.h: get_order
include/asm-generic/hugetlb.h: huge_pte_clear huge_pte_none huge_pte_none_mostly huge_ptep_get
    huge_ptep_get_and_clear
include/asm-generic/io.h: ioremap phys_to_virt virt_to_phys
include/asm-generic/memory_model.h: __pfn_to_page __pfn_to_phys __phys_to_pfn page_to_pfn pfn_to_page
include/asm-generic/pgalloc.h: __pte_alloc_one __pte_alloc_one_kernel __pud_alloc_one __pud_free pgd_free
    pmd_alloc_one pmd_alloc_one_noprof pmd_free pte_alloc_one pte_alloc_one_kernel
    pte_alloc_one_kernel_noprof pte_alloc_one_noprof pte_free pte_free_kernel pud_alloc_one
    pud_alloc_one_noprof pud_free
include/asm-generic/pgtable-nop4d.h: __p4d p4d_ERROR p4d_alloc_one p4d_free p4d_free_tlb p4d_offset p4d_val
    pgd_bad pgd_clear pgd_none pgd_page pgd_page_vaddr pgd_populate pgd_populate_safe pgd_present set_pgd
include/asm-generic/pgtable-nopmd.h: __pmd pmd_ERROR pmd_free_tlb pmd_val pud_bad pud_clear pud_none
    pud_page pud_pgtable pud_populate pud_present set_pud
include/asm-generic/pgtable-nopud.h: __pud p4d_bad p4d_clear p4d_none p4d_page p4d_pgtable p4d_populate
    p4d_populate_safe p4d_present pud_ERROR pud_free_tlb pud_val set_p4d
include/asm-generic/pgtable_uffd.h: pmd_mkuffd_wp pmd_uffd_wp pte_mkuffd_wp pte_swp_clear_uffd_wp
    pte_swp_mkuffd_wp pte_swp_uffd_wp pte_uffd_wp
include/asm-generic/tlb.h: pte_free_tlb tlb_change_page_size tlb_end_vma tlb_flush_mmu_tlbonly
    tlb_remove_ptdesc tlb_remove_tlb_entry tlb_start_vma
include/asm-generic/tlbflush.h: flush_tlb_mm
include/asm-generic/uaccess.h: clear_user get_user put_user
include/linux/align.h: ALIGN ALIGN_DOWN
include/linux/array_size.h: ARRAY_SIZE
include/linux/build_bug.h: BUILD_BUG BUILD_BUG_ON BUILD_BUG_ON_MSG static_assert
include/linux/compiler.h: barrier data_race likely unlikely
include/linux/delay.h: fsleep ssleep usleep_range
include/linux/delayacct.h: delayacct_wpcopy_end delayacct_wpcopy_start
include/linux/err.h: ERR_PTR IS_ERR IS_ERR_OR_NULL PTR_ERR
include/linux/fortify-string.h: memcmp memcpy memmove memset strlen
include/linux/fs.h: i_size_read
include/linux/genl_magic_func.h: pr_info
include/linux/gfp.h: __free_page free_page free_pages
include/linux/huge_mm.h: count_mthp_stat is_swap_pmd pmd_trans_huge_lock pud_trans_huge_lock
    thp_migration_supported
include/linux/hugetlb.h: arch_make_huge_pte flush_hugetlb_tlb_range huge_pte_lock huge_pte_lockptr
    huge_pte_offset huge_ptep_clear_flush hugetlb_walk pte_alloc_huge pte_offset_huge set_huge_pte_at
include/linux/hugetlb_inline.h: is_vm_hugetlb_page
include/linux/instrumentation.h: instrumentation_begin instrumentation_end
include/linux/interrupt.h: request_irq
include/linux/kasan.h: kasan_disable_current kasan_enable_current kasan_mem_to_shadow
include/linux/kconfig.h: IS_ENABLED
include/linux/kernel.h: might_fault might_sleep trace_printk
include/linux/list.h: INIT_LIST_HEAD list_add list_add_tail list_del list_empty
include/linux/math.h: round_down round_up rounddown roundup
include/linux/memcontrol.h: folio_memcg
include/linux/memory_hotplug.h: pfn_to_online_page
include/linux/migrate.h: PageMovable migrate_pages
include/linux/minmax.h: max max_t min min_t umax umin
include/linux/mm.h: __p4d_alloc __pmd_alloc __pud_alloc add_mm_counter compound_nr compound_order
    dec_mm_counter fixup_user_fault folio_mapcount folio_nid folio_nr_pages folio_order folio_pgdat
    folio_zone get_locked_pte get_page_unless_zero get_user_page_fast_only handle_mm_fault inc_mm_counter
    is_cow_mapping lowmem_page_address maybe_mkwrite mm_counter mm_counter_file mm_dec_nr_pmds
    mm_dec_nr_ptes mm_dec_nr_puds mm_inc_nr_pmds mm_inc_nr_ptes mm_inc_nr_puds p4d_alloc page_address
    page_mapped page_pgdat page_to_nid page_to_virt page_zone page_zone_id pagetable_free pagetable_pmd_dtor
    pagetable_pte_dtor pagetable_pud_dtor pfn_folio pmd_alloc pmd_lock pmd_lockptr pmd_mkspecial
    pmd_pgtable_page pmd_special print_vma_addr ptdesc_address pte_alloc pte_alloc_kernel pte_alloc_map
    pte_alloc_map_lock pte_devmap pte_lockptr pte_mkspecial pte_offset_map pte_offset_map_lock pte_special
    pte_unmap_unlock ptep_lockptr pud_alloc pud_lock pud_lockptr pud_mkspecial pud_special try_get_page
    virt_to_folio virt_to_head_page virt_to_ptdesc vma_is_accessible vma_is_anonymous
include/linux/mm_inline.h: folio_lru_gen
include/linux/mm_types.h: page_private page_ptdesc ptdesc_page
include/linux/mmdebug.h: VM_BUG_ON VM_BUG_ON_FOLIO VM_BUG_ON_MM VM_BUG_ON_PAGE VM_BUG_ON_VMA VM_WARN_ON
    VM_WARN_ON_FOLIO VM_WARN_ON_ONCE VM_WARN_ON_ONCE_FOLIO VM_WARN_ON_ONCE_PAGE
include/linux/mmu_notifier.h: mmu_notifier_clear_young mmu_notifier_invalidate_range_end
    mmu_notifier_invalidate_range_start mmu_notifier_range_init mmu_notifier_test_young
    pmdp_clear_flush_young_notify pmdp_clear_young_notify ptep_clear_flush_notify
    ptep_clear_flush_young_notify ptep_clear_young_notify
include/linux/mmzone.h: folio_is_zone_device get_pageblock_migratetype is_zone_device_page lruvec_pgdat
    online_section_nr page_zonenum pfn_in_present_section pfn_section_valid pfn_to_nid pfn_valid
include/linux/netdevice.h: synchronize_net
include/linux/nmi.h: touch_nmi_watchdog touch_softlockup_watchdog
include/linux/nospec.h: barrier_nospec
include/linux/oom.h: check_stable_address_space
include/linux/page-flags.h: PageActive PageAnon PageAnonExclusive PageBuddy PageCompound PageDirty PageGuard
    PageHWPoison PageHasHWPoisoned PageHead PageHuge PageIdle PageIsolated PageKsm PageLRU PageLocked
    PageMlocked PageOffline PagePoisoned PagePrivate PageReferenced PageReported PageReserved PageSlab
    PageSwapBacked PageTail PageTransCompound PageTransHuge PageUnevictable PageUptodate PageWriteback
    PageYoung compound_head folio_page folio_test_anon folio_test_dirty folio_test_ksm folio_test_large
    folio_test_locked folio_test_lru folio_test_referenced folio_test_slab folio_test_swapcache
    folio_test_uptodate folio_test_writeback page_folio page_has_type
include/linux/page-isolation.h: is_migrate_isolate_page
include/linux/page_ext.h: page_ext_get page_ext_put
include/linux/page_idle.h: folio_test_clear_young folio_test_idle
include/linux/page_ref.h: folio_ref_count page_count page_ref_count
include/linux/page_table_check.h: page_table_check_pte_clear page_table_check_pte_clear_range
include/linux/pagemap.h: folio_lock folio_lock_killable folio_next_index folio_trylock linear_page_index
    lock_page page_offset trylock_page
include/linux/pagewalk.h: folio_walk_end
include/linux/perf_event.h: perf_sw_event
include/linux/pfn.h: PFN_DOWN PFN_PHYS PFN_UP PHYS_PFN
include/linux/pgalloc.h: p4d_populate_kernel pgd_populate_kernel
include/linux/pgtable.h: arch_enter_lazy_mmu_mode arch_flush_lazy_mmu_mode arch_leave_lazy_mmu_mode
    arch_swap_restore clear_full_ptes clear_not_present_full_ptes flush_pmd_tlb_range flush_pud_tlb_range
    get_and_clear_full_ptes my_zero_pfn p4d_addr_end p4d_clear_bad p4d_clear_huge p4d_leaf
    p4d_none_or_clear_bad p4d_offset_lockless p4d_set_huge p4dp_get pgd_addr_end pgd_devmap pgd_index
    pgd_leaf pgd_none_or_clear_bad pgd_offset pgd_offset_gate pgd_offset_k pgd_offset_pgd pgdp_get
    pmd_addr_end pmd_clear_huge pmd_devmap pmd_dirty pmd_folio pmd_index pmd_leaf pmd_mksoft_dirty
    pmd_mkwrite pmd_none_or_clear_bad pmd_off pmd_off_k pmd_offset pmd_offset_lockless pmd_pgprot
    pmd_pgtable pmd_protnone pmd_same pmd_set_huge pmd_soft_dirty pmd_trans_huge pmd_write pmd_young
    pmdp_clear_flush_young pmdp_collapse_flush pmdp_get pmdp_get_lockless pmdp_get_lockless_sync
    pmdp_huge_get_and_clear pmdp_huge_get_and_clear_full pmdp_set_access_flags pmdp_set_wrprotect
    pmdp_test_and_clear_young pte_accessible pte_advance_pfn pte_clear_not_present_full pte_index
    pte_mksoft_dirty pte_mkwrite pte_offset_kernel pte_pgprot pte_protnone pte_same pte_soft_dirty
    pte_swp_mksoft_dirty pte_swp_soft_dirty pte_unmap ptep_clear ptep_get ptep_get_and_clear
    ptep_get_and_clear_full ptep_get_lockless ptep_modify_prot_start ptep_set_wrprotect
    ptep_test_and_clear_young pud_addr_end pud_clear_bad pud_clear_huge pud_devmap pud_index pud_leaf
    pud_none_or_clear_bad pud_offset pud_offset_lockless pud_pfn pud_pgprot pud_same pud_set_huge
    pud_trans_huge pud_trans_unstable pud_write pudp_get pudp_huge_get_and_clear
    pudp_huge_get_and_clear_full pudp_set_access_flags pudp_set_wrprotect set_p4d_safe set_pgd_safe
    set_pmd_safe set_pte_at set_pte_safe set_ptes set_pud_safe update_mmu_tlb virt_to_kpte
include/linux/prefetch.h: prefetch prefetchw
include/linux/printk.h: dump_stack pr_alert pr_cont pr_crit pr_debug pr_devel pr_emerg pr_err pr_err_once
    pr_err_ratelimited pr_info_once pr_notice pr_warn pr_warn_once pr_warn_ratelimited printk
    printk_deferred printk_once printk_ratelimited
include/linux/raid/pq.h: cpu_relax
include/linux/rcutiny.h: synchronize_rcu_expedited
include/linux/rmap.h: folio_add_anon_rmap_pte folio_remove_rmap_pte page_vma_mapped_walk_done
include/linux/sched.h: cond_resched need_resched
include/linux/sched/signal.h: fatal_signal_pending fault_signal_pending signal_pending
include/linux/seq_file.h: seq_puts
include/linux/set_memory.h: kernel_page_present
include/linux/smp.h: kick_all_cpus_sync raw_smp_processor_id smp_processor_id
include/linux/string.h: strscpy
include/linux/swapops.h: is_device_exclusive_entry is_device_private_entry is_hwpoison_entry
    is_pmd_migration_entry is_poisoned_swp_entry make_readable_exclusive_migration_entry
    make_readable_migration_entry make_writable_migration_entry non_swap_entry pfn_swap_entry_folio
    pfn_swap_entry_to_page pte_none_mostly swp_entry_to_pte swp_offset swp_type
include/linux/sysfs.h: sysfs_emit sysfs_emit_at
include/linux/uaccess.h: copy_from_user copy_to_user faulthandler_disabled untagged_addr
include/linux/uio.h: copy_from_iter copy_to_iter
include/linux/userfaultfd_k.h: pte_swp_uffd_wp_any userfaultfd_armed userfaultfd_missing userfaultfd_pte_wp
    userfaultfd_wp
include/linux/vmalloc.h: vmalloc vzalloc
include/linux/wait.h: wait_event wait_event_interruptible wait_event_killable wait_event_timeout
include/linux/wait_bit.h: wait_on_bit
include/linux/workqueue.h: flush_workqueue
kernel/extable.c: search_exception_tables
kernel/fork.c: mmput
kernel/irq/manage.c: free_irq
kernel/kthread.c: kthread_stop
kernel/printk/printk.c: _printk
kernel/rcu/srcutiny.c: synchronize_srcu
kernel/rcu/tiny.c: rcu_barrier synchronize_rcu
kernel/sched/completion.c: wait_for_completion wait_for_completion_interruptible
    wait_for_completion_killable wait_for_completion_timeout
kernel/sched/core.c: __cond_resched io_schedule io_schedule_timeout schedule
kernel/signal.c: force_sig_fault unhandled_signal
kernel/time/timer.c: msleep msleep_interruptible schedule_timeout schedule_timeout_idle
    schedule_timeout_interruptible schedule_timeout_killable schedule_timeout_uninterruptible
kernel/umh.c: call_usermodehelper
kernel/workqueue.c: cancel_delayed_work_sync cancel_work_sync drain_workqueue flush_delayed_work flush_work
lib/bust_spinlocks.c: bust_spinlocks
lib/string.c: strcmp strncmp
lib/strncpy_from_user.c: strncpy_from_user
lib/strnlen_user.c: strnlen_user
lib/vsprintf.c: scnprintf snprintf sprintf vsnprintf
mm/debug.c: dump_page
mm/filemap.c: folio_unlock
mm/folio-compat.c: mark_page_accessed set_page_dirty unlock_page
mm/gup.c: faultin_page get_user_pages get_user_pages_fast get_user_pages_fast_only get_user_pages_remote
    get_user_pages_unlocked pin_user_pages pin_user_pages_fast pin_user_pages_remote pin_user_pages_unlocked
mm/huge_memory.c: __pmd_trans_huge_lock __pud_trans_huge_lock
mm/internal.h: buddy_order buddy_order_unsafe flush_tlb_batched_pending page_is_buddy swap_pte_batch
mm/memcontrol.c: page_cgroup_ino
mm/memory.c: __get_locked_pte __pte_alloc __pte_alloc_kernel apply_to_existing_page_range
    apply_to_page_range follow_pfnmap_end follow_pfnmap_start pmd_install vm_normal_folio vm_normal_page
mm/mmu_gather.c: tlb_finish_mmu tlb_flush_mmu tlb_gather_mmu tlb_gather_mmu_fullmm tlb_remove_table
    tlb_remove_table_sync_one
mm/nommu.c: vmalloc_to_page vmalloc_to_pfn vmap vunmap
mm/oom_kill.c: pagefault_out_of_memory
mm/page-writeback.c: folio_mark_dirty folio_wait_writeback
mm/page_alloc.c: __free_pages drain_all_pages get_pfnblock_flags_mask
mm/page_ext.c: lookup_page_ext
mm/page_vma_mapped.c: page_vma_mapped_walk
mm/pagewalk.c: folio_walk_start walk_kernel_page_table_range walk_page_mapping walk_page_range
    walk_page_range_debug walk_page_range_vma walk_page_vma
mm/pgalloc-track.h: p4d_alloc_track pmd_alloc_track pte_alloc_kernel_track pud_alloc_track
mm/pgtable-generic.c: __pte_offset_map __pte_offset_map_lock pgd_clear_bad pmd_clear_bad
    pmdp_get_lockless_end pmdp_get_lockless_start pmdp_huge_clear_flush pmdp_invalidate pmdp_invalidate_ad
    pte_free_defer pte_offset_map_nolock ptep_clear_flush ptep_clear_flush_young
    ptep_set_access_flags pudp_huge_clear_flush
mm/rmap.c: folio_add_file_rmap_ptes folio_add_new_anon_rmap folio_remove_rmap_pmd mm_find_pmd
mm/slab_common.c: slab_is_available
mm/swap.c: folio_add_lru folio_add_lru_vma folio_mark_accessed lru_add_drain lru_add_drain_all
arch/arc/include/asm/pgtable.h@5.10: pgd_offset_fast
arch/arm64/include/asm/pgtable.h@6.1: pmd_thp_or_huge
arch/arm64/include/asm/pgtable.h@7.3: pud_mkwrite_novma
arch/powerpc/include/asm/book3s/64/pgtable-4k.h@6.1: hugepd_ok
arch/powerpc/include/asm/book3s/64/pgtable.h@6.1: pmd_is_leaf pud_is_leaf
arch/powerpc/include/asm/pgtable.h@6.1: p4d_is_leaf
arch/powerpc/include/asm/pte-walk.h@6.1: find_current_mm_pte
arch/x86/include/asm/pgtable.h@4.18: native_set_pmd_at native_set_pte_at native_set_pud_at pmd_mknotpresent
    pud_page_vaddr
arch/x86/include/asm/pgtable.h@6.1: p4d_large pgd_large pmd_large pud_large
arch/x86/mm/pat/set_memory.c@5.10: lookup_address_in_mm
include/asm-generic/pgalloc.h@7.3: __p4d_alloc_one p4d_alloc_one_noprof
include/linux/huge_mm.h@7.3: pmd_is_huge
include/linux/hugetlb.h@6.1: is_hugepd p4d_huge pgd_huge pmd_huge pud_huge
include/linux/memcontrol.h@6.1: page_memcg
include/linux/mm.h@4.18: __get_user_pages_fast
include/linux/mm.h@6.1: page_index page_mapcount pgtable_pmd_page_dtor pgtable_pte_page_dtor total_mapcount
include/linux/mm.h@7.3: __pagetable_free folio_mk_pmd folio_mk_pte folio_mk_pud pagetable_dtor
    pagetable_dtor_free pagetable_free_kernel
include/linux/mmu_notifier.h@6.1: set_pte_at_notify
include/linux/mmzone.h@4.18: early_pfn_valid memmap_valid_within pfn_present
include/linux/page-flags.h@6.1: PageError PageSwapCache folio_test_hugetlb
include/linux/page_idle.h@6.1: page_is_idle page_is_young
include/linux/pagemap.h@5.10: page_cache_get_speculative
include/linux/pagemap.h@6.1: lock_page_killable
include/linux/pgtable.h@6.1: pmd_devmap_trans_unstable pmd_none_or_trans_huge_or_clear_bad pmd_read_atomic
    pmd_trans_unstable pud_none_or_trans_huge_or_dev_or_clear_bad
include/linux/pgtable.h@7.3: clear_nonpresent_ptes clear_ptes get_and_clear_ptes lazy_mmu_mode_disable
    lazy_mmu_mode_enable
include/linux/rcupdate.h@4.18: synchronize_sched
include/linux/swapops.h@5.10: make_migration_entry migration_entry_to_page
mm/filemap.c@5.10: wait_on_page_bit
mm/folio-compat.c@6.1: page_mapping
mm/gup.c@5.10: gup_get_pte
mm/gup.c@6.1: follow_page
mm/memory.c@6.1: follow_pfn follow_pte inc_mm_counter_fast
mm/mmu_gather.c@7.3: tlb_remove_table_sync_rcu
mm/mprotect.c@6.1: pmd_none_or_clear_bad_unless_trans_huge
mm/pagewalk.c@6.1: walk_page_range_novma
mm/pagewalk.c@7.3: walk_kernel_page_table_range_lockless walk_page_range_mm_unsafe
    walk_page_range_vma_unsafe
mm/pgtable-generic.c@7.3: pte_offset_map_ro_nolock pte_offset_map_rw_nolock
mm/rmap.c@6.1: page_add_anon_rmap page_add_file_rmap page_add_new_anon_rmap page_remove_rmap
mm/util.c@5.10: page_anon_vma
mm/util.c@7.3: snapshot_page
`;

const SOURCES: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/\n(?=\S)/)
    .flatMap((entry) => {
      const [where = '', names = ''] = entry.split(':');
      const [file = '', version] = where.split('@');
      const suffix = version === undefined ? '' : `@${version}`;
      return words(names).map((name) => [name, `${file}:${name}${suffix}`] as const);
    }),
);

/** `file:function[@version]` of a primitive; undefined for a name that no kernel has. */
export function sourceOf(name: string): string | undefined {
  return SOURCES.get(name);
}
