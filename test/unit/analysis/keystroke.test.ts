/** What is found while typing is what a fresh look at the same text finds, whatever was typed before. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesFromMap, SILENT_LOG } from '../../../src/core/ports.js';
import { createSession, type Session } from '../../../src/core/session.js';
import { readWasm } from '../../../src/host/assets.js';
import { createParser } from '../../../src/core/syntax/parser.js';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'sample');
const PATH = 'arch/arm64/mm/dump_hotplug_lock.c';
const OTHERS = ['Makefile', 'Kconfig', 'mm/memory_hotplug.c', 'arch/arm64/Kconfig', 'arch/arm64/mm/mmu.c'];
const text = (path: string): string => readFileSync(join(SAMPLE, path), 'utf8');

const { runtime, grammar } = readWasm();
const parser = await createParser(runtime, grammar);

function session(): Session {
  const texts = new Map([PATH, ...OTHERS].map((path) => [path, text(path)]));
  return createSession({ root: '', tool: 'test', files: filesFromMap(texts), parser, log: SILENT_LOG });
}

/** Pieces that take and drop locks, start and end comments and blocks, call, and mean nothing. */
const PIECES = [
  'get_online_mems();',
  'put_online_mems();',
  'rcu_read_lock();',
  'rcu_read_unlock();',
  'return;',
  'dump_pgd(m, 0);',
  '/*',
  '*/',
  '{',
  '}',
  'if (m)',
  'x',
  '\n',
  ';',
  '#if 0\n',
  '\n#endif\n',
] as const;

describe('typing', () => {
  it('finds what a fresh look finds', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(30),
      piece: fc.constantFrom(...PIECES),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const typed = session();
        typed.openDocument(PATH, text(PATH));
        typed.diagnose(PATH);
        for (const { at, removed, piece } of edits) {
          const now = typed.read(PATH) ?? '';
          const start = Math.floor(at * now.length);
          typed.changeDocument(PATH, [{ start, end: Math.min(now.length, start + removed), text: piece }]);
          const fresh = session();
          fresh.openDocument(PATH, typed.read(PATH) ?? '');
          expect(typed.diagnose(PATH)).toEqual(fresh.diagnose(PATH));
        }
      }),
      { numRuns: 20 },
    );
  }, 90_000);

  it('sees a lock go and come back', () => {
    const typed = session();
    typed.openDocument(PATH, text(PATH));
    const rules = (): readonly string[] => typed.diagnose(PATH).findings.map(({ rule }) => rule);
    const before = rules();
    const start = text(PATH).indexOf('get_online_mems();');
    typed.changeDocument(PATH, [{ start, end: start + 'get_online_mems();'.length, text: '' }]);
    expect(rules()).toContain('kernel-walk/hot-remove');
    typed.changeDocument(PATH, [{ start, end: start, text: 'get_online_mems();' }]);
    expect(rules()).toEqual(before);
  });
});
