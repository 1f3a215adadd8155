/** pte-map/unbalanced: ways out on which a mapped table stays mapped. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

/** A callback of a generic walk over user tables, with this body. */
const callback = (body: string, before = ''): string => `
${before}
static int count_pte_range(pmd_t *pmd, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	spinlock_t *ptl;
	pte_t *pte, *orig_pte;
	int ret = 0;

${body}
	return ret;
}
`;

const found = (text: string): readonly string[] =>
  scanText(text)
    .report.findings.filter(({ rule }) => rule === 'pte-map/unbalanced')
    .map(({ message }) => message.replace(/ (of|in) line \d+/, ''));
const unbalanced = (body: string, before?: string): readonly string[] => found(callback(body, before));

const LOCKED = 'orig_pte = pte = pte_offset_map_lock(walk->mm, pmd, addr, &ptl);\nif (!pte)\n return 0;';
const MAPPED = 'orig_pte = pte = pte_offset_map(pmd, addr);\nif (!pte)\n return 0;';
const NOT_UNLOCKED = ['count_pte_range() leaves without undoing pte_offset_map_lock()'];
const NOT_UNMAPPED = ['count_pte_range() leaves without undoing pte_offset_map()'];

/** A loop over the entries, with something that it does with each. */
const loop = (each: string): string => `for (; addr != end; pte++, addr += PAGE_SIZE) {\n${each}\n}`;

describe('a mapped table', () => {
  it('that is unmapped on every way out is fine', () => {
    expect(
      unbalanced(`${LOCKED}\n${loop('count_one(ptep_get(pte));')}\npte_unmap_unlock(orig_pte, ptl);`),
    ).toEqual([]);
    expect(unbalanced(`${MAPPED}\n${loop('count_one(ptep_get(pte));')}\npte_unmap(pte - 1);`)).toEqual([]);
  });

  it('that is never unmapped is found', () => {
    expect(unbalanced(`${LOCKED}\n${loop('count_one(ptep_get(pte));')}`)).toEqual(NOT_UNLOCKED);
    expect(unbalanced(`${MAPPED}\n${loop('count_one(ptep_get(pte));')}`)).toEqual(NOT_UNMAPPED);
  });

  it('that an early return out of the loop leaves behind is found', () => {
    const each = (leave: string): string =>
      `if (signal_pending(current))\n ${leave}\ncount_one(ptep_get(pte));`;
    const end = '\npte_unmap_unlock(orig_pte, ptl);';
    expect(unbalanced(`${LOCKED}\n${loop(each('return -EINTR;'))}${end}`)).toEqual(NOT_UNLOCKED);
    expect(unbalanced(`${LOCKED}\n${loop(each('break;'))}${end}`)).toEqual([]);
    expect(unbalanced(`${LOCKED}\n${loop(each('{ ret = -EINTR; goto out; }'))}\nout:${end}`)).toEqual([]);
    expect(
      unbalanced(`${LOCKED}\n${loop(each('{ pte_unmap_unlock(orig_pte, ptl); return -EINTR; }'))}${end}`),
    ).toEqual([]);
  });

  it('that is only unlocked stays mapped', () => {
    expect(unbalanced(`${LOCKED}\ncount_one(ptep_get(pte));\nspin_unlock(ptl);`)).toEqual(NOT_UNLOCKED);
    expect(unbalanced(`${LOCKED}\ncount_one(ptep_get(pte));\nspin_unlock(ptl);\npte_unmap(pte);`)).toEqual(
      [],
    );
  });

  it('that is unmapped and then unmapped again is found', () => {
    const twice = `${MAPPED}\nif (pte_none(ptep_get(pte))) {\n pte_unmap(orig_pte);\n ret = -ENOENT;\n}\npte_unmap(orig_pte);`;
    expect(unbalanced(twice)).toEqual(['count_pte_range() calls pte_unmap() a second time: it did so']);
    const once = `${MAPPED}\nif (pte_none(ptep_get(pte))) {\n pte_unmap(orig_pte);\n return -ENOENT;\n}\npte_unmap(orig_pte);`;
    expect(unbalanced(once)).toEqual([]);
  });
});

describe('ways that belong together', () => {
  it('a table that is mapped by need, and unmapped by the same need, is fine', () => {
    const walk = (needed: string): string =>
      `pte = NULL;\nif (walk->private)\n pte = pte_offset_map(pmd, addr);\ncount_other(addr);\nif (${needed})\n pte_unmap(pte);`;
    expect(unbalanced(walk('pte'))).toEqual([]);
    expect(unbalanced(walk('ret > 5'))).toEqual(NOT_UNMAPPED);
  });

  it('a map for one kind of address is undone for the same kind', () => {
    const walk = (test: string): string => `
	pte = addr >= TASK_SIZE ? pte_offset_kernel(pmd, addr) : pte_offset_map(pmd, addr);
	if (!pte)
		return 0;
	count_one(ptep_get(pte));
	if (${test})
		pte_unmap(pte);`;
    expect(unbalanced(walk('addr < TASK_SIZE'))).toEqual([]);
    expect(unbalanced(walk('addr < FIRST_USER_ADDRESS'))).toEqual(NOT_UNMAPPED);
  });

  it('a table that is mapped again in each round of a loop is fine', () => {
    const round = (undo: string): string => `
	pte = NULL;
	for (; addr != end; addr += PAGE_SIZE) {
		if (!pte++) {
			pte = pte_offset_map_lock(walk->mm, pmd, addr, &ptl);
			if (!pte)
				break;
		}
		if (pte_none(ptep_get(pte)))
			continue;
		pte_unmap_unlock(pte, ptl);
		pte = NULL;
		read_in(addr);
	}
	${undo}`;
    expect(unbalanced(round('if (pte)\n\t\tpte_unmap_unlock(pte, ptl);'))).toEqual([]);
    expect(unbalanced(round(''))).toEqual(NOT_UNLOCKED);
  });
});

describe('helpers', () => {
  const HELPER = (body: string): string => `static int count_entry(pte_t *pte)\n{\n${body}\n return 0;\n}`;

  it('one that unmaps where it fails, as its caller knows, is fine', () => {
    const helper = HELPER('if (pte_none(ptep_get(pte))) {\n pte_unmap(pte);\n return -EBUSY;\n}');
    const walk = (failed: string): string =>
      `${MAPPED}\n${loop(`ret = count_entry(pte);\nif (ret)\n ${failed}`)}\npte_unmap(pte - 1);`;
    expect(unbalanced(walk('return ret;'), helper)).toEqual([]);
    expect(unbalanced(walk('return ret;'), HELPER('if (pte_none(ptep_get(pte)))\n return -EBUSY;'))).toEqual(
      NOT_UNMAPPED,
    );
  });

  it('one that maps for its caller is fine, and the caller has to unmap', () => {
    const helper = `static pte_t *find_entry(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	if (pmd_none(*pmd))
		return NULL;
	return pte_offset_map(pmd, addr);
}`;
    const walk = (undo: string): string =>
      `pte = find_entry(walk->mm, pmd, addr);\nif (!pte)\n return 0;\nret = pte_present(ptep_get(pte));\n${undo}`;
    expect(found(callback(walk('pte_unmap(pte);'), helper))).toEqual([]);
  });

  it('one that gives the lock to its caller by a parameter is fine', () => {
    expect(
      found(`
static pte_t *lock_entry(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	pte_t *pte = pte_offset_map_lock(mm, pmd, addr, ptlp);

	if (pte && !pte_present(ptep_get(pte))) {
		pte_unmap_unlock(pte, *ptlp);
		return NULL;
	}
	return pte;
}`),
    ).toEqual([]);
  });
});
