/** What Review Patch… reviews: the patch that is open or was chosen, the clipboard, or commits; and the tree that it is put on. */
import type { Uri } from 'vscode';
import { env, l10n, window, workspace } from 'vscode';
import type { ReviewParams } from '../../protocol/review.js';

type Source = ReviewParams['source'];

export interface Chosen {
  readonly source: Source;
  readonly tree: string;
  /** The patch as a document, where it is one. */
  readonly document?: Uri;
}

const PATCH = /\.(patch|diff|mbox|mbx|eml)$/i;

/** `given`: the file of a menu. Undefined: nothing was chosen, or there is no tree, which has been said. */
export async function chooseSource(given: unknown): Promise<Chosen | undefined> {
  const tree = treeFolder();
  if (tree === undefined) {
    void window.showInformationMessage(l10n.t('Open the kernel tree that the patch is for as folder first.'));
    return undefined;
  }
  const file = isUri(given) ? given : await pickFile();
  if (file === undefined) return undefined;
  return isUri(file)
    ? { source: { kind: 'file', uri: file.toString() }, tree, document: file }
    : { source: file, tree };
}

const treeFolder = (): string | undefined =>
  workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.toString();

async function pickFile(): Promise<Uri | Source | undefined> {
  const open = window.activeTextEditor?.document.uri;
  const isOpen = open?.scheme === 'file' && PATCH.test(open.path);
  const ways = [
    ...(isOpen ? [{ label: l10n.t('The open patch'), description: name(open), way: 'open' as const }] : []),
    {
      label: l10n.t('A file…'),
      description: l10n.t('a patch, a diff or a mailbox with a series'),
      way: 'file' as const,
    },
    { label: l10n.t('The clipboard'), description: l10n.t('a mail or a diff as text'), way: 'text' as const },
    {
      label: l10n.t('Commits…'),
      description: l10n.t('one of the repository, or a range'),
      way: 'range' as const,
    },
  ];
  const picked = await window.showQuickPick(ways, { title: l10n.t('Review which patch?') });
  switch (picked?.way) {
    case 'open':
      return open;
    case 'file':
      return pickOnDisk();
    case 'text':
      return clipboard();
    case 'range':
      return range();
    case undefined:
      return undefined;
  }
}

async function pickOnDisk(): Promise<Uri | undefined> {
  const filters = {
    [l10n.t('Patches and mails')]: ['patch', 'diff', 'mbox', 'mbx', 'eml', 'txt'],
    [l10n.t('All files')]: ['*'],
  };
  return (await window.showOpenDialog({ title: l10n.t('Review which patch?'), filters }))?.[0];
}

async function clipboard(): Promise<Source | undefined> {
  const text = await env.clipboard.readText();
  if (text.trim() !== '') return { kind: 'text', text };
  void window.showInformationMessage(l10n.t('The clipboard holds no text.'));
  return undefined;
}

async function range(): Promise<Source | undefined> {
  const given = await window.showInputBox({
    title: l10n.t('Which commits?'),
    prompt: l10n.t('A commit or a range, as git knows them: HEAD, v6.12..my-branch.'),
    value: 'HEAD',
  });
  return given === undefined || given.trim() === '' ? undefined : { kind: 'range', range: given.trim() };
}

const name = (uri: Uri): string => workspace.asRelativePath(uri);

const isUri = (value: unknown): value is Uri =>
  typeof value === 'object' && value !== null && 'scheme' in value && 'path' in value && 'toString' in value;
