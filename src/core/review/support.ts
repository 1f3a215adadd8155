/** What a patch changes of the tree as a whole: which freers an architecture has, and what the tree itself does. */
import { FREERS } from '../kernel/freers.js';
import type { TreeFacts } from '../kernel/tree.js';
import type { SupportChange } from './report.js';

/** Freers that are live on an architecture on one side only. */
export function supportChanges(before: TreeFacts, after: TreeFacts): readonly SupportChange[] {
  return after.freers.flatMap(({ freer, live }): readonly SupportChange[] => {
    const was = before.freers.find((each) => each.freer === freer)?.live ?? [];
    const title = FREERS.find(({ id }) => id === freer)?.title ?? freer;
    const missingIn = (others: typeof live, those: typeof live): typeof live =>
      those.filter(({ architecture }) => !others.some((each) => each.architecture === architecture));
    const change =
      (isLive: boolean) =>
      ({ architecture, reason }: (typeof live)[number]): SupportChange => ({
        freer,
        title,
        architecture,
        isLive,
        reason,
      });
    return [...missingIn(was, live).map(change(true)), ...missingIn(live, was).map(change(false))];
  });
}

/** Capabilities that the tree has on one side only, by which walkers anywhere may be judged otherwise: a freer takes a lock now that it did not take, or the like. */
export function otherCapabilities(before: Capable, after: Capable): readonly string[] {
  const missingIn = (others: Capable, those: Capable): readonly string[] =>
    [...those.capabilities].filter((each) => !others.capabilities.has(each));
  return [...missingIn(before, after), ...missingIn(after, before)].sort();
}

type Capable = Pick<TreeFacts, 'capabilities'>;
