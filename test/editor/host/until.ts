/** Waiting, always with a time limit and with what was seen last in the error. */

export interface Patience {
  readonly ms?: number;
  readonly every?: number;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The first answer of `ask` that is not undefined. An answer that throws counts as not yet. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  patience: Patience = {},
): Promise<T> {
  const { ms = 20_000, every = 100 } = patience;
  const limit = Date.now() + ms;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= limit) {
      const seen = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`waited ${ms} ms in vain for ${what}${seen}`);
    }
    await sleep(every);
  }
}
