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
  /** Whether it matters what an answer rests on: a file is watched, or this is `during` some work. */
  readonly isAsked: () => boolean;
}

/** Names the inside of a function; two functions of one name in a file are taken together. */
export const bodyKey = (file: string, name: string): string => `${file}:${name}`;

/** `watched` are the files of which it is noted what in them is used. */
export function createUseLog(watched: Pick<ReadonlySet<string>, 'has' | 'size'> = new Set()): UseLog {
  let current: NotedUses | undefined;
  let isApart = false;
  return {
    file: (path) => current?.noteFile(path),
    text: (path) => current?.noteText(path),
    mentioned: (name) => current?.noteMentioned(name),
    defined: (name) => current?.noteDefined(name),
    asked: (name) => current?.noteAsked(name),
    body: (file, name) => {
      current?.noteInside(file, name);
      if (!isApart && watched.has(file)) current?.noteBody(bodyKey(file, name));
    },
    again: (uses) => current?.noteInner(uses),
    during: (work) => {
      const around = current;
      const wasApart = isApart;
      const noted = new NotedUses();
      current = noted;
      isApart = false;
      try {
        return { answer: work(), uses: noted };
      } finally {
        current = around;
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
    isAsked: () => watched.size > 0 || current !== undefined,
  };
}

/** The same as plain data, which keeps nothing else in memory and can be sent to another thread. */
export function plainUses({ files, texts, insides, mentioned, defined, asked, bodies }: FineUses): FineUses {
  return { files, texts, insides, mentioned, defined, asked, bodies };
}

const NONE: ReadonlySet<string> = new Set();

/** Own uses by kind; a set is made for its first member, for most stay empty. */
interface Noted {
  files?: Set<string>;
  texts?: Set<string>;
  insides?: Map<string, Set<string>>;
  mentioned?: Set<string>;
  defined?: Set<string>;
  asked?: Set<string>;
  bodies?: Set<string>;
}

/**
 * The uses of some work: its own, and those of what it has used again. They are brought together when somebody asks what they are:
 * of most, nobody does. A class, for there are very many.
 */
class NotedUses implements FineUses {
  private readonly own: Noted = {};
  private inner: Set<FineUses> | undefined = undefined;
  private whole: Noted | undefined = undefined;

  noteFile(path: string): void {
    (this.own.files ??= new Set()).add(path);
  }

  noteText(path: string): void {
    (this.own.texts ??= new Set()).add(path);
  }

  noteMentioned(name: string): void {
    (this.own.mentioned ??= new Set()).add(name);
  }

  noteDefined(name: string): void {
    (this.own.defined ??= new Set()).add(name);
  }

  noteAsked(name: string): void {
    (this.own.asked ??= new Set()).add(name);
  }

  noteInside(file: string, name: string): void {
    insideOf((this.own.insides ??= new Map()), file).add(name);
  }

  noteBody(key: string): void {
    (this.own.bodies ??= new Set()).add(key);
  }

  noteInner(uses: FineUses): void {
    (this.inner ??= new Set()).add(uses);
  }

  get files(): ReadonlySet<string> {
    return this.together().files ?? NONE;
  }

  get texts(): ReadonlySet<string> {
    return this.together().texts ?? NONE;
  }

  get insides(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.together().insides ?? new Map<string, Set<string>>();
  }

  get mentioned(): ReadonlySet<string> {
    return this.together().mentioned ?? NONE;
  }

  get defined(): ReadonlySet<string> {
    return this.together().defined ?? NONE;
  }

  get asked(): ReadonlySet<string> {
    return this.together().asked ?? NONE;
  }

  get bodies(): ReadonlySet<string> {
    return this.together().bodies ?? NONE;
  }

  private together(): Noted {
    return (this.whole ??= this.inner === undefined ? this.own : this.bringTogether());
  }

  private bringTogether(): Noted {
    const whole: Noted = {};
    for (const part of this.parts()) addAll(whole, part);
    return whole;
  }

  /** All that this is made of. Each of what was used again counts once, in however many ways it was. */
  *parts(): Iterable<Noted | FineUses> {
    const seen = new Set<FineUses>([this]);
    for (const uses of seen) {
      if (!(uses instanceof NotedUses)) {
        yield uses;
        continue;
      }
      yield uses.whole ?? uses.own;
      if (uses.whole === undefined) for (const each of uses.inner ?? []) seen.add(each);
    }
  }
}

/** Whether the insides of one of these functions were looked at; without bringing together what it is made of. */
export function usesBody(uses: FineUses, bodies: ReadonlySet<string>): boolean {
  const parts = uses instanceof NotedUses ? uses.parts() : [uses];
  for (const part of parts) for (const body of bodies) if (part.bodies?.has(body) === true) return true;
  return false;
}

function addAll(whole: Noted, more: Noted | FineUses): void {
  if (more.files) whole.files = added(whole.files, more.files);
  if (more.texts) whole.texts = added(whole.texts, more.texts);
  if (more.mentioned) whole.mentioned = added(whole.mentioned, more.mentioned);
  if (more.defined) whole.defined = added(whole.defined, more.defined);
  if (more.asked) whole.asked = added(whole.asked, more.asked);
  if (more.bodies) whole.bodies = added(whole.bodies, more.bodies);
  for (const [file, names] of more.insides ?? []) added(insideOf((whole.insides ??= new Map()), file), names);
}

function added(all: Set<string> = new Set(), more: Iterable<string>): Set<string> {
  for (const each of more) all.add(each);
  return all;
}

function insideOf(insides: Map<string, Set<string>>, file: string): Set<string> {
  const names = insides.get(file) ?? new Set();
  insides.set(file, names);
  return names;
}
