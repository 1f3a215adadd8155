/** Roots that reach a walk with nothing that keeps the freer out, where it is live. */
import { heldTexts } from '../analysis/walk-reports.js';
import type { Suspicion } from '../analysis/suspicion.js';
import { architectureOf } from '../kernel/architectures.js';
import type { OpenRoot } from './report.js';

export function openRoots({ finding, open }: Pick<Suspicion, 'finding' | 'open'>): readonly OpenRoot[] {
  const roots = open.flatMap((chain): readonly OpenRoot[] => {
    const [first] = chain.hops;
    if (!first) return [];
    // What all architectures share reaches each by its own code: check_wx_show() of mm/ptdump.c.
    const architecture = chain.hops
      .map(({ ref }) => architectureOf(ref.file))
      .find((each) => each !== undefined);
    const isLive =
      architecture === undefined || finding.live.length === 0 || finding.live.includes(architecture);
    if (!isLive) return [];
    return [
      {
        file: first.ref.file,
        function: first.ref.facts.name,
        ...(architecture === undefined ? {} : { architecture }),
        held: heldTexts(chain.held),
      },
    ];
  });
  return [...new Map(roots.map((root) => [rootKey(root), root])).values()];
}

export const rootKey = ({ file, function: name, architecture = '' }: OpenRoot): string =>
  `${file} ${name} ${architecture}`;
