/**
 * The functions of a file that was read. Of most, nobody asks for more than the name and the place: what the header and the body
 * say is read when it is first asked for.
 */
import { bodyFacts, type BodyFacts } from './bodies.js';
import { pairBrackets } from './brackets.js';
import { declarationsOf } from './declarations.js';
import { preprocess } from './directives.js';
import { marksOf, paramsOf } from './function-header.js';
import { guardsAt, type Guards } from './guards.js';
import type { CallFact, FunctionFacts, ReferenceFact, TableFacts } from './facts.js';
import { linesOf } from './lines.js';
import type { Source } from './source.js';
import { tokenize, type Names } from './tokens.js';

/** What the functions of a file have in common. Nothing here keeps the text in memory. */
export interface ReadFile {
  /** The text of the file; undefined when it is not to be had any more. */
  readonly again: () => string | undefined;
  readonly textLength: number;
  readonly guards: Guards;
  readonly names: Names;
  readonly isFunction: (name: string) => boolean;
  /** Told each time that somebody looks into a body. */
  readonly seen?: (name: string) => void;
}

/** What is known of a function without its text. */
export type FunctionPlace = Pick<
  FunctionFacts,
  'name' | 'macro' | 'isStatic' | 'line' | 'endLine' | 'start' | 'end'
> & {
  /** Offset and line of the first brace. */
  readonly open: number;
  readonly openLine: number;
};

type HeaderFacts = Pick<FunctionFacts, 'params' | 'annotations'>;

const NO_HEADER: HeaderFacts = { params: [], annotations: [] };
const NO_BODY: BodyFacts = { calls: [], references: [], tables: [] };

/** A class, for there are very many: getters of a literal are made anew for each. */
export class ReadFunction implements FunctionFacts {
  readonly name: string;
  declare readonly macro?: string;
  readonly isStatic: boolean;
  readonly line: number;
  readonly endLine: number;
  readonly start: number;
  readonly end: number;
  private readonly open: number;
  private readonly openLine: number;
  private conditions: readonly string[] | undefined = undefined;
  private header: HeaderFacts | undefined = undefined;
  private body: BodyFacts | undefined = undefined;

  constructor(
    place: FunctionPlace,
    private readonly file: ReadFile,
  ) {
    this.name = place.name;
    if (place.macro !== undefined) this.macro = place.macro;
    this.isStatic = place.isStatic;
    this.line = place.line;
    this.endLine = place.endLine;
    this.start = place.start;
    this.end = place.end;
    this.open = place.open;
    this.openLine = place.openLine;
  }

  get guards(): readonly string[] {
    return (this.conditions ??= guardsAt(this.file.guards, this.start));
  }

  get params(): readonly string[] {
    return this.readHeader().params;
  }

  get annotations(): readonly string[] {
    return this.readHeader().annotations;
  }

  get calls(): readonly CallFact[] {
    return this.readBody().calls;
  }

  get references(): readonly ReferenceFact[] {
    return this.readBody().references;
  }

  get tables(): readonly TableFacts[] {
    const { name, guards } = this;
    return this.readBody().tables.map((table) => ({ ...table, within: name, guards }));
  }

  private readHeader(): HeaderFacts {
    return (this.header ??= this.headerFacts());
  }

  private headerFacts(): HeaderFacts {
    const source = this.sourceAt(this.start, this.open + 1, this.line);
    if (source === undefined) return NO_HEADER;
    const declaration = declarationsOf(source).find(({ kind }) => kind === 'function');
    if (declaration?.kind !== 'function') return NO_HEADER;
    return { params: paramsOf(source, declaration), annotations: marksOf(source, declaration) };
  }

  private readBody(): BodyFacts {
    this.file.seen?.(this.name);
    return (this.body ??= this.bodyFacts());
  }

  private bodyFacts(): BodyFacts {
    const source = this.sourceAt(this.open, this.end, this.openLine);
    if (source === undefined) return NO_BODY;
    const { isFunction } = this.file;
    return bodyFacts(source, 0, source.tokens.count - 1, { params: this.params, isFunction });
  }

  /** A part of the text, of which the first line is known. A text of another length is another text: nothing is told of it. */
  private sourceAt(from: number, to: number, line: number): Source | undefined {
    const { again, textLength, guards, names } = this.file;
    const text = again();
    if (text?.length !== textLength) return undefined;
    const { tokens } = preprocess(tokenize(text, from, to), names);
    return { tokens, partner: pairBrackets(tokens), lines: linesOf(text, from, to, line), guards, names };
  }
}
