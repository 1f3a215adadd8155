/**
 * The two sides of the last reviews, under the URIs by which a client shows and replays them: `walkrace-review:/3/after/mm/ptdump.c`.
 * A few reviews are kept; what was dropped, or was before a restart of the server, is told as gone.
 */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ReviewedText } from '../core/review/texts.js';
import { REVIEW_SCHEME } from '../protocol/review.js';

/** A document, and the texts that its tree has in place of its files'. */
export interface Side {
  readonly root: string;
  readonly path: string;
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  /** URI that the paths of reports start from. */
  readonly uri: string;
}

export interface ReviewSides {
  /** URIs of the roots of the two sides. */
  keep(root: string, texts: readonly ReviewedText[]): { readonly before: string; readonly after: string };
  /** Where such a document is; undefined for any other URI. Throws a ResponseError when its review is gone. */
  find(document: string): Side | undefined;
}

const KEPT = 4;
const DOCUMENT = new RegExp(`^${REVIEW_SCHEME}:/(\\d+)/(before|after)/(.+)$`);

export function createReviewSides(): ReviewSides {
  const kept = new Map<number, { readonly root: string; readonly texts: readonly ReviewedText[] }>();
  let last = 0;
  return {
    keep: (root, texts) => {
      last += 1;
      kept.set(last, { root, texts });
      kept.delete(last - KEPT);
      const uri = `${REVIEW_SCHEME}:/${last}`;
      return { before: `${uri}/before`, after: `${uri}/after` };
    },
    find: (document) => {
      const [, number, side, path] = DOCUMENT.exec(document) ?? [];
      if (number === undefined || path === undefined || (side !== 'before' && side !== 'after'))
        return undefined;
      const review = kept.get(Number(number));
      if (review === undefined)
        throw new ResponseError(LSPErrorCodes.RequestFailed, 'this review is gone; review the patch again');
      const texts = review.texts.map((text) => ({ path: text.path, text: text[side] ?? '' }));
      return {
        root: review.root,
        path: decodeURIComponent(path),
        texts,
        uri: `${REVIEW_SCHEME}:/${number}/${side}`,
      };
    },
  };
}
