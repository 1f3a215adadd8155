/**
 * How old sources are, where the files that would tell what their kernel does are not there: by the version in the Makefile, or by
 * words that the kernel has given up since.
 */
import type { Files } from '../ports.js';
import { codeOnly } from './c-functions.js';

interface AgeSign {
  readonly words: RegExp;
  /** `5.8`: from this version on no kernel has the words; of `CAME`, no kernel before it. */
  readonly version: string;
  readonly source: string;
}

const GONE: readonly AgeSign[] = [
  sign(
    'struct mm_walk \\w+ = \\{[^;{}]*\\.\\w+_entry|walk\\.(?:pgd|p4d|pud|pmd|pte|hugetlb)_entry =',
    '5.4',
    'include/linux/pagewalk.h:mm_walk_ops',
  ),
  sign('mmap_sem', '5.8', 'include/linux/mm_types.h:mmap_lock'),
  sign('probe_kernel_(?:read|address)', '5.8', 'include/linux/uaccess.h:get_kernel_nofault'),
  sign('vma->vm_next', '6.1', 'include/linux/mm_types.h:vm_area_struct'),
  sign('pmd_read_atomic', '6.2', 'include/linux/pgtable.h:pmdp_get_lockless'),
  sign('FOLL_MIGRATION|VM_FAULT_WRITE|pte_(?:mk)?savedwrite', '6.2', 'include/linux/mm_types.h'),
  sign('zap_page_range', '6.3', 'mm/memory.c:zap_page_range_single'),
  sign('vma->vm_flags (?:\\||&)=', '6.3', 'include/linux/mm.h:vm_flags_set'),
  sign('damon_get_page', '6.3', 'mm/damon/ops-common.c:damon_get_folio'),
  sign('(?:hugetlb_)?mcopy_atomic(?:_pte)?', '6.4', 'mm/userfaultfd.c:mfill_atomic'),
  sign(
    'pmd_trans_unstable|pmd_none_or_trans_huge_or_clear_bad',
    '6.5',
    'mm/pgtable-generic.c:pte_offset_map',
  ),
  sign(
    'pmd_large|pud_large|p4d_large|pgd_large|pmd_huge|pud_huge',
    '6.12',
    'include/linux/pgtable.h:pmd_leaf',
  ),
];

const CAME: readonly AgeSign[] = [
  sign('mm_walk_ops', '5.4', 'include/linux/pagewalk.h:mm_walk_ops'),
  sign('mmap_(?:read|write)_(?:lock|unlock|trylock)', '5.8', 'include/linux/mmap_lock.h:mmap_read_lock'),
  sign('struct folio', '5.16', 'include/linux/mm_types.h:folio'),
  sign('vma_start_read|vma_end_read', '6.4', 'include/linux/mmap_lock.h:vma_start_read'),
  sign('struct ptdesc', '6.6', 'include/linux/mm_types.h:ptdesc'),
];

function sign(words: string, version: string, source: string): AgeSign {
  return { words: new RegExp(`\\b(?:${words})(?!\\w)`), version, source };
}

/** A version that sources are older than, or have themselves. */
export interface Age {
  readonly version: string;
  readonly isOlder: boolean;
}

/** Files beyond these tell nothing of an age. */
const MOST_FILES = 64;

/** Of the sources at these paths, by their words; undefined where none of them tells, or they are of several kernels. */
export function ageOfSources(files: Files, paths: readonly string[]): Age | undefined {
  const texts = paths.slice(0, MOST_FILES).map((path) => codeOnly(files.read(path) ?? ''));
  const versionsIn = (signs: readonly AgeSign[]): readonly string[] =>
    signs
      .filter(({ words }) => texts.some((text) => words.test(text)))
      .map(({ version }) => version)
      .sort(compareVersions);
  const isUnasked = slipsOfMaps(texts) >= MANY;
  const [before] = [...versionsIn(GONE), ...(isUnasked ? [MAP_FAILS] : [])].sort(compareVersions);
  const since = versionsIn(CAME).at(-1);
  if (before === undefined || (since !== undefined && compareVersions(since, before) >= 0)) return undefined;
  return { version: before, isOlder: true };
}

/** Since then pte_offset_map() may give NULL, and enters an RCU section: mm/pgtable-generic.c:__pte_offset_map */
const MAP_FAILS = '6.5';
/** One slip is a mistake; so many are of a time when there was nothing to ask, and nothing to leave on most architectures. */
const MANY = 2;

/** Maps of page tables that nobody asks whether they are there, and files in which none is unmapped; 0 where one is asked. */
function slipsOfMaps(texts: readonly string[]): number {
  const slips = texts.map((text) => {
    const names = [...text.matchAll(/\b(\w+) = pte_offset_map(?:_lock)?\(/g)].map(([, name = '']) => name);
    if (names.some((name) => isAsked(name, text))) return undefined;
    return names.length + (names.length > 0 && !/\bpte_unmap/.test(text) ? 1 : 0);
  });
  return slips.includes(undefined) ? 0 : slips.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}

/** `if (!pte)`, `pte == NULL`, `if (pte)`, `pte && ...`, `pte ? ... : ...` */
function isAsked(name: string, text: string): boolean {
  return new RegExp(`!${name}\\b|\\b${name} (?:[!=]= NULL|&&|\\?)|\\(${name}\\)\\s*[{\\n]`).test(text);
}

/** Whether sources of this age are from before a version. */
export function isBefore(age: Age | undefined, version: string): boolean {
  if (age === undefined) return false;
  const order = compareVersions(age.version, version);
  return age.isOlder ? order <= 0 : order < 0;
}

/** `4.18` before `5.4` before `5.10`. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map((part) => parseInt(part, 10) || 0));
  const different = [0, 1].find((at) => a?.[at] !== b?.[at]);
  return different === undefined ? 0 : (a?.[different] ?? 0) - (b?.[different] ?? 0);
}
