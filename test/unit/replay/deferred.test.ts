/** A function that is handed to call_rcu() frees when a grace period is over, whatever its name is. */
import { describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { sessionOf } from '../analysis/scan-text.js';

const WALK = `
void look(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pmd_t *pmd;
	pte_t *pte;

	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	pte = pte_offset_kernel(pmd, addr);
	note(pte_val(READ_ONCE(*pte)));
}
`;

const freer = (free: string, callback = 'pagetable_free(table);'): string => `
struct batch {
	int nr;
	struct rcu_head rcu;
	struct ptdesc *table;
};

static void drop_table(struct ptdesc *table)
{
	${callback}
}

static void drop(struct rcu_head *head)
{
	struct ptdesc *table;

	table = container_of(head, struct ptdesc, pt_rcu_head);
	drop_table(table);
}

static void drop_batch(struct rcu_head *head)
{
	struct batch *batch = container_of(head, struct batch, rcu);

	drop_table(batch->table);
}

static void put_aside(struct ptdesc *table)
{
	${free}
}

void remove_table(unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
	pmd_t *pmd, old;

	if (pud_none(*pud))
		return;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd))
		return;
	old = *pmd;
	pmd_clear(pmd);
	put_aside(page_ptdesc(pmd_page(old)));
}
`;

function replay(text: string, added: readonly string[] = []): ReplayReport {
  return sessionOf({ 'mm/walk.c': WALK, 'mm/freer.c': text }).replay({
    file: 'mm/walk.c',
    function: 'look',
    against: { file: 'mm/freer.c', function: 'remove_table' },
    arch: 'arm64',
    with: added,
  });
}

describe('what a function frees that is handed to call_rcu()', () => {
  it.each([
    ['a member of what it frees', 'call_rcu(&table->pt_rcu_head, drop);'],
    ['in a hurry', 'call_rcu_hurry(&table->pt_rcu_head, drop);'],
    ['of the table under another type', 'call_rcu(&page_ptdesc(ptdesc_page(table))->pt_rcu_head, drop);'],
    [
      'of an object that has it',
      'struct batch batch = { .table = table };\n\n\tcall_rcu(&batch.rcu, drop_batch);',
    ],
  ])('is there for a reader, and for nobody else: %s', (_, call) => {
    expect(replay(freer(call)).kinds).toContain('use-after-free');
    const read = replay(freer(call), ['rcu_read_lock']);
    expect(read.kinds).not.toContain('use-after-free');
    // The entry is read twice, and none at the second time: no grace period helps that.
    expect(read.kinds).toEqual(['null-descent']);
  });

  it.each([['drop(&table->pt_rcu_head);'], ['drop_table(table);'], ['pagetable_free(table);']])(
    'what is freed at once is there for nobody: %s',
    (call) => {
      expect(replay(freer(call)).kinds).toContain('use-after-free');
      expect(replay(freer(call), ['rcu_read_lock']).kinds).toContain('use-after-free');
    },
  );

  it('what it does besides is at another time, and told', () => {
    const report = replay(
      freer(
        'call_rcu(&table->pt_rcu_head, drop);',
        'spin_lock(&init_mm.page_table_lock);\n\tpagetable_free(table);\n\tspin_unlock(&init_mm.page_table_lock);',
      ),
      ['rcu_read_lock'],
    );
    expect(report.kinds).toEqual(['null-descent']);
    expect(report.assumptions.map(({ text }) => text)).toContain(
      '"spin_lock(&init_mm.page_table_lock)" is done when a grace period is over: of what is done then, the model has what is freed',
    );
  });

  it('a member of something else is not taken for it', () => {
    const report = replay(freer('call_rcu(&table->other_head, drop);'));
    expect(report.verdict).toBe('not-replayable');
    expect(report.reason).toContain('frees none of the tables in the model');
  });
});
