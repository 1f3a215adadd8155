/** Control flow: a statement of C in, its steps out. */
import { describe, expect, it } from 'vitest';
import { lowered } from './c.js';

const is = (body: string, capabilities?: ReadonlySet<string>) => expect(lowered(body, capabilities));

describe('loops', () => {
  it('while', () => {
    is('while (addr != end) addr += PAGE_SIZE;').toMatchInlineSnapshot(`
      "   0  if addr != end -> 1 else end
         1  addr = addr + PAGE_SIZE -> 0"
    `);
  });
  it('do-while with continue goes to the test', () => {
    is('do { if (pmd_none(*pmd)) continue; g(); } while (pmd++, addr != end);').toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  if none($1) -> 3 else 2
         2  call g()
         3  pmd = pmd + 1
         4  if addr != end -> 0 else end"
    `);
  });
  it('do { } while (0) with break', () => {
    is('do { if (n) break; g(); } while (0); h();').toMatchInlineSnapshot(`
      "   0  if n -> 2 else 1
         1  call g()
         2  call h() -> end"
    `);
  });
  it('for, with its continue going to the update', () => {
    is('for (int i = 0; i < PTRS_PER_PTE; i++) { if (i == n) continue; g(i); }').toMatchInlineSnapshot(`
      "   0  i = 0
         1  if i < PTRS_PER_PTE -> 2 else end
         2  if i == n -> 4 else 3
         3  call g(i)
         4  i = i + 1 -> 1"
    `);
  });
  it('nested loops: break leaves the inner one', () => {
    is('for (;;) { while (1) { if (n) break; g(); } h(); }').toMatchInlineSnapshot(`
      "   0  if n -> 2 else 1
         1  call g() -> 0
         2  call h() -> 0"
    `);
  });
  it('retries a trylock', () => {
    is('while (!mmap_read_trylock(mm)) cpu_relax(); g(); mmap_read_unlock(mm);').toMatchInlineSnapshot(`
      "   0  $1 = trylock mmap_lock(mm) read
         1  if $1 -> 2 else 0
         2  call g()
         3  unlock mmap_lock(mm) read -> end"
    `);
  });
  it('a loop macro goes round any number of times; its variable is another one each time', () => {
    is('struct zone *zone;\n\tfor_each_zone(zone) {\n\t\tg(zone);\n\t}\n').toMatchInlineSnapshot(`
      "   0  choose -> 1 | end
         1  zone = ?(zone of for_each_zone())
         2  call g(zone) -> 0
      assuming:
        both-branches: "for_each_zone(zone)" goes round any number of times"
    `);
  });
  it('a loop macro with computed arguments, break and continue', () => {
    is(
      'struct vm_area_struct *vma;\n\tfor_each_vma_range(*h(mm), vma, end) {\n\t\tif (!vma) continue;\n\t\tif (n) break;\n\t\tg(vma);\n\t}\n',
    ).toMatchInlineSnapshot(`
      "   0  $1 = call h(mm)
         1  choose -> 2 | end
         2  vma = ?(vma of for_each_vma_range())
         3  if vma -> 4 else 1
         4  if n -> end else 5
         5  call g(vma) -> 1
      assuming:
        both-branches: "for_each_vma_range(*h(mm), vma, end)" goes round any number of times"
    `);
  });
});

describe('jumps', () => {
  it('goto, out of nested blocks and back', () => {
    is('again:\n\tif (pmd_none(*pmd)) { if (n) goto again; goto out; }\n\tg();\nout:\n\th();')
      .toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  if none($1) -> 2 else 3
         2  if n -> 0 else 4
         3  call g()
         4  call h() -> end"
    `);
  });
  it('early returns', () => {
    is('if (!pte) return; g(); return;').toMatchInlineSnapshot(`
      "   0  if pte -> 2 else 1
         1  return
         2  call g()
         3  return"
    `);
  });
  it('a path that is given up leads to itself', () => {
    is('if (n) panic("no"); BUG_ON(!pte); g();').toMatchInlineSnapshot(`
      "   0  if n -> 1 else 2
         1  nop (the path ends)
         2  if pte -> 4 else 3
         3  nop (the path ends)
         4  call g() -> end"
    `);
  });
  it('a label that is not there is stated', () => {
    is('goto nowhere;').toMatchInlineSnapshot(`
      "   0  nop (the path ends)
      assuming:
        not-modelled: "goto nowhere;" leads to no label: the path is taken to end there"
    `);
  });
});

describe('switch', () => {
  it('falls through, and has a default', () => {
    is('switch (n) { case 1: g(); case 2: h(); break; default: i(); } j();').toMatchInlineSnapshot(`
      "   0  $1 = n
         1  if $1 == 1 -> 3 else 2
         2  if $1 == 2 -> 4 else 5
         3  call g()
         4  call h() -> 6
         5  call i()
         6  call j() -> end"
    `);
  });
  it('takes ranges of GNU C', () => {
    is('switch (n) {\n\tcase 1 ... 3:\n\t\tg();\n\t\tbreak;\n\tcase ACTION_AGAIN:\n\t\th();\n\t}')
      .toMatchInlineSnapshot(`
      "   0  $1 = n
         1  if $1 >= 1 & $1 <= 3 -> 3 else 2
         2  if $1 == ACTION_AGAIN -> 4 else end
         3  call g() -> end
         4  call h() -> end"
    `);
  });
  it('continue in a switch is that of the loop', () => {
    is('while (n) { switch (addr) { case 0: continue; case 1: break; } g(); }').toMatchInlineSnapshot(`
      "   0  if n -> 1 else end
         1  $1 = addr
         2  if $1 == 0 -> 0 else 3
         3  call g() -> 0"
    `);
  });
});

describe('#if', () => {
  it('keeps both arms, which hang on one setting', () => {
    is('#ifdef CONFIG_A\n\tg();\n#else\n\th();\n#endif\n#ifndef CONFIG_A\n\ti();\n#endif\n')
      .toMatchInlineSnapshot(`
      "   0  if ::CONFIG_A -> 1 else 2
         1  call g() -> 3
         2  call h()
         3  if !::CONFIG_A -> 4 else end
         4  call i() -> end"
    `);
  });
  it('reads conditions', () => {
    is(
      '#if CONFIG_PGTABLE_LEVELS > 3 && (defined(CONFIG_A) || !IS_ENABLED(CONFIG_B))\n\tg();\n#elif defined CONFIG_C\n\th();\n#endif\n',
    ).toMatchInlineSnapshot(`
      "   0  if CONFIG_PGTABLE_LEVELS > 3 & (::CONFIG_A | !::CONFIG_B) -> 1 else 2
         1  call g() -> end
         2  if ::CONFIG_C -> 3 else end
         3  call h() -> end"
    `);
  });
  it('IS_ENABLED() in code is the same setting', () => {
    is('if (IS_ENABLED(CONFIG_A)) g();').toMatchInlineSnapshot(`
      "   0  if ::CONFIG_A -> 1 else end
         1  call g() -> end"
    `);
  });
  it('arms in mid-statement are stated', () => {
    is('g(n,\n#ifdef CONFIG_A\n\t1,\n#else\n\t2,\n#endif\n\t3);').toMatchInlineSnapshot(`
      "   0  call g(n, 1, 2, 3) -> end
      assuming:
        not-modelled: the arms of an #if in mid-statement are taken one after the other"
    `);
  });
});

describe('damaged code', () => {
  it('keeps the calls, and says what it could not read', () => {
    is('mmap_read_lock(mm); if (pmd_none(*pmd) { g(); mmap_read_unlock(mm);').toMatchInlineSnapshot(`
      "   0  lock mmap_lock(mm) read
         1  load $1 = *pmd (pmd, plain)
         2  if none($1) -> 3 else end
         3  call g()
         4  unlock mmap_lock(mm) read -> end
      assuming:
        not-modelled: a part of f() could not be parsed"
    `);
  });
});
