/** What lowering asks about names that the tables do not know. */
import type { SyntaxTree } from '../../syntax/tree.js';

/** What the file of a function says of the names in it, over what the tables know. */
export interface LocalNames {
  /**
   * A use of a macro (`args` as written; undefined: without brackets), written out as the only function of a text: its body returns
   * the value, or is the statements. Undefined for a name that stands for nothing which the tables know. The tree is there until
   * the function is lowered.
   */
  readonly writtenOut: (name: string, args: readonly string[] | undefined) => SyntaxTree | undefined;
}
