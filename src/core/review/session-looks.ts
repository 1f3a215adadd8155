/**
 * Looks at a session's tree with texts changed. They are opened as documents of an editor are; between two looks of one review only
 * what differs between them is opened and closed.
 */
import type { Sources } from '../analysis/sources.js';
import type { Files } from '../ports.js';
import { withTexts, type Texts } from './apply/apply.js';
import type { Looks, View } from './looks.js';

/** A session that can show other texts than its files have. */
export interface Showing {
  readonly view: View;
  /** From now on the tree is seen with these texts, and no others, in the place of its own. */
  show(texts: Texts): void;
  /** In how many files that is not what is shown now. */
  distance(texts: Texts): number;
}

export interface ShowPorts {
  readonly sources: Pick<Sources, 'read' | 'openAll' | 'closeAll'>;
  readonly view: View;
  /** Whether an editor holds the file open: its text is then put back, else the file's own is seen again. */
  readonly isOpen: (path: string) => boolean;
  /** Tells that the text of a file is another now. */
  readonly changed: (path: string) => void;
}

/** What a file shows, and what an editor has in it. */
interface Shown {
  readonly text: string;
  readonly edited: string | undefined;
}

export function createShowing({ sources, view, isOpen, changed }: ShowPorts): Showing {
  const shown = new Map<string, Shown>();
  const differs = ([path, text]: readonly [string, string | undefined]): boolean =>
    shown.get(path)?.text !== (text ?? '');
  return {
    view,
    distance: (texts) =>
      [...texts].filter(differs).length + [...shown.keys()].filter((path) => !texts.has(path)).length,
    show: (texts) => {
      const gone = [...shown].filter(([path]) => !texts.has(path));
      const come = [...texts].filter(differs).map(([path, text]) => {
        const edited = shown.get(path)?.edited ?? (isOpen(path) ? sources.read(path) : undefined);
        return [path, { text: text ?? '', edited }] as const;
      });
      if (gone.length + come.length === 0) return;
      for (const [path] of gone) shown.delete(path);
      for (const [path, each] of come) shown.set(path, each);
      sources.closeAll(gone.flatMap(([path, { edited }]) => (edited === undefined ? [path] : [])));
      sources.openAll([
        ...gone.flatMap(([path, { edited }]) => (edited === undefined ? [] : [[path, edited] as const])),
        ...come.map(([path, { text }]) => [path, text] as const),
      ]);
      for (const [path] of [...gone, ...come]) changed(path);
    },
  };
}

export interface LookPorts {
  readonly files: Files;
  readonly own: Showing;
  /** Whether the tree's own facts (Kconfig, what its functions take) rest on the file. */
  readonly isOfTree: (path: string) => boolean;
  /** Another session on the same files, which reads the facts of the tree from these. */
  readonly over: (facts: Files) => Showing;
}

interface Setting {
  readonly sources: Texts;
  readonly facts: Texts;
}

/** A session, and the texts that its facts of the tree were read from. */
interface Kept {
  readonly facts: Texts;
  readonly showing: Showing;
}

/** Sessions that are kept for the next look: one for each side of a patch. */
const KEPT = 2;
/** To show so many other texts costs more than a session of its own for the side that has them. */
const FAR = 100;
const NO_TEXTS: Texts = new Map();

export function createLooks({ files, own, isOfTree, over }: LookPorts): Looks {
  let others: readonly Kept[] = [];
  let isHeld = false;
  const settings = new Map<Texts, Setting>();
  const settingOf = (texts: Texts): Setting => {
    const known = settings.get(texts) ?? differing(texts, files, isOfTree);
    settings.set(texts, known);
    return known;
  };
  /** Facts of the tree are known to everything that was made of them: other facts, another session. */
  const showingFor = (texts: Texts): Showing => {
    const { sources, facts } = settingOf(texts);
    const [near] = [{ facts: NO_TEXTS, showing: own }, ...others]
      .filter((each) => areEqual(each.facts, facts))
      .map(({ showing }) => ({ showing, distance: showing.distance(sources) }))
      .sort((a, b) => a.distance - b.distance);
    const showing = near && near.distance <= FAR ? near.showing : over(withTexts(files, facts));
    others = [
      ...(showing === own ? [] : [{ facts, showing }]),
      ...others.filter((each) => each.showing !== showing),
    ].slice(0, KEPT);
    showing.show(sources);
    return showing;
  };
  const end = (): void => {
    own.show(NO_TEXTS);
    others = [];
    settings.clear();
  };
  return {
    at: (texts, look) => {
      if (isHeld) return look(showingFor(texts).view);
      try {
        return look(showingFor(texts).view);
      } finally {
        end();
      }
    },
    during: (work) => {
      isHeld = true;
      try {
        return work();
      } finally {
        isHeld = false;
        end();
      }
    },
  };
}

/** Texts that are others than those of the files: sources, and what the facts of the tree rest on. */
export function differing(
  texts: Texts,
  files: Files,
  isOfTree: (path: string) => boolean = () => false,
): Setting {
  const others = [...texts].filter(([path, text]) => (files.read(path) ?? '') !== (text ?? ''));
  return {
    sources: new Map(others.filter(([path]) => /\.[ch]$/.test(path))),
    facts: new Map(others.filter(([path]) => isOfTree(path))),
  };
}

const areEqual = (one: Texts, other: Texts): boolean =>
  one.size === other.size && [...one].every(([path, text]) => other.has(path) && other.get(path) === text);
