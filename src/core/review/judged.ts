/** Functions judged at one stage of a series, and what is known of them. */
import type { Cancellation } from '../ports.js';
import { nameKey, type FunctionName } from './affected.js';
import type { Judged, View } from './looks.js';

/** What was found of functions, by {@link nameKey}. */
export type Known = ReadonlyMap<string, Judged>;

export interface StagePorts {
  readonly cancellation: Cancellation;
  /** How far it is, and in words. */
  readonly progress: (done: number, total: number, what: string) => void;
}

export function judged(
  functions: readonly FunctionName[],
  view: View,
  replay: boolean,
  { cancellation, progress }: StagePorts,
): Map<string, Judged> {
  const found = new Map<string, Judged>();
  functions.forEach((each, at) => {
    if (cancellation.isCancelled) return;
    progress(at, functions.length, `${at + 1} of ${functions.length} functions`);
    view.see(each.file);
    const refs = view.candidates(each.file).filter(({ facts }) => facts.name === each.name);
    const all = refs.map((ref) => view.judge(ref, replay));
    found.set(nameKey(each), together(all));
  });
  return found;
}

/** What is known of one function, to be put into a map. */
export function entryOf(known: Known, each: FunctionName): readonly (readonly [string, Judged])[] {
  const found = known.get(nameKey(each));
  return found ? [[nameKey(each), found]] : [];
}

/** All that was found, as one. */
export function together(all: readonly Judged[]): Judged {
  return {
    walkers: all.flatMap(({ walkers }) => walkers),
    findings: all.flatMap(({ findings }) => findings),
    open: new Map(all.flatMap(({ open }) => [...open])),
  };
}
