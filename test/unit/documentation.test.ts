/** README.md and docs/ against the program: a flag, command or setting that prose names is there, and a link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createCommandLine } from '../../src/cli/command-line.js';
import { processTerminal } from '../../src/cli/terminal.js';
import { COMMAND_IDS } from '../../src/extension/command-ids.js';
import { COMMANDS } from '../../src/protocol/commands.js';

const root = join(import.meta.dirname, '..', '..');
const PAGES = /^(?:[^/]+|(?:docs|media|sample)\/.+)\.md$/;
const pages = ['.', 'docs', 'media', 'sample']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((file) => PAGES.test(file))
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const program = createCommandLine({
  terminal: processTerminal(process),
  directory: root,
  end: () => undefined,
});
const flagsOf = (command: Command): readonly string[] =>
  command.options.flatMap(({ long, short }) => [long, short].flatMap((flag) => flag ?? []));
const OF_ALL = ['--help', '-h'];
const ofProgram = [...OF_ALL, ...flagsOf(program), '--version', '-V'];
const byCommand = new Map(
  program.commands.map((each) => [each.name(), [...OF_ALL, ...flagsOf(each)]] as const),
);
const known = new Set([...ofProgram, ...[...byCommand.values()].flat()]);
/** Flags of other programs that a page names by themselves. */
const OF_OTHERS: ReadonlyMap<string, string> = new Map([
  ['--cc', 'git diff'],
  ['--timed', 'scripts/replayable.ts'],
]);

const FLAG = /(?<![\w-])--?[a-z][a-z-]*/gi;
/** What stands in code: spans, fenced blocks, and indented lines. */
function codeOf(text: string): readonly string[] {
  const isFence = /^\s*```/;
  const lines: string[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    if (isFence.test(line)) isInside = !isInside;
    else if (isInside || /^ {4}\S/.test(line)) lines.push(line.trim());
    else lines.push(...[...line.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span));
  }
  return lines;
}

/** Flags that a line of code gives to walkrace and that it does not have: up to a pipe or a comment, of the command that is named. */
function unknownFlags(code: string): readonly string[] {
  if (code.startsWith('--')) {
    const [flag = ''] = code.split(/[ =]/);
    return known.has(flag) || OF_OTHERS.has(flag) ? [] : [flag];
  }
  return [...code.matchAll(/(?:^|[\s/(])walkrace(?: +([a-z]+))?((?: +[^|#;&]*)?)/g)].flatMap(
    ([, name = '', rest = '']) => {
      const flags = byCommand.get(name) ?? ofProgram;
      return [...rest.matchAll(FLAG)].map(([flag]) => flag).filter((flag) => !flags.includes(flag));
    },
  );
}

/** `docs/rules/GROUP/NAME.md` stands for any. */
const PLACEHOLDER = /\/[A-Z]{3,}[./-]/;

const wrong = (check: (text: string) => readonly string[]): readonly string[] =>
  pages.flatMap(({ file, text }) => check(text).map((each) => `${file}: ${each}`));

describe('what the pages name is there', () => {
  test('they are read, with their commands', () => {
    expect(pages.map(({ file }) => file)).toEqual(expect.arrayContaining(['README.md', 'docs/review.md']));
    expect(unknownFlags('walkrace scan --no-such-flag mm/')).toEqual(['--no-such-flag']);
    expect(unknownFlags('git diff | walkrace review - --only introduced | grep --other')).toEqual([]);
    expect(unknownFlags('--no-such-flag')).toEqual(['--no-such-flag']);
  });

  test('flags', () => {
    expect(wrong((text) => codeOf(text).flatMap(unknownFlags))).toEqual([]);
  });

  test('commands of the program', () => {
    const named = /^(?:npx )?walkrace ([a-z]+)/;
    const commands = [...byCommand.keys(), 'help'];
    expect(
      wrong((text) =>
        codeOf(text).flatMap((code) => {
          const [, name] = named.exec(code) ?? [];
          return name === undefined || commands.includes(name) ? [] : [code];
        }),
      ),
    ).toEqual([]);
  });

  test('settings and commands of the editor', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly contributes: {
        readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
      };
    };
    const ids = new Set([
      ...Object.keys(manifest.contributes.configuration.properties),
      ...Object.values(COMMAND_IDS),
      ...Object.values(COMMANDS),
    ]);
    const isFile = (name: string): boolean => /\.(sarif|json|vsix|tgz|txt)$/.test(name);
    expect(
      wrong((text) =>
        [...text.matchAll(/`(walkrace\.[a-z][\w.]*)/g)]
          .map(([, name = '']) => name)
          .filter((name) => !ids.has(name) && !isFile(name)),
      ),
    ).toEqual([]);
  });

  test('links to files, and the files that a page names by their path', () => {
    const missing = ({ file, text }: (typeof pages)[number]): readonly string[] => {
      const linked = [...text.matchAll(/\]\((?!https?:|#|command:|mailto:)([^)#\s]+)/g)].map(([, to = '']) =>
        join(dirname(file), to),
      );
      const named = codeOf(text).flatMap((code) =>
        [
          ...code.matchAll(
            /(?<![\w./-])(?:src|test|scripts|bench|docs)\/[\w./-]*\.(?:ts|tsx|mjs|md|json)\b/g,
          ),
        ].map(([path]) => path),
      );
      return [...linked, ...named]
        .filter((path) => !PLACEHOLDER.test(path) && !existsSync(join(root, path)))
        .map((path) => `${file}: ${path}`);
    };
    expect(pages.flatMap(missing)).toEqual([]);
  });
});
