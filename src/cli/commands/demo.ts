/** `walkrace demo`: the whole way through, on the sample tree that comes with the tool, or on a tree of yours. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SEVERITIES, type Finding, type ScanReport } from '../../core/report/report.js';
import { replayedWalk } from '../../core/report/words.js';
import type { Session } from '../../core/session.js';
import { readPage } from '../../host/assets.js';
import { standaloneHtml } from '../../webview/standalone.js';
import { openLocated } from '../open.js';
import { withTreeOptions, type TreeOptions } from '../options.js';
import type { Ports } from '../ports.js';
import { locate } from '../targets.js';
import type { Terminal } from '../terminal.js';
import { replayWritten } from '../write-replay.js';
import { scanWritten } from '../write-scan.js';
import { scanLocated } from './scan.js';

const SAMPLE = join(__dirname, '..', 'sample');

interface DemoOptions extends TreeOptions {
  readonly output: string;
}

export function addDemo(program: Command, { terminal, directory }: Ports): void {
  const command = program
    .command('demo')
    .summary('scan the sample tree, replay a race, write the trace as a page')
    .description(
      'Scans the sample tree (or the tree of --root), replays the gravest confirmed race, and writes its trace as one HTML file.',
    )
    .option('--output <file>', 'where the page goes', join('out', 'trace.html'));
  withTreeOptions(command).action(async (options: DemoOptions) => {
    const root = options.root ?? SAMPLE;
    const located = locate({ paths: [], root, directory });
    const opened = await openLocated(located, options, terminal);
    const { session } = opened;
    const report = await scanLocated(located, opened, { replay: true }, terminal);
    terminal.out(scanWritten(report, 'text', { session, terminal }));
    const gravest = gravestRace(report);
    if (gravest === undefined)
      return terminal.out('\nNo race is confirmed here: there is no trace to show.\n');
    showRace(gravest, session, resolve(directory, options.output), terminal);
  });
}

type Race = Finding & { readonly freer: NonNullable<Finding['freer']> };

/** Of the gravest confirmed ones, the one whose replay is the smallest: it is the easiest to read. */
function gravestRace({ findings }: ScanReport): Race | undefined {
  const confirmed = findings.flatMap((finding): readonly Race[] =>
    finding.verdict === 'confirmed' && finding.freer !== null ? [{ ...finding, freer: finding.freer }] : [],
  );
  const gravest = SEVERITIES.map((severity) => confirmed.filter((race) => race.severity === severity)).find(
    (races) => races.length > 0,
  );
  return gravest?.reduce((smallest, race) => (race.states < smallest.states ? race : smallest));
}

function showRace(finding: Race, session: Session, page: string, terminal: Terminal): void {
  const request = { ...replayedWalk(finding), freer: finding.freer, with: [] };
  const report = session.replay(request);
  const { bold } = terminal.colors;
  terminal.out(
    `\n${bold('The race, replayed')}\n${replayWritten(session, request, report, 'text', terminal)}`,
  );
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, standaloneHtml(report, readPage()));
  terminal.out(`\nThe same trace as a page, to step through in a browser: ${bold(page)}\n`);
}
