/// What a semantic patch can ask of one function: does some way to a walk of kernel page tables take none of the locks that
/// keep memory hot-remove out? It knows no callers, no roots and no owners; it is here to compare the time, not the findings.
// Confidence: Low
// Options: --no-includes --include-headers
virtual report

@walk exists@
symbol init_mm, mem_hotplug_lock;
identifier walker;
expression address;
position where;
@@
walker(...) {
... when != get_online_mems(...)
    when != mem_hotplug_begin(...)
    when != lock_device_hotplug(...)
    when != percpu_down_read(&mem_hotplug_lock)
    when any
(
 pgd_offset_k@where(...)
|
 pgd_offset@where(&init_mm, address)
|
 pmd_off_k@where(...)
|
 virt_to_kpte@where(...)
|
 walk_page_range_novma@where(...)
|
 walk_kernel_page_table_range@where(...)
|
 apply_to_page_range@where(&init_mm, ...)
|
 apply_to_existing_page_range@where(&init_mm, ...)
)
... when any
}

@script:python depends on report@
where << walk.where;
walker << walk.walker;
@@
print("%s:%s: %s" % (where[0].file, where[0].line, walker))
