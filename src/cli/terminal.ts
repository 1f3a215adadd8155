/** Where a command writes. A test passes one that keeps the text. */
import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

export interface Terminal {
  /** Standard output: the answer, and nothing else. */
  out(text: string): void;
  /** Standard error: messages, one line each. */
  note(text: string): void;
  /** Shows how far the work is, over the last such line; nothing where nobody watches. Empty text clears it. */
  progress(text: string): void;
  /** Columns of the answer's reader. */
  readonly width: number;
  readonly isColored: boolean;
  readonly colors: Colors;
}

const WIDTH_OF_A_FILE = 120;
const SHOWN_EVERY_MS = 80;

/** Standard output and error of this process. Colours and progress only for a terminal; NO_COLOR and FORCE_COLOR are heard. */
export function processTerminal({ stdout, stderr, env } = process): Terminal {
  const isColored = wantsColor(env, stdout.isTTY);
  let shownAt = 0;
  const clear = (): void => {
    if (shownAt > 0) stderr.write('\r\u001b[K');
    shownAt = 0;
  };
  return {
    out: (text) => {
      clear();
      stdout.write(text);
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!stderr.isTTY) return;
      if (text === '') return clear();
      if (Date.now() - shownAt < SHOWN_EVERY_MS) return;
      shownAt = Date.now();
      stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, stderr.columns - 1))}`);
    },
    width: stdout.isTTY ? stdout.columns : WIDTH_OF_A_FILE,
    isColored,
    colors: createColors(isColored),
  };
}

/** https://no-color.org: any value that is not empty. FORCE_COLOR (but 0) wins over a pipe. */
function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean | undefined): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0';
  // A pipe has no isTTY at all.
  return isTerminal === true && env['TERM'] !== 'dumb';
}
