/** What is told beside a finding: where the freer frees in the tree at hand, and a walk of the kind that is protected. */
import { expect, test } from 'vitest';
import type { RelatedPlace } from '../../../src/core/report/report.js';
import { dump, show, SWEEP } from './kernel-c.js';
import { scanText, type Texts } from './scan-text.js';

const LOCKED = 'get_online_mems();\n\tsweep(m);\n\tput_online_mems();';

/** In the manner of x86's hot-remove: the line that the freer's steps cite is that of free_pagetable(). */
const FREER = `
static void free_pte_table(pte_t *pte_start, pmd_t *pmd)
{
	free_pagetable(pmd_page(*pmd), 0);
	pmd_clear(pmd);
}
`;

const relatedOf = (texts: Texts): readonly RelatedPlace[] =>
  scanText(texts)
    .report.findings.filter(({ rule }) => rule === 'kernel-walk/hot-remove')
    .flatMap(({ related }) => related ?? []);

test('the line on which the freer frees, where the tree has it', () => {
  expect(relatedOf({ 'arch/x86/mm/dump.c': dump('sweep(m);'), 'arch/x86/mm/init_64.c': FREER })).toEqual([
    {
      file: 'arch/x86/mm/init_64.c',
      line: 4,
      message: 'free_pte_table() frees it: memory-hot-remove on x86',
    },
  ]);
});

test('a function of the same name, on another architecture, that holds the lock', () => {
  expect(
    relatedOf({ 'arch/x86/mm/dump.c': dump('sweep(m);'), 'arch/arm64/mm/dump.c': dump(LOCKED) }),
  ).toEqual([
    { file: 'arch/arm64/mm/dump.c', line: 2, message: 'sweep() does it right: it holds mem_hotplug_lock' },
  ]);
});

test('a walk of the same file that holds the lock', () => {
  const other = (SWEEP + show(LOCKED)).replaceAll('sweep', 'scan').replaceAll('tables', 'ranges');
  expect(relatedOf({ 'arch/x86/mm/dump.c': dump('sweep(m);') + other })).toMatchObject([
    { file: 'arch/x86/mm/dump.c', message: 'scan() does it right: it holds mem_hotplug_lock' },
  ]);
});

test('nothing, where no other walk holds the lock', () => {
  const other = dump('sweep(m);').replaceAll('sweep', 'scan').replaceAll('tables', 'ranges');
  expect(relatedOf({ 'arch/x86/mm/dump.c': dump('sweep(m);') + other })).toEqual([]);
});

test('nothing beside information: nobody is to act on it', () => {
  expect(
    relatedOf({ 'arch/arm/mm/dump.c': dump('sweep(m);'), 'arch/arm64/mm/dump.c': dump(LOCKED) }),
  ).toEqual([]);
});
