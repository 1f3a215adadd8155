/** Expressions: what reads memory, assigns or calls is a step; the rest is a value. */
import { describe, expect, it } from 'vitest';
import { lowered } from './c.js';

const is = (body: string, capabilities?: ReadonlySet<string>) => expect(lowered(body, capabilities));

describe('values', () => {
  it('conditional, GNU ?:, comma, short circuits', () => {
    is('n = addr ? 1 : 2; n = n ?: 3; n = (g(), 4); if (n && (addr || end)) g();').toMatchInlineSnapshot(`
      "   0  if addr -> 1 else 2
         1  $1 = 1 -> 3
         2  $1 = 2
         3  n = $1
         4  $2 = n
         5  if $2 -> 7 else 6
         6  $2 = 3
         7  n = $2
         8  call g()
         9  n = 4
        10  if n -> 11 else end
        11  if addr -> 13 else 12
        12  if end -> 13 else end
        13  call g() -> end"
    `);
  });
  it('a statement expression has the value of its last statement', () => {
    is('n = ({ pte_t p = *pte; pte_none(p); });').toMatchInlineSnapshot(`
      "   0  load $1 = *pte (pte, plain)
         1  p = $1
         2  n = none(p) -> end"
    `);
  });
  it('postfix gives the old value, prefix the new one', () => {
    is('g(n++); g(--n); n--; for (; n; n++, addr++) ;').toMatchInlineSnapshot(`
      "   0  $1 = n
         1  n = n + 1
         2  call g($1)
         3  n = n - 1
         4  call g(n)
         5  n = n - 1
         6  if n -> 7 else end
         7  n = n + 1
         8  addr = addr + 1 -> 6"
    `);
  });
  it('reads *pte++ through the old pointer', () => {
    is('pte_t p = *pte++; g(p);').toMatchInlineSnapshot(`
      "   0  $1 = pte
         1  pte = pte + 1
         2  load $2 = *$1 (pte, plain)
         3  p = $2
         4  call g(p) -> end"
    `);
  });
  it('error numbers and error pointers', () => {
    is(
      'struct page *page = g(); if (IS_ERR(page)) return PTR_ERR(page); if (IS_ERR_OR_NULL(page)) return -ENOMEM; return PTR_ERR_OR_ZERO(page);',
    ).toMatchInlineSnapshot(`
      "   0  $1 = call g()
         1  page = $1
         2  if page < 0 -> 3 else 4
         3  return page
         4  if page <= 0 -> 5 else 6
         5  return -12
         6  if page < 0 -> 7 else 8
         7  $2 = page -> 9
         8  $2 = 0
         9  return $2"
    `);
  });
});

describe('entries', () => {
  it('a plain entry that is named twice is read twice, READ_ONCE() once', () => {
    is(
      'if (pmd_none(*pmd) || pmd_bad(*pmd)) return; pmd_t v = READ_ONCE(*pmd); if (pmd_none(v) || pmd_leaf(v)) return;',
    ).toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  if none($1) -> 4 else 2
         2  load $2 = *pmd (pmd, plain)
         3  if bad($2) | leaf($2) -> 4 else 5
         4  return
         5  load $3 = *pmd (pmd)
         6  v = $3
         7  if none(v) -> 9 else 8
         8  if leaf(v) -> 9 else end
         9  return"
    `);
  });
  it('a descent reads the parent again; a lockless one takes the value', () => {
    is(
      'pte_t *p = pte_offset_kernel(pmd, addr); pud_t v = pudp_get(pud); pmd_t *q = pmd_offset_lockless(pud, v, addr);',
    ).toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, descent, plain)
         1  p = $1[pte_index(addr)]
         2  load $2 = *pud (pud)
         3  v = $2
         4  q = v[pmd_index(addr)] -> end"
    `);
  });
  it('a descent through a local copy reads no memory', () => {
    is('pmd_t v = *pmd; pte_t *p = pte_offset_kernel(&v, addr);').toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  v = $1
         2  p = v[pte_index(addr)] -> end"
    `);
  });
  it('a descent by hand: __va() of what an entry says', () => {
    is('pte_t *p = (pte_t *)__va(pmd_val(*pmd) & PHYSICAL_PAGE_MASK) + pte_index(addr);')
      .toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  p = $1[0] + pte_index(addr) -> end"
    `);
  });
  it('elements and addresses of elements', () => {
    is('pte_t v = pte[n]; pte_t *p = &pte[n + 1]; pte[0] = v; *pte = v;').toMatchInlineSnapshot(`
      "   0  load $1 = *(pte + n) (pte, plain)
         1  v = $1
         2  p = pte + (n + 1)
         3  store *(pte + 0) = v
         4  store *pte = v -> end"
    `);
  });
  it('stores, exchanges, frees', () => {
    is(
      'set_pte(pte, v); pmd_clear(pmd); pte_t old = ptep_get_and_clear(mm, addr, pte); pte_free_kernel(mm, pte);',
    ).toMatchInlineSnapshot(`
      "   0  store *pte = ::v
         1  store *pmd = none
         2  xchg $1 = *pte, none
         3  old = $1
         4  free pte -> end"
    `);
  });
  it('tests that read for themselves', () => {
    is('if (pmd_none_or_clear_bad(pmd)) return; if (pud_trans_unstable(pud)) return;').toMatchInlineSnapshot(`
      "   0  load $1 = *pmd (pmd, plain)
         1  if none($1) | bad($1) | leaf($1) -> 2 else 3
         2  return
         3  load $2 = *pud (pud, plain)
         4  if none($2) | bad($2) | leaf($2) -> 5 else end
         5  return"
    `);
  });
});

describe('roots', () => {
  it.each([
    'pgd = pgd_offset(mm, addr);',
    'pgd = pgd_offset_k(addr);',
    'pgd = mm->pgd + pgd_index(addr);',
    'pgd = init_mm.pgd + pgd_index(addr);',
    'pgd = swapper_pg_dir + pgd_index(addr);',
    'pgd = &swapper_pg_dir[pgd_index(addr)];',
    'pgd = pgd_offset_pgd(current->active_mm->pgd, addr);',
    'pgd = (pgd_t *)__va(read_cr3_pa()) + pgd_index(addr);',
  ])('%s', (body) => {
    is(body).toMatchSnapshot();
  });
});

describe('maps', () => {
  it('pte_offset_map() since 6.5: RCU, one look at the pmd, NULL when it is no table', () => {
    is('pte = pte_offset_map(pmd, addr); if (!pte) return; pte_unmap(pte);').toMatchInlineSnapshot(`
      "   0  $1 = pmd
         1  rcu_read_lock
         2  load $3 = *$1 (pmd, descent)
         3  if table($3) -> 4 else 5
         4  $2 = $3[pte_index(addr)] -> 7
         5  rcu_read_unlock
         6  $2 = 0
         7  pte = $2
         8  if pte -> 10 else 9
         9  return
        10  rcu_read_unlock -> end"
    `);
  });
  it('before, it only maps', () => {
    is('pte = pte_offset_map(pmd, addr); pte_unmap(pte);', new Set(['walk-ops'])).toMatchInlineSnapshot(`
      "   0  $1 = pmd
         1  load $3 = *$1 (pmd, descent, plain)
         2  $2 = $3[pte_index(addr)]
         3  pte = $2 -> end"
    `);
  });
  it('pte_offset_map_lock(): its lock, and another look at the pmd', () => {
    is('spinlock_t *p; pte = pte_offset_map_lock(mm, pmd, addr, &p); if (!pte) return; spin_unlock(p);')
      .toMatchInlineSnapshot(`
        "   0  p = &ptl
           1  $1 = pmd
           2  rcu_read_lock
           3  load $3 = *$1 (pmd, descent)
           4  if table($3) -> 5 else 11
           5  $2 = $3[pte_index(addr)]
           6  lock ptl write
           7  load $4 = *$1 (pmd)
           8  if $4 == $3 -> 13 else 9
           9  unlock ptl write
          10  rcu_read_unlock -> 2
          11  rcu_read_unlock
          12  $2 = 0
          13  pte = $2
          14  if pte -> 16 else 15
          15  return
          16  unlock ptl write -> end"
      `);
  });
  it('pmd_lock() and pmd_lockptr() give the lock, whatever the local is called', () => {
    is(
      'spinlock_t *a = pmd_lock(mm, pmd), *b; spin_unlock(a); b = pmd_lockptr(mm, pmd); spin_lock(b); spin_unlock(b);',
    ).toMatchInlineSnapshot(`
      "   0  lock ptl write
         1  a = &ptl
         2  unlock ptl write
         3  b = &ptl
         4  lock ptl write
         5  unlock ptl write -> end"
    `);
  });
  it('pmd_trans_huge_lock() holds it only for a huge entry', () => {
    is('spinlock_t *ptl = pmd_trans_huge_lock(pmd, vma); if (ptl) { g(); spin_unlock(ptl); }')
      .toMatchInlineSnapshot(`
      "   0  lock ptl write
         1  load $1 = *pmd (pmd, plain)
         2  if leaf($1) -> 3 else 4
         3  $2 = &ptl -> 6
         4  unlock ptl write
         5  $2 = 0
         6  ptl = $2
         7  if ptl -> 8 else end
         8  call g()
         9  unlock ptl write -> end"
    `);
  });
});

describe('objects', () => {
  it('members are paths; an initialiser zeroes the rest', () => {
    is(
      'struct mm_walk w = { .mm = mm, .a.b = n }; walk->action = ACTION_AGAIN; n = w.action; g(&w, &walk->private, *walk->pte);',
    ).toMatchInlineSnapshot(`
      "   0  w.mm = mm
         1  w.a.b = n
         2  w.* = 0
         3  walk->action = ACTION_AGAIN
         4  n = w.action
         5  load $1 = *walk->pte (pte, plain)
         6  call g(&w, &walk->private, $1) -> end"
    `);
  });
  it('calls: by name, through a member, through a local, of an unknown value', () => {
    is(
      'int (*fn)(pte_t *) = g; g(n); walk->ops->pte_entry(pte, addr, end, walk); fn(pte); (*fn)(pte); table[n](pte);',
    ).toMatchInlineSnapshot(`
      "   0  fn = ::g
         1  call g(n)
         2  call walk->ops->pte_entry(pte, addr, end, walk)
         3  call fn(pte)
         4  call fn(pte)
         5  call ?(table[n])(pte) -> end"
    `);
  });
});

describe('arithmetic', () => {
  it('pmd_addr_end(), min(), ALIGN()', () => {
    is(
      'addr = pmd_addr_end(addr, end); addr = min(addr, end); addr = max_t(unsigned long, addr, 1); addr = ALIGN(addr, PMD_SIZE);',
    ).toMatchInlineSnapshot(`
      "   0  $1 = addr + PMD_SIZE & PMD_MASK
         1  if $1 - 1 < end - 1 -> 2 else 3
         2  $2 = $1 -> 4
         3  $2 = end
         4  addr = $2
         5  if addr < end -> 6 else 7
         6  $3 = addr -> 8
         7  $3 = end
         8  addr = $3
         9  if addr > 1 -> 10 else 11
        10  $4 = addr -> 12
        11  $4 = 1
        12  addr = $4
        13  addr = addr + (PMD_SIZE - 1) & ~(PMD_SIZE - 1) -> end"
    `);
  });
});
