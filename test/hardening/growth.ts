/** How the time of a reader grows with its text. */

/** Characters of the shorter text; the longer one has four times as many. */
const LENGTH = 15_000;
/** What is done sooner is not told from noise. */
const NOISE_MS = 1_500;

async function timeOf(read: (text: string) => unknown, text: string): Promise<number> {
  const started = performance.now();
  await read(text);
  await read(`${text}\n`);
  return performance.now() - started;
}

/** How much longer four times the text takes; 0 when both are done at once. */
async function growth(read: (text: string) => unknown, head: string, piece: string): Promise<number> {
  const short = await timeOf(read, head + piece.repeat(LENGTH / piece.length));
  const long = await timeOf(read, head + piece.repeat((4 * LENGTH) / piece.length));
  return long > NOISE_MS ? long / short : 0;
}

/** In proportion it is 4; a square makes it 16. */
export const WILD = 9;

/** The least growth of three tries: a busy machine makes a short text slow, or a long one; not three times the same. */
export async function leastGrowth(
  read: (text: string) => unknown,
  head: string,
  piece: string,
): Promise<number> {
  let least = Infinity;
  for (let tries = 0; tries < 3 && least > WILD; tries += 1)
    least = Math.min(least, await growth(read, head, piece));
  return least;
}
