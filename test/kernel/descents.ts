/** Words of the descents by which the coverage of the parser is measured: one step into a table, or a walk of a range. */
export const DESCENTS: readonly string[] = [
  'pgd_offset_k',
  'pgd_offset_pgd',
  'pgd_offset',
  'p4d_offset',
  'pud_offset',
  'pmd_offset',
  'pte_offset_kernel',
  'pte_offset_map',
  'pte_offset_map_lock',
  'pmd_off_k',
  'virt_to_kpte',
  'walk_page_range',
  'walk_page_range_novma',
  'walk_page_range_debug',
  'walk_kernel_page_table_range',
  'apply_to_page_range',
  'apply_to_existing_page_range',
];

const WHOLE_WORD = new RegExp(`\\b(?:${DESCENTS.join('|')})\\b`);

/** Whether a text has one of them as a whole word, in comments too. */
export const hasDescent = (text: string): boolean => WHOLE_WORD.test(text);
