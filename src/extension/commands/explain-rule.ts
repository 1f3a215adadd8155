/** Explain Rule: the rule's page, which is shipped with the extension and read offline, as a Markdown preview. */
import type { Uri } from 'vscode';
import { FileType, Uri as Uris, commands, l10n, window, workspace } from 'vscode';

export async function explainRule(extension: Uri, given: unknown): Promise<void> {
  const pages = Uris.joinPath(extension, 'docs', 'rules');
  const rules = await rulesIn(pages, '');
  const rule =
    ruleOf(given) ?? (await window.showQuickPick([...rules], { title: l10n.t('Explain which rule?') }));
  if (rule === undefined) return;
  if (!rules.includes(rule)) {
    void window.showWarningMessage(l10n.t('There is no page about {0}.', rule));
    return;
  }
  await commands.executeCommand('markdown.showPreview', Uris.joinPath(pages, `${rule}.md`));
}

/** The name itself, or what a row of the Walkers view says; undefined by the palette. */
function ruleOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  const isNamed = typeof given === 'object' && given !== null && 'rule' in given;
  return isNamed && typeof given.rule === 'string' ? given.rule : undefined;
}

/** `kernel-walk/hot-remove` for kernel-walk/hot-remove.md, sorted. */
async function rulesIn(directory: Uri, prefix: string): Promise<readonly string[]> {
  const entries = await workspace.fs.readDirectory(directory);
  const found = await Promise.all(
    entries.map(async ([name, type]) => {
      if (type === FileType.Directory) return rulesIn(Uris.joinPath(directory, name), `${prefix}${name}/`);
      return name.endsWith('.md') && prefix !== '' ? [`${prefix}${name.slice(0, -'.md'.length)}`] : [];
    }),
  );
  return found.flat().sort();
}
