/**
 * Shapes of the knowledge tables. Each row cites its source (`file:function` of the kernel, 6.12 unless it says otherwise).
 * Code reads tables; it never knows a kernel function by name.
 */
import type { Access, EntryTest, Level, LockMode } from '../program/ir.js';
import type { LockKind } from '../machine/scenario.js';

/** Which mm a primitive walks: an argument (by index), a field of what an argument points to (`vma->vm_mm`), or always init_mm. */
export type MmArgument =
  number | 'init_mm' | 'unknown' | { readonly argument: number; readonly field: string };

/**
 * What must be true of the tree (or of the tree and one architecture) for a row to apply: ids of kernel/capabilities.ts,
 * `!id` negates. Absent: always.
 */
export type When = readonly string[];

/** What every row of the primitives has. */
export interface PrimitiveRow {
  readonly name: string;
  /** `file:function`, of 6.12; `file:function@5.10` names another tree. */
  readonly source: string;
  readonly when?: When;
}

/** What a call of a primitive means. Numbers named after an operand are argument indexes, from 0. */
export type PrimitiveMeaning =
  | /** pgd_offset(mm, address) */ {
      readonly kind: 'root';
      readonly mm: MmArgument;
      readonly address?: number;
    }
  | /** pgd_offset_pgd(pgd_t *, address): the same from the top table itself; whose it is, nobody says. */ {
      readonly kind: 'top-entry';
      readonly table: number;
      readonly address: number;
    }
  | /** pmd_offset(pud_t *, address): reads the parent entry again, then points into the table. */ {
      readonly kind: 'descent';
      readonly to: Level;
      readonly entry: number;
      readonly address: number;
    }
  | /** pmd_offset_lockless(pud_t *, pud_t, address), pud_pgtable(pud_t): descends by the value; no load. No address: the first entry. */ {
      readonly kind: 'descent-by-value';
      readonly to: Level;
      readonly value: number;
      readonly address?: number;
    }
  | /** pmd_off_k(address), virt_to_kpte(address): a whole descent. `checks`: it stops at a none entry and gives NULL;
     `stopsAtLeaf`: it gives a pointer to the leaf of an upper level. `guarded`: it gives nothing while a freer may run, and its caller
     holds what keeps one from starting. */ {
      readonly kind: 'chain';
      readonly to: Level;
      readonly mm: MmArgument;
      readonly address: number;
      readonly checks: boolean;
      readonly stopsAtLeaf?: true;
      readonly guarded?: true;
    }
  | /** pmd_alloc(mm, pud_t *, address): as a descent, but creates a missing table first. No address: gives 0 when there is a table now (pte_alloc). */ {
      readonly kind: 'allocate';
      readonly to: Level;
      readonly entry: number;
      readonly address?: number;
    }
  | /** pte_alloc_one_kernel(mm): a new table that no entry points to yet. */ {
      readonly kind: 'new-table';
      readonly level: Level;
    }
  | /** pmdp_get(pmd_t *): one load. */ {
      readonly kind: 'read';
      readonly level: Level;
      readonly entry: number;
      readonly access: Access;
    }
  | /** pmd_none(pmd_t): a test of a value, no load: any of `tests`. `negated`: true when none of them holds. */ {
      readonly kind: 'test';
      readonly level: Level;
      readonly tests: readonly EntryTest[];
      readonly value: number;
      readonly negated?: true;
    }
  | /** pmd_none_or_clear_bad(pmd_t *): one load and a test of any of `tests`. */ {
      readonly kind: 'read-test';
      readonly level: Level;
      readonly tests: readonly EntryTest[];
      readonly entry: number;
    }
  | /** pmd_same(a, b): are two values equal? */ {
      readonly kind: 'equal';
      readonly left: number;
      readonly right: number;
    }
  | /** pmd_val(pmd_t), __pmd(x), pte_mkwrite(pte): the same value, as far as the model sees it. */ {
      readonly kind: 'same';
      readonly value: number;
    }
  | /** pfn_pte(pfn, prot), mk_pmd(page, prot): a leaf. */ {
      readonly kind: 'make-leaf';
      readonly level: Level;
    }
  | /** pmd_index(address) */ { readonly kind: 'index'; readonly level: Level; readonly address: number }
  | /** pmd_addr_end(address, end): the next boundary, or the end. */ {
      readonly kind: 'address-end';
      readonly level: Level;
      readonly address: number;
      readonly end: number;
    }
  | /** pmd_page(pmd_t), pmd_pgtable(pmd_t): the struct page of the table (or memory) that the entry points to. Nothing is read. */ {
      readonly kind: 'page-of-entry';
      readonly level: Level;
      readonly value: number;
    }
  | /** pte_offset_map(pmd_t *, address) and its family: loads the pmd entry, enters RCU and takes the pte lock as said; NULL when the entry is
     not a table and `nullable`. `allocates`: creates a missing table first. */ {
      readonly kind: 'map';
      readonly entry: number;
      readonly address: number;
      readonly mm?: number;
      readonly rcu: boolean;
      readonly locks: boolean;
      readonly nullable: boolean;
      readonly allocates?: true;
    }
  | /** pte_unmap(pte), pte_unmap_unlock(pte, ptl), folio_walk_end(fw, vma) */ {
      readonly kind: 'unmap';
      readonly rcu: boolean;
      readonly unlocks: boolean;
    }
  | /** pmd_lock(mm, pmd_t *) and family: takes the split lock of the table; `nullable`: gives 0 when not taken. */ {
      readonly kind: 'entry-lock';
      readonly level: Level;
      readonly entry: number;
      readonly nullable: boolean;
    }
  | /** pmd_lockptr(mm, pmd_t *): the address of that lock; nothing is taken. */ {
      readonly kind: 'lock-of-entry';
      readonly level: Level;
      readonly entry: number;
    }
  | /** follow_pfnmap_start(args), folio_walk_start(fw, vma, addr, flags): a whole descent that ends with the lock of the last table held, where
     `acquired` says so; an `unmap` primitive lets go. */ {
      readonly kind: 'locked-chain';
      readonly mm: MmArgument;
      /** The argument that is the address, where the caller has to know that it is in a VMA; absent: it is given the VMA, or looks itself. */
      readonly address?: number;
      readonly acquired: Acquired;
      readonly rcu: boolean;
    }
  | /** set_pmd(pmd_t *, value), pmd_clear(pmd_t *) (no value: none). `stores`: a leaf or a table whatever the C value says. */ {
      readonly kind: 'store';
      readonly level: Level;
      readonly entry: number;
      readonly value?: number;
      readonly stores?: 'leaf' | 'table';
    }
  | /** ptep_get_and_clear(mm, addr, pte_t *); `flushes`: ptep_clear_flush(vma, addr, pte_t *). */ {
      readonly kind: 'exchange';
      readonly level: Level;
      readonly entry: number;
      readonly flushes?: true;
    }
  | /** pte_free_kernel(mm, pte_t *), free_pagetable(page): frees the table that the operand points into: now, after a flush (what the mmu_gather does first) or after a grace period. */ {
      readonly kind: 'free';
      readonly page: number;
      readonly deferred: 'no' | 'flush' | 'rcu';
    }
  | /** A flush of TLBs on every CPU; an IPI that every CPU must take; a call that may sleep; a wait for an RCU grace period. */ {
      readonly kind: 'flush' | 'ipi-sync' | 'sleep' | 'grace-period';
    }
  | /** Does nothing that the model knows: touches no table, takes no lock, does not sleep. A result is unknown data. */ {
      readonly kind: 'nop';
    }
  | /** is_vm_hugetlb_page(vma), is_cow_mapping(flags): what its argument is, the same each time while nobody gives it another value. */ {
      readonly kind: 'property';
      readonly of: number;
    }
  | /** min(a, b), ALIGN(x, a): of the last two operands. */ {
      readonly kind: 'arithmetic';
      readonly operator: 'min' | 'max' | 'align-up' | 'align-down';
    }
  | /** walk_page_range(mm, start, end, ops, private) and family. `asserts`: lock of mm that it demands of its callers. */ {
      readonly kind: 'walk';
      readonly mm: MmArgument;
      readonly start: number;
      readonly end: number;
      /** Operand of type struct mm_walk_ops * (or, before 5.4, struct mm_walk *). */
      readonly ops?: number;
      /** Operand of type pte_fn_t. */
      readonly callback?: number;
      readonly private?: number;
      readonly asserts: 'none' | 'mmap-any' | 'mmap-write' | 'i_mmap';
      /** Skips what no VMA covers: only tables that a VMA of mm has. */
      readonly insideVmas?: true;
      /** Creates missing tables (apply_to_page_range). */
      readonly allocates?: true;
    }
  | /** vmalloc_to_page(address), get_user_pages_fast(..): a whole walk inside the call; only a page, a number or a truth comes out.
     `guarded`: it protects that walk itself. */ {
      readonly kind: 'translate';
      readonly mm: MmArgument;
      readonly address?: number;
      readonly guarded: boolean;
      readonly sleeps: boolean;
    }
  | /** pfn_to_page(pfn): a pointer into the memmap; nothing is read. */ {
      readonly kind: 'pfn-to-page';
      readonly pfn: number;
    }
  | /** pfn_valid(pfn), pfn_to_online_page(pfn): reads the section; says nothing about later. */ {
      readonly kind: 'pfn-check';
      readonly pfn: number;
      readonly online: boolean;
      readonly gives: 'truth' | 'page';
    }
  | /** page_count(page), PageBuddy(page), ...: reads a struct page. page_folio(page) gives another pointer to it. */ {
      readonly kind: 'page-read';
      readonly page: number;
      readonly gives?: 'page';
    }
  | /** page_ext_get(page): enters RCU; NULL when there is none. page_ext_put(page_ext) leaves it. */ {
      readonly kind: 'page-ext';
      readonly page: number;
      readonly rcu: 'enter' | 'leave' | 'none';
    };

export type Primitive = PrimitiveRow & PrimitiveMeaning;
export type PrimitiveKind = PrimitiveMeaning['kind'];

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
  /**
   * Row whose protection its holder has as well, of whatever object: who has the mmap lock, or the lock of one VMA by name, has a VMA
   * lock. Not of init_mm, which has no VMAs.
   */
  readonly covers?: string;
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
  /** Only for a walk that looked its VMA up under the lock, or only for one that did not; absent: for both. */
  readonly where?: 'inside-vma' | 'outside-vma';
  readonly when?: When;
  readonly note: string;
  readonly source: string;
}
