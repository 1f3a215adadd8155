/**
 * Shapes of the knowledge tables. Each row cites its source (`file:function` of the kernel, 6.12 unless it says otherwise).
 * Code reads tables; it never knows a kernel function by name.
 */
import type { Access, EntryTest, Level, LockMode } from '../program/ir.js';
import type { LockKind } from '../machine/scenario.js';

/** Which mm a primitive walks: an argument (by index), or always init_mm. */
export type MmArgument = number | 'init_mm' | 'unknown';

/** What a call of a primitive means. Numbers named after an operand are argument indexes, from 0. */
export type Primitive = { readonly name: string; readonly source: string; /** Kernel versions, where not all from 4.18 on. */ readonly since?: string; readonly until?: string } & (
  | /** pgd_offset(mm, address) */ { readonly kind: 'root'; readonly mm: MmArgument; readonly address?: number }
  | /** pmd_offset(pud_t *, address): reads the parent entry again, then points into the table. */ {
      readonly kind: 'descent';
      readonly to: Level;
      readonly entry: number;
      readonly address: number;
    }
  | /** pmd_offset_lockless(pud_t *, pud_t, address): descends by the value; no load. */ {
      readonly kind: 'descent-by-value';
      readonly to: Level;
      readonly value: number;
      readonly address?: number;
    }
  | /** pmd_off_k(address), virt_to_kpte(address): a whole descent; `checks`: it stops at none entries and gives NULL. */ {
      readonly kind: 'chain';
      readonly to: Level;
      readonly mm: MmArgument;
      readonly address: number;
      readonly checks: boolean;
    }
  | /** pmd_alloc(mm, pud_t *, address): as a descent, but creates a missing table first. */ {
      readonly kind: 'allocate';
      readonly to: Level;
      readonly entry: number;
      readonly address: number;
    }
  | /** pmdp_get(pmd_t *): one load. */ { readonly kind: 'read'; readonly level: Level; readonly entry: number; readonly access: Access }
  | /** pmd_none(pmd_t): a test of a value, no load. `negated`: true when the test fails. */ {
      readonly kind: 'test';
      readonly level: Level;
      readonly tests: readonly EntryTest[];
      readonly value: number;
      readonly negated?: boolean;
    }
  | /** pmd_none_or_clear_bad(pmd_t *): one load and a test of any of `tests`. */ {
      readonly kind: 'read-test';
      readonly level: Level;
      readonly tests: readonly EntryTest[];
      readonly entry: number;
    }
  | /** pmd_val(pmd_t), __pmd(x): the same value. */ { readonly kind: 'same'; readonly value: number }
  | /** pmd_index(address) */ { readonly kind: 'index'; readonly level: Level; readonly address: number }
  | /** pmd_addr_end(address, end): the next boundary, or the end. */ { readonly kind: 'address-end'; readonly level: Level; readonly address: number; readonly end: number }
  | /** pte_offset_map(pmd_t *, address) and its family: loads the pmd entry, enters RCU and takes the pte lock as said; NULL when the entry is not a table and `nullable`. */ {
      readonly kind: 'map';
      readonly entry: number;
      readonly address: number;
      readonly mm?: number;
      readonly rcu: boolean;
      readonly locks: boolean;
      readonly nullable: boolean;
    }
  | /** pte_unmap(pte), pte_unmap_unlock(pte, ptl) */ { readonly kind: 'unmap'; readonly rcu: boolean; readonly unlocks: boolean }
  | /** pmd_lock(mm, pmd_t *) and family: takes the split lock of the table; `nullable`: gives 0 when not taken. */ {
      readonly kind: 'entry-lock';
      readonly level: Level;
      readonly entry: number;
      readonly nullable: boolean;
    }
  | /** set_pmd(pmd_t *, value), pmd_clear(pmd_t *) (no value: none). `leaf`: stores a leaf whatever the value. */ {
      readonly kind: 'store';
      readonly level: Level;
      readonly entry: number;
      readonly value?: number;
      readonly stores?: 'leaf' | 'table';
    }
  | /** ptep_get_and_clear(mm, addr, pte_t *) */ { readonly kind: 'exchange'; readonly level: Level; readonly entry: number }
  | /** pte_free_kernel(mm, pte_t *), free_pagetable(page): frees the table that the operand points into. */ { readonly kind: 'free'; readonly page: number; readonly deferred: 'no' | 'rcu' }
  | { readonly kind: 'flush' | 'ipi-sync' | 'sleep' | 'grace-period' }
  | /** walk_page_range(mm, start, end, ops, private) and family. `asserts`: lock of mm that it demands of its callers. */ {
      readonly kind: 'walk';
      readonly mm: MmArgument;
      readonly start: number;
      readonly end: number;
      readonly ops?: number;
      readonly callback?: number;
      readonly private?: number;
      readonly asserts: 'none' | 'mmap-any' | 'mmap-write' | 'i_mmap';
    }
  | /** pfn_to_page(pfn): a pointer into the memmap; nothing is read. */ { readonly kind: 'pfn-to-page'; readonly pfn: number }
  | /** pfn_valid(pfn), pfn_to_online_page(pfn): reads the section; says nothing about later. */ { readonly kind: 'pfn-check'; readonly pfn: number; readonly online: boolean; readonly gives: 'truth' | 'page' }
  | /** page_count(page), PageBuddy(page), ...: reads a struct page. */ { readonly kind: 'page-read'; readonly page: number }
);

/** Which result of an acquiring call says that it has the lock. */
export type Acquired = 'always' | 'true' | 'zero' | 'nonnull' | 'not-error';

export interface ProtectionCall {
  readonly api: string;
  readonly effect: 'acquire' | 'release' | 'downgrade' | 'assert';
  /** For an assert: the mode it demands; `any` of the two. */
  readonly mode: LockMode | 'any';
  readonly acquired?: Acquired;
  /** Argument that names the instance: the mm (`mm`), or the address of the lock (`&mm->mmap_lock`). Absent: there is one. */
  readonly instance?: { readonly argument: number; readonly as: 'object' | 'lock-address' };
  /** The call never sleeps though the lock's acquire does (trylock), or sleeps. */
  readonly sleeps: boolean;
}

/** What kind of state a protection is in the machine. */
export type ProtectionEffect =
  | { readonly kind: 'lock'; readonly lock: LockKind }
  | { readonly kind: 'rcu' | 'irqs-off' | 'preempt-off' | 'stop-machine' }
  /** Keeps an object alive rather than excluding anybody (a page reference): the analysis knows it, the machine takes it as an assumption. */
  | { readonly kind: 'reference' }
  /** Looks like a protection and is none (pfn_to_online_page). */
  | { readonly kind: 'none' };

export interface Protection {
  /** Class of the lock in the IR: `mem_hotplug_lock`, `mmap_lock`, `rcu`, `irq`, ... */
  readonly id: string;
  readonly title: string;
  readonly effect: ProtectionEffect;
  readonly calls: readonly ProtectionCall[];
  /** Names in guard(NAME)(arg), scoped_guard(NAME, arg). */
  readonly guards: readonly { readonly name: string; readonly mode: LockMode; readonly instance?: 0 }[];
  /** Fields by which the lock is known in down_read(&mm->mmap_sem), lockdep_assert_held(&mm->mmap_lock): last component of the path. */
  readonly fields: readonly string[];
  /** Rank in the kernel's own lock order; lower is taken first. Locks of one rank are unordered. */
  readonly rank?: number;
  readonly source: string;
}

export const FREER_IDS = [
  'memory-hot-remove',
  'memory-offline',
  'huge-vmap',
  'set-memory-collapse',
  'munmap',
  'thp-collapse',
  'pt-reclaim',
  'hugetlb-unshare',
] as const;
export type FreerId = (typeof FREER_IDS)[number];

/** Parts of the address space that a walk covers or a freer works on. */
export const RANGES = ['linear', 'vmemmap', 'vmalloc', 'modules', 'fixmap', 'image', 'user'] as const;
export type Range = (typeof RANGES)[number];

/** One cell of the protection x freer matrix. */
export interface Exclusion {
  readonly freer: FreerId;
  readonly protection: string;
  readonly mode: LockMode | 'any';
  /** Instance that must be held: the kernel's mm, the walked user mm, any. */
  readonly of?: 'init_mm' | 'user';
  readonly excludes: 'yes' | 'no' | 'partly';
  /** What must be true of the tree or architecture for this row (names of kernel/capabilities.ts); absent: always. */
  readonly when?: readonly string[];
  readonly note: string;
  readonly source: string;
}
