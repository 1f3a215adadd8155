/// The same question, asked with care: functions that are given a table pointer are left out (whoever begins the walk is told), those that
/// the core calls with its own lock held, and all that take, or assert, a lock of a longer list.
// Confidence: Moderate
// Options: --no-includes --include-headers
virtual report

@of_pgd@
identifier helper, table;
position here;
@@
helper@here(...,pgd_t *table,...) { ... }

@of_p4d@
identifier helper, table;
position here;
@@
helper@here(...,p4d_t *table,...) { ... }

@of_pud@
identifier helper, table;
position here;
@@
helper@here(...,pud_t *table,...) { ... }

@of_pmd@
identifier helper, table;
position here;
@@
helper@here(...,pmd_t *table,...) { ... }

@of_pte@
identifier helper, table;
position here;
@@
helper@here(...,pte_t *table,...) { ... }

@of_walk@
identifier helper, table;
position here;
@@
helper@here(...,struct mm_walk *table,...) { ... }

@walk exists@
symbol mem_hotplug_lock, init_mm, page_table_lock;
identifier walker;
position given != {of_pgd.here,of_p4d.here,of_pud.here,of_pmd.here,of_pte.here,of_walk.here};
position where;
@@
walker@given(...) {
... when != get_online_mems(...)
    when != mem_hotplug_begin(...)
    when != lock_device_hotplug(...)
    when != lock_device_hotplug_sysfs(...)
    when != mmap_read_lock(...)
    when != mmap_write_lock(...)
    when != mmap_write_lock_nested(...)
    when != mmap_read_lock_killable(...)
    when != mmap_write_lock_killable(...)
    when != mmap_read_trylock(...)
    when != mmap_write_trylock(...)
    when != mmap_assert_locked(...)
    when != mmap_assert_write_locked(...)
    when != vma_assert_locked(...)
    when != vma_assert_write_locked(...)
    when != vma_start_read(...)
    when != vma_start_write(...)
    when != lock_vma_under_rcu(...)
    when != lock_mm_and_find_vma(...)
    when != rcu_read_lock(...)
    when != rcu_read_lock_sched(...)
    when != local_irq_save(...)
    when != local_irq_disable(...)
    when != raw_local_irq_save(...)
    when != i_mmap_lock_read(...)
    when != i_mmap_lock_write(...)
    when != i_mmap_trylock_read(...)
    when != anon_vma_lock_read(...)
    when != anon_vma_lock_write(...)
    when != lockdep_assert_held(...)
    when != lockdep_assert_held_read(...)
    when != lockdep_assert_held_write(...)
    when != lockdep_assert_irqs_disabled(...)
    when != percpu_down_read(&mem_hotplug_lock)
    when != spin_lock(&init_mm.page_table_lock)
    when any
(
 pgd_offset_k@where(...)
|
 pgd_offset_pgd@where(...)
|
 pgd_offset@where(...)
|
 p4d_offset@where(...)
|
 pud_offset@where(...)
|
 pmd_offset@where(...)
|
 pte_offset_kernel@where(...)
|
 pte_offset_map@where(...)
|
 pte_offset_map_lock@where(...)
|
 pmd_off_k@where(...)
|
 virt_to_kpte@where(...)
|
 walk_page_range@where(...)
|
 walk_page_range_novma@where(...)
|
 walk_page_range_debug@where(...)
|
 walk_kernel_page_table_range@where(...)
|
 apply_to_page_range@where(...)
|
 apply_to_existing_page_range@where(...)
)
... when any
}

@script:python depends on report@
where << walk.where;
walker << walk.walker;
@@
print("%s:%s: %s" % (where[0].file, where[0].line, walker))
