/** What a trace asks of the user, in quick picks. Undefined: nothing was chosen. */
import { l10n, window } from 'vscode';
import { EXPORT_FORMATS, type ExportFormat, type ReplayAnswer } from '../../protocol/requests.js';

/** The protections that the walk should take; those that it takes in this replay are picked already. */
export async function askProtections({ key, whatIfs }: ReplayAnswer): Promise<readonly string[] | undefined> {
  const items = whatIfs.map(({ protection, title }) => ({
    label: protection,
    description: title === protection ? '' : title,
    picked: key.protections.includes(protection),
  }));
  const title = l10n.t('What if {0}() also took …', key.function);
  const picked = await window.showQuickPick(items, { title, canPickMany: true });
  return picked?.map(({ label }) => label);
}

/** As what the trace is exported. */
export async function askFormat(): Promise<ExportFormat | undefined> {
  const title = l10n.t('Export the trace as what?');
  const format = await window.showQuickPick([...EXPORT_FORMATS], { title });
  return EXPORT_FORMATS.find((each) => each === format);
}
