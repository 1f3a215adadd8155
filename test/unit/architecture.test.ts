/** The walls of docs/architecture.md, read off the imports: which room may know which, and that there is no circle. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', '..', 'src');

interface Import {
  readonly from: string;
  /** A file below src/, or the name of a package. */
  readonly to: string;
  /** `import type`: nothing is left of it when the program runs. */
  readonly isType: boolean;
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .sort();

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;

function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, name = '']) => ({
    from: path,
    to: name.startsWith('.') ? fileOf(join(dirname(path), name).replaceAll('\\', '/')) : name,
    isType: type !== undefined,
  }));
}

/** Imports are written with `.js`. */
function fileOf(path: string): string {
  const plain = path.replace(/\.js$/, '');
  return [`${plain}.ts`, `${plain}.tsx`].find((each) => sources.includes(each)) ?? path;
}

const imports = sources.flatMap(importsOf);
const roomOf = (path: string): string => path.split('/')[0] ?? '';
const told = ({ from, to }: Import): string => `${from} -> ${to}`;
const between = (from: string, to: RegExp): readonly string[] =>
  imports.filter((each) => each.from.startsWith(from) && to.test(each.to)).map(told);

/** What each room may import, beside itself and packages: as eslint.config.mjs has it, for the editor. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  host: ['core'],
  cli: ['core', 'host', 'webview'],
  protocol: ['core', 'webview'],
  server: ['core', 'host', 'protocol', 'webview'],
  extension: ['protocol', 'webview'],
  webview: ['core'],
};

test('there is something to read', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect([...new Set(sources.map(roomOf))].sort()).toEqual(Object.keys(DOORS).sort());
});

test('nothing of the workspace is run: the one program that is started is git, in one place', () => {
  expect(imports.filter(({ to }) => /^(?:node:)?(?:child_process|vm)$/.test(to)).map(told)).toEqual([
    'host/git.ts -> node:child_process',
  ]);
  const asCode = /\beval\(|new Function\(|\brequire\(/;
  expect(sources.filter((path) => asCode.test(readFileSync(join(SRC, path), 'utf8')))).toEqual([]);
});

test.each(Object.entries(DOORS))('src/%s imports only %j', (room, doors) => {
  const rooms = new Set(Object.keys(DOORS));
  const wrong = imports.filter(
    ({ from, to }) =>
      roomOf(from) === room &&
      rooms.has(roomOf(to)) &&
      to.includes('/') &&
      roomOf(to) !== room &&
      !doors.includes(roomOf(to)),
  );
  expect(wrong.map(told)).toEqual([]);
});

test('only src/extension imports vscode', () => {
  const wrong = imports.filter(({ from, to }) => to === 'vscode' && roomOf(from) !== 'extension');
  expect(wrong.map(told)).toEqual([]);
});

test('the core and the page are free of Node, and the core of the editor protocol', () => {
  expect(between('core/', /^node:|^vscode/)).toEqual([]);
  expect(between('webview/', /^node:/)).toEqual([]);
});

test('the packages that run in the core are the parser of C, and that of mails', () => {
  const packages = imports.filter(
    ({ from, to, isType }) => from.startsWith('core/') && !to.includes('/') && !isType,
  );
  expect([...new Set(packages.map(({ to }) => to))].sort()).toEqual(['postal-mime', 'web-tree-sitter']);
});

test('inside the core: the dialect knows nobody, the machine no syntax and no index, nobody the session', () => {
  expect(between('core/dialect/', /^(?!core\/dialect\/)/)).toEqual([]);
  expect(between('core/machine/', /^core\/(syntax|index|analysis|trace|replay|report)\//)).toEqual([]);
  expect(between('core/', /^core\/session\.ts$/)).toEqual([]);
});

/** Where functions need each other: expressions hold statements and calls, which hold expressions; a call that is linked holds calls. */
const MUTUAL = [/^core\/program\/lower\//, /^core\/program\/link\/(calls|inline)\.ts$/];

test('no circle of imports, of types neither, but where functions need each other', () => {
  const next = new Map(sources.map((path) => [path, new Set<string>()]));
  for (const { from, to } of imports) if (next.has(to)) next.get(from)?.add(to);
  const reached = new Map(sources.map((path) => [path, below(path, next)]));
  const circle = (path: string): readonly string[] =>
    sources.filter((each) => reached.get(path)?.has(each) === true && reached.get(each)?.has(path) === true);
  const circles = new Set(sources.map((path) => circle(path).join(' ')).filter((each) => each !== ''));
  const wrong = [...circles].filter(
    (each) => !MUTUAL.some((mutual) => each.split(' ').every((path) => mutual.test(path))),
  );
  expect(wrong).toEqual([]);
});

/** All that a file imports, and what that imports. */
function below(path: string, next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [...(next.get(path) ?? [])];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    pending.push(...(next.get(at) ?? []));
  }
  return found;
}

test('no default exports and no barrels', () => {
  const texts = sources.map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));
  expect(texts.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path)).toEqual([]);
  expect(texts.filter(({ text }) => /^export \*/m.test(text)).map(({ path }) => path)).toEqual([]);
  expect(
    sources.map((path) => relative('.', path)).filter((path) => /(^|\/)index\.tsx?$/.test(path)),
  ).toEqual(['core/index/index.ts']);
});
