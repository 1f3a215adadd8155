/** A scan's part in one file, and what it rests on. */
import type { FunctionRef } from '../index/link.js';
import { plainUses, type FineUses } from '../index/uses.js';
import { NEVER_CANCELLED, type Cancellation } from '../ports.js';
import type { Finding } from '../report/report.js';
import type { ScannedFile } from '../scan.js';
import type { Sources } from './sources.js';
import type { Suspicion } from './suspicion.js';
import { analyseFunction } from './walk-findings.js';
import type { WalkWorld } from './walk-world.js';
import { standing } from './wrong-lock.js';

/** A scan forgets what it has read, and what it has made of that, after so many files: most of them are read for one walker. */
const FILES_IN_MEMORY = 1000;

export interface FileScanWorld {
  readonly sources: Sources;
  readonly world: WalkWorld;
  readonly functionsOf: (path: string) => readonly FunctionRef[];
  /** A finding as it is told, replayed or not. */
  readonly confirmed: (suspicion: Suspicion, replay: boolean, cancellation: Cancellation) => Finding;
  /** Forgets all answers that were made for other files. */
  readonly forget: () => void;
}

export type FileScan = (
  path: string,
  options: { readonly replay: boolean },
  cancellation?: Cancellation,
) => { readonly answer: ScannedFile; readonly uses: FineUses };

/** Looks at one file: the answer is the same whatever was asked before. */
export function createFileScan({ sources, world, functionsOf, confirmed, forget }: FileScanWorld): FileScan {
  /** Functions worth looking at whose text could not be made into a program. */
  const unparsed = (refs: readonly FunctionRef[]): number =>
    refs.filter((ref) => world.programs.of(ref) === undefined).length;
  return (path, { replay }, cancellation = NEVER_CANCELLED) => {
    if (sources.index.loaded().length > FILES_IN_MEMORY) {
      forget();
      sources.index.forget();
      world.programs.forget();
    }
    sources.see(path);
    // It rests on all of the file's own text, and not on each name that makes a function worth looking at.
    const refs = functionsOf(path);
    const { answer, uses } = sources.uses.during(() => {
      // On which functions are worth it, its own headers have a say.
      world.programs.namesIn(path);
      const bytes = sources.read(path)?.length ?? 0;
      const analysed = refs.map((ref) => analyseFunction(ref, world));
      return {
        bytes,
        functions: refs.length,
        parseFailures: unparsed(refs),
        walkers: analysed.flatMap(({ walkers }) => walkers),
        findings: analysed.flatMap(({ suspicions, findings }) => {
          const judged = suspicions.map((each) => confirmed(each, replay, cancellation));
          return [...judged, ...standing(findings, judged)];
        }),
      };
    });
    return { answer, uses: plainUses(uses) };
  };
}

/** What functions of a file that take a lock which all of the tree shares find wrong around it, wherever that is. */
export function scanLocks(
  path: string,
  sources: Sources,
  lockFindingsIn: (path: string) => readonly Finding[],
): ReturnType<FileScan> {
  sources.see(path);
  const { answer, uses } = sources.uses.during(() => ({
    bytes: sources.read(path)?.length ?? 0,
    functions: 0,
    parseFailures: 0,
    walkers: [],
    findings: lockFindingsIn(path),
  }));
  return { answer, uses: plainUses(uses) };
}
