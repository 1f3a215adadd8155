/** What each walker that was seen rests on: all of them add up, so that silence can be checked. */
import { describe, expect, it } from 'vitest';
import { dump, SWEEP } from './kernel-c.js';
import { scanText, type Texts } from './scan-text.js';

const judgements = (texts: Texts | string): readonly string[] =>
  scanText(texts).report.walkers.map(({ function: name, judgement }) => `${name}: ${judgement}`);

/** A tree whose freers take what the walkers below hold. */
const INIT_MM_LOCKED = 'mmap_write_lock(&init_mm);\n\tget_online_mems();';

describe('a walk is', () => {
  it('reported when nothing keeps a freer out', () => {
    expect(judgements(dump('sweep(m);'))).toEqual(['sweep: reported']);
  });

  it('protected when what is held keeps every freer out', () => {
    expect(
      judgements(
        dump(`${INIT_MM_LOCKED}\n\tsweep(m);\n\tput_online_mems();\n\tmmap_write_unlock(&init_mm);`),
      ),
    ).toEqual(['sweep: protected']);
  });

  it('safe by its context when it only runs at boot', () => {
    expect(
      judgements(`${SWEEP}
static int __init check(void)
{
	sweep(NULL);
	return 0;
}
late_initcall(check);
`),
    ).toEqual(['sweep: context']);
  });

  it('of an owned range when the address is that of an object', () => {
    expect(
      judgements(`
bool mapped(struct vm_struct *area)
{
	unsigned long addr = (unsigned long)area->addr;
	pgd_t *pgd = pgd_offset_k(addr);

	return !pgd_none(*pgd) && !p4d_none(*p4d_offset(pgd, addr));
}
EXPORT_SYMBOL_GPL(mapped);
`),
    ).toEqual(['mapped: owned']);
  });

  it('latent where the architecture has no such freer', () => {
    expect(judgements({ 'arch/sparc/mm/dump.c': dump('sweep(m);') })).toEqual(['sweep: latent']);
  });

  it('what its weakest chain rests on', () => {
    const boot = `
static int __init check(void)
{
	sweep(NULL);
	return 0;
}
late_initcall(check);
`;
    expect(judgements(dump('sweep(m);') + boot)).toEqual(['sweep: reported']);
    expect(
      judgements(
        dump(`${INIT_MM_LOCKED}\n\tsweep(m);\n\tput_online_mems();\n\tmmap_write_unlock(&init_mm);`) + boot,
      ),
    ).toEqual(['sweep: context']);
  });
});

it('all walkers are counted', () => {
  const { stats } = scanText({
    'arch/x86/mm/dump.c': dump('sweep(m);'),
    'arch/sparc/mm/dump.c': dump('sweep(m);'),
  }).report;
  expect(stats.judgements).toEqual({
    reported: 1,
    latent: 1,
    owned: 0,
    context: 0,
    protected: 0,
    unjudged: 0,
  });
  expect(stats.walkers).toBe(2);
});

describe('what a walk covers, and what its judgement rests on', () => {
  const told = (texts: Texts | string): readonly (readonly [readonly string[], string])[] =>
    scanText(texts).report.walkers.map(({ ranges, reason }) => [ranges, reason]);
  const of = (param: string, address: string): string => `
bool mapped(${param})
{
	unsigned long addr = ${address};
	pgd_t *pgd = pgd_offset_k(addr);

	return !pgd_none(*pgd) && !p4d_none(*p4d_offset(pgd, addr));
}
EXPORT_SYMBOL_GPL(mapped);
`;

  it('the object that owns the range', () => {
    expect(told(of('size_t size', '(unsigned long)vmalloc(size)'))).toEqual([
      [['vmalloc'], 'vmalloc(size): memory that was allocated for it'],
    ]);
    expect(told(of('void', '(unsigned long)_text'))).toEqual([[['image'], '_text: a range that stays']]);
  });

  it('an owner that is not seen is an assumption, and is told as one', () => {
    expect(told(of('unsigned long where', 'where'))).toEqual([
      [[], 'assumed to be owned: who owns the range at "*pgd = pgd_offset_k(addr)" is not seen'],
    ]);
  });

  it('both ends of a sweep', () => {
    const sweep = (end: string): string =>
      `${SWEEP.replace(/addr < \w+/, `addr < ${end}`)}\nEXPORT_SYMBOL_GPL(sweep);\n`;
    expect(told(sweep('VMALLOC_START')).map(([ranges]) => ranges)).toEqual([['linear']]);
  });

  it('when it runs', () => {
    expect(
      told(`${SWEEP}
static int __init check(void)
{
	sweep(NULL);
	return 0;
}
late_initcall(check);
`).map(([, reason]) => reason),
    ).toEqual(['only in boot code, gone before user space starts']);
  });
});
