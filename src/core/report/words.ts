/** Sentences that several reports share. */
import type { Finding, GivenUp } from './report.js';

/** `confirmed by replay: use-after-free (893 states)`, and what else speaks for or against. */
export function verdictText({ verdict, consequence, states }: Finding): string {
  switch (verdict) {
    case 'confirmed':
      return `confirmed by replay: ${consequence ?? 'a race'} (${states} states)`;
    case 'refuted':
      return `refuted by replay: no race in any of ${states} states`;
    case 'unknown':
      return `not decided: the replay reached a bound after ${states} states`;
    case 'not-replayable':
      return 'not replayable';
    case 'not-run':
      return 'not replayed';
  }
}

/** `live on arm64, x86` / `latent on arm` / both. */
export function reachText({ live, latent }: Finding): string {
  return [
    live.length === 0 ? '' : `live on ${live.join(', ')}`,
    latent.length === 0 ? '' : `latent on ${latent.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

export function heldText(held: readonly string[]): string {
  return held.length === 0 ? 'holds nothing' : `holds ${held.join(', ')}`;
}

/** The function whose replay shows the finding: the walk's own, or the root of its chain where a caller holds something. */
export function replayedWalk({ file, function: name, held, chain }: Finding): {
  readonly file: string;
  readonly function: string;
} {
  const [root] = chain;
  return held.length > 0 && root !== undefined
    ? { file: root.file, function: root.function }
    : { file, function: name };
}

/** The command that shows the race; none where it can't be replayed. */
export function replayCommand(finding: Finding): string | undefined {
  if (finding.freer === null || finding.verdict === 'not-replayable') return undefined;
  const walk = replayedWalk(finding);
  return `walkrace replay ${walk.file}:${walk.function} --against ${finding.freer}`;
}

/** `take get_online_mems() in f() (file:line): protects 3 of 3 roots`, and what is left. */
export function placementTexts({ placement }: Finding): readonly string[] {
  if (!placement) return [];
  const { take, roots, places, left, isPartial } = placement;
  const more = isPartial ? ' that were seen' : '';
  return [
    ...places.map(
      ({ function: name, file, line, protects }) =>
        `take ${take} in ${name}() (${file}:${line}): protects ${protects} of ${plural(roots, 'root')}${more}`,
    ),
    ...left.map(
      ({ function: name, file, line, reason }) =>
        `no place for ${take} on the way of ${name}() (${file}:${line}): ${reason}`,
    ),
  ];
}

/** A file that met a limit, and which. */
export const givenUpText = ({ file, reason }: GivenUp): string => `gave up ${file}: ${reason}`;

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
