/** The keyboard, as a table: it drives the page, and the help dialog prints it. */
import { said } from '../l10n.js';
import type { Action } from './actions.js';

export type KeyAction =
  | Action
  | { readonly type: 'focus-filter' }
  | { readonly type: 'copy' }
  | { readonly type: 'toggle-play' }
  | { readonly type: 'open-source' };

export interface KeyRow {
  /** Values of `KeyboardEvent.key`. */
  readonly keys: readonly string[];
  /** As printed. */
  readonly label: string;
  readonly meaning: string;
  readonly action: KeyAction;
}

const row = (keys: readonly string[], label: string, meaning: string, action: KeyAction): KeyRow => ({
  keys,
  label,
  meaning,
  action,
});

export const KEYS: readonly KeyRow[] = [
  row(['ArrowRight', 'ArrowDown'], '→ ↓', said('next step'), { type: 'move', to: 'next' }),
  row(['ArrowLeft', 'ArrowUp'], '← ↑', said('previous step'), { type: 'move', to: 'previous' }),
  row(['Home'], 'Home', said('first step'), { type: 'move', to: 'first' }),
  row(['End'], 'End', said('last step'), { type: 'move', to: 'last' }),
  row(['n'], 'n', said('next lane change'), { type: 'move', to: 'next-switch' }),
  row(['p'], 'p', said('previous lane change'), { type: 'move', to: 'previous-switch' }),
  row(['m'], 'm', said('next of the marked steps: took, freed, used'), { type: 'move', to: 'next-mark' }),
  row([' '], 'Space', said('play or pause'), { type: 'toggle-play' }),
  row(['Enter'], 'Enter', said('open the source line of the step'), { type: 'open-source' }),
  row(['/'], '/', said('filter the steps'), { type: 'focus-filter' }),
  row(['['], '[', said('fold the steps around this one'), { type: 'fold', what: 'here', fold: true }),
  row([']'], ']', said('unfold them'), { type: 'fold', what: 'here', fold: false }),
  row(['{'], '{', said('fold all'), { type: 'fold', what: 'all', fold: true }),
  row(['}'], '}', said('unfold all'), { type: 'fold', what: 'all', fold: false }),
  row(
    ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    '1 – 9',
    said('the trace of another kind of violation'),
    {
      type: 'kind',
      number: 1,
    },
  ),
  row(['c'], 'c', said('copy the trace as text'), { type: 'copy' }),
  row(['?'], '?', said('this help'), { type: 'help', open: true }),
];

export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  /** What has the focus: a text field keeps its keys, a button keeps Enter and Space. */
  readonly focus: 'text' | 'button' | 'step' | 'other';
}

/** The action of a key press, or null when the key belongs to what has the focus. */
export function actionOfKey({ key, hasModifier, focus }: KeyPress): KeyAction | null {
  if (hasModifier || focus === 'text') return null;
  if (focus === 'button' && (key === ' ' || key === 'Enter')) return null;
  const action = KEYS.find((each) => each.keys.includes(key))?.action ?? null;
  return action?.type === 'kind' ? { ...action, number: Number(key) } : action;
}
