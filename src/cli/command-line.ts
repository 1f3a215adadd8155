/** The commands and their options: what `--help` prints, and docs/options.md says. */
import { Command } from 'commander';
import { addDemo } from './commands/demo.js';
import { addExplain } from './commands/explain.js';
import { addHelp } from './commands/help.js';
import { addLsp } from './commands/lsp.js';
import { addReplay } from './commands/replay.js';
import { addReview } from './commands/review.js';
import { addScan } from './commands/scan.js';
import type { Ports } from './ports.js';
import { VERSION } from './version.js';

const ENDS = `
Exit status: 0 nothing found (no race), 1 findings (a race), 2 the request or its input is wrong.
The answer goes to standard output, everything else to standard error.`;

/** Nothing runs before arguments are parsed. */
export function createCommandLine(ports: Ports): Command {
  const { terminal } = ports;
  const program = new Command('walkrace')
    .description('Finds Linux page-table walkers that race with a freer of the tables, and replays the race.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', ENDS)
    .showHelpAfterError('(walkrace --help tells more)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  for (const add of [addScan, addReplay, addReview, addExplain, addLsp, addDemo]) add(program, ports);
  addHelp(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
