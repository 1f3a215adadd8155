/** Locks: who holds what on which way. */
import { describe, expect, it } from 'vitest';
import { lowered } from './c.js';

const is = (body: string) => expect(lowered(body));

describe('calls', () => {
  it('the lock of one mm, by its own API or by its address', () => {
    is(
      'mmap_read_lock(mm); up_read(&mm->mmap_lock); down_write(&init_mm.mmap_sem); mmap_write_downgrade(&init_mm);',
    ).toMatchInlineSnapshot(`
      "   0  lock mmap_lock(mm) read
         1  unlock mmap_lock(mm) read
         2  lock mmap_lock(init_mm) write
         3  downgrade mmap_lock(init_mm) -> end"
    `);
  });
  it('a trylock says whether it has it', () => {
    is('if (!mmap_read_trylock(mm)) return; mmap_read_unlock(mm);').toMatchInlineSnapshot(`
      "   0  $1 = trylock mmap_lock(mm) read
         1  if $1 -> 3 else 2
         2  return
         3  unlock mmap_lock(mm) read -> end"
    `);
  });
  it('a killable lock waits, or fails for another reason', () => {
    is('if (mmap_write_lock_killable(mm)) return -EINTR; mmap_write_unlock(mm);').toMatchInlineSnapshot(`
      "   0  if ?(mmap_write_lock_killable(mm)) -> 1 else 3
         1  lock mmap_lock(mm) write
         2  $1 = 0 -> 4
         3  $1 = -1
         4  if $1 -> 5 else 6
         5  return -4
         6  unlock mmap_lock(mm) write -> end"
    `);
  });
  it('its error is negative', () => {
    is('int err = down_read_killable(&mm->mmap_lock); if (err < 0) return err;').toMatchInlineSnapshot(`
      "   0  if ?(down_read_killable(&mm->mmap_lock)) -> 1 else 3
         1  lock mmap_lock(mm) read
         2  $1 = 0 -> 4
         3  $1 = -1
         4  err = $1
         5  if err < 0 -> 6 else end
         6  return err"
    `);
  });
  it('interrupts go off before the lock is taken, and on after; also when a trylock failed', () => {
    is(
      'spin_lock_irqsave(&x->lock, flags); spin_unlock_irqrestore(&x->lock, flags); if (spin_trylock_irqsave(&x->lock, flags)) g();',
    ).toMatchInlineSnapshot(`
      "   0  irq_off
         1  lock lock(x) write
         2  unlock lock(x) write
         3  irq_on
         4  irq_off
         5  $1 = trylock lock(x) write
         6  if $1 -> 8 else 7
         7  irq_on
         8  if $1 -> 9 else end
         9  call g() -> end"
    `);
  });
  it('asserts are for the callers', () => {
    is(
      'lockdep_assert_held(&mm->mmap_lock); mmap_assert_write_locked(mm); rcu_read_lock(); rcu_read_unlock();',
    ).toMatchInlineSnapshot(`
      "   0  assert_held mmap_lock(mm) any
         1  assert_held mmap_lock(mm) write
         2  rcu_read_lock
         3  rcu_read_unlock -> end"
    `);
  });
  it('the hotplug lock', () => {
    is('get_online_mems(); put_online_mems(); mem_hotplug_begin(); mem_hotplug_done();')
      .toMatchInlineSnapshot(`
      "   0  lock mem_hotplug_lock read
         1  unlock mem_hotplug_lock read
         2  lock cpu_hotplug_lock read
         3  lock mem_hotplug_lock write
         4  unlock mem_hotplug_lock write
         5  unlock cpu_hotplug_lock read -> end"
    `);
  });
});

describe('guards', () => {
  it('guard() lets go at the end of its scope', () => {
    is('{ guard(rcu)(); g(); } h();').toMatchInlineSnapshot(`
      "   0  rcu_read_lock
         1  call g()
         2  rcu_read_unlock
         3  call h() -> end"
    `);
  });
  it('and on every way out of it: return, break, goto', () => {
    is(
      'for (;;) { guard(mutex)(&walk->lock); if (n == 1) return; if (n == 2) break; if (n == 3) goto out; g(); }\nout:\n\th();',
    ).toMatchInlineSnapshot(`
      "   0  lock lock(walk) write
         1  if n == 1 -> 2 else 4
         2  unlock lock(walk) write
         3  return
         4  if n == 2 -> 5 else 6
         5  unlock lock(walk) write -> 10
         6  if n == 3 -> 7 else 8
         7  unlock lock(walk) write -> 10
         8  call g()
         9  unlock lock(walk) write -> 0
        10  call h() -> end"
    `);
  });
  it('computes the returned value before it lets go', () => {
    is('guard(mmap_read_lock)(mm); return pmd_none(*pmd);').toMatchInlineSnapshot(`
      "   0  lock mmap_lock(mm) read
         1  load $1 = *pmd (pmd, plain)
         2  $2 = none($1)
         3  unlock mmap_lock(mm) read
         4  return $2"
    `);
  });
  it('scoped_guard() holds in its block; break leaves it', () => {
    is('scoped_guard(mmap_read_lock, mm) {\n\t\tif (n)\n\t\t\tbreak;\n\t\tg();\n\t}\n\th();')
      .toMatchInlineSnapshot(`
      "   0  lock mmap_lock(mm) read
         1  if n -> 2 else 3
         2  unlock mmap_lock(mm) read -> 5
         3  call g()
         4  unlock mmap_lock(mm) read
         5  call h() -> end"
    `);
  });
  it('scoped_guard() of a trylock skips its block', () => {
    is('scoped_guard(spinlock_try, &x->lock) {\n\t\tg();\n\t}\n').toMatchInlineSnapshot(`
      "   0  $1 = trylock lock(x) write
         1  $2 = $1
         2  if $2 -> 3 else end
         3  call g()
         4  if $2 -> 5 else end
         5  unlock lock(x) write -> end"
    `);
  });
  it('scoped_cond_guard() runs its statement instead', () => {
    is('scoped_cond_guard(mutex_intr, return -EINTR, &x->lock) {\n\t\tg();\n\t}\n').toMatchInlineSnapshot(`
      "   0  if ?((mutex_intr, return -EINTR, &x->lock)) -> 1 else 3
         1  lock lock(x) write
         2  $1 = 0 -> 4
         3  $1 = -1
         4  $2 = !$1
         5  if $2 -> 10 else 6
         6  $3 = -4
         7  if $2 -> 8 else 9
         8  unlock lock(x) write
         9  return $3
        10  call g()
        11  if $2 -> 12 else end
        12  unlock lock(x) write -> end"
    `);
  });
  it('ACQUIRE() and ACQUIRE_ERR()', () => {
    is('ACQUIRE(mutex_intr, lock)(&x->mutex); if (ACQUIRE_ERR(mutex_intr, &lock)) return; g();')
      .toMatchInlineSnapshot(`
      "   0  if ?(ACQUIRE(mutex_intr, lock)(&x->mutex)) -> 1 else 3
         1  lock mutex(x) write
         2  $1 = 0 -> 4
         3  $1 = -1
         4  $2 = !$1
         5  lock = $2
         6  if lock -> 7 else 8
         7  $3 = 0 -> 9
         8  $3 = -1
         9  if $3 -> 10 else 13
        10  if $2 -> 11 else 12
        11  unlock mutex(x) write
        12  return
        13  call g()
        14  if $2 -> 15 else end
        15  unlock mutex(x) write -> end"
    `);
  });
});
