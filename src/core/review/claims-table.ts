/** How people name protections and freers in a commit message, and what the matrix calls them. */
import type { FreerId } from '../kernel/types.js';
import type { Held } from '../kernel/matrix.js';

export interface ProtectionPhrase {
  readonly pattern: RegExp;
  readonly held: Held;
  /** As an answer writes it. */
  readonly name: string;
  /** Said of freers of these tables only; absent: of all. */
  readonly tables?: 'user';
}

/** The first that matches a place counts: the exact ones stand first. */
export const PROTECTION_PHRASES: readonly ProtectionPhrase[] = [
  {
    pattern:
      /\bmmap_write_lock\(\s*&?init_mm\s*\)|\binit_mm(?:'s)? mmap[ _]lock\b(?! (?:for read|in read mode))(?: (?:for write|in write mode))?/gi,
    held: { protection: 'mmap_lock', mode: 'write', of: 'init_mm' },
    name: 'mmap_write_lock(&init_mm)',
  },
  {
    pattern: /\bmmap_read_lock\(\s*&?init_mm\s*\)|\binit_mm(?:'s)? mmap[ _]lock (?:for read|in read mode)/gi,
    held: { protection: 'mmap_lock', mode: 'read', of: 'init_mm' },
    name: 'mmap_read_lock(&init_mm)',
  },
  {
    pattern: /\bmmap_read_lock\(\w*\)/g,
    held: { protection: 'mmap_lock', mode: 'read', of: 'user' },
    name: 'mmap_read_lock() of the process',
    tables: 'user',
  },
  {
    pattern: /\bmmap_write_lock\(\w*\)/g,
    held: { protection: 'mmap_lock', mode: 'write', of: 'user' },
    name: 'mmap_write_lock() of the process',
    tables: 'user',
  },
  {
    pattern: /\bpfn_(?:to_online_page|valid)(?:\(\w*\))?/g,
    held: { protection: 'pfn-check', mode: 'read' },
    name: 'the question whether a frame is online',
  },
  {
    pattern: /\bstop_machine(?:\(\))?/g,
    held: { protection: 'stop-machine', mode: 'write' },
    name: 'stop_machine()',
  },
  {
    pattern: /\bpreempt_disable(?:\(\))?|\bdisabl\w+ preemption|\bpreemption (?:is )?(?:off|disabled)/gi,
    held: { protection: 'preempt', mode: 'write' },
    name: 'preempt_disable()',
  },
  {
    pattern: /\bmem_hotplug_begin(?:\(\))?/gi,
    held: { protection: 'mem_hotplug_lock', mode: 'write' },
    name: 'mem_hotplug_begin()',
  },
  {
    pattern:
      /\b(?:get|put)_online_mems(?:\(\))?|\bmem_hotplug_lock\b|\b(?:the )?mem(?:ory)?[ _]hot-?plug[ _](?:read[ _])?(?:lock|rwsem|semaphore)/gi,
    held: { protection: 'mem_hotplug_lock', mode: 'read' },
    name: 'get_online_mems()',
  },
  {
    pattern: /\block_device_hotplug(?:\(\))?|\bdevice[ _]hotplug[ _]lock/gi,
    held: { protection: 'device_hotplug_lock', mode: 'write' },
    name: 'lock_device_hotplug()',
  },
  {
    pattern: /\bcpus_read_lock(?:\(\))?|\bget_online_cpus(?:\(\))?|\bcpu[ _]hot-?plug[ _]lock/gi,
    held: { protection: 'cpu_hotplug_lock', mode: 'read' },
    name: 'cpus_read_lock()',
  },
  {
    pattern: /\brcu_read_lock(?:\(\))?|\bRCU(?: read(?:-side)?)?(?: lock| critical section| section)?\b/g,
    held: { protection: 'rcu', mode: 'read' },
    name: 'rcu_read_lock()',
  },
  {
    pattern:
      /\blocal_irq_(?:save|disable)(?:\(\w*\))?|\b(?:disabl\w+|turn\w* off) (?:interrupts|irqs)|\b(?:interrupts|irqs) (?:are )?(?:off|disabled)/gi,
    held: { protection: 'irq', mode: 'write' },
    name: 'interrupts off',
  },
];

export interface FreerPhrase {
  readonly pattern: RegExp;
  readonly freer: FreerId;
  /** As an answer writes it. */
  readonly name: string;
}

export const FREER_PHRASES: readonly FreerPhrase[] = [
  {
    pattern:
      /\bhuge[ -](?:page )?(?:vmap|vmalloc|ioremap|I\/O|kernel)\b|\bvmap_try_huge_\w+|\bp[mu4]d_free_p\w+_page\b|\bhuge mappings? (?:of|in) (?:the )?(?:vmalloc|vmap)/i,
    freer: 'huge-vmap',
    name: 'the install of a huge vmap mapping',
  },
  {
    pattern:
      /\bmemory[ -]?(?:hot[ -]?)(?:un)?(?:plug|remov)|\bhot[ -]?(?:remov|unplug)|\barch_remove_memory\b|\bfree_empty_tables\b/i,
    freer: 'memory-hot-remove',
    name: 'memory hot-remove',
  },
  { pattern: /\bmunmap\b|\bexit_mmap\b|\bfree_pgtables\b/i, freer: 'munmap', name: 'munmap() and exit' },
  {
    pattern:
      /\bkhugepaged\b|\bTHP collapse\b|\bMADV_COLLAPSE\b|\bretract_page_tables\b|\bcollapse_huge_page\b/i,
    freer: 'thp-collapse',
    name: 'a THP collapse',
  },
  {
    pattern: /\bcpa_collapse\w*|\bset_memory\w* collaps|\bcollaps\w+ (?:of )?the direct map/i,
    freer: 'set-memory-collapse',
    name: 'a collapse by set_memory',
  },
  {
    pattern: /\bhuge_pmd_unshare\b|\bunshar\w+ (?:of )?(?:hugetlb|shared) /i,
    freer: 'hugetlb-unshare',
    name: 'hugetlb unsharing',
  },
];

/** A sentence says that something keeps something out. */
export const CLAIMING =
  /\b(?:protect|prevent|exclu|guard|cover|safe|seriali[sz]|against|block|keep|stabili[sz]|synchroni[sz]|ensur|guarante|mak\w+ sure)/i;
/** What nobody does to the tables any more: that is said with a "not", and is no doubt. */
export const KEPT_FROM =
  /\b(?:will not|won't|can ?not|can't|do(?:es)? not|are not|is not|never)(?= (?:be )?(?:free|remov|hot-?remov|unmap|tak|pull|vanish|disappear|go|going|chang)\w*)/gi;
/** What turns it round, or leaves it open: nothing is read into such a sentence. */
export const HEDGED =
  /\b(?:not|n't|no|never|nothing|neither|nor|without|cannot|fail\w*|unless|insufficient|unprotected|missing|lack\w*|only|but)\b|n't\b|\?/i;
