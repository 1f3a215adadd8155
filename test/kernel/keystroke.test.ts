/**
 * Typing in real files: after each edit, what is found is what a fresh look at the same texts finds. Two files are open, whose
 * functions call each other; edits take lock and table lines away, write them twice, comment them out, and type new ones.
 */
import fc from 'fast-check';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sessionOver } from '../support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
const PATHS = ['mm/memory.c', 'mm/pagewalk.c'] as const;
const EDITS = Number(process.env['WALKRACE_EDITS'] ?? 14);
const SEED = Number(process.env['WALKRACE_SEED'] ?? 612);

const LINE_OF_INTEREST = /lock|_offset|p[gum4]d|pte|#if|#endif|return|^\}/;
const TYPED = [
  '\tmmap_read_lock(mm);\n',
  '\tmmap_read_unlock(vma->vm_mm);\n',
  '\trcu_read_lock();\n',
  '\tget_online_mems();\n',
  '\tpmd = pmd_offset(pud, addr);\n',
  '\thandle_mm_fault(vma, addr, 0, NULL);\n',
  '\t/* a remark\n\t */\n',
  '\t/*\n',
  '\tif (mm) {\n',
  '\n',
] as const;

interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit around the line of interest that comes `at` of the way down. */
function editOf(text: string, at: number, how: string, typed: string): TextEdit {
  const lines = text.split('\n');
  const places = lines.flatMap((line, index) => (LINE_OF_INTEREST.test(line) ? [index] : []));
  const place = places[Math.floor(at * places.length)] ?? 0;
  const line = lines[place] ?? '';
  const start = lines.slice(0, place).reduce((sum, each) => sum + each.length + 1, 0);
  switch (how) {
    case 'delete':
      return { start, end: start + line.length + 1, text: '' };
    case 'twice':
      return { start, end: start, text: `${line}\n` };
    case 'comment':
      return { start, end: start + line.length, text: `/* ${line} */` };
    default:
      return { start, end: start, text: typed };
  }
}

const edits = fc.record({
  path: fc.constantFrom(...PATHS),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  how: fc.constantFrom('delete', 'twice', 'comment', 'type', 'type'),
  typed: fc.constantFrom(...TYPED),
  isTakenBack: fc.boolean(),
});

describe.runIf(tree !== undefined)('typing in 6.12', () => {
  test('finds what a fresh look finds', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'walkrace-keystroke-'));
    const [typed, fresh] = [
      await sessionOver(tree?.root ?? '', cache),
      await sessionOver(tree?.root ?? '', cache),
    ];
    for (const path of PATHS) typed.openDocument(path, typed.read(path) ?? '');
    const compare = (what: string): void => {
      for (const path of PATHS) fresh.openDocument(path, typed.read(path) ?? '');
      for (const path of PATHS)
        expect(typed.diagnose(path), `${path} after ${what}`).toEqual(fresh.diagnose(path));
    };
    compare('opening');
    for (const { path, at, how, typed: piece, isTakenBack } of fc.sample(edits, {
      numRuns: EDITS,
      seed: SEED,
    })) {
      const before = typed.read(path) ?? '';
      const edit = editOf(before, at, how, piece);
      typed.changeDocument(path, [edit]);
      compare(
        `${how} at ${edit.start} of ${path}: ${before.slice(edit.start, edit.end)} becomes ${edit.text}`,
      );
      const undo = {
        start: edit.start,
        end: edit.start + edit.text.length,
        text: before.slice(edit.start, edit.end),
      };
      if (isTakenBack) typed.changeDocument(path, [undo]);
      if (isTakenBack) compare(`taking that back`);
    }
  }, 600_000);
});

test.runIf(tree === undefined)(NO_TREES, () => undefined);
