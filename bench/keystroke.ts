/**
 * What a keystroke costs: changeDocument and diagnose, in the middle of a file of a real tree, with the word lists of the whole tree
 * and without. CPU time beside wall time: it says the same on a busy machine. Printed, not asserted.
 *
 *     KERNEL_TREE=~/kernel-trees/v6.12.117 node scripts/run-ts.mjs bench/keystroke.ts [FILE...]
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SILENT_LOG } from '../src/core/ports.js';
import { createSession, type Session } from '../src/core/session.js';
import { createParser } from '../src/core/syntax/parser.js';
import { openCache } from '../src/host/cache.js';
import { rootedFiles } from '../src/host/files.js';
import { openTree } from '../src/host/open-tree.js';

const KEYSTROKES = 40;
const root = process.env['KERNEL_TREE'] ?? join(homedir(), 'kernel-trees', 'v6.12.117');
const files = process.argv.length > 2 ? process.argv.slice(2) : ['mm/memory.c', 'mm/ptdump.c', 'mm/gup.c'];
const { resolve } = createRequire(import.meta.url);

interface Times {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

/** Milliseconds of each keystroke: a statement is put before the middle function's end, then taken out again. */
function keystrokes(session: Session, path: string): Times {
  const text = session.read(path) ?? '';
  const middle = text.indexOf('\n}\n', text.length / 2) + 1;
  session.openDocument(path, text);
  session.diagnose(path);
  const times = Array.from({ length: KEYSTROKES }, (_, turn) => {
    const typed = turn % 2 === 0;
    const edit = typed
      ? { start: middle, end: middle, text: '\tx++;\n' }
      : { start: middle, end: middle + 6, text: '' };
    const [started, used] = [performance.now(), process.cpuUsage()];
    session.changeDocument(path, [edit]);
    session.diagnose(path);
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - started, cpu: (user + system) / 1000 };
  });
  return { wall: times.map(({ wall }) => wall), cpu: times.map(({ cpu }) => cpu) };
}

function row(name: string, path: string, { wall, cpu }: Times): string {
  const summary = (times: readonly number[]): string => {
    const sorted = [...times].sort((a, b) => a - b);
    const at = (part: number): string =>
      (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0).padStart(5);
    return `median ${at(0.5)}   95 % ${at(0.95)}   worst ${at(1)}`;
  };
  return `${name.padEnd(14)} ${path.padEnd(16)} CPU ms: ${summary(cpu)}     wall ms: ${summary(wall)}`;
}

const parser = await createParser(
  readFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm')),
  readFileSync(resolve('tree-sitter-c/tree-sitter-c.wasm')),
);
const common = { root, tool: 'walkrace bench', parser, log: SILENT_LOG };
for (const path of files) {
  const session = createSession({ ...common, files: rootedFiles(root, SILENT_LOG) });
  console.log(row('without index', path, keystrokes(session, path)));
}
const tree = await openTree(root, { cache: openCache('.cache/bench', '1', SILENT_LOG), log: SILENT_LOG });
for (const path of files) {
  const session = createSession({
    ...common,
    files: tree.files,
    tree: { segments: tree.scan.segments, gone: tree.scan.gone, paths: tree.paths },
  });
  console.log(row('whole tree', path, keystrokes(session, path)));
}
