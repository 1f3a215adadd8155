/**
 * Words of kernel C that are no C for a parser, as tables. A row has the words of one sort, how they are followed, and why
 * they can go: none of them changes what a function does, only where it is put or what a checker is told about it.
 * Sources (each word occurs in 4.18, 5.10, 6.1, 6.12 or 7.3): include/linux/{compiler*,init,linkage,cache,percpu-defs,kasan-checks,cleanup}.h and their arch twins.
 */

export interface AnnotationRow {
  readonly words: string;
  /** Followed by arguments: never, always, or when there is a `(` right behind it. */
  readonly takes: 'nothing' | 'arguments' | 'maybe';
  readonly why: string;
}

export const ANNOTATIONS: readonly AnnotationRow[] = [
  {
    words: `__init __exit __initdata __initconst __exitdata __exit_p __devinit __meminit __memexit
      __meminitdata __meminitconst __ref __refdata __refconst __init_memblock __initdata_memblock
      __init_or_module __initdata_or_module __initconst_or_module __init_or_acpilib
      __initdata_or_acpilib __init_or_fwtbl_lib __initdata_or_meminfo __net_init __net_exit
      __net_initdata __head __exitused __exit_call __init_thread_info __init_task_data __init_timer
      __kprobes __irq_entry __softirq_entry __exception_irq_entry __exception __lockfunc __sched
      __cpuidle __cpuidle_method_section __noinstr_section __ro_after_init __read_mostly
      __cpumask_var_read_mostly __page_aligned_data __page_aligned_bss __nosavedata __bss_decrypted
      __percpu_seg_override __idmap __hyp_text __tcmfunc __tcmlocalfunc __tcmdata __tcmconst __xipram
      __arcfp_code __arcfp_data __machine_desc __vdso_data __amode31_data __amode31_ref
      __bootdata __bootdata_preserved`,
    takes: 'nothing',
    why: 'section marks: they say where the object lies (and so, in the original text, when it runs)',
  },
  {
    words: `__section __section__ __sec`,
    takes: 'arguments',
    why: 'section marks with a name',
  },
  {
    words: `__user __kernel __iomem __percpu __rcu __force __nocast __bitwise __bitwise__ __safe __private
      __seg_gs __seg_fs __data_racy __percpu_qual __arg_ctx __arg_nonnull __arg_nullable __arg_trusted
      __arg_arena __arena __kptr __kptr_untrusted __percpu_kptr __uptr __ksym`,
    takes: 'nothing',
    why: 'address spaces and sparse marks on types',
  },
  {
    words: `__must_check __always_unused __maybe_unused __unused __used __deprecated __pure
      __attribute_const__ __weak __noreturn __cold __hot __naked __noclone __noipa __flatten __malloc
      __packed __packed2__ __aligned_largest __visible __no_sanitize_address __no_sanitize_undefined
      __no_sanitize_thread __no_sanitize_memory __no_sanitize_coverage __no_sanitize_or_inline
      __no_kasan_or_inline __no_kcsan __no_kmsan_checks __no_stack_protector __no_profile __nocfi
      __noscs __noretpoline __noinitretpoline __noendbr __no_randomize_layout __randomize_layout
      __designated_init __latent_entropy __no_caller_saved_registers
      __disable_sanitizer_instrumentation __notrace_funcgraph __overloadable __preserve_most __retain
      __nonstring __uninitialized __signed_wrap __function_aligned __gnu_inline __efiapi __bpf_kfunc
      __bpf_hook_start __bpf_hook_end __bpf_kfunc_start_defs __bpf_kfunc_end_defs
      __no_context_analysis ____cacheline_aligned ____cacheline_aligned_in_smp
      ____cacheline_internodealigned_in_smp ____dma_from_device_aligned __cacheline_aligned
      __cacheline_aligned_in_smp __lock_aligned __hrtimer_clock_base_align __jiffy_arch_data
      __tracepoint_string __moduleparam_const __module_memory_align __annotate_jump_table
      __ARCH_COMPAT_FLOCK64_PACK __irq __fix_address CRYPTO_MINALIGN_ATTR UNUSED_ATTR CVMX_CACHE_LINE_ALIGNED
      FORCE_INLINE_ATTR DONT_VECTORIZE EARLYCON_USED_OR_UNUSED RB_ALIGN_DATA PER_CPU_ATTRIBUTES _struct_page_alignment
      check_canary_attributes pad_check_attributes`,
    takes: 'nothing',
    why: 'attributes behind a name',
  },
  {
    words: `__attribute__ __attribute __declspec __aligned __assume_aligned __printf __scanf __alias __copy
      __mode __cleanup __free __must_hold __must_hold_shared __must_not_hold __acquires
      __acquires_shared __releases __releases_shared __cond_acquires __cond_acquires_shared
      __cond_releases __guarded_by __pt_guarded_by __acquires_ret __acquire_ret __requires_ctx_lock
      __excludes_ctx_lock __context__ __alloc_size __alloc_size__ __realloc_size __pass_object_size
      __pass_dynamic_object_size __diagnose_as __nonnull __nonnull_args __compiletime_error
      __compiletime_warning __no_sanitize__ __target __counted_by __counted_by_be __counted_by_le
      __counted_by_ptr BTF_TYPE_TAG TARGET_ATTRIBUTE __diag __diag_push __diag_pop __diag_ignore
      __diag_ignore_all __diag_warn __diag_error __diag_GCC __diag_clang __access __printf__`,
    takes: 'arguments',
    why: 'attributes with arguments: format checks, what locks a function needs or takes, how memory is laid out',
  },
  {
    words: `inline __inline __inline__ __always_inline noinline __noinline noinline_for_stack
      noinline_for_kasan noinline_for_tracing FORCE_INLINE INLINE_KEYWORD FORCE_INLINE_TEMPLATE
      HINT_INLINE MEM_STATIC BMI2_TARGET_ATTRIBUTE nokprobe_inline uaccess_kmsan_or_inline
      __inline_maybe_unused __async_inline noinstr notrace asmlinkage fastcall regparm __cdecl
      randomized_struct_fields_start randomized_struct_fields_end __extension__
      ACPI_EXPORT_SYMBOL_INIT ACPI_SYSTEM_XFACE ACPI_INTERNAL_VAR_XFACE`,
    takes: 'nothing',
    why: 'how a function is called, inlined or traced',
  },
];

/** Words that open the type of a result of `typeof`, which a parser has no rule for. */
export const TYPEOF = [
  'typeof',
  '__typeof__',
  '__typeof',
  'typeof_unqual',
  '__typeof_unqual__',
  '__unqual_scalar_typeof',
  'TYPEOF_UNQUAL',
];

/** Take a type; the kernel gives them expressions too. */
export const ALIGNOF = ['__alignof__', '__alignof', '_Alignof', 'alignof'];

export const ASM = ['asm', '__asm__', '__asm', 'asm_volatile_goto', 'asm_goto_output', 'asm_inline'];

/** C's own words that can stand before a parenthesis, or before a name, without being a type or a function. */
export const STATEMENT_KEYWORDS = [
  'if',
  'for',
  'while',
  'switch',
  'return',
  'else',
  'do',
  'goto',
  'case',
  'default',
  'break',
  'continue',
];
export const SPECIFIERS = [
  'static',
  'extern',
  'const',
  'volatile',
  'register',
  'typedef',
  'auto',
  '_Noreturn',
  '_Thread_local',
  '__thread',
  'signed',
  '__signed__',
  '__const',
  '__const__',
  '__volatile__',
  '__volatile',
  'restrict',
  '__restrict',
  '__restrict__',
];
export const AGGREGATES = ['struct', 'union', 'enum'];
/** Words of C that together name a type of several words. */
export const ARITHMETIC_TYPES = [
  'unsigned',
  'signed',
  'long',
  'short',
  'int',
  'char',
  'float',
  'double',
  '_Bool',
  'bool',
  'void',
];
export const OPERATOR_KEYWORDS = [
  'sizeof',
  '_Alignof',
  'alignof',
  '__alignof__',
  '__alignof',
  '_Generic',
  'offsetof',
  '__builtin_offsetof',
  'defined',
];

/** Conditions that are never true when the file is compiled as C code of the kernel. */
export const NEVER_TRUE = ['__ASSEMBLY__', '__ASSEMBLER__', '__cplusplus'];
