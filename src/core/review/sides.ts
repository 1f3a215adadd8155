/** Looks that keep a session for each state of the tree that they are asked for: for a thread that does nothing else. */
import type { Files } from '../ports.js';
import { withTexts, type Texts } from './apply/apply.js';
import type { Looks } from './looks.js';
import { differing, type Showing } from './session-looks.js';

/** Those without a patch, and with it. */
const KEPT = 2;

/** `open` makes a session that reads the facts of the tree from the files that it is given. */
export function createSides(files: Files, open: (facts: Files) => Showing): Looks {
  const sides = new Map<Texts, Showing>();
  const sideOf = (texts: Texts): Showing => {
    const known = sides.get(texts);
    if (known) return known;
    const [oldest] = sides.keys();
    if (oldest && sides.size >= KEPT) sides.delete(oldest);
    const showing = open(withTexts(files, texts));
    showing.show(differing(texts, files).sources);
    sides.set(texts, showing);
    return showing;
  };
  return {
    at: (texts, look) => look(sideOf(texts).view),
    during: (work) => work(),
  };
}
