/** `walkrace scan`: the walkers of files, directories or a whole tree, and what is wrong with them. */
import { Option, type Command } from 'commander';
import { NEVER_CANCELLED } from '../../core/ports.js';
import { toJson } from '../../core/report/json.js';
import { atLeast, inOrder } from '../../core/report/order.js';
import type { ScanReport, Severity } from '../../core/report/report.js';
import { scanText } from '../../core/report/text.js';
import { sourceLines } from '../../core/replay/replay.js';
import type { Session } from '../../core/session.js';
import { openLocated, type Opened } from '../open.js';
import { formatOption, list, withTreeOptions, type TreeOptions } from '../options.js';
import type { Ports } from '../run.js';
import { STATUS } from '../status.js';
import { locate, type Located } from '../targets.js';
import type { Terminal } from '../terminal.js';

const FORMATS = ['text', 'json'] as const;
type Format = (typeof FORMATS)[number];

interface ScanOptions extends TreeOptions {
  readonly format: Format;
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
    .addOption(formatOption(...FORMATS))
    .option('--arch <a,...>', 'only findings that are live or latent on these architectures', list)
    .addOption(
      new Option('--min-severity <severity>', 'the least grave findings that are reported')
        .choices(['error', 'warning', 'info'])
        .default('info'),
    )
    .option('--no-replay', 'do not replay what is found: no finding is confirmed then')
    .addHelpText('after', HELP);
  withTreeOptions(command).action(async (paths: readonly string[], options: ScanOptions) => {
    const { terminal, directory, end } = ports;
    const located = locate({
      paths,
      directory,
      ...(options.root === undefined ? {} : { root: options.root }),
    });
    const opened = await openLocated(located, options, terminal);
    const report = scanLocated(located, opened, options, terminal);
    terminal.out(scanWritten(report, options.format, opened.session, terminal));
    end(report.findings.length > 0 ? STATUS.found : STATUS.clean);
  });
}

/** The scan of what was located: its findings in order, the minor ones left out. */
export function scanLocated(
  located: Located,
  { session, paths }: Opened,
  options: Pick<ScanOptions, 'replay' | 'arch' | 'minSeverity'>,
  terminal: Terminal,
): ScanReport {
  const report = session.scan(
    wantedOf(located, paths),
    { replay: options.replay, ...(options.arch === undefined ? {} : { architectures: options.arch }) },
    {
      cancellation: NEVER_CANCELLED,
      progress: (done, total) => terminal.progress(`${done} of ${total} files`),
    },
  );
  terminal.progress('');
  return { ...report, findings: inOrder(atLeast(report.findings, options.minSeverity)) };
}

/** None: what the session itself finds in the whole tree. */
function wantedOf({ files, directories }: Located, paths: readonly string[]): readonly string[] {
  if (directories.includes('')) return [];
  const inside = paths.filter((path) => directories.some((directory) => path.startsWith(directory)));
  return [...new Set([...files, ...inside])].sort();
}

export function scanWritten(
  report: ScanReport,
  format: Format,
  session: Session,
  terminal: Terminal,
): string {
  switch (format) {
    case 'json':
      return toJson(report);
    case 'text':
      return scanText(report, {
        paints: terminal.colors,
        sourceLine: sourceLines((file) => session.read(file)),
      });
  }
}
