/** Why a walk that no finding is about is judged as it is: for the list of walkers, which shows what silence rests on. */
import type { Chain } from './chain.js';
import type { Origin } from './origin.js';

/** Reasons that are told of one walk; more of them say no more. */
const MOST = 3;

/** Distinct reasons as one text. */
export function reasonText(reasons: readonly string[]): string {
  return [...new Set(reasons)]
    .filter((each) => each !== '')
    .slice(0, MOST)
    .join('; ');
}

/** Who owns what is walked, or that somebody is taken to. */
export function ownersText(origins: readonly Origin[]): string {
  return reasonText(
    origins.map(({ kind, text }) =>
      kind === 'unknown' ? `assumed to be owned: ${text}` : text.replace(/^::/, ''),
    ),
  );
}

/** When the chains run that meet no freer; those that are kept out by what they hold tell it themselves. */
export function contextsText(chains: readonly Chain[]): string {
  return reasonText(
    chains.map(({ top }) => (top.kind === 'root' && top.context ? `only in ${top.context.title}` : '')),
  );
}
