/**
 * The index over real trees. Every line that calls a page-table primitive is attributed to its function, and nothing is
 * counted by the code under test: the calls are found again with regular expressions over the text without comments.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../src/core/ports.js';
import { NO_CACHE } from '../../src/host/cache.js';
import { openTree, type OpenTree } from '../../src/host/open-tree.js';
import { lineAt, linesOf } from '../../src/core/index/lines.js';
import { factsOf } from '../../src/core/index/extract.js';
import { functionsOf } from '../../src/core/syntax/functions.js';
import { createParser, withTree } from '../../src/core/syntax/parser.js';
import { readWasm } from '../../src/host/assets.js';
import { DESCENTS } from './descents.js';

const TREES = process.env['KERNEL_TREES'] ?? join(homedir(), 'kernel-trees');

/** Lines with a call of a primitive inside a function; counted once by hand for 6.12, by this test's own rules for the others. */
const CALL_LINES: readonly (readonly [tree: string, lines: number])[] = [
  ['v6.12.117', 1188],
  ['v6.1.192', 1164],
];

function has(tree: string): boolean {
  return existsSync(join(TREES, tree, 'Kconfig'));
}

describe.each(CALL_LINES)('the index of %s', (name, lines) => {
  const title = has(name)
    ? 'attributes every call of a primitive'
    : `is not tested: there is no tree in ${join(TREES, name)}`;
  it.skipIf(!has(name))(
    title,
    async () => {
      const tree = await openTree(join(TREES, name), { cache: NO_CACHE, log: SILENT_LOG });
      const { attributed, left } = attribution(tree);
      expect(left).toEqual([]);
      expect(attributed).toBe(lines);

      expect(await unlikeTheParser(tree)).toEqual([]);

      // From a walker to who calls it: directly, by a table, through a macro of the tree.
      const callers = (file: string, of: string): readonly string[] => {
        const walker = tree.index.functionsIn(file).find(({ facts }) => facts.name === of);
        if (walker === undefined) throw new Error(`${file} has no ${of}`);
        return tree.index
          .callers(walker)
          .mentions.map(({ mention }) =>
            'from' in mention
              ? `${mention.file}:${mention.from.facts.name}`
              : mention.kind === 'table'
                ? `${mention.file}:${mention.table.facts.type}.${mention.field.path}`
                : `${mention.file}:${mention.invocation.macro}`,
          );
      };
      expect(callers('mm/ptdump.c', 'ptdump_pte_entry')).toEqual(['mm/ptdump.c:mm_walk_ops.pte_entry']);
      expect(callers('mm/ptdump.c', 'ptdump_walk_pgd')).toContain('arch/arm64/mm/ptdump.c:ptdump_walk');
      expect(callers('mm/ptdump.c', 'ptdump_walk_pgd').filter((each) => !each.startsWith('arch/'))).toEqual(
        [],
      );
      expect(callers('arch/arm64/mm/ptdump_debugfs.c', 'ptdump_show')).toEqual([
        'arch/arm64/mm/ptdump_debugfs.c:ptdump_open',
      ]);
      expect(callers('mm/mincore.c', 'do_mincore')).toEqual(['mm/mincore.c:sys_mincore']);
      expect(
        tree.index.functionsIn('mm/mincore.c').find(({ facts }) => facts.name === 'sys_mincore')?.facts.macro,
      ).toBe('SYSCALL_DEFINE3');

      // An architecture does not see another one's function.
      const seen = tree.index.definitions('set_direct_map_invalid_noflush', {
        file: 'arch/arm64/mm/pageattr.c',
      });
      expect(seen.map(({ file }) => file)).toEqual(['arch/arm64/mm/pageattr.c']);
      const shared = tree.index
        .definitions('set_direct_map_invalid_noflush', { file: 'mm/vmalloc.c' })
        .map(({ file }) => file);
      expect(shared).toEqual(
        expect.arrayContaining([
          'arch/arm64/mm/pageattr.c',
          'arch/riscv/mm/pageattr.c',
          'arch/x86/mm/pat/set_memory.c',
        ]),
      );
    },
    120_000,
  );
});

/** Functions with a descent's file that the index and the parser see differently; a parameter without a name is none. */
async function unlikeTheParser(tree: OpenTree): Promise<readonly string[]> {
  const { runtime, grammar } = readWasm();
  const parser = await createParser(runtime, grammar);
  const shown = (name: string, line: number, isStatic: boolean, params: readonly string[]): string =>
    `${line} ${isStatic ? 'static ' : ''}${name}(${params.filter((param) => param !== '' && param !== '__unused').join(', ')})`;
  return tree.words.mentioning(DESCENTS).flatMap((file) => {
    const text = tree.files.read(file) ?? '';
    const indexed = factsOf(text).functions.map(({ name, line, isStatic, params }) =>
      shown(name, line, isStatic, params),
    );
    const parsed = withTree(parser, text, (syntax) =>
      functionsOf(syntax, file).map(({ name, place, isStatic, params }) =>
        shown(
          name,
          place.line,
          isStatic,
          params.map((param) => param.name),
        ),
      ),
    );
    const only = (these: readonly string[], those: readonly string[], who: string): readonly string[] =>
      these.filter((each) => !those.includes(each)).map((each) => `${file}: ${who} ${each}`);
    // The parameters of a system call are written as pairs: the parser's business.
    return [...only(indexed, parsed, 'index'), ...only(parsed, indexed, 'parser')].filter(
      (each) => !each.includes('sys_'),
    );
  });
}

/** Lines whose call is a fact of a function, and calls that are of no function, macro, prototype or definition. */
function attribution(tree: OpenTree): { attributed: number; left: readonly string[] } {
  const call = new RegExp(`\\b(${DESCENTS.join('|')})\\s*\\(`, 'g');
  const lines = new Set<string>();
  const left: string[] = [];
  for (const file of tree.words.mentioning(DESCENTS)) {
    const text = tree.files.read(file) ?? '';
    const facts = tree.index.facts(file);
    const inFunctions = new Set(
      facts.functions.flatMap(({ calls }) => calls.map(({ callee, offset }) => `${callee} ${offset}`)),
    );
    const inMacros = new Set(
      facts.macros.flatMap(({ calls }) => calls.map(({ callee, offset }) => `${callee} ${offset}`)),
    );
    const code = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, (part) =>
      part.replace(/[^\n]/g, ' '),
    );
    const starts = linesOf(code);
    for (const match of code.matchAll(call)) {
      const key = `${match[1] ?? ''} ${match.index}`;
      const place = `${file}:${lineAt(starts, match.index)}`;
      const line = code.slice(code.lastIndexOf('\n', match.index) + 1, match.index);
      if (inFunctions.has(key)) lines.add(place);
      else if (!inMacros.has(key) && !/^#\s*define\s+$/.test(line) && !/^[A-Za-z_]/.test(line) && line !== '')
        left.push(place);
    }
  }
  return { attributed: lines.size, left };
}
