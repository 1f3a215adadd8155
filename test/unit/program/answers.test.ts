/** A condition that the model can't decide, asked again with nothing changed in between: one answer. */
import { describe, expect, it } from 'vitest';
import { linkedProgram } from './c.js';
import type { Step } from '../../../src/core/program/ir.js';
import { END } from '../../../src/core/program/ir.js';
import { evaluate } from '../../../src/core/analysis/values.js';
import { truthOf } from '../../../src/core/program/expr.js';
import { successors } from '../../../src/core/program/graph.js';

/** The orders in which a program may take and let go its lock, with variables as far as constants tell. */
function orders(body: string): readonly string[] {
  const program = linkedProgram(`
static bool is_huge(struct vm_area_struct *of)
{
	return !!(of->vm_flags & VM_HUGETLB);
}

static void walk(struct walk *walk, struct vm_area_struct *vma, unsigned long addr, int locked)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	${body}
}`);
  if (typeof program === 'string') throw new Error(program);
  const found = new Set<string>();
  const go = (
    at: number,
    seen: string,
    values: ReadonlyMap<string, { kind: 'int'; value: number }>,
    left: number,
  ): void => {
    const step: Step | undefined = program.steps[at];
    if (at === END || !step || left === 0) return void found.add(seen.trim());
    if (step.op === 'let') {
      const value = evaluate(step.value, values);
      const next = new Map(values);
      if (value.kind === 'int') next.set(step.dst, value);
      else next.delete(step.dst);
      return go(step.next, seen, next, left - 1);
    }
    const mark =
      step.op === 'lock' ? ' take' : step.op === 'unlock' ? ' drop' : step.op === 'load' ? ' read' : '';
    const truth = step.op === 'branch' ? truthOf(evaluate(step.condition, values)) : undefined;
    const ways =
      step.op === 'branch' && truth !== undefined ? [truth ? step.then : step.else] : successors(step);
    for (const to of ways) go(to, seen + mark, values, left - 1);
  };
  go(0, '', new Map(), 60);
  return [...found].sort();
}

const BOTH = ['read', 'take read drop'];

describe('one answer', () => {
  it.each([
    [
      'a parameter',
      'if (locked) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (locked) mmap_read_unlock(&init_mm);',
    ],
    [
      'the other way round',
      'if (!locked) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (locked) return; mmap_read_unlock(&init_mm);',
    ],
    [
      'compared with 0',
      'if (locked != 0) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (!(locked == 0)) mmap_read_unlock(&init_mm);',
    ],
    [
      'a flag',
      'if (walk->flags & WALK_LOCKED) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (walk->flags & WALK_LOCKED) mmap_read_unlock(&init_mm);',
    ],
    [
      'what a function says of an object',
      'if (is_huge(vma)) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (is_huge(vma)) mmap_read_unlock(&init_mm);',
    ],
    [
      'a comparison, and its opposite',
      'if (walk->mm == &init_mm) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (walk->mm != &init_mm) return; mmap_read_unlock(&init_mm);',
    ],
    [
      'a flag of what was changed before',
      'if (g(vma)) walk->flags |= WALK_OTHER; if (walk->flags & WALK_LOCKED) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (walk->flags & WALK_LOCKED) mmap_read_unlock(&init_mm);',
    ],
    [
      'what was kept of something unknown',
      'struct anon_vma *own = 0; if (g(vma)) own = vma->anon_vma; if (own) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (own) mmap_read_unlock(&init_mm);',
    ],
    [
      'two questions, one in the other',
      'if (locked) { if (vma->vm_flags & VM_X) mmap_read_lock(&init_mm); } g(pud_val(*pud)); if (locked) { if (vma->vm_flags & VM_X) mmap_read_unlock(&init_mm); }',
    ],
  ])('%s', (_, body) => {
    expect(orders(body)).toEqual(BOTH);
  });
});

describe('another answer', () => {
  it.each([
    [
      'what it is made of has changed',
      'if (locked) mmap_read_lock(&init_mm); g(pud_val(*pud)); locked = again(); if (locked) mmap_read_unlock(&init_mm);',
    ],
    [
      'the object is another',
      'if (vma->vm_flags & VM_X) mmap_read_lock(&init_mm); g(pud_val(*pud)); vma = vma->next; if (vma->vm_flags & VM_X) mmap_read_unlock(&init_mm);',
    ],
    [
      'another question',
      'if (locked) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (walk->flags) mmap_read_unlock(&init_mm);',
    ],
    [
      'what a call gives',
      'if (ask(locked)) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (ask(locked)) mmap_read_unlock(&init_mm);',
    ],
    [
      'what a function says of another object',
      'if (is_huge(vma)) mmap_read_lock(&init_mm); g(pud_val(*pud)); if (is_huge(walk->vma)) mmap_read_unlock(&init_mm);',
    ],
  ])('%s', (_, body) => {
    expect(orders(body)).toEqual(['read', 'read drop', 'take read', 'take read drop']);
  });
});
