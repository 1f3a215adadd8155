/** `walkrace review`: what a patch, or a series of them, introduces, fixes and leaves. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { NEVER_CANCELLED } from '../../core/ports.js';
import type { JudgedFiles } from '../../core/review/large.js';
import type { ReviewInput } from '../../core/review/placed.js';
import { plural } from '../../core/report/words.js';
import { judgedOfTree } from '../../host/scan-tree.js';
import { atLeast } from '../../core/report/order.js';
import { SEVERITIES, type Severity } from '../../core/report/report.js';
import type { Change, ReviewReport } from '../../core/review/report.js';
import type { Trace } from '../../core/trace/trace.js';
import { openLocated, type Opened } from '../open.js';
import { count, formatOption, list, withTreeOptions, type TreeOptions } from '../options.js';
import type { Ports } from '../ports.js';
import type { Terminal } from '../terminal.js';
import { readInput } from '../review-input.js';
import { STATUS, type Status } from '../status.js';
import { locate } from '../targets.js';
import { REVIEW_FORMATS, reviewWritten, type ReviewFormat } from '../write-review.js';

interface ReviewOptions extends TreeOptions {
  readonly format: ReviewFormat;
  readonly only?: readonly Change[];
  readonly minSeverity: Severity;
  readonly base?: string;
  readonly patch?: number;
}

const CHANGES: readonly Change[] = ['introduced', 'fixed', 'remaining'];
const HELP = `
The patches are put on the tree in memory, one after the other; nothing is written and nothing is sent.
Exit status: 0 nothing is introduced, 1 something is, 2 the input is wrong, or not all of it could be applied.

  b4 am -o- MESSAGE-ID | walkrace review -
  git format-patch -1 --stdout | walkrace review -
  walkrace review v3.mbox --format reply >reply.txt
  walkrace review HEAD~3.. --only introduced --format sarif`;

export function addReview(program: Command, ports: Ports): void {
  const command = program
    .command('review')
    .summary('what a patch introduces, fixes and leaves')
    .description(
      'Judges patches: a .patch or .diff, a mailbox with a series, a range of commits, or - for standard input.',
    )
    .argument('<patch>', 'a file, a commit or a range like HEAD~3.., or -')
    .addOption(formatOption(...REVIEW_FORMATS))
    .addOption(
      new Option('--only <change,...>', 'only these: introduced, fixed, remaining').argParser(
        (text: string, before) => changesOf(list(text, before as readonly string[] | undefined)),
      ),
    )
    .addOption(
      new Option('--min-severity <severity>', 'the least grave finding that makes the exit status 1')
        .choices(SEVERITIES)
        .default('warning'),
    )
    .option(
      '--base <commit>',
      'what the patches are put on; "tree": the files as they are. By default what base-commit: says',
    )
    .option('--patch <n>', 'with --format reply: the answer to this patch of the series only', count)
    .addHelpText('after', HELP);
  withTreeOptions(command).action(async (named: string, options: ReviewOptions) => {
    const { terminal, directory, end } = ports;
    const located = locate({
      paths: [],
      directory,
      ...(options.root === undefined ? {} : { root: options.root }),
    });
    const input = await readInput(named, {
      root: located.root,
      directory,
      ...(options.base === undefined ? {} : { base: options.base }),
    });
    const opened = await openLocated(located, options, terminal);
    const { session } = opened;
    const races = new Map<string, Trace>();
    const report = session.review(input, {
      cancellation: NEVER_CANCELLED,
      judged: await judgedInWorkers(input, opened, terminal),
      progress: (_done, _total, what) => terminal.progress(what),
      race: ({ id }, { scene, trace }) => scene && races.set(id, { ...scene, steps: trace }),
    });
    terminal.progress('');
    terminal.out(
      reviewWritten(report, options.format, {
        races,
        terminal,
        patches: input.series.patches,
        changes: options.only ?? (options.format === 'text' ? ['introduced', 'fixed'] : CHANGES),
        ...(options.patch === undefined ? {} : { patch: options.patch }),
      }),
    );
    end(statusOf(report, options.minSeverity));
  });
}

/** A patch of half a tree is shared among workers. */
async function judgedInWorkers(
  input: ReviewInput,
  { session, scan }: Opened,
  terminal: Terminal,
): Promise<readonly JudgedFiles[]> {
  const progress = (done: number, total: number): void =>
    terminal.progress(
      `${Math.floor((100 * done) / total)} % of ${plural(input.series.patches.length, 'patch', 'patches')}`,
    );
  return judgedOfTree(scan, { input, large: session.largePatches(input) }, { progress });
}

function changesOf(names: readonly string[]): readonly Change[] {
  return names.map((name) => {
    const found = CHANGES.find((each) => each === name);
    if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${CHANGES.join(', ')}`);
    return found;
  });
}

function statusOf({ findings, patches }: ReviewReport, severity: Severity): Status {
  const introduced = findings.filter(({ change }) => change === 'introduced');
  if (atLeast(introduced, severity).length > 0) return STATUS.found;
  const isWhole = patches.every(
    ({ files, defects }) =>
      defects.length === 0 &&
      files.every(
        ({ failed, problem }) =>
          failed.length === 0 && (problem === undefined || /a binary file$/.test(problem)),
      ),
  );
  return isWhole ? STATUS.clean : STATUS.usage;
}
