/// What a semantic patch can ask of one function: does some way to a descent take no lock at all? It knows no callers, no roots and no
/// owners.
// Confidence: Low
// Options: --no-includes --include-headers
virtual report

@walk exists@
identifier walker;
position where;
@@
walker(...) {
... when != get_online_mems(...)
    when != mem_hotplug_begin(...)
    when != lock_device_hotplug(...)
    when != mmap_read_lock(...)
    when != mmap_write_lock(...)
    when != mmap_read_lock_killable(...)
    when != mmap_write_lock_killable(...)
    when != mmap_read_trylock(...)
    when != mmap_write_trylock(...)
    when != rcu_read_lock(...)
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
