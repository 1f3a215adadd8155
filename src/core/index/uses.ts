/** What answers rest on, noted while they are made: as long as all of it stays the same, so do the answers. */

export interface Uses {
  /** Files of which the declarations were asked for, or that were looked for in vain. */
  readonly files: ReadonlySet<string>;
  /** Files of which the whole text counts. */
  readonly texts: ReadonlySet<string>;
  /** Of files: the functions whose insides were looked at, by name; two functions of one name in a file are taken together. */
  readonly insides: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names for which the word lists told who mentions them, */
  readonly mentioned: ReadonlySet<string>;
  /** and who defines them. */
  readonly defined: ReadonlySet<string>;
  /** Names that were looked for in what has been read already. */
  readonly asked: ReadonlySet<string>;
}

/** What an answer rests on inside of watched files: those that an editor holds open. */
export interface FineUses extends Uses {
  /** Functions whose insides were looked at, see {@link bodyKey}; without those whose effects others keep account of. */
  readonly bodies: ReadonlySet<string>;
}

export interface UseLog {
  readonly file: (path: string) => void;
  readonly text: (path: string) => void;
  readonly mentioned: (name: string) => void;
  readonly defined: (name: string) => void;
  readonly asked: (name: string) => void;
  /** The inside of a function was looked at. */
  readonly body: (file: string, name: string) => void;
  /** Something that was made before, with these uses, is used now. */
  readonly again: (uses: FineUses) => void;
  /** Does some work, and tells what it has used. What is done around it uses none of that. */
  readonly during: <V>(work: () => V) => { readonly answer: V; readonly uses: FineUses };
  /** Does some work of which nothing is noted: it answers nothing, it only gets something ready. */
  readonly aside: <V>(work: () => V) => V;
  /** Does some work for which the bodies of watched files that it looks at are not noted: who wants it keeps account of those. */
  readonly apart: <V>(work: () => V) => V;
  /** Whether any file is watched. */
  readonly watches: () => boolean;
}

/** Names the inside of a function; two functions of one name in a file are taken together. */
export const bodyKey = (file: string, name: string): string => `${file}:${name}`;

interface Noted {
  readonly files: Set<string>;
  readonly texts: Set<string>;
  readonly insides: Map<string, Set<string>>;
  readonly mentioned: Set<string>;
  readonly defined: Set<string>;
  readonly bodies: Set<string>;
  readonly asked: Set<string>;
  readonly inner: Set<FineUses>;
}

/** `watched` are the files of which it is noted what in them is used. */
export function createUseLog(watched: Pick<ReadonlySet<string>, 'has' | 'size'> = new Set()): UseLog {
  const open: Noted[] = [];
  let current: Noted | undefined;
  let isApart = false;
  return {
    file: (path) => void current?.files.add(path),
    text: (path) => void current?.texts.add(path),
    mentioned: (name) => void current?.mentioned.add(name),
    defined: (name) => void current?.defined.add(name),
    asked: (name) => void current?.asked.add(name),
    body: (file, name) => {
      if (!current) return;
      insideOf(current.insides, file).add(name);
      if (!isApart && watched.has(file)) current.bodies.add(bodyKey(file, name));
    },
    again: (uses) => void current?.inner.add(uses),
    during: (work) => {
      const noted = newNoted();
      const wasApart = isApart;
      open.push(noted);
      current = noted;
      isApart = false;
      try {
        const answer = work();
        return { answer, uses: flat(noted) };
      } finally {
        open.pop();
        current = open.at(-1);
        isApart = wasApart;
      }
    },
    aside: (work) => {
      const around = current;
      current = undefined;
      try {
        return work();
      } finally {
        current = around;
      }
    },
    apart: (work) => {
      const wasApart = isApart;
      isApart = true;
      try {
        return work();
      } finally {
        isApart = wasApart;
      }
    },
    watches: () => watched.size > 0,
  };
}

function newNoted(): Noted {
  return {
    files: new Set(),
    texts: new Set(),
    insides: new Map(),
    mentioned: new Set(),
    defined: new Set(),
    bodies: new Set(),
    asked: new Set(),
    inner: new Set(),
  };
}

function insideOf(insides: Map<string, Set<string>>, file: string): Set<string> {
  const names = insides.get(file) ?? new Set();
  insides.set(file, names);
  return names;
}

/** One set of each; what was used again has been made flat before. */
function flat({ inner, ...own }: Noted): FineUses {
  for (const uses of inner) {
    for (const path of uses.files) own.files.add(path);
    for (const path of uses.texts) own.texts.add(path);
    for (const [path, names] of uses.insides) {
      const inside = insideOf(own.insides, path);
      for (const name of names) inside.add(name);
    }
    for (const name of uses.mentioned) own.mentioned.add(name);
    for (const name of uses.defined) own.defined.add(name);
    for (const body of uses.bodies) own.bodies.add(body);
    for (const name of uses.asked) own.asked.add(name);
  }
  return own;
}
