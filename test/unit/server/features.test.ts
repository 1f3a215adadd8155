import { expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { COMMANDS } from '../../../src/protocol/commands.js';
import { readSettings } from '../../../src/protocol/settings.js';
import { toDiagnostics } from '../../../src/server/diagnostics.js';
import { actionsOf } from '../../../src/server/features/actions.js';
import { fixActions, placed } from '../../../src/server/features/fixes.js';
import { hoverOf } from '../../../src/server/features/hovers.js';
import { lensesOf } from '../../../src/server/features/lenses.js';
import { walkersOf } from '../../../src/server/features/walkers.js';
import { functionEnd, functionStart, holding } from '../../../src/server/span.js';
import { check, finding, walker } from './samples.js';

const hop = (
  name: string,
  held: readonly string[] = [],
): { function: string; file: string; line: number; held: readonly string[] } => ({
  function: name,
  file: 'mm/dump.c',
  line: 1,
  held,
});
const roots = [
  { chain: [hop('dump_show'), hop('dump_walk', ['mem_hotplug_lock:r', 'rcu'])] },
  { chain: [hop('dump_init'), hop('dump_walk', ['mem_hotplug_lock:r'])] },
];

test('a function ends at the brace in the first column; half-typed, at the end of the text', () => {
  expect(functionEnd(['void f(void)', '{', '\tif (x) {', '\t}', '}', ''], 0)).toBe(4);
  expect(functionEnd(['void f(void)', '{', '\tpmd_off'], 0)).toBe(2);
});

test('a function begins with its head, whatever lies over it', () => {
  const lines = [
    '#include <a.h>',
    '/* walks */',
    'static __init void',
    'f(int a,',
    '  int b)',
    '{',
    '\twalk();',
    '}',
    'int x;',
    'walk();',
  ];
  expect(functionStart(lines, 6)).toBe(2);
  expect(functionStart(lines, 9)).toBe(9);
  expect(functionStart(['\twalk();'], 0)).toBe(0);
});

test('of walkers that hold the line the last is meant', () => {
  const items = [
    { name: 'a', line: 0, endLine: 9 },
    { name: 'b', line: 4, endLine: 9 },
  ];
  expect([holding(items, 5)?.name, holding(items, 1)?.name, holding(items, 10)?.name]).toEqual([
    'b',
    'a',
    undefined,
  ]);
});

test('held is what every root holds', () => {
  expect(walkersOf(check([], [walker({ roots })]))[0]?.held).toEqual(['mem_hotplug_lock:r']);
  expect(walkersOf(check([], [walker()]))[0]?.held).toEqual([]);
});

test('the lens tells the freer of the finding that is shown, the locks and the roots', () => {
  const title = (findings: Parameters<typeof check>[0], shown: boolean): string | undefined =>
    lensesOf(check(findings, [walker({ roots })]), COMMANDS.replayRace, () => shown)[0]?.command?.title;
  expect(title([finding()], true)).toBe(
    'Replay race: memory-hot-remove | holds: mem_hotplug_lock:r | 2 roots',
  );
  expect(title([finding()], false)).toBe('Replay | holds: mem_hotplug_lock:r | 2 roots');
  expect(lensesOf(check([finding()]), COMMANDS.replayRace, () => true)[0]?.command?.title).toBe(
    'Replay race: memory-hot-remove | holds: nothing',
  );
});

test('hover on the walk tells walker and verdict, but not the message that the editor shows there; beside it nothing', () => {
  const given = check(
    [
      finding({
        verdict: 'confirmed',
        consequence: 'use-after-free',
        states: 900,
        reason: 'no caller locks',
      }),
    ],
    [walker({ roots })],
  );
  expect(hoverOf(given, { line: 2, character: 10 })?.contents).toEqual({
    kind: 'markdown',
    value: [
      '**`dump_walk()`** walks kernel page tables (linear); held on every path: `mem_hotplug_lock:r`.',
      'Levels in its own text: `pmd`; it asks for a leaf at none.',
      'What may free there: `memory-hot-remove`, `set-memory-collapse`.',
      '- `dump_show()` → `dump_walk()` [`mem_hotplug_lock:r`, `rcu`]\n- `dump_init()` → `dump_walk()` [`mem_hotplug_lock:r`]',
      '`kernel-walk/hot-remove`: *confirmed by replay: use-after-free (900 states); live on x86; latent on arm.* no caller locks.',
    ].join('\n\n'),
  });
  expect(hoverOf(given, { line: 3, character: 0 })).toBeNull();
});

test('hover on the head of the walker tells the message too: nothing is underlined there', () => {
  const hover = hoverOf(check([finding()], [walker({ roots })]), { line: 0, character: 0 });
  expect(JSON.stringify(hover?.contents)).toContain('nothing excludes it');
});

test('text of the tree can’t write Markdown or links of its own', () => {
  const given = check([finding({ message: 'see [this](command:x) `a`' })], []);
  expect(JSON.stringify(hoverOf(given, { line: 2, character: 10 }))).not.toContain('](command');
  const withWalker = check([finding({ message: 'see [this](command:x) `a`' })]);
  expect(JSON.stringify(hoverOf(withWalker, { line: 0, character: 0 }))).not.toContain('](command');
});

test('actions are those whose command the client runs, for diagnostics of ours alone', () => {
  const context = { settings: readSettings({}), uriOf: String, pageOf: String, relatedInformation: false };
  const diagnostics = toDiagnostics([finding()], context);
  const titles = (...commands: string[]): readonly string[] =>
    actionsOf('file:///a.c', diagnostics, new Set(commands)).map(({ title }) => title);
  expect(titles(COMMANDS.replayRace, COMMANDS.explainRule, COMMANDS.suppress)).toEqual([
    'Replay the race of dump_walk() with memory-hot-remove',
    'Explain kernel-walk/hot-remove',
    'Suppress kernel-walk/hot-remove here, with a reason…',
  ]);
  expect(titles(COMMANDS.openTrace)).toEqual([
    'Write the trace of dump_walk() with memory-hot-remove and open it',
  ]);
  const foreign = diagnostics.map((diagnostic) => ({ ...diagnostic, source: 'clangd' }));
  expect(actionsOf('file:///a.c', foreign, new Set([COMMANDS.replayRace]))).toEqual([]);
});

const DIAGNOSTIC: Diagnostic = {
  range: { start: { line: 1, character: 1 }, end: { line: 1, character: 5 } },
  message: 'a finding',
};

test('a fix edits the document in the version that it was made for, or plainly where the client knows no versions', () => {
  const text = 'int a;\n\twalk();\n';
  const fixes = placed(
    [
      {
        title: 'Take it',
        kind: 'protect-walk',
        note: '',
        edits: [{ path: 'mm/a.c', start: 7, end: 8, text: '\ttake();\n\t' }],
      },
    ],
    () => text,
  );
  const context = { uriOf: (path: string) => `file:///${path}`, versionOf: () => 4, annotated: true };
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } };
  const edits = [{ range, newText: '\ttake();\n\t' }];
  expect(fixActions(fixes, DIAGNOSTIC, { ...context, versioned: true })).toEqual([
    {
      title: 'Take it',
      kind: 'quickfix',
      diagnostics: [DIAGNOSTIC],
      isPreferred: true,
      edit: { documentChanges: [{ textDocument: { uri: 'file:///mm/a.c', version: 4 }, edits }] },
    },
  ]);
  expect(fixActions(fixes, DIAGNOSTIC, { ...context, versioned: false })[0]?.edit).toEqual({
    changes: { 'file:///mm/a.c': edits },
  });
});

test('a fix of two files carries what it is for, where the client can show that', () => {
  const edit = { start: 0, end: 0, text: '\ttake();\n' };
  const fixes = placed(
    [
      {
        title: 'Take it in a() and b()',
        kind: 'protect-places',
        manner: 'calls',
        note: 'made and checked',
        edits: [
          { path: 'mm/a.c', ...edit },
          { path: 'mm/b.c', ...edit },
        ],
      },
    ],
    () => '',
  );
  const context = { uriOf: (path: string) => `file:///${path}`, versionOf: () => null, versioned: true };
  const [labelled] = fixActions(fixes, DIAGNOSTIC, { ...context, annotated: true });
  expect(labelled?.edit?.changeAnnotations).toEqual({
    fix: { label: 'Take it in a() and b()', description: 'made and checked', needsConfirmation: false },
  });
  const edits = labelled?.edit?.documentChanges?.flatMap((change) => ('edits' in change ? change.edits : []));
  expect(edits).toMatchObject([{ annotationId: 'fix' }, { annotationId: 'fix' }]);
  const [plain] = fixActions(fixes, DIAGNOSTIC, { ...context, annotated: false });
  expect(JSON.stringify(plain?.edit)).not.toMatch(/annotation/i);
});

test('a guard is offered beside the calls, and is never the preferred fix', () => {
  const fix = { title: 'Take it', kind: 'protect-walk', note: '', edits: [] } as const;
  const context = { uriOf: String, versionOf: () => null, versioned: true, annotated: true };
  const preferred = (...manners: readonly ('calls' | 'guard')[]): readonly boolean[] =>
    fixActions(
      manners.map((manner) => ({ ...fix, manner })),
      DIAGNOSTIC,
      context,
    ).map(({ isPreferred }) => isPreferred === true);
  expect(preferred('calls', 'guard')).toEqual([true, false]);
  expect(preferred('guard')).toEqual([false]);
});
