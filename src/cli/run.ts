/** From arguments to an exit status: the commands, their options, and how errors are told. */
import { Command, CommanderError } from 'commander';
import { RequestError } from '../core/session.js';
import { addDemo } from './commands/demo.js';
import { addExplain } from './commands/explain.js';
import { addLsp } from './commands/lsp.js';
import { addReplay } from './commands/replay.js';
import { addReview } from './commands/review.js';
import { addScan } from './commands/scan.js';
import type { Ports } from './ports.js';
import { STATUS, UsageError } from './status.js';
import type { Terminal } from './terminal.js';
import { VERSION } from './version.js';

const ENDS = `
Exit status: 0 nothing found (no race), 1 findings (a race), 2 the request or its input is wrong.
The answer goes to standard output, everything else to standard error.`;

/** Runs one command. Never throws for anything that a user can do; a bug of ours is told with its stack. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  directory = process.cwd(),
): Promise<number> {
  let status: number = STATUS.clean;
  const ports: Ports = { terminal, directory, end: (ended) => (status = ended) };
  const program = new Command('walkrace')
    .description('Finds Linux page-table walkers that race with a freer of the tables, and replays the race.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', ENDS)
    .showHelpAfterError('(walkrace --help tells more)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  for (const add of [addScan, addReplay, addReview, addExplain, addLsp, addDemo]) add(program, ports);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return STATUS.usage;
    }
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    terminal.progress('');
    return told(error, terminal);
  }
  return status;
}

/** Says what went wrong, where commander has not said it already. */
function told(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.clean : STATUS.usage;
  const isExpected = error instanceof UsageError || error instanceof RequestError;
  const text =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  terminal.note(isExpected ? `walkrace: ${text}` : `walkrace: this is a bug of walkrace: ${text}`);
  return STATUS.usage;
}
