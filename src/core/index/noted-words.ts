/** The word lists of the tree, asked once for each name; what was asked is noted as used. */
import { remembered } from './remembered.js';
import type { UseLog } from './uses.js';
import type { WordIndex } from './words.js';

export interface NotedWords {
  /** Files that have a name anywhere. */
  readonly mentioning: (name: string) => readonly string[];
  /** Files that may define a name. */
  readonly defining: (name: string) => readonly string[];
  /** The lists are others now. */
  readonly update: (words: WordIndex) => void;
}

export function createNotedWords(words: WordIndex, uses: UseLog): NotedWords {
  let current = words;
  const mentions = remembered((name: string) => current.mentioning([name]));
  const definitions = remembered((name: string) => current.defining([name]));
  return {
    mentioning: (name) => {
      uses.mentioned(name);
      return mentions(name);
    },
    defining: (name) => {
      uses.defined(name);
      return definitions(name);
    },
    update: (now) => {
      current = now;
      mentions.forget();
      definitions.forget();
    },
  };
}
