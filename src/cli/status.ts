/** How a command ends: the contract's exit statuses, and errors that are the user's to mend. */

export const STATUS = {
  /** Nothing found, no race. */
  clean: 0,
  /** Findings, a race. */
  found: 1,
  /** The request was wrong, or its input can't be read. */
  usage: 2,
} as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

/** What was asked for can't be done; the message is for people, and says what to do. */
export class UsageError extends Error {}
