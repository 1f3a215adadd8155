/** What `scan` and `replay` answer; the JSON of the command line is these objects. Contract: docs/json.md. */
import type { Assumption } from '../program/ir.js';
import type { FreerId, Range } from '../kernel/types.js';
import type { ViolationKind } from '../machine/scenario.js';
import type { Scene, TraceStep } from '../trace/trace.js';

/** Gravest first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Verdict = 'confirmed' | 'refuted' | 'unknown' | 'not-replayable' | 'not-run';
export type Tables = 'kernel' | 'user' | 'either' | 'pfn';

/**
 * What the analysis says of a walk, as the weakest of its chains has it. `reported`: a finding; `latent`: no architecture that it
 * runs on has the freer; `owned`: somebody keeps the range, or is taken to; `context`: it runs when no freer does; `protected`: what
 * is held keeps the freers out; `unjudged`: no rule is about such a walk.
 */
export type WalkJudgement = 'reported' | 'latent' | 'owned' | 'context' | 'protected' | 'unjudged';

/** One hop of a call chain, the root first; `held` is what is held where the hop calls the next one. */
export interface ChainHop {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly held: readonly string[];
}

export interface WalkerReport {
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly tables: Tables;
  readonly ranges: readonly Range[];
  readonly judgement: WalkJudgement;
  /** Why it is judged so, where that is not told by a finding or by what the chains hold; what was assumed is told here. */
  readonly reason: string;
  readonly roots: readonly { readonly chain: readonly ChainHop[] }[];
}

/** A place that helps to understand a finding, with a sentence about it. */
export interface RelatedPlace {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Where the missing lock should go: the fewest places that protect the most of the unprotected roots. */
export interface Placement {
  /** As in C: `get_online_mems()`. */
  readonly take: string;
  /** Unprotected ways to the walk, from roots down. */
  readonly roots: number;
  /** The one that protects most first; empty: nowhere. */
  readonly places: readonly {
    readonly function: string;
    readonly file: string;
    readonly line: number;
    /** So many of the roots come through it. */
    readonly protects: number;
  }[];
  /** Roots that no place protects, and why not. */
  readonly left: readonly {
    readonly function: string;
    readonly file: string;
    readonly line: number;
    readonly reason: string;
  }[];
  /** There are more ways to the walk than were looked at. */
  readonly isPartial: boolean;
}

export interface Finding {
  /** Stable across runs and unrelated edits: rule, file, function, freer and the walk's text, hashed. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** Architectures that support the freer; those that do not (yet). */
  readonly live: readonly string[];
  readonly latent: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly function: string;
  /** One sentence: walker, level, freer, missing protection. */
  readonly message: string;
  readonly freer: FreerId | null;
  readonly held: readonly string[];
  readonly missing: readonly string[];
  readonly chain: readonly ChainHop[];
  readonly verdict: Verdict;
  readonly consequence: ViolationKind | null;
  readonly states: number;
  /** Why this severity and verdict; empty when there is nothing to say. */
  readonly reason: string;
  /** Where the freer frees, and a walk of the kind that is protected. Absent: none is known. */
  readonly related?: readonly RelatedPlace[];
  /** Absent: information, or no lock of the whole kernel is missing. */
  readonly placement?: Placement;
}

/** A finding that a comment in the source allows. */
export interface SuppressedFinding extends Finding {
  /** The reason that the comment gives. */
  readonly justification: string;
  /** Line of the comment. */
  readonly allowedAt: number;
}

export interface ScanStats {
  readonly files: number;
  readonly bytes: number;
  readonly walkers: number;
  /** How many walkers there are of each judgement; they add up to `walkers`. */
  readonly judgements: Readonly<Record<WalkJudgement, number>>;
  readonly functions: number;
  readonly parseFailures: number;
  readonly ms: number;
}

/** A file that was left: looking at it took more than a file is given. */
export interface GivenUp {
  readonly file: string;
  readonly reason: string;
}

export interface ScanReport {
  readonly version: 1;
  readonly tool: string;
  readonly root: string;
  /** The kernel that the sources are taken to be of, where no tree is around them that says it: `the newest kernel`. */
  readonly judgedAs?: string;
  readonly stats: ScanStats;
  readonly walkers: readonly WalkerReport[];
  readonly findings: readonly Finding[];
  /** What `walkrace: allow` comments keep out of `findings`. Absent: nothing. */
  readonly suppressed?: readonly SuppressedFinding[];
  /** Files that met the limit of time or memory: nothing is known of their walkers. Absent: none. */
  readonly givenUp?: readonly GivenUp[];
}

/** The trace of a kind that is not the gravest: as `trace` and, where it differs, `scene` of the report. */
export interface OtherTrace extends Pick<Scene, 'headline' | 'minimal' | 'pages'> {
  readonly kind: ViolationKind;
  readonly trace: readonly TraceStep[];
}

export interface ReplayReport {
  readonly version: 1;
  readonly tool: string;
  readonly walker: { readonly file: string; readonly function: string; readonly line: number };
  /** A freer that `walkrace explain` knows; of a `.race` file, the lane that frees. */
  readonly freer: string;
  /** Protections added by `--with`, as written. */
  readonly protections: readonly string[];
  /** Protections left out by `--without`, as `walkrace explain` knows them. Absent: none. */
  readonly without?: readonly string[];
  /** `--owns-range`: it is taken that the caller owns what is walked. */
  readonly ownsRange?: true;
  readonly verdict: Exclude<Verdict, 'not-run'>;
  readonly consequence: ViolationKind | null;
  /** All kinds found, gravest first. */
  readonly kinds: readonly ViolationKind[];
  readonly bounds: {
    readonly entries: number;
    readonly levels: readonly string[];
    readonly maxStates: number;
    readonly maxMs: number;
  };
  readonly states: number;
  readonly ms: number;
  readonly assumptions: readonly Assumption[];
  /** Steps of the shortest trace of the headline kind; empty when there is none. */
  readonly trace: readonly TraceStep[];
  /** What the steps run on: pages, locks, threads, the headline. Null when the walk is not replayable. */
  readonly scene: Scene | null;
  /** The trace of each kind but the first, in the order of `kinds`. Absent: there is none. */
  readonly others?: readonly OtherTrace[];
  /** Why there is no verdict, or what to know of it. */
  readonly reason: string;
}
