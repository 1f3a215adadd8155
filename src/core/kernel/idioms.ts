/**
 * Macros and functions whose meaning for control flow is known, and which neither take a lock nor read a page table.
 * Lowering reads this table so that it does not list an assumption for each of them.
 */

export type Idiom =
  | {
      readonly kind:
        | /** The value of its first argument: likely(x), WARN_ON(x), ERR_PTR(x). */ 'same'
        | /** The value of its second argument: untagged_addr_remote(mm, address). */ 'second'
        | /** Ends the path: panic(), BUG(). */ 'never-returns'
        | /** Ends the path when its first argument is true: BUG_ON(x). */ 'ends-if'
        | /** A configuration option: IS_ENABLED(CONFIG_X). */ 'config'
        | /** True when its argument is an error pointer. */ 'is-error'
        | 'is-error-or-null'
        | /** The error, or 0 for a good pointer. */ 'error-or-zero'
        | /** A volatile read of its argument: READ_ONCE(*p). */ 'read-once'
        | /** Where the linear map has a physical address: __va(pmd_val(pmd) & MASK) is a descent by hand. */ 'to-virtual'
        | /** guard(NAME)(argument), ACQUIRE(NAME, variable)(argument): holds a lock to the end of the scope. */ 'guard'
        | /** ACQUIRE_ERR(NAME, &variable): 0 when that guard has its lock. */ 'acquire-error'
        | /** scoped_guard(NAME, argument) { }: holds a lock in the block. */ 'scoped-guard'
        | /** scoped_cond_guard(NAME, statement, argument) { }: the statement runs when the lock was not taken. */ 'scoped-try-guard'
        | /** Writes what its first argument points to: memcpy(&x, y, n). A primitive may say more of it. */ 'fills'
        | /** The same with zeros: memset(&x, 0, n). */ 'clears'
        | /** The object of which its first argument points to a member: container_of(head, struct page, rcu_head). */ 'container'
        | /** A list of the function's own, with nothing on it: LIST_HEAD(list). */ 'list-head'
        | /** list_add(&table->member, list). A primitive may say more of it. */ 'list-add'
        | /** Nothing that matters here: printk(), memset(); its value is unknown. */ 'harmless';
    }
  /** A volatile store of the second argument to the first: WRITE_ONCE(*p, v), smp_store_release(p, v). */
  | { readonly kind: 'write-once'; readonly throughPointer?: true }
  /** A top table, or a call that gives one: swapper_pg_dir, read_cr3_pa(). */
  | { readonly kind: 'root-table'; readonly of: 'init_mm' | 'current' };

const named = (idiom: Idiom, names: string): readonly (readonly [string, Idiom])[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, idiom] as const);
const table = (
  kind: Exclude<Idiom['kind'], 'write-once' | 'root-table'>,
  names: string,
): readonly (readonly [string, Idiom])[] => named({ kind }, names);

/**
 * Sources: include/linux/compiler.h, compiler_types.h, bug.h, asm-generic/bug.h, asm-generic/rwonce.h, kconfig.h, err.h, printk.h, seq_file.h, string.h, mmdebug.h, instrumented.h, cleanup.h, asm/barrier.h,
 * asm/page.h and asm/processor.h of each architecture. */
const IDIOMS: ReadonlyMap<string, Idiom> = new Map<string, Idiom>([
  ...table(
    'same',
    `likely unlikely WARN_ON WARN_ON_ONCE WARN WARN_ONCE VM_WARN_ON VM_WARN_ON_ONCE VM_WARN VM_WARN_ONCE data_race __builtin_expect
     READ_ONCE_NOCHECK untagged_addr ACCESS_PRIVATE unrcu_pointer rcu_dereference rcu_dereference_raw
     rcu_dereference_check rcu_dereference_protected array_index_nospec __force lm_alias PTR_ERR ERR_PTR ERR_CAST no_free_ptr
     VM_WARN_ON_VMG VM_WARN_ON_IRQS_ENABLED __pa __pa_symbol __pa_nodebug virt_to_phys virt_to_phys_nodebug __virt_to_phys`,
  ),
  ...table('second', 'untagged_addr_remote __untagged_addr_remote __cond_lock'),
  ...table(
    'never-returns',
    'panic BUG do_exit unreachable __builtin_unreachable die make_task_dead nmi_panic parisc_terminate',
  ),
  ...table(
    'ends-if',
    'BUG_ON VM_BUG_ON VM_BUG_ON_PAGE VM_BUG_ON_FOLIO VM_BUG_ON_VMA VM_BUG_ON_MM VM_BUG_ON_PGFLAGS VIRTUAL_BUG_ON',
  ),
  ...table('config', 'IS_ENABLED IS_BUILTIN IS_REACHABLE IS_MODULE'),
  ...table('is-error', 'IS_ERR IS_ERR_VALUE IS_ERR_PCPU'),
  ...table('is-error-or-null', 'IS_ERR_OR_NULL'),
  ...table('error-or-zero', 'PTR_ERR_OR_ZERO'),
  ...table('read-once', 'READ_ONCE ACCESS_ONCE smp_load_acquire'),
  ...named({ kind: 'write-once' }, 'WRITE_ONCE'),
  ...named({ kind: 'write-once', throughPointer: true }, 'smp_store_release'),
  ...table('to-virtual', '__va phys_to_virt __phys_to_virt __phys_to_kimg'),
  ...table(
    'fills',
    `memcpy memmove __memcpy copy_from_user __copy_from_user __copy_from_user_inatomic copy_from_user_nofault copy_struct_from_user
     get_user __get_user get_kernel_nofault copy_from_kernel_nofault strncpy_from_user`,
  ),
  ...table('clears', 'memset __memset memzero_explicit'),
  ...table('container', 'container_of container_of_const'),
  ...table('list-head', 'LIST_HEAD INIT_LIST_HEAD'),
  ...table('list-add', 'list_add list_add_tail'),
  ...table('guard', 'guard CLASS ACQUIRE'),
  ...table('acquire-error', 'ACQUIRE_ERR'),
  ...table('scoped-guard', 'scoped_guard scoped_class'),
  ...table('scoped-try-guard', 'scoped_cond_guard'),
  ...named({ kind: 'root-table', of: 'init_mm' }, 'swapper_pg_dir init_top_pgt init_level4_pgt'),
  ...named(
    { kind: 'root-table', of: 'current' },
    'read_cr3_pa __read_cr3 read_cr3 __native_read_cr3 cpu_get_pgd get_TTB',
  ),
  ...table(
    'harmless',
    `printk pr_emerg pr_alert pr_crit pr_err pr_warn pr_warning pr_notice pr_info pr_cont pr_debug pr_devel pr_err_once pr_warn_once pr_info_once
     pr_err_ratelimited pr_warn_ratelimited pr_info_ratelimited printk_once printk_ratelimited dev_err dev_warn dev_info dev_dbg
     seq_printf seq_puts seq_putc seq_write seq_put_decimal_ull seq_put_hex_ll snprintf scnprintf sprintf strlen strcmp strncmp strscpy strcpy strlcpy
     memcmp memchr_inv clamp clamp_t clamp_val swap ARRAY_SIZE sizeof offsetof
     IS_ALIGNED PAGE_ALIGN PAGE_ALIGNED DIV_ROUND_UP BIT GENMASK FIELD_GET FIELD_PREP
     test_bit set_bit clear_bit __set_bit __clear_bit test_and_set_bit test_and_clear_bit find_first_bit find_next_bit
     atomic_read atomic_set atomic_inc atomic_dec atomic_long_read atomic_long_add atomic_long_inc atomic_long_dec
     smp_mb smp_rmb smp_wmb barrier mb rmb wmb dsb isb dmb prefetch prefetchw cpu_relax ktime_get jiffies
     WARN_RATELIMIT dump_stack dump_page dump_vma dump_mm BUILD_BUG_ON MAYBE_BUILD_BUG_ON BUILD_BUG VM_BUG_ON_STATIC static_assert lockdep_off lockdep_on
     count_vm_event count_vm_events __count_vm_event __count_vm_events mod_zone_page_state mod_node_page_state
     signal_pending fatal_signal_pending need_resched current_is_kswapd in_interrupt in_atomic in_nmi in_task irqs_disabled preemptible
     smp_processor_id raw_smp_processor_id get_current task_pid_nr virt_addr_valid is_vmalloc_addr is_vmalloc_or_module_addr
     page_to_pfn page_to_phys pte_pfn pmd_pfn pud_pfn pgprot_val __pgprot
     pte_dirty pte_young pte_write pmd_dirty pmd_young pmd_write pte_special pte_soft_dirty pmd_soft_dirty pte_uffd_wp pmd_uffd_wp is_swap_pte
     pte_to_swp_entry pmd_to_swp_entry is_migration_entry is_swap_pmd is_zero_pfn is_huge_zero_pmd is_huge_zero_page
     va_start va_end access_ok copy_to_user_nofault`,
  ),
]);

/** Arrays that are top tables: a walk may begin at one with no call. */
export const ROOT_TABLES: ReadonlySet<string> = new Set(
  [...IDIOMS].flatMap(([name, idiom]) =>
    idiom.kind === 'root-table' && idiom.of === 'init_mm' ? [name] : [],
  ),
);

/** The idiom of that name, or undefined. */
export function idiomOf(name: string): Idiom | undefined {
  return IDIOMS.get(name);
}

/** A variable whose name says that it holds a pointer to an entry, where its type is not in sight: `vmf->pmd`, `pvmw->ptep`. */
export const ENTRY_POINTER_FIELD = /^(pgd|p4d|pud|pmd|pte)p?$/;

/**
 * Functions of the kernel's own data structures (lib/maple_tree.c, lib/xarray.c, lib/rbtree.c, ...): what they find is data that no
 * model of page tables has, however they find it.
 */
export const DATA_STRUCTURES =
  /^_*(mas|mt|mtree|xa|xas|rb|radix_tree|idr|ida|list|hlist|llist|interval_tree|vma_iter)_/;

/** Constants at which the addresses of processes end. */
export const USER_LIMIT = /^TASK_SIZE(_MAX|_MIN|_LOW|_OF|_64|_USER64)?$/;

/** The types of pointers to a struct page: reading a member reads the memory map. */
export const FRAME_POINTER = /^(?:const )?struct (page|folio) \*$/;

/** The type of pointers to what describes a table: a list of them is a list of tables. */
export const TABLE_DESCRIPTOR = /^(?:const )?struct ptdesc \*$/;

/** A member that is the same struct page under another type: its address reads nothing. */
export const SAME_FRAME_FIELD = /^_*(page|folio)(_\d+)?$/;

/** A variable or field whose name says that a range begins there: `vma->vm_start`, `zone->zone_start_pfn`. */
export const RANGE_START =
  /(^|_|\W)(start|begin|first|floor|base|low|lo|vaddr|page_offset)(_?(pfn|addr|address))?\)*$/i;
