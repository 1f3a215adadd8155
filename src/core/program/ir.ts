/**
 * The one program (IR) that the analysis interprets abstractly and the machine concretely.
 *
 * A C function is lowered once into a {@link FunctionProgram}: a control-flow graph of steps. Linking inlines the calls of
 * a walk from one root into a {@link ThreadProgram} (no `call`, `return` or `assert_held` step left, every lock and page
 * named), which is what runs in the machine and what a `.race` file writes down. Both use the same {@link Step}s.
 *
 * Control flow is explicit: a step names its successors by index; `END` (-1) leaves the program. A `nop` that leads to itself
 * is a path that is given up there, with all that it holds: BUG(), panic(), a table that would have to be allocated.
 */

/** Levels of a page table, from the root down. */
export const LEVELS = ['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const;
export type Level = (typeof LEVELS)[number];

/** Levels of what a step can read or write: page tables, the section table and the memmap (pfn walks). */
export type TableLevel = Level | 'section' | 'memmap';

/** Index of a step that does not exist: the program ends there. */
export const END = -1;

/** A stretch of source text. Lines and columns count from 1; columns are UTF-16 units; the end is exclusive. */
export interface Place {
  /** Path relative to the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** They begin at the same character. */
export const isSamePlace = (
  one: Pick<Place, 'file' | 'line' | 'column'>,
  other: Pick<Place, 'file' | 'line' | 'column'>,
): boolean => one.line === other.line && one.column === other.column && one.file === other.file;

/** A variable, named by its access path in C: `pmdp`, `walk->action`, `st.range`. Linking prefixes it with its frame. */
export type Var = string;

export type BinaryOperator =
  '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>' | '<' | '<=' | '>' | '>=' | '==' | '!=';

/** What a test asks of an entry's value. `present` is "not none" (pXd_present), `table` is "points to a table". */
export type EntryTest = 'none' | 'table' | 'leaf' | 'bad' | 'present';

/**
 * Expressions have no side effect and never touch a page: everything that reads memory is a step.
 *
 * Values are: an integer in the tiny geometry (addresses, indexes, flags; NULL is 0), an entry value (none, leaf, bad, or
 * the table it points to), a pointer to an entry (page and index), a symbol (the address of a global), or unknown.
 */
export type Expr =
  | { readonly kind: 'int'; readonly value: number }
  /** The address of a global object or function (`init_mm`, `ptdump_ops`, `note_page`), or an enumerator (`ACTION_AGAIN`); equal by name only. */
  | { readonly kind: 'symbol'; readonly name: string }
  /**
   * Data that the model does not have; `text` is the C text. A branch on it goes both ways. `container`: it is the object of which
   * a pointer has a member (container_of()), which linking finds where it knows whose member that is.
   */
  | {
      readonly kind: 'unknown';
      readonly text: string;
      readonly container?: { readonly pointer: Var; readonly member: string };
    }
  | { readonly kind: 'var'; readonly name: Var }
  /** The address of a local object, `&st`: an access path, so that a callee's `st->range` is the caller's `st.range`. */
  | { readonly kind: 'address'; readonly of: Var }
  /** A constant entry value. */
  | { readonly kind: 'entry'; readonly value: 'none' | 'leaf' | 'bad' }
  /** A constant entry value that points to the named page. */
  | { readonly kind: 'table'; readonly page: string }
  /** A constant of the tiny geometry: `PAGE_SIZE`, `PMD_SHIFT`, `PTRS_PER_PTE`, ... (kernel/geometry.ts gives the values). */
  | { readonly kind: 'geometry'; readonly name: string }
  /** pgd_offset(mm, address): pointer to the top-level entry. Linking replaces it by an `element`. */
  | { readonly kind: 'root'; readonly mm: Expr; readonly index: Expr }
  /** Pointer to a named page's entry. */
  | { readonly kind: 'element'; readonly page: string; readonly index: Expr }
  /** Pointer into the table that an entry's value points to. Faults are found when the pointer is used, not here. */
  | { readonly kind: 'descend'; readonly entry: Expr; readonly level: Level; readonly index: Expr }
  /** Index that an address has at a level: pmd_index(address). */
  | { readonly kind: 'index'; readonly level: Level; readonly address: Expr }
  /** Test of an entry's value; 1 or 0. `level` is the level of the entry (a folded level is never none). */
  | { readonly kind: 'is'; readonly test: EntryTest; readonly level: Level; readonly operand: Expr }
  | { readonly kind: 'not'; readonly operand: Expr }
  | { readonly kind: 'negate'; readonly operand: Expr }
  | { readonly kind: 'complement'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr };

export type LockMode = 'read' | 'write';

/**
 * A lock: its class (a row of kernel/protections.ts) and the object that it belongs to, where there are several.
 * `instance` absent: there is only one (mem_hotplug_lock). After linking, `name` says which lock of the scenario it is.
 */
export interface LockRef {
  readonly class: string;
  readonly instance?: Expr;
  readonly name?: string;
  /** A lock that no row knows, and that is spun for: what is called while it is held must not sleep. */
  readonly spins?: true;
}

/** How a load reads the entry: `once` is READ_ONCE() and the like; `plain` may be repeated by the compiler. */
export type Access = 'once' | 'plain';

/** Why a load is there: to look at the entry, or because a descent (pmd_offset(pudp, ..)) reads the parent entry again. */
export type LoadUse = 'entry' | 'descent';

export interface CallOp {
  readonly op: 'call';
  readonly dst?: Var;
  /** A symbol, or an expression that names a function pointer. */
  readonly callee: Expr;
  readonly args: readonly Expr[];
  /** C text of each argument. */
  readonly argTexts: readonly string[];
}

export type Op =
  // memory
  | {
      readonly op: 'load';
      readonly dst: Var;
      readonly from: Expr;
      /** Level of the entry that is read. */
      readonly level: TableLevel;
      readonly access: Access;
      readonly use: LoadUse;
    }
  | { readonly op: 'store'; readonly to: Expr; readonly value: Expr; readonly level: TableLevel }
  | {
      readonly op: 'exchange';
      readonly dst: Var;
      readonly to: Expr;
      readonly value: Expr;
      readonly level: TableLevel;
    }
  // life of a page; the operand is an entry value or a pointer into the page
  | { readonly op: 'alloc'; readonly dst: Var; readonly level: TableLevel }
  | { readonly op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove'; readonly page: Expr }
  /** Somebody else takes any freed page. */
  | { readonly op: 'reuse' }
  // local: not visible to other threads
  | { readonly op: 'let'; readonly dst: Var; readonly value: Expr }
  | { readonly op: 'branch'; readonly condition: Expr; readonly then: number; readonly else: number }
  /** A choice that the model does not decide; the reason is the assumption `assumption` of the program. */
  | {
      readonly op: 'choose';
      readonly targets: readonly number[];
      readonly assumption: number;
      /** The call of which these are the outcomes, and `next` what is behind it: linking follows it where it can. */
      readonly standsFor?: CallOp;
    }
  | { readonly op: 'nop' }
  // calls: none left after linking
  | CallOp
  | { readonly op: 'return'; readonly value?: Expr }
  // synchronisation
  | { readonly op: 'lock' | 'unlock'; readonly lock: LockRef; readonly mode: LockMode }
  /** `dst` becomes 1 when the lock was taken, else 0; lowering translates each API's own convention. */
  | { readonly op: 'trylock'; readonly dst: Var; readonly lock: LockRef; readonly mode: LockMode }
  /** write -> read without letting go. */
  | { readonly op: 'downgrade'; readonly lock: LockRef }
  /** A precondition on the callers (lockdep_assert_held, mmap_assert_locked): no effect in the machine. */
  | { readonly op: 'assert_held'; readonly lock: LockRef; readonly mode: LockMode | 'any' }
  | {
      readonly op:
        | 'rcu_read_lock'
        | 'rcu_read_unlock'
        | 'synchronize_rcu'
        | 'irq_off'
        | 'irq_on'
        | 'preempt_off'
        | 'preempt_on'
        | 'flush'
        | 'ipi_sync'
        | 'stop_machine'
        | 'end_stop_machine'
        | 'sleep';
    }
  // report
  | { readonly op: 'note'; readonly what: string };

export type OpName = Op['op'];

/** What touches tables and pages. */
export const MEMORY_OPS = [
  'load',
  'store',
  'exchange',
  'alloc',
  'free',
  'free_rcu',
  'poison',
  'offline',
  'remove',
  'reuse',
] as const satisfies readonly OpName[];

export type Step = Op & {
  /** Successor; ignored by branch, return, and a choice that stands for no call. */
  readonly next: number;
  /** Where the step comes from; absent for a step of the model itself. */
  readonly at?: Place;
  /** Short C text of the step, for people. */
  readonly text: string;
  /** The C function that the step is in. Set by linking. */
  readonly in?: string;
};

/** Why an answer may not be the last word. Listed with every verdict, in this order. */
export const ASSUMPTION_KINDS = [
  'not-modelled',
  'unknown-call',
  'function-pointer',
  'recursion',
  'caller-locks',
  'owner',
  'address',
  'both-branches',
  'plain-reread',
  'alias',
  'memory-model',
] as const;
export type AssumptionKind = (typeof ASSUMPTION_KINDS)[number];

export interface Assumption {
  readonly kind: AssumptionKind;
  /** A sentence for people: "both branches of arch/arm/mm/dump.c:304 (SECTION_SIZE < PMD_SIZE) are taken". */
  readonly text: string;
  readonly at?: Place;
}

export interface Param {
  readonly name: Var;
  /** C type as written, white space folded: `pmd_t *`, `unsigned long`, `struct mm_walk *`. */
  readonly type: string;
}

/** One C function, lowered. Step 0 is the entry. */
export interface FunctionProgram {
  readonly name: string;
  readonly file: string;
  readonly at: Place;
  readonly params: readonly Param[];
  readonly steps: readonly Step[];
  readonly assumptions: readonly Assumption[];
}

/** What runs on one CPU of the machine: linked, no calls. Step 0 is the entry. */
export interface ThreadProgram {
  readonly steps: readonly Step[];
  readonly assumptions: readonly Assumption[];
}
