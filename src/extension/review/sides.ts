/** The two sides of a review as read-only documents: `walkrace-review:/3/after/mm/ptdump.c`. What no patch changes is read from the tree. */
import type { Uri } from 'vscode';
import { Uri as Uris, l10n, workspace } from 'vscode';
import { REVIEW_SCHEME } from '../../protocol/review.js';
import type { ReviewAnswer } from '../../protocol/review.js';

export interface Sides {
  readonly dispose: () => void;
  /** The documents show this review, besides those that are kept. */
  readonly add: (answer: ReviewAnswer) => void;
}

/** As many as the server remembers. */
const KEPT = 4;

export function registerSides(): Sides {
  const answers: ReviewAnswer[] = [];
  const provider = workspace.registerTextDocumentContentProvider(REVIEW_SCHEME, {
    provideTextDocumentContent: async (uri) => {
      for (const answer of answers) {
        for (const side of ['before', 'after'] as const) {
          const path = pathBelow(uri, answer.sides[side]);
          if (path === undefined) continue;
          const text = answer.texts.find((each) => each.path === path);
          if (text !== undefined) return text[side] ?? '';
          const bytes = await workspace.fs.readFile(Uris.joinPath(Uris.parse(answer.root), path));
          return new TextDecoder().decode(bytes);
        }
      }
      return l10n.t('This review is gone: review the patch again.');
    },
  });
  return {
    add: (answer) => {
      answers.unshift(answer);
      answers.length = Math.min(answers.length, KEPT);
    },
    dispose: () => void provider.dispose(),
  };
}

function pathBelow(uri: Uri, root: string): string | undefined {
  const { path } = Uris.parse(root);
  return uri.path.startsWith(`${path}/`) && !uri.path.includes('/../')
    ? uri.path.slice(path.length + 1)
    : undefined;
}

/** A file of one side. */
export const sideUri = (root: string, path: string): Uri => Uris.joinPath(Uris.parse(root), path);
