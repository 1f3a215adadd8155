/** On which architectures of a scanned tree a freer is live or latent, and which files are only built without it. */
import type { Files } from '../ports.js';
import type { FreerSupport } from './freer-support.js';
import { filesBuiltWith } from './makefiles.js';
import { findTableFreeing } from './table-freeing.js';
import type { Support, TreeKconfig } from './tree-kconfig.js';
import type { FreerId } from './types.js';

/** One architecture's answer for a freer. */
export interface ArchitectureFact {
  readonly architecture: string;
  /** Kconfig expression under which it holds. */
  readonly condition?: string;
  /** Why, for people: `ARCH_ENABLE_MEMORY_HOTREMOVE; arch_remove_memory() -> ... -> free_pte_table() frees tables`. */
  readonly reason: string;
}

export interface FreerFacts {
  readonly freer: FreerId;
  /** Live nowhere: this tree does not have the freer at all. */
  readonly live: readonly ArchitectureFact[];
  readonly latent: readonly ArchitectureFact[];
  /** Files that are only built in kernels which leave the freer out, though the architecture has it. */
  readonly off: readonly FilesWithout[];
}

export interface FilesWithout {
  readonly architecture: string;
  readonly files: ReadonlySet<string>;
  readonly reason: string;
}

/** The tree that is asked. */
interface Reader {
  readonly files: Files;
  readonly kconfig: TreeKconfig;
  /** Told of what could not be seen. */
  readonly unknown: Set<string>;
}

export function freerFacts(
  reader: Reader,
  row: FreerSupport,
  architectures: readonly string[],
  byArchitecture: ReadonlyMap<string, ReadonlySet<string>>,
): FreerFacts {
  const live: ArchitectureFact[] = [];
  const latent: ArchitectureFact[] = [];
  const { kconfig } = reader;
  const symbol = row.symbols.find((each) => kconfig.knows(each));
  const supports = new Map<string, Support>(
    symbol === undefined ? [] : kconfig.supports(symbol).map((each) => [each.architecture, each]),
  );
  for (const architecture of architectures) {
    if (kconfig.architectures.length === 0) {
      const isLive = row.newest === 'all' || row.newest.includes(architecture);
      (isLive ? live : latent).push({
        architecture,
        reason: 'as in the newest kernel known: no Kconfig here',
      });
      continue;
    }
    if (row.capability !== undefined) {
      const holds = byArchitecture.get(architecture)?.has(row.capability) === true;
      (holds ? live : latent).push({
        architecture,
        reason: `${holds ? 'its' : 'no'} code for ${row.capability}`,
      });
      continue;
    }
    const support = supports.get(architecture);
    if (row.symbols.length > 0 && !support) {
      latent.push({ architecture, reason: `no ${symbol ?? row.symbols[0] ?? ''}` });
      continue;
    }
    const condition = support?.condition === undefined ? {} : { condition: support.condition };
    const code = row.roots ? findTableFreeing(reader.files, architecture, row.roots) : undefined;
    const reasons = [symbol ?? 'every architecture', ...(code ? [code.reason] : [])].join('; ');
    if (code?.found === 'unknown') reader.unknown.add(`${row.freer} on ${architecture} (${code.reason})`);
    (code?.found === 'no' ? latent : live).push({ architecture, ...condition, reason: reasons });
  }
  const off = live.flatMap(({ architecture }) => filesWithout(reader, row, architecture, byArchitecture));
  return { freer: row.freer, live, latent, off };
}

/** Files of an architecture that its Makefiles build only with an option that leaves the freer out. */
function filesWithout(
  { files }: Reader,
  { freer, offWith }: FreerSupport,
  architecture: string,
  byArchitecture: ReadonlyMap<string, ReadonlySet<string>>,
): readonly FilesWithout[] {
  if (!offWith || byArchitecture.get(architecture)?.has(offWith.capability) !== true) return [];
  const directory = `arch/${architecture}/mm/`;
  const built = offWith.options.flatMap((option) =>
    filesBuiltWith(option, files.read(`${directory}Makefile`) ?? ''),
  );
  if (built.length === 0) return [];
  const reason = `it is only built with ${offWith.options[0] ?? ''}, and such a kernel of ${architecture} has no ${freer}`;
  return [{ architecture, files: new Set(built.map((file) => directory + file)), reason }];
}
