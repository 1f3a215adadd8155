/** What answers rest on, noted while they are made: as long as all of it stays the same, so do the answers. */

export interface Uses {
  /** Files that were read, or looked for in vain. */
  readonly files: ReadonlySet<string>;
  /** Names for which the word lists told who mentions them, */
  readonly mentioned: ReadonlySet<string>;
  /** and who defines them. */
  readonly defined: ReadonlySet<string>;
}

export interface UseLog {
  readonly file: (path: string) => void;
  readonly mentioned: (name: string) => void;
  readonly defined: (name: string) => void;
  /** Something that was made before, with these uses, is used now. */
  readonly again: (uses: Uses) => void;
  /** Does some work, and tells what it has used. What is done around it uses none of that. */
  readonly during: <V>(work: () => V) => { readonly answer: V; readonly uses: Uses };
}

interface Noted {
  readonly files: Set<string>;
  readonly mentioned: Set<string>;
  readonly defined: Set<string>;
  readonly inner: Set<Uses>;
}

export function createUseLog(): UseLog {
  const open: Noted[] = [];
  let current: Noted | undefined;
  return {
    file: (path) => void current?.files.add(path),
    mentioned: (name) => void current?.mentioned.add(name),
    defined: (name) => void current?.defined.add(name),
    again: (uses) => void current?.inner.add(uses),
    during: (work) => {
      const noted: Noted = { files: new Set(), mentioned: new Set(), defined: new Set(), inner: new Set() };
      open.push(noted);
      current = noted;
      try {
        const answer = work();
        return { answer, uses: flat(noted) };
      } finally {
        open.pop();
        current = open.at(-1);
      }
    },
  };
}

/** One set of each; what was used again has been made flat before. */
function flat({ files, mentioned, defined, inner }: Noted): Uses {
  for (const uses of inner) {
    for (const path of uses.files) files.add(path);
    for (const name of uses.mentioned) mentioned.add(name);
    for (const name of uses.defined) defined.add(name);
  }
  return { files, mentioned, defined };
}
