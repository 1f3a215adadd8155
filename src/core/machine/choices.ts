/** An odometer over the choices of one step: the first run takes way 0 of each, `more` turns it on. */
export function createChoices(): {
  readonly pick: (ways: number) => number;
  readonly begin: () => void;
  readonly more: () => boolean;
  readonly taken: () => readonly number[];
} {
  const picked: number[] = [];
  const ways: number[] = [];
  /** Choices that are decided, and those of them that this run has met. The lists are used again: this is run very often. */
  let decided = 0;
  let depth = 0;
  return {
    pick: (count) => {
      if (depth === decided) {
        picked[depth] = 0;
        ways[depth] = count;
        decided++;
      }
      return picked[depth++] ?? 0;
    },
    taken: () => picked.slice(0, depth),
    begin: () => {
      decided = 0;
      depth = 0;
    },
    more: () => {
      decided = depth;
      depth = 0;
      for (; decided > 0; decided--) {
        const next = (picked[decided - 1] ?? 0) + 1;
        if (next < (ways[decided - 1] ?? 0)) {
          picked[decided - 1] = next;
          return true;
        }
      }
      return false;
    },
  };
}
