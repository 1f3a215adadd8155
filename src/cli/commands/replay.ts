/** `walkrace replay`: a walker against a freer in the machine; or a saved race. */
import type { Command } from 'commander';
import { FREER_IDS, type FreerId } from '../../core/kernel/types.js';
import type { ReplayRequest, Session } from '../../core/session.js';
import { requireKnown } from '../architectures.js';
import { openLocated } from '../open.js';
import { bounds, each, formatOption, withTreeOptions, type TreeOptions } from '../options.js';
import type { Ports } from '../ports.js';
import { STATUS, UsageError, type Status } from '../status.js';
import { locate } from '../targets.js';
import type { Terminal } from '../terminal.js';
import { replaySavedFile } from './replay-file.js';
import { replayMatrix } from './replay-matrix.js';
import { REPLAY_FORMATS, replayWritten, type ReplayFormat } from '../write-replay.js';

interface ReplayOptions extends TreeOptions {
  readonly format: ReplayFormat;
  readonly against?: string;
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  readonly ownsRange?: true;
  readonly arch?: string;
  readonly bound?: ReturnType<typeof bounds>;
  readonly matrix?: true;
}

const HELP = `
A trace rests on the assumptions that are listed with it. A walk with no race is so within the bounds that are told.

  walkrace replay mm/ptdump.c:ptdump_walk_pgd --against list
  walkrace replay mm/vmalloc.c:vmalloc_to_page --against memory-hot-remove --with get_online_mems
  walkrace replay mm/vmalloc.c:vmalloc_to_page --against arch/x86/mm/init_64.c:remove_pagetable
  walkrace replay mm/vmalloc.c:vmalloc_to_page --format html >trace.html

Exit status: 0 no race was found (refuted, unknown or not replayable: the verdict says which), 1 a race.

Formats: text, json and html are for people and programs; race runs again when it is saved; promela is for Spin; c is for gcc with
AddressSanitizer; litmus for herd7; mermaid and svg draw the trace; module is a kernel module for x86-64, to try
memory hot-remove by hand.`;

export function addReplay(program: Command, ports: Ports): void {
  const command = program
    .command('replay')
    .summary('run a walker against a freer, step by step')
    .description(
      'Runs every interleaving of a walker and a freer, and shows the shortest one that goes wrong.',
    )
    .argument('<target>', 'FILE:FUNCTION, the walker; or FILE.race, a saved race')
    .option(
      '--against <freer>',
      '"list" lists the freers; or FILE:FUNCTION, code of the tree that frees; by default the first that applies',
    )
    .option(
      '--with <protection>',
      'what if the walk held this? May be repeated: get_online_mems, "mmap_write_lock(&init_mm)"',
      each,
    )
    .option(
      '--without <protection>',
      'what if the walk and its callers did not hold this? May be repeated',
      each,
    )
    .option('--owns-range', 'take it that the caller owns what is walked: no freer works on it meanwhile')
    .option('--arch <architecture>', 'where the freer runs; by default the architecture of the file')
    .addOption(formatOption(...REPLAY_FORMATS))
    .option('--matrix', 'try the usual protections against each freer that applies')
    .option('--bound <bounds>', 'where the search gives up: states=N,ms=N', bounds)
    .addHelpText('after', HELP);
  withTreeOptions(command).action(async (target: string, options: ReplayOptions) => {
    ports.end(await replay(target, options, ports));
  });
}

async function replay(target: string, options: ReplayOptions, ports: Ports): Promise<Status> {
  const { terminal, directory } = ports;
  if (target.endsWith('.race')) {
    refuse(
      options,
      [...OF_A_WALK, 'matrix'],
      'a saved race says itself what walks, what frees and what is held',
    );
    return replaySavedFile(target, options, ports);
  }
  if (options.matrix)
    refuse(
      options,
      [...OF_A_WALK, 'bound'],
      '--matrix tries the walk as it stands against each freer that applies',
    );
  const { path, function: name } = walkOf(target);
  const against = againstOf(options.against);
  const located = locate({
    paths: [path, ...(against?.kind === 'function' ? [against.path] : [])],
    directory,
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  const [file, freerFile] = located.files;
  if (file === undefined || located.directories.length > 0)
    throw new UsageError(`${path} is a directory: a walker is FILE:FUNCTION`);
  const { session } = await openLocated(located, options, terminal);
  requireKnown(options.arch === undefined ? [] : [options.arch], session);
  terminal.progress('');
  if (against?.kind === 'list')
    return listFreers(session, { file, function: name }, options.format, terminal);
  if (options.matrix) return replayMatrix(session, { file, function: name }, options.format, terminal);
  const request: ReplayRequest = {
    file,
    function: name,
    with: options.with ?? [],
    ...(options.without === undefined ? {} : { without: options.without }),
    ...(options.ownsRange ? { ownsRange: true } : {}),
    ...(against?.kind === 'known' ? { freer: against.freer } : {}),
    ...(against?.kind === 'function' && freerFile !== undefined
      ? { against: { file: freerFile, function: against.function } }
      : {}),
    ...(options.arch === undefined ? {} : { arch: options.arch }),
    ...(options.bound === undefined ? {} : { bounds: options.bound }),
  };
  terminal.progress(`replaying ${name}()`);
  const report = session.replay(request);
  terminal.out(replayWritten(session, request, report, options.format, terminal));
  return report.verdict === 'confirmed' ? STATUS.found : STATUS.clean;
}

const NAMES = {
  against: '--against',
  with: '--with',
  without: '--without',
  ownsRange: '--owns-range',
  arch: '--arch',
  matrix: '--matrix',
  bound: '--bound',
} as const satisfies Partial<Record<keyof ReplayOptions, string>>;
const OF_A_WALK = ['against', 'with', 'without', 'ownsRange', 'arch'] as const;

/** What would change nothing is told: an answer that does not heed it would be taken for one that does. */
function refuse(options: ReplayOptions, names: readonly (keyof typeof NAMES)[], why: string): void {
  const given = names.filter((name) => options[name] !== undefined).map((name) => NAMES[name]);
  if (given.length > 0) throw new UsageError(`${why}: leave out ${given.join(', ')}`);
}

/** `mm/ptdump.c:ptdump_walk_pgd` */
const FUNCTION = /^(.+):(\w+)$/;

function walkOf(target: string): { readonly path: string; readonly function: string } {
  const [, path, name] = FUNCTION.exec(target) ?? [];
  if (path === undefined || name === undefined) {
    throw new UsageError(
      `"${target}" names no walker: write FILE:FUNCTION, as in mm/ptdump.c:ptdump_walk_pgd`,
    );
  }
  return { path, function: name };
}

type Against =
  | { readonly kind: 'list' }
  | { readonly kind: 'known'; readonly freer: FreerId }
  | { readonly kind: 'function'; readonly path: string; readonly function: string };

/** What `--against` names. */
function againstOf(text: string | undefined): Against | undefined {
  if (text === undefined) return undefined;
  if (text === 'list') return { kind: 'list' };
  const [, path, name] = FUNCTION.exec(text) ?? [];
  if (path !== undefined && name !== undefined) return { kind: 'function', path, function: name };
  return { kind: 'known', freer: freerNamed(text) };
}

function freerNamed(name: string): FreerId {
  const found = FREER_IDS.find((id) => id === name);
  if (found === undefined)
    throw new UsageError(`there is no freer "${name}"; those known: ${FREER_IDS.join(', ')}`);
  return found;
}

function listFreers(
  session: Session,
  walk: { readonly file: string; readonly function: string },
  format: ReplayFormat,
  terminal: Terminal,
): Status {
  const choices = session.freers(walk);
  if (format === 'json')
    terminal.out(`${JSON.stringify({ version: 1, walker: walk, freers: choices }, null, 2)}\n`);
  else if (format !== 'text')
    throw new UsageError(`--against list is written as text or json, not ${format}`);
  else {
    const width = Math.max(...choices.map(({ freer }) => freer.length));
    const { dim } = terminal.colors;
    for (const { freer, applies, reason } of choices) {
      const line = `${applies ? '*' : ' '} ${freer.padEnd(width)}  ${reason}`;
      terminal.out(`${applies ? line : dim(line)}\n`);
    }
  }
  return STATUS.clean;
}
