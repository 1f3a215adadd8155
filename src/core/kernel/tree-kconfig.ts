/** Which architectures of a tree have a Kconfig symbol, and under which condition. */
import type { Files } from '../ports.js';
import { evaluate, parseKconfig } from './kconfig.js';
import type { KconfigEntry, Truth } from './kconfig.js';
import { ownOption } from './settings.js';

export interface Support {
  readonly architecture: string;
  /** Kconfig expression under which it has the symbol; absent: always. */
  readonly condition?: string;
}

export interface TreeKconfig {
  /** Names of directories under arch/ that have a Kconfig, sorted. */
  readonly architectures: readonly string[];
  /** Is the symbol defined or used in any Kconfig file that was read? */
  knows(symbol: string): boolean;
  /** Architectures that can have the symbol: they select it, define it with a default, or meet what a generic default depends on. */
  supports(symbol: string): readonly Support[];
  /** Whether no kernel of the architecture has the symbol: nobody can choose it, and none of the files that were read turns it on. */
  lacks(symbol: string, architecture: string): boolean;
}

const GENERIC = [
  'arch/Kconfig',
  'mm/Kconfig',
  'mm/Kconfig.debug',
  'init/Kconfig',
  'virt/kvm/Kconfig',
  'fs/Kconfig',
];
/** Deepest chain of generic defaults that is followed (PT_RECLAIM -> MMU_GATHER_RCU_TABLE_FREE -> ...). */
const MAX_DEPTH = 4;

interface Definition extends KconfigEntry {
  readonly file: string;
}

function readArchitecture(files: Files, architecture: string): readonly Definition[] {
  const found: Definition[] = [];
  const queue = [`arch/${architecture}/Kconfig`];
  const seen = new Set(queue);
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const text = files.read(file);
    if (text === undefined) continue;
    const { entries, sources } = parseKconfig(text);
    for (const entry of entries) found.push({ ...entry, file });
    for (const source of sources) {
      const path = source.replace(/\$\(?(SRCARCH|ARCH)\)?/, architecture);
      if (!path.startsWith(`arch/${architecture}/`) || path.includes('$') || seen.has(path)) continue;
      seen.add(path);
      queue.push(path);
    }
  }
  return found;
}

/** The architecture's own symbol (ARM64, X86, S390, PPC, RISCV): what it selects, it always has. */
function isOwnSymbol(symbol: string, architecture: string): boolean {
  return `CONFIG_${symbol}` === ownOption(architecture);
}

function and(...conditions: readonly (string | undefined)[]): string | undefined {
  const parts = [...new Set(conditions.filter((each) => each !== undefined && each !== ''))];
  if (parts.length === 0) return undefined;
  return parts.map((part) => (part?.includes('||') && parts.length > 1 ? `(${part})` : part)).join(' && ');
}

function or(conditions: readonly (string | undefined)[]): string | undefined {
  return conditions.includes(undefined) ? undefined : [...new Set(conditions)].join(' || ');
}

/** Condition of each way in which the architecture's own files turn a symbol on. */
function waysOf(
  symbol: string,
  architecture: string,
  definitions: readonly Definition[],
): (string | undefined)[] {
  const ways: (string | undefined)[] = [];
  for (const entry of definitions) {
    for (const { value, condition } of entry.selects) {
      if (value !== symbol) continue;
      ways.push(and(isOwnSymbol(entry.symbol, architecture) ? undefined : entry.symbol, condition));
    }
    if (entry.symbol !== symbol) continue;
    for (const { value, condition } of entry.defaults) {
      if (value !== 'n') ways.push(and(value === 'y' ? undefined : value, condition, ...entry.depends));
    }
  }
  return ways;
}

/** Reads the Kconfig files of a tree that say what its architectures can do. */
export function readKconfig(files: Files): TreeKconfig {
  const architectures = files
    .list('arch')
    .filter((name) => name.endsWith('/'))
    .map((name) => name.slice(0, -1))
    .filter((name) => files.read(`arch/${name}/Kconfig`) !== undefined);
  const own = new Map(architectures.map((name) => [name, readArchitecture(files, name)]));
  const generic: readonly Definition[] = GENERIC.flatMap((file) => {
    const text = files.read(file);
    return text === undefined ? [] : parseKconfig(text).entries.map((entry) => ({ ...entry, file }));
  });

  const supportOf = (symbol: string, architecture: string, depth: number): Support | undefined => {
    const ways = waysOf(symbol, architecture, own.get(architecture) ?? []);
    for (const entry of generic) {
      if (entry.symbol !== symbol || depth === 0) continue;
      for (const { value, condition } of entry.defaults) {
        const whole = and(value === 'y' ? undefined : value, condition, ...entry.depends);
        if (value === 'n') continue;
        const truth =
          whole === undefined ? 'yes' : evaluate(whole, (each) => truthOf(each, architecture, depth - 1));
        if (truth !== 'no') ways.push(truth === 'yes' ? undefined : whole);
      }
    }
    if (ways.length === 0) return undefined;
    const condition = or(ways);
    return { architecture, ...(condition === undefined ? {} : { condition }) };
  };
  /** Symbols that nobody can choose and no file turns on are off; the rest is up to the configuration. */
  const truthOf = (symbol: string, architecture: string, depth: number): Truth => {
    const support = supportOf(symbol, architecture, depth);
    if (support) return support.condition === undefined ? 'yes' : 'maybe';
    if (isOwnSymbol(symbol, architecture)) return 'yes';
    const definitions = [...generic, ...(own.get(architecture) ?? [])].filter(
      (entry) => entry.symbol === symbol,
    );
    const isArchitectures =
      definitions.length > 0 &&
      definitions.every((entry) => !entry.hasPrompt && entry.defaults.every(({ value }) => value === 'n'));
    return isArchitectures ? 'no' : 'maybe';
  };
  const all = [...generic, ...[...own.values()].flat()];
  const known = new Set(all.flatMap((entry) => [entry.symbol, ...entry.selects.map(({ value }) => value)]));
  const words = new Set(all.flatMap((entry) => entry.depends).flatMap((text) => text.match(/\w+/g) ?? []));
  return {
    architectures,
    knows: (symbol) => known.has(symbol) || words.has(symbol),
    lacks: (symbol, architecture) => truthOf(symbol, architecture, MAX_DEPTH) === 'no',
    supports: (symbol) => architectures.flatMap((name) => supportOf(symbol, name, MAX_DEPTH) ?? []),
  };
}
