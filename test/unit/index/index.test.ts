/** Definitions, callers and tables over a small tree: files in, names out. */
import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../src/core/index/facts.js';
import type { Callers } from '../../../src/core/index/find-mentions.js';
import { createIndex, type TreeIndex } from '../../../src/core/index/index.js';
import { lineOfMention } from '../../../src/core/index/order.js';
import { factReader, type FactReader } from '../../../src/core/index/reader.js';
import { keyOf, usersOf } from '../../../src/core/index/seeds.js';
import { segmentOfTexts, wordIndex, type WordIndex } from '../../../src/core/index/words.js';

/** Notes the files whose facts are read. */
function notingReader(texts: ReadonlyMap<string, string>, read: string[]): FactReader {
  const { facts, macros } = factReader((file) => texts.get(file));
  const noted = (file: string): FileFacts | undefined => {
    const found = facts(file);
    if (found) read.push(file);
    return found;
  };
  return { facts: noted, macros };
}

function treeOf(files: Record<string, string>): TreeIndex & { read: string[]; words: WordIndex } {
  const texts = new Map(Object.entries(files));
  const read: string[] = [];
  const words = wordIndex([segmentOfTexts(texts)]);
  const index = createIndex(words, notingReader(texts, read));
  return { ...index, read, words };
}

function named(index: TreeIndex, file: string, name: string): ReturnType<TreeIndex['functionsIn']>[number] {
  const found = index.functionsIn(file).find(({ facts }) => facts.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${file}`);
  return found;
}

function render({ mentions, unread }: Callers): string[] {
  const lines = mentions.map(({ mention, through }) => {
    const who =
      'from' in mention
        ? mention.from.facts.name
        : mention.kind === 'table'
          ? `${mention.table.facts.type} ${mention.table.facts.variable}.${mention.field.path}`
          : mention.invocation.macro;
    const how = mention.kind === 'argument' ? ` to ${mention.call.callee}#${mention.argument.index}` : '';
    return `${mention.kind} ${mention.file}:${lineOfMention(mention)} ${who}${how}${through.map((macro) => ` through ${macro}`).join('')}`;
  });
  return unread > 0 ? [...lines, `${unread} unread`] : lines;
}

const places = (refs: readonly { file: string; facts: { line: number } }[]): string[] =>
  refs.map(({ file, facts }) => `${file}:${facts.line}`);

describe('definitions', () => {
  it('of the file itself win, static ones of other files are not seen', () => {
    const index = treeOf({
      'a.c': 'static void help(void) { }\nvoid a(void) { help(); }\n',
      'b.c': 'static void help(void) { }\n',
      'c.c': 'void c(void) { help(); }\n',
    });
    expect(places(index.definitions('help', { file: 'a.c' }))).toEqual(['a.c:1']);
    expect(places(index.definitions('help', { file: 'c.c' }))).toEqual([]);
  });

  it('of another architecture are not seen; shared code sees all, or the one that is asked for', () => {
    const index = treeOf({
      'arch/arm/mm/a.c': 'void flush_it(void) { }\nvoid use(void) { flush_it(); }\n',
      'arch/x86/mm/a.c': 'void flush_it(void) { }\n',
      'arch/x86/mm/b.c': 'void use(void) { flush_it(); }\n',
      'mm/a.c': 'void __weak flush_it(void) { }\n',
      'mm/b.c': 'void use(void) { flush_it(); }\n',
    });
    expect(places(index.definitions('flush_it', { file: 'arch/x86/mm/b.c' }))).toEqual([
      'arch/x86/mm/a.c:1',
      'mm/a.c:1',
    ]);
    expect(places(index.definitions('flush_it', { file: 'mm/b.c' }))).toEqual([
      'arch/arm/mm/a.c:1',
      'arch/x86/mm/a.c:1',
      'mm/a.c:1',
    ]);
    expect(places(index.definitions('flush_it', { file: 'mm/b.c', architecture: 'arm' }))).toEqual([
      'arch/arm/mm/a.c:1',
      'mm/a.c:1',
    ]);
  });

  it('in headers: public ones are seen by all, a local one by its directory and by who includes it', () => {
    const index = treeOf({
      'include/linux/x.h': 'static inline int get_it(void) { return 1; }\n',
      'mm/internal.h': 'static inline int inner(void) { return 1; }\n',
      'mm/a.c': 'void a(void) { get_it(); inner(); }\n',
      'fs/b.c': '#include "../mm/internal.h"\nvoid b(void) { inner(); }\n',
      'fs/c.c': 'void c(void) { get_it(); inner(); }\n',
    });
    expect(places(index.definitions('get_it', { file: 'fs/c.c' }))).toEqual(['include/linux/x.h:1']);
    expect(places(index.definitions('inner', { file: 'mm/a.c' }))).toEqual(['mm/internal.h:1']);
    expect(places(index.definitions('inner', { file: 'fs/b.c' }))).toEqual(['mm/internal.h:1']);
    expect(places(index.definitions('inner', { file: 'fs/c.c' }))).toEqual([]);
  });
});

describe('callers', () => {
  it('are direct, through macros, by argument, by table and by macro use', () => {
    const index = treeOf({
      'mm/walk.c': 'int walk_it(void)\n{\n}\nEXPORT_SYMBOL(walk_it);\n',
      'include/linux/walk.h': '#define walk_all()	walk_each(0)\n#define walk_each(x) walk_it(x)\n',
      'fs/a.c': 'void a(void)\n{\n\twalk_it();\n\twalk_all();\n}\n',
      'fs/b.c': 'int b(void)\n{\n\treturn kthread_run(walk_it, 0, "w");\n}\n',
      'fs/c.c': 'static struct file_operations c_ops = {\n\t.read = walk_it,\n};\nmodule_init(walk_it);\n',
      'fs/own.c': 'static int walk_it(void) { }\nvoid own(void) { walk_it(); }\n',
      'fs/comment.c': '/* walk_it() */\n',
    });
    expect(render(index.callers(named(index, 'mm/walk.c', 'walk_it')))).toEqual([
      'call fs/a.c:3 a',
      'call fs/a.c:4 a through walk_all through walk_each',
      'argument fs/b.c:3 b to kthread_run#0',
      'table fs/c.c:2 file_operations c_ops.read',
      'invocation fs/c.c:4 module_init',
      'invocation mm/walk.c:4 EXPORT_SYMBOL',
    ]);
    expect(index.read).not.toContain('fs/comment.c');
  });

  it('go through what a macro of the tree makes', () => {
    const index = treeOf({
      'include/linux/seq.h': `#define DEFINE_SHOW(__name)					\\
static int __name ## _open(struct inode *inode, struct file *file)	\\
{									\\
	return single_open(file, __name ## _show, inode->i_private);	\\
}									\\
static const struct file_operations __name ## _fops = {			\\
	.open		= __name ## _open,				\\
	.read		= seq_read,					\\
};
`,
      'mm/dump.c': `static int tables_show(struct seq_file *m, void *v)
{
	walk_it(m);
}
DEFINE_SHOW(tables);
static int __init start(void)
{
	debugfs_create_file("tables", 0400, NULL, NULL, &tables_fops);
}
`,
    });
    expect(render(index.callers(named(index, 'mm/dump.c', 'tables_show')))).toEqual([
      'argument mm/dump.c:5 tables_open to single_open#1',
    ]);
    expect(render(index.callers(named(index, 'mm/dump.c', 'tables_open')))).toEqual([
      'table mm/dump.c:5 file_operations tables_fops.open',
    ]);
    expect(render(index.mentionsOf('tables_fops', 'mm/dump.c', true))).toEqual([
      'argument mm/dump.c:8 start to debugfs_create_file#4',
    ]);
  });

  it('of an architecture are not those of another', () => {
    const index = treeOf({
      'arch/arm/a.c': 'void walk_it(void) { }\n',
      'arch/x86/a.c': 'void walk_it(void) { }\nvoid x86(void) { walk_it(); }\n',
      'arch/arm/b.c': 'void arm(void) { walk_it(); }\n',
      'mm/c.c': 'void shared(void) { walk_it(); }\n',
    });
    expect(render(index.callers(named(index, 'arch/arm/a.c', 'walk_it')))).toEqual([
      'call arch/arm/b.c:1 arm',
      'call mm/c.c:1 shared',
    ]);
  });
});

describe('tables', () => {
  const index = treeOf({
    'mm/a.c': `static int entry(pmd_t *pmd) { }
static const struct mm_walk_ops a_ops = { .pmd_entry = entry, .walk_lock = PGWALK_RDLOCK };
int a(struct mm_walk_ops *ops) { ops->pmd_entry(0); }
`,
    'mm/b.c': 'int shared_entry(void) { }\nconst struct mm_walk_ops b_ops = { .pmd_entry = shared_entry };\n',
    'mm/c.c': 'void c(void) { walk(&b_ops); }\n',
  });

  it('give the value of a member', () => {
    expect(index.initializer('a_ops', 'walk_lock', { file: 'mm/a.c' }).map(({ name }) => name)).toEqual([
      'PGWALK_RDLOCK',
    ]);
    expect(index.initializer('b_ops', 'pmd_entry', { file: 'mm/c.c' }).map(({ name }) => name)).toEqual([
      'shared_entry',
    ]);
    expect(index.initializer('a_ops', 'pmd_entry', { file: 'mm/c.c' })).toEqual([]);
  });

  it('give what an indirect call may reach', () => {
    expect(places(index.functionsInField('pmd_entry', { file: 'mm/a.c' }))).toEqual(['mm/a.c:1', 'mm/b.c:1']);
    expect(index.fieldCalls('pmd_entry').map(({ from }) => from.facts.name)).toEqual(['a']);
    expect(index.tables('mm_walk_ops', 'walk_lock').map(({ facts }) => facts.variable)).toEqual(['a_ops']);
  });
});

describe('answers', () => {
  it('do not depend on what was asked before', () => {
    const files = {
      'include/x.h': '#define wrap(x) walk_it(x)\n',
      'mm/walk.c': 'void walk_it(void) { }\nstatic struct ops w_ops = { .go = walk_it };\n',
      'fs/a.c': 'void a(struct ops *ops) { wrap(1); ops->go(2); }\n',
      'fs/b.c': 'static void go(void) { walk_it(); }\nstruct ops b_ops = { .go = go };\n',
    };
    const ask = (index: TreeIndex): unknown => [
      render(index.callers(named(index, 'mm/walk.c', 'walk_it'))),
      places(index.functionsInField('go', { file: 'fs/a.c' })),
      index.fieldCalls('go').map(({ from }) => from.facts.name),
      index.tables('ops').map(({ facts }) => facts.variable),
      index.macros('wrap', { file: 'fs/a.c' }).map(({ file }) => file),
    ];
    const expected = ask(treeOf(files));
    for (const order of [Object.keys(files), Object.keys(files).reverse()]) {
      const index = treeOf(files);
      index.load(order);
      expect(ask(index)).toEqual(expected);
      expect(ask(index)).toEqual(expected);
    }
  });
});

describe('what was read', () => {
  it('can be forgotten, and is read again', () => {
    const index = treeOf({
      'mm/walk.c': 'void walk_it(void) { }\n',
      'fs/a.c': 'void a(void) { walk_it(); }\n',
    });
    const before = render(index.callers(named(index, 'mm/walk.c', 'walk_it')));
    index.forget();
    expect(index.loaded()).toEqual([]);
    expect(render(index.callers(named(index, 'mm/walk.c', 'walk_it')))).toEqual(before);
    expect(index.read).toEqual(['mm/walk.c', 'fs/a.c', 'mm/walk.c', 'fs/a.c']);
  });
});

describe('a change', () => {
  it('of one file changes the answers, and no other file is read again', () => {
    const texts = new Map([
      ['mm/walk.c', 'void walk_it(void) { }\n'],
      ['fs/a.c', 'void a(void) { walk_it(); }\n'],
      ['fs/b.c', 'void b(void) { walk_it(); }\n'],
    ]);
    const read: string[] = [];
    const index = createIndex(wordIndex([segmentOfTexts(texts)]), notingReader(texts, read));
    const walker = named(index, 'mm/walk.c', 'walk_it');
    expect(render(index.callers(walker))).toEqual(['call fs/a.c:1 a', 'call fs/b.c:1 b']);
    const edited = new Map([['fs/a.c', 'void a(void) { }\n\nvoid c(void) { walk_it(); }\n']]);
    const words = wordIndex([segmentOfTexts(texts), segmentOfTexts(edited)]);
    texts.set('fs/a.c', edited.get('fs/a.c') ?? '');
    read.length = 0;
    index.update(words, ['fs/a.c']);
    expect(render(index.callers(walker))).toEqual(['call fs/a.c:3 c', 'call fs/b.c:1 b']);
    expect(read).toEqual(['fs/a.c']);
  });
});

describe('from walkers up', () => {
  const files: Record<string, string> = {
    'mm/walk.c':
      'static void descend(pgd_t *pgd) { p4d_offset(pgd, 0); }\nvoid walk_it(void) { descend(0); }\n',
    'fs/a.c': 'void a(void) { walk_it(); }\nvoid b(void) { a(); }\nvoid c(void) { b(); }\n',
    'fs/no.c': 'void d(void) { e(); }\n',
  };

  it('only files that can matter are read', () => {
    const index = treeOf(files);
    const users = usersOf(index, index.words, new Set(['p4d_offset']));
    expect(users.map(keyOf)).toEqual(['mm/walk.c:descend:1']);
    expect(index.read).toEqual(['mm/walk.c']);
    const caller = index.callers(named(index, 'mm/walk.c', 'walk_it')).mentions[0]?.mention;
    expect(caller?.file).toBe('fs/a.c');
    expect(index.read).toEqual(['mm/walk.c', 'fs/a.c']);
  });

  it('a name in too many files is not followed into all of them, and that is told', () => {
    const many = Object.fromEntries(
      Array.from({ length: 450 }, (_, n) => [`drivers/d${n}.c`, `void use${n}(void) { walk_it(); }\n`]),
    );
    const index = treeOf({ ...files, ...many });
    const { mentions, unread } = index.callers(named(index, 'mm/walk.c', 'walk_it'));
    // None but the walker's own directory is looked into: 450 drivers and fs/a.c are not.
    expect(mentions).toEqual([]);
    expect(unread).toBe(451);
  });
});
