/**
 * Renders docs/options.md from the commands of src/cli and the settings of package.json, so that the page can't name what is not there.
 * `npx vitest run --project unit test/unit/cli/options-docs.test.ts -u` writes it; the same test tells when it is out of date.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { createCommandLine } from '../src/cli/command-line.js';
import { processTerminal } from '../src/cli/terminal.js';

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

const root = join(import.meta.dirname, '..');
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

function optionRow({ flags, description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? ` One of ${argChoices.map((each) => `\`${each}\``).join(', ')}.` : '';
  const preset = defaultValue === undefined || defaultValue === true ? '' : `\`${String(defaultValue)}\``;
  return `| \`${cell(flags)}\` | ${cell(description)}${choices && `.${choices}`} | ${preset} |`;
}

function commandSection(command: Command): string {
  const rows = command.options.map(optionRow);
  return [
    `## walkrace ${command.name()}`,
    '',
    command.description(),
    '',
    `    walkrace ${command.name()} ${command.usage()}`,
    ...(rows.length === 0
      ? []
      : ['', '| option | what it says | by default |', '| --- | --- | --- |', ...rows]),
    '',
  ].join('\n');
}

function settingRow(
  [name, setting]: readonly [string, Setting],
  texts: Readonly<Record<string, string>>,
): string {
  const key = (setting.markdownDescription ?? setting.description ?? '').replace(/^%|%$/g, '');
  return `| \`${name}\` | ${cell(texts[key] ?? '')} | \`${JSON.stringify(setting.default)}\` |`;
}

/** docs/options.md: every command, option and setting. */
export function renderOptions(): string {
  const { contributes } = read('package.json') as Manifest;
  const texts = read('package.nls.json') as Readonly<Record<string, string>>;
  const { commands } = createCommandLine({
    terminal: processTerminal(process),
    directory: root,
    end: () => undefined,
  });
  return `# Commands, options and settings

Made from the commands and the manifest by \`scripts/options-docs.ts\`: what \`--help\` prints, and what the settings of VS Code show. A
language server that another editor runs is given the same settings ([editors.md](editors.md)).

${commands.map(commandSection).join('\n')}
## Settings

| setting | what it says | by default |
| --- | --- | --- |
${Object.entries(contributes.configuration.properties)
  .map((each) => settingRow(each, texts))
  .join('\n')}
`;
}
