/** What a function and those that it calls do that matters to a walk. */
export interface Doings {
  /** It touches tables, or takes or lets go of a lock that some freer or walker knows. */
  readonly touches: boolean;
  /** Bit n: it enters state n of the CPU (leaves it), and nothing in it leaves it again (has entered it). */
  readonly enters: number;
  readonly leaves: number;
}
