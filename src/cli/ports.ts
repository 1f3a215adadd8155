/** What the commands share. */
import type { Status } from './status.js';
import type { Terminal } from './terminal.js';

/** What a command is given, beside its own options. */
export interface Ports {
  readonly terminal: Terminal;
  readonly directory: string;
  /** The command says how it ended. */
  readonly end: (status: Status) => void;
}
