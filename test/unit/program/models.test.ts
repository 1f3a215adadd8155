/** The models of generic walkers: a lone file with its own callbacks can be followed. */
import { describe, expect, it } from 'vitest';
import { MODELS, modelOf } from '../../../src/core/kernel/models/models.js';
import { primitivesOf } from '../../../src/core/kernel/primitives.js';
import { link, type Resolver } from '../../../src/core/program/link/link.js';
import { OPTIONS, show, unitOf, visible } from './c.js';

const BEFORE_5_4 = new Set<string>();

/** Links the last function of a lone file, with the models for what the file does not have. */
function follow(text: string, capabilities?: ReadonlySet<string>): ReturnType<typeof link> {
  const own = unitOf(text, capabilities);
  const resolver: Resolver = {
    ...own.resolver,
    function: (name, fromFile) => {
      const found = own.functions.get(name);
      if (found) return found;
      const model = MODELS.find(({ file }) => file === fromFile) ?? modelOf(name, capabilities);
      return model && unitOf(model.text, capabilities, model.file).functions.get(name);
    },
  };
  const root = [...own.functions.values()].at(-1);
  if (!root) throw new Error('no function');
  return link(root, resolver, OPTIONS);
}

function reads(result: ReturnType<typeof link>): readonly string[] {
  if (!result.linked) throw new Error(result.reason);
  return visible(result.program.steps);
}

const CALLBACK =
  'static int see(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)\n{\n\treturn pte_none(ptep_get(pte));\n}\n';

describe('models', () => {
  it('has a model of every generic walker that the primitives know', () => {
    const modelled = MODELS.flatMap(({ functions }) => functions);
    expect(modelled.filter((name) => primitivesOf(name).every(({ kind }) => kind !== 'walk'))).toEqual([]);
    for (const { text, functions, file } of MODELS)
      expect([...unitOf(text, undefined, file).functions.keys()]).toEqual(
        expect.arrayContaining([...functions]),
      );
  });

  it('is read without a gap', () => {
    for (const { text, file } of MODELS)
      for (const { assumptions } of unitOf(text, undefined, file).functions.values())
        expect(assumptions.filter(({ kind }) => kind === 'not-modelled')).toEqual([]);
  });

  it('walks kernel tables without a lock of its own', () => {
    const result = follow(`${CALLBACK}
static const struct mm_walk_ops ops = { .pte_entry = see };
static void walk(unsigned long start, unsigned long end)
{
	walk_kernel_page_table_range(start, end, &ops, NULL, NULL);
}`);
    expect(reads(result)).toMatchInlineSnapshot(`
      [
        "load pud_val = *pud (pud, plain)",
        "load pud_val_2 = *pud (pud, plain)",
        "load pud_val_3 = *pud (pud, plain)",
        "load pud_val_4 = *pud (pud, descent, plain)",
        "load pmd_val = *pmd (pmd, plain)",
        "load pmd_val_2 = *pmd (pmd, plain)",
        "load pmd_val_3 = *pmd (pmd, plain)",
        "load pmd_val_4 = *pmd (pmd, descent, plain)",
        "load pte_val = *pte (pte)",
      ]
    `);
  });

  it('maps the ptes of a user mm under their lock, and lets go on every way', () => {
    const result = follow(`${CALLBACK}
static const struct mm_walk_ops ops = { .pte_entry = see };
static void walk(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	walk_page_range(mm, start, end, &ops, NULL);
}`);
    expect(reads(result)).toMatchInlineSnapshot(`
      [
        "load pud_val = *pud (pud, plain)",
        "load pud_val_2 = *pud (pud, plain)",
        "load pud_val_3 = *pud (pud, plain)",
        "load pud_val_4 = *pud (pud, descent, plain)",
        "load pmd_val = *pmd (pmd, plain)",
        "load pmd_val_2 = *pmd (pmd, plain)",
        "load pmd_val_3 = *pmd (pmd, plain)",
        "rcu_read_lock",
        "load pmd_val_4 = *pmd (pmd, descent)",
        "lock ptl write",
        "load pmd_val_5 = *pmd (pmd)",
        "unlock ptl write",
        "rcu_read_unlock",
        "rcu_read_unlock",
        "load pte_val = *pte (pte)",
        "unlock ptl write",
        "rcu_read_unlock",
      ]
    `);
  });

  it('until 5.3 the callbacks are in struct mm_walk', () => {
    const result = follow(
      `${CALLBACK}
static void walk(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct mm_walk walk = { .pte_entry = see, .mm = mm };

	walk_page_range(start, end, &walk);
}`,
      BEFORE_5_4,
    );
    expect(reads(result)).toMatchInlineSnapshot(`
      [
        "load pud_val = *pud (pud, plain)",
        "load pud_val_2 = *pud (pud, descent, plain)",
        "load pmd_val = *pmd (pmd, plain)",
        "load pmd_val_2 = *pmd (pmd, plain)",
        "load pmd_val_3 = *pmd (pmd, descent, plain)",
        "load pte_val = *pte (pte)",
      ]
    `);
  });

  it('apply_to_page_range() calls a pte_fn_t', () => {
    const result = follow(`
static int clear(pte_t *pte, unsigned long addr, void *data)
{
	pte_clear(&init_mm, addr, pte);
	return 0;
}
static void walk(unsigned long start, unsigned long size)
{
	apply_to_page_range(&init_mm, start, size, clear, NULL);
}`);
    if (!result.linked) throw new Error(result.reason);
    expect(show(result.program)).toMatch(/store \*\w+ = none/);
  });
});
