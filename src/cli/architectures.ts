/** `--arch NAME`: a name that the tree does not know would find nothing, and pass for an answer. */
import type { Session } from '../core/session.js';
import { UsageError } from './status.js';

/** Throws UsageError for a name that is no directory of arch/. */
export function requireKnown(
  names: readonly string[],
  { architectures }: Pick<Session, 'architectures'>,
): void {
  const unknown = names.find((name) => !architectures.includes(name));
  if (unknown === undefined) return;
  const known = [...architectures].sort().join(', ');
  throw new UsageError(`--arch: there is no architecture "${unknown}" here; those known: ${known}`);
}
