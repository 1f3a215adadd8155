/** `walkrace scan`: the walkers of files, directories or a whole tree, and what is wrong with them. */
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { NEVER_CANCELLED } from '../../core/ports.js';
import { atLeast, inOrder } from '../../core/report/order.js';
import { SEVERITIES, type Finding, type ScanReport, type Severity } from '../../core/report/report.js';
import { plural } from '../../core/report/words.js';
import { resultsOfTree } from '../../host/scan-tree.js';
import { requireKnown } from '../architectures.js';
import { openLocated, type Opened } from '../open.js';
import { formatOption, list, withTreeOptions, type TreeOptions } from '../options.js';
import type { Ports } from '../ports.js';
import { STATUS, UsageError } from '../status.js';
import { locate, type Located } from '../targets.js';
import type { Terminal } from '../terminal.js';
import { SCAN_FORMATS, scanWritten, type ScanFormat } from '../write-scan.js';
import { compared, readBaselineFile } from '../baseline-file.js';

interface ScanOptions extends TreeOptions {
  readonly format: ScanFormat;
  readonly baseline?: string;
  readonly arch?: readonly string[];
  readonly minSeverity: Severity;
  readonly replay: boolean;
}

const HELP = `
PATH is a file or a directory, from here or from the root of the tree; none: the whole tree.
A file outside of any kernel tree is looked at with the files beside it.

  walkrace scan mm/ptdump.c
  walkrace scan --root ~/linux --min-severity warning --format sarif`;

export function addScan(program: Command, ports: Ports): void {
  const command = program
    .command('scan')
    .summary('find walkers that race with a freer')
    .description(
      'Finds the walkers of C files, and those that nothing protects from a freer of what they walk.',
    )
    .argument('[path...]', 'files and directories; none: the whole tree')
    .addOption(formatOption(...SCAN_FORMATS))
    .option('--arch <a,...>', 'only findings that are live or latent on these architectures', list)
    .addOption(
      new Option('--min-severity <severity>', 'the least grave findings that are reported')
        .choices(SEVERITIES)
        .default('info'),
    )
    .option('--baseline <file>', 'a report of --format json: what it lists is not reported again')
    .option('--no-replay', 'do not replay what is found: no finding is confirmed then')
    .addHelpText('after', HELP);
  withTreeOptions(command).action(async (paths: readonly string[], options: ScanOptions) => {
    const { terminal, directory, end } = ports;
    const baseline =
      options.baseline === undefined ? undefined : readBaselineFile(resolve(directory, options.baseline));
    const located = locate({
      paths,
      directory,
      ...(options.root === undefined ? {} : { root: options.root }),
    });
    const opened = await openLocated(located, options, terminal);
    requireKnown(options.arch ?? [], opened.session);
    for (const file of located.files) {
      if (opened.session.read(file)?.includes('\0') === true)
        terminal.note(`walkrace: ${file} holds NUL bytes: it is no C source`);
    }
    const all = await scanLocated(located, opened, options, terminal);
    const { fresh, isKnown } = compared(
      all,
      baseline,
      options.arch === undefined ? located : undefined,
      terminal,
    );
    const grave = (findings: readonly Finding[]): readonly Finding[] =>
      atLeast(findings, options.minSeverity);
    // SARIF has a word for what was there before; everywhere else it is left out.
    const shown = { ...all, findings: grave(options.format === 'sarif' ? all.findings : fresh) };
    terminal.out(
      scanWritten(shown, options.format, { ...opened, terminal, ...(isKnown ? { isKnown } : {}) }),
    );
    end(grave(fresh).length > 0 ? STATUS.found : STATUS.clean);
  });
}

/** The scan of what was located: all of its findings, in order. */
export async function scanLocated(
  located: Located,
  { session, paths, scan, since }: Opened,
  options: Pick<ScanOptions, 'replay' | 'arch'>,
  terminal: Terminal,
): Promise<ScanReport> {
  const wanted = wantedOf(located, paths);
  const lookedAt = session.lookedAt(wanted);
  terminal.progress(plural(lookedAt.length, 'file'));
  const progress = (done: number, total: number): void => terminal.progress(`${done} of ${total} files`);
  const results = await resultsOfTree(scan, lookedAt, { replay: options.replay, progress });
  const { stats, ...report } = session.scan(
    wanted,
    { replay: options.replay, ...(options.arch === undefined ? {} : { architectures: options.arch }) },
    {
      cancellation: NEVER_CANCELLED,
      progress,
      results,
    },
  );
  results.save();
  terminal.progress('');
  return {
    ...report,
    stats: { ...stats, ms: Date.now() - since },
    findings: inOrder(report.findings),
  };
}

/** None: what the session itself finds in the whole tree. Throws UsageError where there is nothing to look at: silence would pass for an answer. */
function wantedOf({ root, files, directories }: Located, paths: readonly string[]): readonly string[] {
  const inside = paths.filter((path) => directories.some((directory) => path.startsWith(directory)));
  if (files.length === 0 && inside.length === 0)
    throw new UsageError(
      `there is no C source in ${directories.map((directory) => join(root, directory)).join(', ')}`,
    );
  return directories.includes('') ? [] : [...new Set([...files, ...inside])].sort();
}
