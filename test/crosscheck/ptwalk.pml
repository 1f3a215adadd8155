/*
 * Hand-written Promela model: a kernel page-table walker against a freer.
 * One file, variants chosen with -D:
 *
 *  WALKER   W_ARM64_2019   arch/arm64/mm/dump.c (v5.2): check READ_ONCE(*pmdp), then pte_offset_kernel(pmdp) READS IT AGAIN
 *           W_VALUE        walker that descends through the value it checked (single fetch)
 *           W_GUP          irq-off / single fetch (mm/gup.c:gup_fast_pte_range shape)
 *  PROT     P_NONE P_MEMS(get_online_mems) P_RCU P_MMAPW(mmap_write_lock(&init_mm)) P_MMAPR P_IRQ  (may be combined)
 *           P_MEMS_IN_RCU  rcu_read_lock(); get_online_mems(): sleep in atomic
 *  FREER    F_HR_ARM64     arch/arm64/mm/mmu.c unmap_hotplug_range(); free_empty_tables()     clear -> flush -> free
 *           F_HR_X86       arch/x86/mm/init_64.c remove_pagetable(): free_pagetable -> spin_lock -> pmd_clear ... flush last
 *           F_VMAP_OLD     mm/vmalloc.c vmap_try_huge_pmd + pmd_free_pte_page without a lock (before the fix)
 *           F_VMAP_NEW     same, under mmap_read_trylock(&init_mm)  (6.1.192 !arm64, 6.12.117)
 *           F_RCU          mm/khugepaged.c:retract_page_tables + pte_free_defer: clear, flush, call_rcu(free)
 *  ARCH     X86_IPI        TLB flush waits for every other CPU to take the IPI (irqs on); else broadcast (arm64 TLBI)
 *
 * Written by hand in ordinary Promela control flow, apart from the exporter: test/crosscheck/ptwalk.test.ts compares the kinds.
 * Each kind is printed when it is met first (numbers as in exports/promela.ts: 1 use after free, 2 reused page, 3 through
 * none, 4 through a leaf, 6 sleep in atomic).
 */
#define ENT  2
#define ROOT 0
#define PMD  1
#define PTE0 2
#define PTE1 3
#define NF   4
#define NONE 0
#define LEAF 100
#define GARB 200

#define LIVE   0
#define FREED  1
#define REUSED 2

#define UAF    1
#define REUSE  2
#define NULLD  3
#define LEAFD  4
#define ATOMIC 6
#define HIT(k)  dead = 1; met = k; c_code { meet(now.met); }; goto halted

c_decl {
static int seen[16];
static void meet(int kind) { if (!seen[kind]) { seen[kind] = 1; printf("kind %d\n", kind); } }
}

byte met;
byte fs[NF];
byte ent[8];
byte mems_r, mmap_r; bit mems_w, mmap_w, mems_pend;
bit  ptl;
byte rcu_nest; bit irq_off;
bit  gp_wait, gp_started, gp_done;
bit  w_end, f_end;
bit  dead;

inline chk(f) {
	if
	:: fs[f] == FREED  -> HIT(UAF)
	:: fs[f] == REUSED -> HIT(REUSE)
	:: else -> skip
	fi
}
/* one visible step: dereference table page f, entry i */
inline load(v, f, i) {
	atomic { chk(f); v = ent[(f)*ENT + (i)] }
}
inline totable(f) {     /* the value is used as a table pointer */
	if
	:: f == NONE -> HIT(NULLD)
	:: f >= LEAF -> HIT(LEAFD)
	:: else -> skip
	fi
}
inline flush() {
#ifdef X86_IPI
	(!irq_off || dead)
#else
	skip
#endif
}
inline rcu_quiesce() { if :: rcu_nest == 0 && !irq_off -> gp_wait = 0 :: else -> skip fi }

proctype walker() {
	byte i, j, k, pudv, pmdv, ptev, pmdt, ptet;

#ifdef P_MEMS_IN_RCU
	rcu_nest++;
	atomic { if :: rcu_nest > 0 -> HIT(ATOMIC) :: else -> skip fi }
#endif
#ifdef P_MEMS
	atomic { !mems_w && !mems_pend -> mems_r++ }
#endif
#ifdef P_MMAPW
	atomic { !mmap_w && mmap_r == 0 -> mmap_w = 1 }
#endif
#ifdef P_MMAPR
	atomic { !mmap_w -> mmap_r++ }
#endif
#ifdef P_RCU
	rcu_nest++;
#endif
#ifdef P_IRQ
	irq_off = 1;
#endif
	i = 0;
	do
	:: i < ENT ->
		load(pudv, ROOT, i);
		if
		:: pudv == NONE || pudv >= LEAF -> skip		/* note_page() */
		:: else ->
#ifdef W_ARM64_2019
			load(pmdt, ROOT, i);			/* pmd_offset(pudp): READ_ONCE(*pudp) */
#else
			pmdt = pudv;
#endif
			atomic { totable(pmdt) };
			j = 0;
			do
			:: j < ENT ->
				load(pmdv, pmdt, j);
				if
				:: pmdv == NONE || pmdv >= LEAF -> skip
				:: else ->
#ifdef W_ARM64_2019
					load(ptet, pmdt, j);	/* pte_offset_kernel(pmdp): READ_ONCE(*pmdp) */
#else
					ptet = pmdv;
#endif
					atomic { totable(ptet) };
					k = 0;
					do
					:: k < ENT -> load(ptev, ptet, k); k++
					:: else -> break
					od
				fi;
				j++
			:: else -> break
			od
		fi;
		i++
	:: else -> break
	od;
#ifdef P_IRQ
	atomic { irq_off = 0; rcu_quiesce() };
#endif
#ifdef P_RCU
	atomic { rcu_nest--; rcu_quiesce() };
#endif
#ifdef P_MMAPR
	mmap_r--;
#endif
#ifdef P_MMAPW
	mmap_w = 0;
#endif
#ifdef P_MEMS
	mems_r--;
#endif
halted:
	skip
}

inline clear(f, i) { ent[(f)*ENT + (i)] = NONE }

proctype freer() {
	byte i;
#if defined(F_HR_ARM64) || defined(F_HR_X86)
	/* mm/memory_hotplug.c:try_remove_memory(): mem_hotplug_begin() = percpu_down_write() */
	mems_pend = 1;
	atomic { (mems_r == 0 || dead) -> mems_w = 1 };
#endif
#ifdef F_HR_ARM64
	/* unmap_hotplug_pte_range(): pte_clear() for each pte of each table */
	i = 0; do :: i < ENT -> clear(PTE0, i); i++ :: else -> break od;
	i = 0; do :: i < ENT -> clear(PTE1, i); i++ :: else -> break od;
	flush();                                /* flush_tlb_kernel_range() */
	clear(PMD, 0); flush(); fs[PTE0] = FREED;  /* free_empty_pte_table() */
	clear(PMD, 1); flush(); fs[PTE1] = FREED;
	clear(ROOT, 0); flush(); fs[PMD] = FREED;  /* free_empty_pmd_table() */
#endif
#ifdef F_HR_X86
	i = 0; do :: i < ENT -> atomic { (ptl == 0 || dead) -> ptl = 1 }; clear(PTE0, i); ptl = 0; i++ :: else -> break od;
	flush();                                /* remove_pte_table(): flush_tlb_all() */
	fs[PTE0] = FREED;                       /* free_pte_table(): free_pagetable() FIRST */
	atomic { (ptl == 0 || dead) -> ptl = 1 }; clear(PMD, 0); ptl = 0;
	i = 0; do :: i < ENT -> atomic { (ptl == 0 || dead) -> ptl = 1 }; clear(PTE1, i); ptl = 0; i++ :: else -> break od;
	flush();
	fs[PTE1] = FREED;
	atomic { (ptl == 0 || dead) -> ptl = 1 }; clear(PMD, 1); ptl = 0;
	fs[PMD] = FREED;                        /* free_pmd_table() */
	atomic { (ptl == 0 || dead) -> ptl = 1 }; clear(ROOT, 0); ptl = 0;
	flush();                                /* remove_pagetable(): flush_tlb_all() */
#endif
#if defined(F_HR_ARM64) || defined(F_HR_X86)
	atomic { mems_w = 0; mems_pend = 0 };   /* mem_hotplug_done() */
#endif
#ifdef F_VMAP_NEW
	if
	:: atomic { !mmap_w -> mmap_r++ }
	:: atomic { mmap_w -> goto fdone }      /* mmap_read_trylock() failed: fall back to ptes */
	fi;
#endif
#if defined(F_VMAP_OLD) || defined(F_VMAP_NEW)
	clear(PMD, 0);                          /* pmd_free_pte_page(): pmd_clear */
	flush();                                /* flush_tlb_kernel_range / __flush_tlb_kernel_pgtable */
	fs[PTE0] = FREED;                       /* free_page(pte) */
	ent[PMD*ENT+0] = LEAF;                  /* pmd_set_huge */
#endif
#ifdef F_VMAP_NEW
	mmap_r--;
#endif
#ifdef F_RCU
	atomic { (ptl == 0 || dead) -> ptl = 1 };
	clear(PMD, 0); flush();                 /* pmdp_collapse_flush() */
	ptl = 0;
	atomic { gp_wait = (rcu_nest > 0 || irq_off); gp_started = 1 };   /* call_rcu(pte_free_now) */
#endif
fdone:
	skip
}

#ifdef F_RCU
proctype rcu_softirq() {
end_gp:	atomic { gp_started && (!gp_wait || dead) -> fs[PTE0] = FREED }
}
#endif

/* the rest of the kernel may take a freed page at any moment */
proctype allocator() {
end:	do
	:: atomic { fs[PTE0] == FREED -> fs[PTE0] = REUSED }
	:: atomic { fs[PTE1] == FREED -> fs[PTE1] = REUSED }
	:: atomic { fs[PMD]  == FREED -> fs[PMD]  = REUSED }
	od
}

init {
	atomic {
		ent[ROOT*ENT+0] = PMD;
		ent[PMD*ENT+0] = PTE0; ent[PMD*ENT+1] = PTE1;
		ent[PTE0*ENT+0] = LEAF; ent[PTE0*ENT+1] = LEAF;
		ent[PTE1*ENT+0] = LEAF; ent[PTE1*ENT+1] = LEAF;
		run walker(); run freer(); run allocator();
#ifdef F_RCU
		run rcu_softirq();
#endif
	}
}
