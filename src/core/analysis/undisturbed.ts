/** Where a walk runs to its end before anything else does: one CPU, no preemption, and nothing in between that sleeps. */
import { capabilitiesOn, type TreeFacts } from '../kernel/tree.js';
import type { Reach } from './verdicts.js';
import type { Walk } from './walks.js';

/** The architectures on which somebody can come between the steps of a walk. */
export function whereDisturbed(found: Reach, walk: Walk, tree: TreeFacts): Reach {
  const alone = found.live.filter((each) => capabilitiesOn(tree, each).has('runs-alone'));
  if (alone.length === 0 || !runsThrough(walk)) return found;
  const reason = `${alone.join(', ')}: one CPU and no preemption, and the walk does not sleep`;
  return {
    ...found,
    live: found.live.filter((each) => !alone.includes(each)),
    latent: [...found.latent, ...alone],
    reason: [found.reason, reason].filter((each) => each !== '').join('; '),
  };
}

/** Whether no step from the first to the last of a walk may sleep; what a call does is not looked at. */
function runsThrough({ program, steps }: Walk): boolean {
  return program.steps
    .slice(Math.min(...steps), Math.max(...steps) + 1)
    .every(({ op }) => op !== 'call' && op !== 'sleep' && op !== 'lock');
}
