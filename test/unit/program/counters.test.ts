/** Counters of what the model does not have: they end, so that a loop has few states. */
import { describe, expect, test } from 'vitest';
import { linked } from './c.js';

/** Goes over the ptes for each of the VMAs that it gathers, as munmap() gathers files in batches. */
const gathering = (loop: string): string => `
static void flush_batch(struct batch *b)
{
	int i;

	spin_lock(&b->lock);
	for (i = 0; i < b->count; i++)
		spin_unlock(&b->lock), spin_lock(&b->lock);
	b->count = 0;
	spin_unlock(&b->lock);
}

void walk(struct vm_area_struct *vma, pmd_t *pmd)
{
	struct batch b;
	int n = 0;

	b.count = 0;
	${loop}
	if (b.count > 0)
		flush_batch(&b);
	see(pmd_val(READ_ONCE(*pmd)));
}
`;

describe('a counter', () => {
  test('of rounds that the model does not end counts to two, and says so', () => {
    const text = linked(gathering('while (next_vma(vma))\n\t\tb.count++;'));
    expect(text).toContain('b_count = b_count + (b_count < 2)');
    expect(text).toContain('i = i + (i < 2)');
    expect(text).toContain('address: "b.count" counts to 2 at most');
  });

  test('that a number of the model ends is left alone', () => {
    const text = linked(gathering('while (next_vma(vma) && n < 7) {\n\t\tb.count++;\n\t\tn++;\n\t}'));
    expect(text).toContain('n = n + 1');
    expect(text).not.toContain('"n" counts');
  });

  test('that is an address, or an index of a table, is left alone', () => {
    const walk = `
void walk(pte_t *pte, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		see(pte_val(READ_ONCE(pte[i])));
}
`;
    expect(linked(walk)).not.toContain('counts to');
  });
});
