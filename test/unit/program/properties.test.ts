/** What holds of every text and every program. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidy } from '../../../src/core/program/graph.js';
import { foldCopies } from '../../../src/core/program/link/copies.js';
import { WAY_DOWN } from '../../../src/core/program/link/given.js';
import { slice } from '../../../src/core/program/link/slice.js';
import { END, type Expr, type Step } from '../../../src/core/program/ir.js';
import { linked, lower, OPTIONS, outOfRange, unitOf, visible } from './c.js';
import { link } from '../../../src/core/program/link/link.js';

/** Pieces of C, half of them broken: joined at random they are what an editor shows the tool at every keystroke. */
const PIECES = [
  'if (', ')', '{', '}', 'else', 'for (;;)', 'while (n)', 'do', 'return', ';', 'goto out;', 'out:', 'break;', 'continue;',
  'switch (n) {', 'case 1:', 'case 1 ... 3:', 'default:', 'pmd_none(*pmd)', 'pte = pte_offset_map(pmd, addr)', '*pte++', 'n--',
  'guard(rcu)()', 'scoped_guard(mutex, &x->l) {', 'mmap_read_lock(mm)', 'for_each_zone(z)', 'pte[n]', '->', '.', '&', '*',
  '({', '})', '? :', 'a ? b : c', '= {', '.f = 1', '#ifdef CONFIG_X\n', '\n#else\n', '\n#endif\n', '"', '/*', '*/', "'", 'BUG();',
  'asm("x" : "=r" (n))', 'walk->ops->f(pte)', 'pmd_t *q =', 'int n;', 'sizeof(*pmd)', '(pte_t *)', '\\\n', '0x', '-EINVAL',
]; // prettier-ignore

const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(' '));

const wrapped = (body: string): string =>
  `static int f(struct mm_struct *mm, pmd_t *pmd, pte_t *pte, unsigned long addr, int n)\n{\n${body}\n}\n`;

describe('lowering and linking', () => {
  it('never throw, and lead nowhere out of range, whatever the text', () => {
    fc.assert(
      fc.property(texts, (body) => {
        const { functions, resolver } = unitOf(wrapped(body));
        for (const program of functions.values()) {
          expect(outOfRange(program.steps)).toBeUndefined();
          const result = link(program, resolver, OPTIONS);
          if (!result.linked) continue;
          expect(outOfRange(result.program.steps)).toBeUndefined();
          expect(result.program.steps.filter(({ op }) => op === 'call' || op === 'return')).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('give the same for the same text', () => {
    fc.assert(
      fc.property(texts, (body) => {
        expect(linked(wrapped(`g(pmd_val(*pmd)); ${body}`))).toBe(
          linked(wrapped(`g(pmd_val(*pmd)); ${body}`)),
        );
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('keep the order of what others see, on a way without branches', () => {
    const statements = fc.array(
      fc.constantFrom(
        'rcu_read_lock();', 'rcu_read_unlock();', 'g(pmd_val(*pmd));', 'pmd_clear(pmd);', 'flush_tlb_all();', 'mmap_read_lock(mm);',
        'mmap_read_unlock(mm);', 'n++;', 'pmd_t v = READ_ONCE(*pmd);', 'cond_resched();',
      ), // prettier-ignore
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(statements, (each) => {
        const { steps } = lower(wrapped(each.join('\n')));
        const kinds = (some: readonly Step[]): readonly string[] =>
          some
            .filter(({ op, text }) => !['let', 'call', 'nop'].includes(op) && !text.startsWith(WAY_DOWN))
            .map(({ op, text }) => `${op} ${text}`);
        const { functions, resolver } = unitOf(wrapped(each.join('\n')));
        const [program] = functions.values();
        if (!program) throw new Error('no function');
        const result = link(program, resolver, OPTIONS);
        if (result.linked) expect(kinds(result.program.steps)).toEqual(kinds(steps));
        else expect(kinds(steps).some((kind) => kind.startsWith('load'))).toBe(false);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('tidy, slice and the folding of copies', () => {
  const NAMES = ['a', 'b', '$1', '$2'];
  const expr: fc.Arbitrary<Expr> = fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((value): Expr => ({ kind: 'int', value })),
    fc.constantFrom(...NAMES).map((name): Expr => ({ kind: 'var', name })),
    fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('+', '==', '<')).map(([name, operator]): Expr => ({
      kind: 'binary',
      operator: operator as '+',
      left: { kind: 'var', name },
      right: { kind: 'int', value: 1 },
    })),
  );
  const program = (length: number): fc.Arbitrary<readonly Step[]> => {
    const to = fc.integer({ min: -1, max: length - 1 });
    const rest = { text: '' };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc
        .tuple(fc.constantFrom(...NAMES), expr, to)
        .map(([dst, value, next]): Step => ({ op: 'let', dst, value, next, ...rest })),
      fc.tuple(expr, to, to).map(([condition, then, other]): Step => ({
        op: 'branch',
        condition,
        then,
        else: other,
        next: END,
        ...rest,
      })),
      fc
        .tuple(fc.constantFrom('a', 'b'), to)
        .map(([name, next]): Step => ({ op: 'free', page: { kind: 'var', name }, next, ...rest })),
      to.map((next): Step => ({ op: 'flush', next, ...rest })),
      to.map((next): Step => ({ op: 'nop', next, ...rest })),
    );
    return fc.array(step, { minLength: length, maxLength: length });
  };
  const programs = fc.integer({ min: 1, max: 12 }).chain(program);

  /** What a run shows: the visible steps with their values; undefined when it does not end within the limit. */
  const run = (steps: readonly Step[]): readonly string[] | undefined => {
    const values = new Map<string, number>(NAMES.map((name) => [name, 0]));
    const value = (each: Expr): number => {
      if (each.kind === 'int') return each.value;
      if (each.kind === 'var') return values.get(each.name) ?? 0;
      if (each.kind !== 'binary') throw new Error(each.kind);
      const [left, right] = [value(each.left), value(each.right)];
      if (each.operator === '+') return left + right;
      return Number(each.operator === '==' ? left === right : left < right);
    };
    const seen: string[] = [];
    let at = 0;
    for (let count = 0; count < 300; count += 1) {
      const step = steps[at];
      if (at === END || !step) return seen;
      if (step.op === 'let') values.set(step.dst, value(step.value));
      if (step.op === 'free') seen.push(`free ${value(step.page)}`);
      if (step.op === 'flush') seen.push('flush');
      at = step.op === 'branch' ? (value(step.condition) !== 0 ? step.then : step.else) : step.next;
    }
    return undefined;
  };

  it.each([
    ['tidy', tidy],
    ['slice', slice],
    ['folding', foldCopies],
  ] as const)('%s changes nothing that a run shows', (_name, change) => {
    fc.assert(
      fc.property(programs, (steps) => {
        const before = run(steps);
        const after = change(steps);
        expect(outOfRange(after)).toBeUndefined();
        if (before) expect(run(after)).toEqual(before);
        expect(new Set(visible(after).map((text) => text.split(' ')[0])).size).toBeLessThanOrEqual(2);
      }),
      { numRuns: 400 },
    );
  });
});
