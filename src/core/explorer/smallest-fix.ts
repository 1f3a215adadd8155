/** Which protections make every freer harmless: single ones first, then pairs. */

/**
 * The smallest sets of candidates that are a fix: all single ones that are, or else all pairs, or else none. `isFix` runs the
 * explorer against every freer that applies, and demands that none races and that nothing sleeps where it must not.
 * A pair is not tried when it has a part that `isHarmful` (it sleeps in atomic context, inverts the lock order) alone.
 */
export function smallestFixes<T>(
  candidates: readonly T[],
  isFix: (chosen: readonly T[]) => boolean,
  isHarmful: (candidate: T) => boolean = () => false,
): readonly (readonly T[])[] {
  const singles = candidates.map((candidate) => [candidate]).filter(isFix);
  if (singles.length > 0) return singles;
  const usable = candidates.filter((candidate) => !isHarmful(candidate));
  const pairs = usable.flatMap((first, index) => usable.slice(index + 1).map((second) => [first, second]));
  return pairs.filter(isFix);
}
