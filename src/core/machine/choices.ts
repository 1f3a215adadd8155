/** An odometer over the choices of one step: the first run takes way 0 of each, `more` turns it on. */
export function createChoices(): {
  readonly pick: (ways: number) => number;
  readonly begin: () => void;
  readonly more: () => boolean;
  readonly taken: () => readonly number[];
} {
  const picked: number[] = [];
  const ways: number[] = [];
  let depth = 0;
  return {
    pick: (count) => {
      if (depth === picked.length) {
        picked.push(0);
        ways.push(count);
      }
      return picked[depth++] ?? 0;
    },
    taken: () => picked.slice(0, depth),
    begin: () => {
      picked.length = 0;
      ways.length = 0;
      depth = 0;
    },
    more: () => {
      picked.length = depth;
      ways.length = depth;
      depth = 0;
      for (let last = picked.length - 1; last >= 0; last--) {
        const next = (picked[last] ?? 0) + 1;
        if (next < (ways[last] ?? 0)) {
          picked[last] = next;
          return true;
        }
        picked.pop();
        ways.pop();
      }
      return false;
    },
  };
}
