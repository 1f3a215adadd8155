/** How far the index follows a name. */
export interface IndexBounds {
  /** A name that more files than this have is not followed into them, but for those beside its definition. */
  readonly filesOfName: number;
  /** Macros that call macros are followed this deep. */
  readonly macroDepth: number;
}

export const INDEX_BOUNDS: IndexBounds = { filesOfName: 150, macroDepth: 4 };
