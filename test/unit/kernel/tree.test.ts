import { describe, expect, it, test } from 'vitest';
import { evaluate, parseKconfig } from '../../../src/core/kernel/kconfig.js';
import { capabilitiesOn, factsOf, readTree, takenToBe } from '../../../src/core/kernel/tree.js';
import { readKconfig } from '../../../src/core/kernel/tree-kconfig.js';
import { filesFromMap } from '../../../src/core/ports.js';

/** A tree of our own text, in the manner of the kernel's. */
const tree = (texts: Record<string, string>) => filesFromMap(new Map(Object.entries(texts)));

const KCONFIG = `
config ALPHA
	bool
	select HAVE_A if MMU && \\
		SMP
	select HAVE_B
	help
	  select NOTHING: this is help.

if MMU
config BETA
	bool "ask me"	# a comment
	depends on ALPHA
	default y if X=y
endif

menu "things"
	depends on MENU
config GAMMA
	def_bool ALPHA
endmenu
source "arch/$(SRCARCH)/more"
`;

describe('Kconfig', () => {
  test('symbols, selects, defaults, dependencies; help text is no code', () => {
    const { entries, sources } = parseKconfig(KCONFIG);
    expect(entries.map(({ symbol, hasPrompt }) => [symbol, hasPrompt])).toEqual([
      ['ALPHA', false],
      ['BETA', true],
      ['GAMMA', false],
    ]);
    const [alpha, beta, gamma] = entries;
    expect(alpha?.selects.map(({ value }) => value)).toEqual(['HAVE_A', 'HAVE_B']);
    expect(alpha?.selects[0]?.condition?.replace(/\s+/g, ' ')).toBe('MMU && SMP');
    expect(beta?.depends).toEqual(['MMU', 'ALPHA']);
    expect(beta?.defaults).toEqual([{ value: 'y', condition: 'X=y' }]);
    expect(gamma?.depends).toEqual(['MENU']);
    expect(sources).toEqual(['arch/$(SRCARCH)/more']);
  });

  test.each([
    ['A && B', 'no'],
    ['A && M', 'maybe'],
    ['A || B', 'yes'],
    ['!(B || M)', 'maybe'],
    ['A=y && B!=y', 'yes'],
    ['GCC_VERSION >= 80000', 'maybe'],
    ['', 'maybe'],
    ['((', 'maybe'],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression, (symbol) => (symbol === 'A' ? 'yes' : symbol === 'B' ? 'no' : 'maybe'))).toBe(
      expected,
    );
  });

  test('an architecture has what it selects, what it defines with a default, and what a generic default allows', () => {
    const kconfig = readKconfig(
      tree({
        'arch/Kconfig': 'config HAVE_TABLES\n\tbool\nconfig OFF\n\tdef_bool n\n',
        'mm/Kconfig': 'config RECLAIM\n\tdef_bool y\n\tdepends on HAVE_TABLES && !OFF\n',
        'arch/one/Kconfig': 'config ONE\n\tdef_bool y\n\tselect HAVE_TABLES\n',
        'arch/two/Kconfig':
          'config TWO\n\tdef_bool y\n\tselect OFF\nconfig TWO_BIG\n\tbool "big"\n\tselect HAVE_TABLES if SMP\n',
        'arch/three/Kconfig': 'source "arch/three/more/Kconfig"\n',
        'arch/three/more/Kconfig': 'config HAVE_TABLES\n\tdef_bool y\n\tdepends on MMU\n',
      }),
    );
    expect(kconfig.supports('HAVE_TABLES')).toEqual([
      { architecture: 'one' },
      { architecture: 'three', condition: 'MMU' },
      { architecture: 'two', condition: 'TWO_BIG && SMP' },
    ]);
    expect(kconfig.supports('RECLAIM').map(({ architecture }) => architecture)).toEqual(['one', 'three']);
    expect(kconfig.knows('NEVER_HEARD_OF')).toBe(false);
  });
});

const HOTREMOVE = {
  Makefile: 'VERSION = 6\nPATCHLEVEL = 9\nSUBLEVEL = 3\n',
  'mm/Kconfig': 'config ARCH_ENABLE_MEMORY_HOTREMOVE\n\tbool\n',
  'mm/memory.c': '',
  'arch/x/Kconfig': 'config X\n\tdef_bool y\n\tselect ARCH_ENABLE_MEMORY_HOTREMOVE\n',
  'arch/y/Kconfig': 'config Y\n\tdef_bool y\n\tselect ARCH_ENABLE_MEMORY_HOTREMOVE\n',
  'arch/z/Kconfig': 'config Z\n\tdef_bool y\n',
  'arch/x/mm/init.c': `
static void drop_table(pmd_t *pmd)
{
	free_it(pmd);
	pmd_clear(pmd);
}

void arch_remove_memory(u64 start, u64 size)
{
	drop_table(find(start));
}
`,
  'arch/y/mm/init.c': `
void arch_remove_memory(u64 start, u64 size)
{
	/* drop_table() frees; pmd_clear() too: only words here */
	__remove_pages(start, size);
}
`,
};

describe('what a tree says of itself', () => {
  test('hot-remove is live where it is selected and code frees tables, latent elsewhere, with the reason', () => {
    const facts = readTree(tree(HOTREMOVE));
    expect(facts.version).toBe('6.9.3');
    const { live, latent } = factsOf(facts, 'memory-hot-remove');
    expect(live.map(({ architecture, reason }) => `${architecture}: ${reason}`)).toEqual([
      'x: ARCH_ENABLE_MEMORY_HOTREMOVE; arch_remove_memory() -> drop_table() frees tables (arch/x/mm/init.c)',
    ]);
    expect(latent.map(({ architecture, reason }) => `${architecture}: ${reason}`)).toEqual([
      'y: ARCH_ENABLE_MEMORY_HOTREMOVE; arch_remove_memory() free no table',
      'z: no ARCH_ENABLE_MEMORY_HOTREMOVE',
    ]);
  });

  test('a lock that is compiled out for one architecture is no lock there', () => {
    const body = (lock: string) =>
      `int vmap_try_huge_pmd(pmd_t *pmd)\n{\n${lock}\treturn pmd_set_huge(pmd);\n}\n`;
    const lock = '#ifndef CONFIG_Y\n\tif (!mmap_read_trylock(&init_mm))\n\t\treturn 0;\n#endif\n';
    const facts = readTree(tree({ ...HOTREMOVE, 'mm/vmalloc.c': body(lock) }));
    expect(capabilitiesOn(facts, 'x').has('huge-vmap-locks-init-mm')).toBe(true);
    expect(capabilitiesOn(facts, 'y').has('huge-vmap-locks-init-mm')).toBe(false);
    const powerpc = readTree(
      tree({
        ...HOTREMOVE,
        'arch/powerpc/Kconfig': 'config PPC\n\tbool\n\tdefault y\n',
        'mm/vmalloc.c': body(lock.replace('CONFIG_Y', 'CONFIG_PPC')),
      }),
    );
    expect(capabilitiesOn(powerpc, 'y').has('huge-vmap-locks-init-mm')).toBe(true);
    expect(capabilitiesOn(powerpc, 'powerpc').has('huge-vmap-locks-init-mm')).toBe(false);
  });

  test('what can not be seen is taken from the newest kernel, and told', () => {
    const facts = readTree(tree({ 'mm/walker.c': 'int f(void)\n{\n}\n' }));
    expect(facts.version).toBeUndefined();
    expect(facts.capabilities.has('pte-map-can-fail')).toBe(true);
    expect(facts.unknown).toContain('pte-map-can-fail (no mm/pgtable-generic.c)');
    expect(factsOf(facts, 'memory-hot-remove').live.map(({ architecture }) => architecture)).toContain(
      'arm64',
    );
  });

  test('an old tree has no newer capability', () => {
    const old = readTree(
      tree({ ...HOTREMOVE, 'mm/pgtable-generic.c': 'void pmd_clear_bad(pmd_t *pmd)\n{\n}\n' }),
    );
    expect(old.capabilities.has('pte-map-can-fail')).toBe(false);
    expect(old.capabilities.has('walk-ops')).toBe(false);
  });
});

describe('sources without the files that tell', () => {
  const unchecked = (texts: Record<string, string>, sources: readonly string[]): boolean =>
    readTree(tree(texts), sources).capabilities.has('pte-map-can-fail');
  const OLD = { 'x.c': 'void f(struct mm_struct *mm) { down_read(&mm->mmap_sem); }' };

  it('are judged as the newest kernel', () => {
    expect(unchecked({ 'x.c': 'void f(void) { }' }, ['x.c'])).toBe(true);
    expect(unchecked({ 'x.c': '/* mmap_sem */ void f(void) { }' }, ['x.c'])).toBe(true);
  });

  it('are judged as an old one by words that it has given up, where they are looked at', () => {
    expect(unchecked(OLD, ['x.c'])).toBe(false);
    expect(unchecked(OLD, [])).toBe(true);
  });

  it('say what they are taken to be, where no tree does', () => {
    const said = (texts: Record<string, string>): string | undefined =>
      takenToBe(readTree(tree(texts), ['x.c']));
    expect(said({ 'x.c': 'void f(void) { }' })).toBe('the newest kernel');
    expect(said(OLD)).toBe('a kernel before 5.8');
    expect(said({ ...OLD, Makefile: 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n' })).toBeUndefined();
  });

  it('are of a time when a map could not fail where nobody asks, many times', () => {
    const map = (name: string): string =>
      `void ${name}(pmd_t *pmd)\n{\n\tpte_t *pte = pte_offset_map(pmd, 0);\n\n\tlook(*pte);\n\tpte_unmap(pte);\n}\n`;
    const asks =
      'void h(pmd_t *pmd)\n{\n\tpte_t *pte = pte_offset_map(pmd, 0);\n\n\tif (!pte)\n\t\treturn;\n\tpte_unmap(pte);\n}\n';
    expect(unchecked({ 'x.c': map('f') }, ['x.c'])).toBe(true);
    expect(unchecked({ 'x.c': map('f') + map('g') }, ['x.c'])).toBe(false);
    expect(unchecked({ 'x.c': map('f').replace('pte_unmap', 'look') }, ['x.c'])).toBe(false);
    expect(unchecked({ 'x.c': map('f') + map('g'), 'y.c': asks }, ['x.c', 'y.c'])).toBe(true);
  });

  it('of several kernels tell nothing', () => {
    const texts = { ...OLD, 'y.c': 'int g(struct folio *folio) { return 0; }' };
    expect(unchecked(texts, ['x.c', 'y.c'])).toBe(true);
    expect(unchecked(texts, ['x.c'])).toBe(false);
  });

  it('are as old as their Makefile says', () => {
    const makefile = (minor: number): Record<string, string> => ({
      Makefile: `VERSION = 6\nPATCHLEVEL = ${minor}\nSUBLEVEL = 0\n`,
    });
    expect([4, 5, 12].map((minor) => unchecked(makefile(minor), []))).toEqual([false, true, true]);
  });

  it('never go against a file that does tell', () => {
    const tells = { 'mm/pgtable-generic.c': 'pte_t *__pte_offset_map(pmd_t *pmd, unsigned long addr) { }' };
    expect(unchecked({ ...OLD, ...tells }, ['x.c'])).toBe(true);
  });
});
