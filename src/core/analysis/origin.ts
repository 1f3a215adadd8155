/** Whose the address of a walk is. */

export type OriginKind =
  /** A loop over a range that belongs to nobody. */
  | 'sweep'
  /** An address that a user or a debugger gives. */
  | 'arbitrary'
  /** An address that the hardware reports: in use by the code that faulted, and looked at where no lock can be taken. */
  | 'faulting'
  /** An address that is its callers' business: the walk is all that the function does, and who owns the range may call it. */
  | 'callers'
  /** Wherever it is: a call on the way takes a lock that keeps the freer out, in some of its modes. */
  | 'assumed'
  /** The address of an object that something keeps. */
  | 'owned'
  /** The source does not tell; taken as owned, and said so. */
  | 'unknown';

export interface Origin {
  readonly kind: OriginKind;
  /** For people: "starts at PAGE_OFFSET", "page_address(page) is of a page that is held". */
  readonly text: string;
}

const ORDER: readonly OriginKind[] = [
  'arbitrary',
  'sweep',
  'faulting',
  'callers',
  'assumed',
  'owned',
  'unknown',
];

/** The one that makes the walk most dangerous. */
export function strongest(origins: readonly Origin[]): Origin | undefined {
  return [...origins].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0];
}
