/** The npm package: installed from its file, with no editor and no network, its command works. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '..', '..');
const COMPATIBLE = ['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD'];
const folder = mkdtempSync(join(tmpdir(), 'walkrace-npm-'));
let files: readonly string[] = [];

const npm = (command: 'npm' | 'npx', args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  const packed = npm('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], PROJECT);
  const [tarball] = JSON.parse(packed) as [{ filename: string; files: readonly { path: string }[] }];
  files = tarball.files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  npm('npm', ['install', ...quiet, join(folder, tarball.filename)], folder);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it holds the command, the server, the pages, and nothing of the extension', () => {
  for (const needed of [
    'dist/cli.js',
    'dist/server.js',
    'dist/worker.js',
    'dist/webview/trace.js',
    'LICENSE',
  ])
    expect(files).toContain(needed);
  expect(files).toContain('dist/THIRD-PARTY.txt');
  expect(files.filter((file) => /^(src|test|scripts|node_modules|bench)\/|extension/.test(file))).toEqual([]);
});

test('whose code it contains is named, all under licences that go together with the GPL', () => {
  const text = readFileSync(join(folder, 'node_modules', 'walkrace', 'dist', 'THIRD-PARTY.txt'), 'utf8');
  const licences = [...text.matchAll(/^={78}\n(\S+) \S+ \((.+)\)$/gm)].map(([, name, licence]) => [
    name,
    licence,
  ]);
  expect(new Set(licences.map(([name]) => name))).toEqual(packagesOfTheSource());
  expect(licences.filter(([, licence = '']) => !COMPATIBLE.includes(licence))).toEqual([]);
});

/** Packages that src/ imports, the parser that it loads, and all that these depend on by package-lock.json. */
function packagesOfTheSource(): ReadonlySet<string> {
  const sources = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' });
  const imported = sources
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => [...readFileSync(join(PROJECT, 'src', name), 'utf8').matchAll(IMPORT)])
    .map(([, path = '']) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<
      Record<string, { readonly dependencies?: Readonly<Record<string, string>> } | undefined>
    >;
  };
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const needed of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) add(needed);
  };
  const parsers = ['tree-sitter-c'];
  for (const name of [...imported, ...parsers]) if (name !== 'vscode') add(name);
  // Needed to build the parser, not to load it: it is a wasm file.
  for (const name of Object.keys(packages['node_modules/tree-sitter-c']?.dependencies ?? {}))
    found.delete(name);
  return found;
}

/** What is imported for more than its types, of another package. */
const IMPORT = /^(?:import|export)(?! type)[^;]*? from '(?!\.|node:)([^']+)'/gm;

test('npx walkrace explains a rule', () => {
  expect(npm('npx', ['--no-install', 'walkrace', 'explain', 'kernel-walk/hot-remove'], folder)).toContain(
    'memory hot-remove',
  );
});

test('npx walkrace demo scans the sample and writes the trace', () => {
  const page = join(folder, 'trace.html');
  expect(npm('npx', ['--no-install', 'walkrace', 'demo', '--output', page], folder)).toMatch(
    /confirmed by replay/,
  );
});
