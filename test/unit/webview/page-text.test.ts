import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { copyText } from '../../../src/webview/copy-text.js';
import { parseEmbedded, parseSavedState, parseToPage } from '../../../src/webview/messages.js';
import { announcement } from '../../../src/webview/model/announce.js';
import { tellStory } from '../../../src/webview/model/story.js';
import { heldWords, verdictWords } from '../../../src/webview/model/words.js';
import { sha256Base64 } from '../../../src/webview/sha256.js';
import { standaloneHtml } from '../../../src/webview/standalone.js';
import { actionOfKey, KEYS } from '../../../src/webview/store/keys.js';
import { initialState } from '../../../src/webview/store/state.js';
import { update } from '../../../src/webview/store/update.js';
import {
  hostile,
  hotRemove,
  hotRemoveProtected,
  hugeVmap,
  notReplayable,
  tooMany,
} from '../../webview/fixtures/reports.js';

const nodeHash = (text: string): string => createHash('sha256').update(text).digest('base64');

describe('SHA-256', () => {
  it('agrees with Node on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(sha256Base64(text)).toBe(nodeHash(text));
      }),
    );
  });
  it.each([0, 55, 56, 63, 64, 65, 119, 120])('agrees with Node at the block border of %i bytes', (length) => {
    expect(sha256Base64('x'.repeat(length))).toBe(nodeHash('x'.repeat(length)));
  });
});

describe('the standalone page', () => {
  const html = standaloneHtml(hostile, {
    script: 'const s = "</script><!-- "; run(s);',
    style: 'p::after { content: "</style>"; }',
  });

  it('allows its own script and style by their hashes, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const script = /<script>([^]*)<\/script>\n<\/body>/.exec(html)?.[1] ?? '';
    const style = /<style>([^]*)<\/style>\n<\/head>/.exec(html)?.[1] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${nodeHash(script)}'`,
      `style-src 'sha256-${nodeHash(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has as many ends of scripts and styles as it opened, whatever the source lines say', () => {
    expect(html.match(/<\/script/gi)).toHaveLength(2);
    expect(html.match(/<\/style/gi)).toHaveLength(1);
    expect(html).not.toMatch(/<!--|<img/);
  });

  it('carries the report unchanged', () => {
    const json = /id="walkrace-data">([^<]*)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual({ report: hostile, matrix: [] });
    expect(parseEmbedded(JSON.parse(json))).toEqual({ ok: true, value: { report: hostile, matrix: [] } });
  });

  it('changes a string literal of the script only in its spelling', () => {
    expect(html).toContain('const s = "<\\/script><\\!-- "; run(s);');
  });
});

describe('messages from outside', () => {
  const key = { document: 'a.c', function: 'f', freer: 'huge-vmap', protections: [] };

  it.each([
    ['a report', { type: 'show', key, report: hotRemove, whatIfs: [] }],
    [
      'a report without a scene',
      { type: 'show', key, report: notReplayable, whatIfs: [{ protection: 'a', title: 'b' }], step: 0 },
    ],
    ['a move', { type: 'go', to: 'next-switch' }],
    ['a step', { type: 'go', to: 4 }],
    [
      'a matrix',
      {
        type: 'matrix',
        cells: [{ protections: [], freer: 'huge-vmap', verdict: 'refuted', kinds: [], states: 3 }],
      },
    ],
  ])('takes %s', (_, message) => {
    expect(parseToPage(message)).toEqual({ ok: true, value: message });
  });

  it.each([
    ['nothing', undefined],
    ['a type that is not ours', { type: 'hello' }],
    ['a step that is no step', { type: 'go', to: 1.5 }],
    ['a report of another version', { type: 'show', key, report: { ...hotRemove, version: 2 }, whatIfs: [] }],
    [
      'a trace of something else',
      { type: 'show', key, report: { ...hotRemove, trace: [{ t: 1 }] }, whatIfs: [] },
    ],
  ])('refuses %s', (_, message) => {
    expect(parseToPage(message).ok).toBe(false);
  });

  it('says where a message is wrong', () => {
    const parsed = parseToPage({
      type: 'show',
      key,
      report: { ...hotRemove, trace: [{ ...hotRemove.trace[0], held: 'rcu' }] },
      whatIfs: [],
    });
    expect(parsed.ok ? '' : parsed.why).toContain('report.trace.0.held');
  });

  it('takes only a saved state that is one', () => {
    expect(parseSavedState({ key, step: 3 }).ok).toBe(true);
    expect(parseSavedState({ key, step: -1 }).ok).toBe(false);
    expect(parseSavedState(undefined).ok).toBe(false);
  });
});

describe('the keyboard', () => {
  const press = (key: string, focus: 'text' | 'button' | 'step' | 'other' = 'step', hasModifier = false) =>
    actionOfKey({ key, focus, hasModifier });

  it('has one meaning a key', () => {
    const keys = KEYS.flatMap((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves a text field, a button and the editor what is theirs', () => {
    expect(press('n', 'text')).toBeNull();
    expect(press(' ', 'button')).toBeNull();
    expect(press('c', 'step', true)).toBeNull();
    expect(press(' ', 'step')).toEqual({ type: 'toggle-play' });
    expect(press('ArrowDown', 'button')).toEqual({ type: 'move', to: 'next' });
  });
});

describe('words', () => {
  it('tells a verdict together with what it rests on', () => {
    const words = [hotRemove, hotRemoveProtected, tooMany, notReplayable].map((report) => {
      const { word, basis, tone } = verdictWords(report);
      return `${tone}: ${word}, ${basis}`.replaceAll('\u00a0', ' ');
    });
    expect(words).toEqual([
      'bad: Race, 900 states searched',
      'good: No race within bounds, all 136 states searched',
      'unsure: Unknown, no race in the 2 000 000 states before it gave up',
      'neutral: Not replayable, nothing was run',
    ]);
  });

  it('calls a bug a bug', () => {
    expect(verdictWords({ ...hotRemove, consequence: 'sleep-in-atomic' }).word).toBe('Bug');
  });

  it('says what is held', () => {
    expect(heldWords([])).toBe('nothing');
    expect(heldWords(['mem_hotplug_lock:r', 'mmap_lock(mm):w', 'rcu', 'irqs off'])).toBe(
      'mem_hotplug_lock (read), mmap_lock(mm) (write), rcu, irqs off',
    );
  });

  it('announces a step', () => {
    const [state] = update(initialState(true), {
      type: 'message',
      message: {
        type: 'show',
        key: { document: 'd', function: 'f', freer: 'x', protections: [] },
        report: hotRemove,
        whatIfs: [],
      },
    });
    expect(announcement(state)).toBe(
      'Step 15 of 15, ptdump, load pte pte0[0], dump.c:302, used it, use-after-free',
    );
  });
});

describe('copy as text', () => {
  it('draws one column a CPU', () => {
    expect(copyText(hugeVmap, tellStory(hugeVmap))).toBe(`Race: use-after-free
ptdump_walk_pgd() reads pte0[0] (ptdump.c:124) after a huge vmap install freed the table (pgtable.c:883); it holds mem_hotplug_lock (read)

CPU 0 ptdump                        CPU 1 vmap
------------                        ----------
get_online_mems();  [ptdump.c:179]
pud_t val = READ_ONCE(*pud);  [ptdump.c:80]
pmd = pmd_offset(pud, addr);  [pagewalk.c:111]
pmd_t val = READ_ONCE(*pmd);  [ptdump.c:103]
pte = pte_offset_kernel(pmd, addr);  [pagewalk.c:60]
                                    pmd_clear(pmd);  [pgtable.c:878]
                                    flush_kernel_range(addr, addr + PAGE_SIZE);  [pgtable.c:881]
                                    flush_kernel_range(addr, addr + PAGE_SIZE);  [pgtable.c:881]
                                    free_table_page(pte);  [pgtable.c:883]
pte_t val = READ_ONCE(*pte);  [ptdump.c:124]   <-- use-after-free

ptdump_walk_pgd() in mm/ptdump.c, against huge-vmap; 100 states searched.
`);
  });

  it('has the reason where there is no trace', () => {
    expect(copyText(notReplayable, null)).toBe(`Not replayable
the walk jumps through a computed goto, which the emulator does not model

ptdump_walk_pgd() in arch/arm64/mm/dump.c, against memory-hot-remove; nothing was run.
`);
  });
});
