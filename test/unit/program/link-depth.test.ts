/** A walk that becomes too large when all its calls are followed is followed less deep, and says where it stopped. */
import { expect, test } from 'vitest';
import { linkedProgram, visible } from './c.js';

const DEEP = `
static void large(pmd_t *pmd)
{
	${'see(pmd_val(*pmd));\n\t'.repeat(40)}
}
static void middle(pmd_t *pmd) { if (!pmd_none(*pmd)) large(pmd); }
static void outer(pmd_t *pmd) { middle(pmd); }
static void walk(pmd_t *pmd) { outer(pmd); }
`;

// What is seen includes the load that leads to the pmd which walk() is given.
test('as deep as it may be', () => {
  const program = linkedProgram(DEEP);
  if (typeof program === 'string') throw new Error(program);
  expect(visible(program.steps)).toHaveLength(2 + 40);
});

test('less deep where that is too large: the call that is left out is an assumption', () => {
  const program = linkedProgram(DEEP, { maxSteps: 30 });
  if (typeof program === 'string') throw new Error(program);
  expect(visible(program.steps)).toHaveLength(1 + 1);
  expect(program.assumptions.map(({ text }) => text)).toContain('large() is not followed: 3 calls deep');
});

test('too large even so', () => {
  expect(linkedProgram(DEEP, { maxSteps: 1 })).toContain('more than 1 steps');
});
