/** Answers that are made once, each with what it rests on: whoever is given one rests on that as well. */
import type { FineUses, UseLog } from './uses.js';

export interface NotedAnswers<V> {
  /** What is known under a key, or what `make` gives now. */
  readonly of: (key: string, make: () => V) => V;
  /** All that is known. */
  readonly entries: () => Iterable<readonly [key: string, answer: V]>;
  readonly size: () => number;
  /** Forgets the answers that `which` tells. */
  readonly drop: (which: (key: string, answer: V) => boolean) => void;
  readonly forget: () => void;
}

interface Noted<V> {
  readonly answer: V;
  readonly uses: FineUses | undefined;
}

export function notedAnswers<V>(uses: UseLog): NotedAnswers<V> {
  const known = new Map<string, Noted<V>>();
  return {
    of: (key, make) => {
      const before = known.get(key);
      const noted = before ?? (uses.isAsked() ? uses.during(make) : { answer: make(), uses: undefined });
      if (before === undefined) known.set(key, noted);
      if (noted.uses) uses.again(noted.uses);
      return noted.answer;
    },
    entries: function* () {
      for (const [key, { answer }] of known) yield [key, answer];
    },
    size: () => known.size,
    drop: (which) => {
      for (const [key, { answer }] of known) if (which(key, answer)) known.delete(key);
    },
    forget: () => {
      known.clear();
    },
  };
}
