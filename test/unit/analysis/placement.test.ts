/** Where the missing lock should go: roots, functions between them and a walk, and the fewest places that protect all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestCover, type Covering } from '../../../src/core/analysis/fixes/cover.js';
import { placementTexts } from '../../../src/core/report/words.js';
import { SWEEP } from './kernel-c.js';
import { scanText } from './scan-text.js';

/** A function that calls another one. */
const via = (name: string, callee: string, [enter, leave] = ['', '']): string =>
  `static void ${name}(struct seq_file *m)\n{\n\tseq_puts(m, "${name}");\n\t${enter}\n\t${callee}(m);\n\t${leave}\n}\n`;
/** A debugfs file that calls it. */
const root = (name: string, callee: string, [enter, leave] = ['', '']): string =>
  `static int ${name}_show(struct seq_file *m, void *v)\n{\n\t${enter}\n\t${callee}(m);\n\t${leave}\n\treturn 0;\n}\nDEFINE_SHOW_ATTRIBUTE(${name});\n`;
/** A memory notifier: its caller is the freer, and holds the lock for write. */
const NOTIFIER = (callee: string): string => `
static int tables_notify(struct notifier_block *nb, unsigned long action, void *arg)
{
	${callee}(arg);
	return NOTIFY_OK;
}
static struct notifier_block tables_nb = { .notifier_call = tables_notify };
static int tables_probe(struct platform_device *pdev)
{
	return register_memory_notifier(&tables_nb);
}
`;
const INTERRUPT = (callee: string): string => `
static irqreturn_t tables_interrupt(int irq, void *data)
{
	${callee}(data);
	return IRQ_HANDLED;
}
static int tables_irq_probe(struct platform_device *pdev)
{
	return request_irq(4, tables_interrupt, 0, "tables", pdev);
}
`;
const HOTPLUG: [string, string] = ['get_online_mems();', 'put_online_mems();'];
const INIT_MM: [string, string] = ['mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'];

/** `sweep: 2 of 2`, and what is left; of the finding about memory hot-remove. */
function places(...parts: readonly string[]): readonly string[] {
  const { report } = scanText([SWEEP, ...parts].join('\n'));
  const finding = report.findings.find(({ rule }) => rule === 'kernel-walk/hot-remove');
  const { placement } = finding ?? {};
  return [
    ...(placement?.places ?? []).map(
      ({ function: name, protects }) => `${name}: ${protects} of ${placement?.roots ?? 0}`,
    ),
    ...(placement?.left ?? []).map(({ function: name, reason }) => `not ${name}: ${reason}`),
  ];
}

describe('all roots come through one function', () => {
  it('which walks: there', () => {
    expect(places(root('a', 'sweep'), root('b', 'sweep'))).toEqual(['sweep: 2 of 2']);
    expect(places(...['a', 'b', 'c', 'd', 'e'].map((name) => root(name, 'sweep')))).toEqual([
      'sweep: 5 of 5',
    ]);
  });

  it('which calls the walk, where the walk itself is under a lock that comes after it: there', () => {
    expect(
      places(via('common', 'sweep', INIT_MM), root('a', 'common'), root('b', 'common'), root('c', 'common')),
    ).toEqual(['common: 3 of 3']);
  });

  it('of which one is under the lock already: above the others, for a second time deadlocks', () => {
    expect(places(root('a', 'sweep'), root('b', 'sweep', HOTPLUG))).toEqual(['a_show: 1 of 1']);
    expect(
      places(via('common', 'sweep'), root('a', 'common'), root('b', 'common'), root('c', 'sweep', HOTPLUG)),
    ).toEqual(['common: 2 of 2']);
  });

  it('to which a memory notifier comes, too: not there, for the freer itself would wait', () => {
    expect(
      places(via('common', 'sweep'), root('a', 'common'), root('b', 'common'), NOTIFIER('sweep')),
    ).toEqual(['common: 2 of 2']);
    expect(places(root('a', 'sweep'), root('b', 'sweep'), NOTIFIER('sweep'))).toEqual([
      'a_show: 1 of 2',
      'b_show: 1 of 2',
    ]);
  });
});

describe('roots that need two places', () => {
  it('one under a lock that comes after it, the other not', () => {
    expect(
      places(
        via('left', 'sweep', INIT_MM),
        via('right', 'sweep'),
        root('a', 'left'),
        root('b', 'left'),
        root('c', 'right'),
      ),
    ).toEqual(['left: 2 of 3', 'right: 1 of 3']);
  });

  it('not the function that most come through, when two others protect all', () => {
    expect(
      places(
        via('many', 'sweep'),
        via('some', 'sweep'),
        root('a', 'many'),
        root('b', 'many'),
        root('c', 'many'),
        root('d', 'some'),
        root('e', 'sweep', HOTPLUG),
      ),
    ).toEqual(['many: 3 of 4', 'some: 1 of 4']);
  });
});

describe('roots that no place protects', () => {
  it('an interrupt handler: the walk can not be the place, and the handler itself is none', () => {
    expect(places(root('a', 'sweep'), root('b', 'sweep'), INTERRUPT('sweep'))).toEqual([
      'a_show: 1 of 3',
      'b_show: 1 of 3',
      'not tables_interrupt: tables_interrupt(): tables_interrupt() comes from an interrupt handler, where nothing may sleep',
    ]);
  });

  it('a spinlock around the call: above it is fine', () => {
    const spin: [string, string] = ['spin_lock(&dump_lock);', 'spin_unlock(&dump_lock);'];
    expect(places(root('a', 'sweep', spin), root('b', 'sweep', spin))).toEqual([
      'a_show: 1 of 2',
      'b_show: 1 of 2',
    ]);
  });
});

describe('as text', () => {
  it('with the place, so that one can go there', () => {
    const { report } = scanText(SWEEP + root('a', 'sweep') + root('b', 'sweep'));
    const texts = report.findings.map(placementTexts);
    expect(texts[0]).toEqual(['take get_online_mems() in sweep() (mm/x.c:7): protects 2 of 2 roots']);
    expect(texts[1]).toEqual(['take mmap_write_lock(&init_mm) in sweep() (mm/x.c:7): protects 2 of 2 roots']);
  });
});

describe('the fewest sets that cover', () => {
  const sets = (...covers: readonly (readonly number[])[]): readonly Covering[] =>
    covers.map((each, depth) => ({ covers: new Set(each), depth }));
  const shown = (chosen: readonly Covering[]): readonly string[] =>
    chosen.map(({ covers }) => [...covers].join(''));

  it('are not always the largest ones', () => {
    // The largest leaves two corners, which two others have with all of it.
    expect(shown(smallestCover(sets([1, 2, 3, 4], [0, 1, 2], [3, 4, 5]), 6))).toEqual(['012', '345']);
  });

  it('nearer to the walk, where they cover the same', () => {
    const [chosen] = smallestCover(
      [
        { covers: new Set([0]), depth: 3 },
        { covers: new Set([0]), depth: 1 },
      ],
      1,
    );
    expect(chosen?.depth).toBe(1);
  });

  it('cover all that can be covered, none of them in vain', () => {
    const some = fc.array(fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 4 }), { maxLength: 7 });
    fc.assert(
      fc.property(some, (covers) => {
        const all = new Set(covers.flat());
        const chosen = smallestCover(sets(...covers), 8);
        expect(new Set(chosen.flatMap((each) => [...each.covers]))).toEqual(all);
        for (const left of chosen) {
          const others = chosen.filter((each) => each !== left).flatMap((each) => [...each.covers]);
          expect(new Set(others)).not.toEqual(all);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a lock that the freer does not take', () => {
  const tree = (install: string): Record<string, string> => ({
    'mm/vmalloc.c': `static int vmap_try_huge_pmd(pmd_t *pmd)\n{\n\t${install}\n\treturn pmd_free_pte_page(pmd, 0);\n}\n`,
    'mm/x.c': SWEEP + root('tables', 'sweep'),
  });
  const told = (install: string) =>
    scanText(tree(install)).report.findings.filter(({ rule }) => rule === 'kernel-walk/huge-vmap');

  it('is not asked for: an install of huge pages takes the mmap lock of init_mm since 7.2', () => {
    const [now] = told('if (!mmap_read_trylock(&init_mm))\n\t\treturn 0;');
    expect(now?.missing).toEqual(['mmap_lock(init_mm)']);
    expect(now?.placement).toBeDefined();
    const [before] = told('cond_resched();');
    expect(before?.missing).toEqual([]);
    expect(before?.message).toMatch(/it holds nothing, and no lock keeps that out in this tree$/);
    expect(before?.placement).toBeUndefined();
  });
});
