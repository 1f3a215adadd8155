/** How the views get at the reader's language, and texts with elements in them. */
import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ENGLISH, type Translate } from '../l10n.js';

export const Translation = createContext<Translate>(ENGLISH);

export const useTranslate = (): Translate => useContext(Translation);

/** A translated text whose `{0}`, `{1}` become elements, in the order that its language has them. */
export const rich = (text: string, ...parts: readonly ComponentChildren[]): ComponentChildren =>
  text.split(/\{(\d)\}/).map((part, index) => (index % 2 === 0 ? part : (parts[Number(part)] ?? null)));
