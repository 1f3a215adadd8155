/**
 * Answers that are kept with what they rest on, so that an edit inside of a function forgets those that it may change, and no others.
 * Any other change of a text forgets all of them.
 */
import { usesBody, type FineUses, type UseLog } from './uses.js';
import { hashOfWord } from './word-scan.js';

/** An edit of a watched file that has changed nothing but the insides of some functions, and where all the others are. */
export interface BodyEdit {
  readonly file: string;
  /** Functions whose text is another now, as `bodyKey` names them. */
  readonly bodies: ReadonlySet<string>;
  /** Hashes of the words of which the file, or one of those functions, tells something else now. */
  readonly words: ReadonlySet<number>;
  /** Lines of the text before the edit that come after this one are `by` lines further down. */
  readonly after: number;
  readonly by: number;
}

export interface KnownAnswers<V> {
  /** What is known under a key, or what `make` gives now. */
  readonly of: (key: string, make: () => V) => V;
  readonly edited: (edit: BodyEdit) => void;
  readonly forget: () => void;
}

interface Known<V> {
  readonly answer: V;
  readonly uses: FineUses | undefined;
  /** Of all the names that it rests on; made when first asked for. */
  hashes?: ReadonlySet<number>;
}

/**
 * `moved` gives an answer that an edit leaves true as it is with the lines of the text after the edit; undefined where that can not
 * be told.
 */
export function knownAnswers<V>(
  uses: UseLog,
  moved: (answer: V, edit: BodyEdit) => V | undefined,
): KnownAnswers<V> {
  const known = new Map<string, Known<V>>();
  return {
    of: (key, make) => {
      const before = known.get(key);
      if (before) {
        if (before.uses) uses.again(before.uses);
        return before.answer;
      }
      const made: Known<V> = uses.isAsked() ? uses.during(make) : { answer: make(), uses: undefined };
      if (made.uses) uses.again(made.uses);
      known.set(key, made);
      return made.answer;
    },
    edited: (edit) => {
      for (const [key, each] of known) {
        const answer = restsOn(each, edit) ? undefined : moved(each.answer, edit);
        if (answer === undefined) known.delete(key);
        else if (answer !== each.answer) known.set(key, { ...each, answer });
      }
    },
    forget: () => {
      known.clear();
    },
  };
}

function restsOn<V>(known: Known<V>, { bodies, words }: BodyEdit): boolean {
  const { uses } = known;
  if (!uses || usesBody(uses, bodies)) return true;
  const hashes = (known.hashes ??= hashesOf(uses));
  return [...words].some((word) => hashes.has(word));
}

function hashesOf({ mentioned, defined, asked }: FineUses): ReadonlySet<number> {
  return new Set([...mentioned, ...defined, ...asked].map(hashOfWord));
}
