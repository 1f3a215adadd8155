/**
 * The table of protections against freers, from C source. U use-after-free, B a reused page read as a table, N descent through
 * an entry that has become none, L descent through one that has become a leaf, S sleep in atomic context.
 *
 * It is the design's table, found with hand-written models, but for two places that the kernel's source corrects:
 * - THP collapse under mm->page_table_lock was `ok`: the model took that lock for the one of pmd_lock(). Where page table locks
 *   are split (mm.h:pmd_lockptr) they are two locks; what is left of the protection is that a spinlock keeps RCU waiting, so
 *   that the table stays and only the second read of the entry goes wrong: N.
 * - A huge vmap install with the lock and interrupts off was N, of x86. arm64's flush waits for nobody (tlbflush.h: broadcast
 *   TLBI), so that it is UBNL there.
 */
import { describe, expect, test } from 'vitest';
import { KERNEL, MORE_USER, rowsOf, tableOf, USER } from './columns.js';
import { DUMP_OF_2019, GUP_FAST, PTDUMP, PTE_OFFSET_MAP, SINGLE_FETCH } from './walkers.js';

describe('a walker that reads each entry twice, as the arm64 dump of 2019 did', () => {
  test('against what frees kernel tables', () => {
    expect(tableOf(DUMP_OF_2019, KERNEL)).toMatchInlineSnapshot(`
      "                   rm-arm64  rm-x86  vmap-arm64  vmap-x86  locked-arm64  locked-x86
      nothing            UBN       UBN     UBNL        UBNL      UBNL          UBNL
      get_online_mems    ok        ok      UBNL        UBNL      UBNL          UBNL
      rcu_read_lock      UBN       UBN     UBNL        UBNL      UBNL          UBNL
      irqs off           UBN       UBN     UBNL        N         UBNL          N
      page_table_lock    UBN       UB      UBNL        UBNL      UBNL          UBNL
      mmap read          UBN       UBN     UBNL        UBNL      UBNL          UBNL
      mmap write         UBN       UBN     UBNL        UBNL      ok            ok
      mems + mmap write  ok        ok      UBNL        UBNL      ok            ok
      rcu, then mems     S         S       S           S         S             S"
    `);
  }, 60_000);

  test('against what frees user tables', () => {
    expect(tableOf(DUMP_OF_2019, USER)).toMatchInlineSnapshot(`
      "                   thp-rcu  munmap-ipi
      nothing            UBN      UBN
      get_online_mems    UBN      UBN
      rcu_read_lock      N        UBN
      irqs off           N        N
      page_table_lock    N        UBN
      mmap read          UBN      ok
      mmap write         UBN      ok
      mems + mmap write  UBN      ok
      rcu, then mems     S        S"
    `);
  }, 60_000);
});

describe("today's ptdump: callbacks of the generic walker, which reads each entry again", () => {
  test('get_online_mems() keeps hot-remove out, the mmap lock for write the huge vmaps that take it', () => {
    const rows = rowsOf('nothing', 'get_online_mems', 'mmap read', 'mmap write', 'mems + mmap write');
    expect(tableOf(PTDUMP, KERNEL, rows)).toMatchInlineSnapshot(`
      "                   rm-arm64  rm-x86  vmap-arm64  vmap-x86  locked-arm64  locked-x86
      nothing            UBN       UBN     UBNL        UBNL      UBNL          UBNL
      get_online_mems    ok        ok      UBNL        UBNL      UBNL          UBNL
      mmap read          UBN       UBN     UBNL        UBNL      UBNL          UBNL
      mmap write         UBN       UBN     UBNL        UBNL      ok            ok
      mems + mmap write  ok        ok      UBNL        UBNL      ok            ok"
    `);
  }, 60_000);
});

describe('a walker that reads each entry once: no N and no L', () => {
  test('against what frees kernel tables', () => {
    const rows = rowsOf('nothing', 'get_online_mems', 'rcu_read_lock', 'irqs off', 'page_table_lock');
    expect(tableOf(SINGLE_FETCH, KERNEL, rows)).toMatchInlineSnapshot(`
      "                 rm-arm64  rm-x86  vmap-arm64  vmap-x86  locked-arm64  locked-x86
      nothing          UB        UB      UB          UB        UB            UB
      get_online_mems  ok        ok      UB          UB        UB            UB
      rcu_read_lock    UB        UB      UB          UB        UB            UB
      irqs off         UB        UB      UB          ok        UB            ok
      page_table_lock  UB        UB      UB          UB        UB            UB"
    `);
  }, 60_000);

  test('against what frees user tables: under RCU it is safe from THP collapse, where the re-reading one is not', () => {
    expect(tableOf(SINGLE_FETCH, USER)).toMatchInlineSnapshot(`
      "                   thp-rcu  munmap-ipi
      nothing            UB       UB
      get_online_mems    UB       UB
      rcu_read_lock      ok       UB
      irqs off           ok       ok
      page_table_lock    ok       UB
      mmap read          UB       ok
      mmap write         UB       ok
      mems + mmap write  UB       ok
      rcu, then mems     S        S"
    `);
  }, 60_000);
});

describe('walkers of user tables', () => {
  const rows = rowsOf('nothing', 'rcu_read_lock', 'irqs off', 'mmap read', 'mmap write');

  test('GUP-fast: interrupts off are enough where the freer waits for them: by IPI, by RCU, or by an x86 flush', () => {
    expect(tableOf(GUP_FAST, MORE_USER, rows)).toMatchInlineSnapshot(`
      "               thp-rcu  munmap-ipi  thp-sync  munmap-rcu  plain-x86  plain-arm64
      nothing        UB       UB          UB        UB          UB         UB
      rcu_read_lock  ok       UB          UB        ok          UB         UB
      irqs off       ok       ok          ok        ok          ok         UB
      mmap read      UB       ok          ok        ok          ok         ok
      mmap write     UB       ok          ok        ok          ok         ok"
    `);
  }, 60_000);

  test('pte_offset_map() enters RCU and looks at the pmd: enough for THP collapse since 6.5, not for munmap', () => {
    expect(tableOf(PTE_OFFSET_MAP, MORE_USER, rows)).toMatchInlineSnapshot(`
      "               thp-rcu  munmap-ipi  thp-sync  munmap-rcu  plain-x86  plain-arm64
      nothing        ok       UBN         UB        UBN         UBN        UBN
      rcu_read_lock  ok       UBN         UB        N           UBN        UBN
      irqs off       ok       N           ok        N           N          UBN
      mmap read      ok       ok          ok        ok          ok         ok
      mmap write     ok       ok          ok        ok          ok         ok"
    `);
  }, 60_000);
});
