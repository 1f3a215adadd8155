/** package.json against the code, both ways: nothing is contributed that nobody answers, and nothing is answered that nobody finds. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { translatable } from '../../scripts/l10n.mjs';
import { COMMAND_IDS } from '../../src/extension/command-ids.js';
import { readSettings, settingsSchema } from '../../src/protocol/settings.js';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings?: readonly { readonly command: string }[];
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
      }[];
    }[];
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly languages: readonly { readonly id: string; readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const json = (path: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(root, path), 'utf8')) as Readonly<Record<string, string>>;
const contributed = contributes.commands.map(({ command }) => command).sort();

describe('commands', () => {
  test('the manifest contributes those that the code registers, and no others', () => {
    expect(contributed).toEqual(Object.values(COMMAND_IDS).sort());
  });
  test('each is found under Walkrace', () => {
    expect(contributes.commands.filter(({ category }) => category !== 'Walkrace')).toEqual([]);
  });
  test('menus and keys name only commands that exist', () => {
    const named = [...Object.values(contributes.menus).flat(), ...(contributes.keybindings ?? [])].map(
      ({ command }) => command,
    );
    expect(named.filter((command) => !contributed.includes(command))).toEqual([]);
  });
});

/** Commands of VS Code that our texts run. */
const EDITOR = ['vscode.openFolder', 'workbench.actions.view.problems'];

describe('views', () => {
  const views = Object.values(contributes.views).flat();
  test('stand in containers that exist', () => {
    const containers = contributes.viewsContainers.activitybar.map(({ id }) => id);
    expect(Object.keys(contributes.views)).toEqual(containers);
  });
  test('menus and welcome texts name only views that exist', () => {
    const clauses = Object.values(contributes.menus)
      .flat()
      .flatMap(({ when = '' }) => [...when.matchAll(/\bview == ([\w.]+)/g)].map(([, view]) => view));
    const named = new Set([...clauses, ...contributes.viewsWelcome.map(({ view }) => view)]);
    expect([...named]).toEqual(views.map(({ id }) => id));
  });
  test('welcome texts and the walkthrough run only commands that exist', () => {
    const welcome = Object.entries(json('package.nls.json')).filter(([key]) =>
      /^(welcome|walkthrough)\./.test(key),
    );
    const run = welcome.flatMap(([, words]) =>
      [...words.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id),
    );
    expect(run.filter((id) => !contributed.includes(id ?? '') && !EDITOR.includes(id ?? ''))).toEqual([]);
    expect(run).toContain('walkrace.openSample');
  });
});

describe('settings', () => {
  test('the manifest and the server know the same ones, with the same defaults', () => {
    const defaults = Object.fromEntries(
      Object.entries(contributes.configuration.properties).map(([name, property]) => [
        name,
        property.default,
      ]),
    );
    const { replay, ...flat } = readSettings({});
    expect(Object.keys(settingsSchema.entries).sort()).toEqual([...Object.keys(flat), 'replay'].sort());
    expect(defaults).toEqual({
      ...Object.fromEntries(Object.entries(flat).map(([name, value]) => [`walkrace.${name}`, value])),
      'walkrace.replay.maxStates': replay.maxStates,
      'walkrace.replay.maxSeconds': replay.maxSeconds,
    });
  });
});

describe('words', () => {
  test('every %key% has its text, and every text its key', () => {
    const keys = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    expect([...new Set(keys)].sort()).toEqual(Object.keys(json('package.nls.json')).sort());
  });
  test('the bundle for translators holds the strings of the code (node scripts/l10n.mjs)', () => {
    expect(Object.keys(json('l10n/bundle.l10n.json')).sort()).toEqual([...translatable(root)]);
  });
});

test('files that the manifest names are there', () => {
  const paths = [
    ...contributes.languages.map(({ configuration }) => configuration),
    manifest.icon,
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ...contributes.grammars.map(({ path }) => path),
    ...[...contributes.viewsContainers.activitybar, ...Object.values(contributes.views).flat()].map(
      ({ icon }) => icon,
    ),
  ];
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the extension starts with a C or a .race file or when it is asked for, never with the window', () => {
  expect(manifest.activationEvents).toEqual([
    'onLanguage:c',
    'onLanguage:race',
    'onWebviewPanel:walkrace.trace',
    'onUri',
  ]);
});
