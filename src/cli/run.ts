/** From arguments to an exit status, and how errors are told. */
import { CommanderError } from 'commander';
import { RequestError } from '../core/session.js';
import { createCommandLine } from './command-line.js';
import type { Ports } from './ports.js';
import { STATUS, UsageError } from './status.js';
import type { Terminal } from './terminal.js';

/** Runs one command. Never throws for anything that a user can do; a bug of ours is told with its stack. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  directory = process.cwd(),
): Promise<number> {
  let status: number = STATUS.clean;
  const ports: Ports = { terminal, directory, end: (ended) => (status = ended) };
  const program = createCommandLine(ports);
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
