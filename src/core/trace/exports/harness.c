/*
 * Runs the lanes one step at a time: whoever has the baton takes a step. The order is SCHEDULE; after it, or without
 * one, chance by the seed in argv[1]. Locks, RCU and interrupts are counters here (the baton orders everything);
 * the pages are real memory, so that AddressSanitizer sees every use of one that was freed.
 *
 * Exit: 0 all lanes ended, 3 deadlock, 40 and up a bug that is no access (40 + its number), else the sanitizer's.
 */
enum { DONE, STAYS, BLOCKED };
enum { LIVE, FREED, REUSED, POISONED, OFFLINE, REMOVED, SPARE };

static pthread_mutex_t baton = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t passed = PTHREAD_COND_INITIALIZER;
static int turn = -1, position, picked, holding[LANES], finished[LANES], refused[LANES];
static unsigned int seed;

static int writer[LOCKS + 1], reads[LOCKS + 1][LANES];
static int rcu[LANES], irq[LANES], preempt[LANES], wait_for[LANES], pending[LANES], waits_irq[LANES], in_line[LANES];
static int stopper = -1, callback[PAGES + 1], state[PAGES + 1];
static int *mem[PAGES + 1];
static volatile int nowhere;

static void fail(const char *kind, int code, const char *file, int line)
{
	fprintf(stderr, "BUG: %s at %s:%d\n", kind, file, line);
	fflush(stderr);
	_exit(code);
}
#define FAIL(kind, code) fail(kind, code, __FILE__, __LINE__)

static int unfinished(void)
{
	int lane;

	for (lane = 0; lane < LANES; lane++)
		if (!finished[lane] && !RESTS[lane])
			return 1;
	return 0;
}

/* Whose step is next. */
static void next_turn(void)
{
	int lane, tries, open = 0;

	while (position < SCHEDULED) {
		lane = SCHEDULE[position].lane;
		if (!finished[lane]) {
			turn = lane;
			picked = 0;
			return;
		}
		position++;
	}
	for (lane = 0; lane < LANES; lane++)
		if (!finished[lane] && !refused[lane])
			open++;
	if (open == 0) {
		if (!unfinished())
			exit(0);
		fprintf(stderr, "BUG: deadlock\n");
		_exit(3);
	}
	tries = (int)((seed = seed * 1103515245u + 12345u) >> 16) % open;
	for (lane = 0; lane < LANES; lane++)
		if (!finished[lane] && !refused[lane] && tries-- == 0)
			turn = lane;
}

static void finish(int t, int result)
{
	int lane;

	holding[t] = 0;
	if (result == BLOCKED)
		refused[t] = 1;
	else
		for (lane = 0; lane < LANES; lane++)
			refused[lane] = 0;
	if (position < SCHEDULED)
		position++;
	next_turn();
	pthread_cond_broadcast(&passed);
}

/* Hands the baton over, if it is held, and waits for it. */
static void begin(int t)
{
	if (holding[t])
		finish(t, DONE);
	while (turn != t)
		pthread_cond_wait(&passed, &baton);
	holding[t] = 1;
}

static int pick(int ways)
{
	if (position < SCHEDULED && picked < 8)
		return SCHEDULE[position].picks[picked++] % ways;
	return (int)((seed = seed * 1103515245u + 12345u) >> 16) % ways;
}

static int is_reader(int t) { return rcu[t] > 0 || (RCU_WAITS && (irq[t] > 0 || preempt[t] > 0)); }
static int is_atomic(int t) { return rcu[t] > 0 || irq[t] > 0 || preempt[t] > 0 || stopper == t; }
static int sleeps(int kind) { return kind == RWSEM || kind == PERCPU || kind == MUTEX; }
static int spins(int kind) { return kind == SPINLOCK || kind == RWLOCK; }
static int shared(int kind) { return kind == RWSEM || kind == PERCPU || kind == RWLOCK; }

static int readers_of(int lock)
{
	int t, sum = 0;

	for (t = 0; t < LANES; t++)
		sum += reads[lock][t];
	return sum;
}
static int other_waits(int lock, int t)
{
	int other;

	for (other = 0; other < LANES; other++)
		if (other != t && in_line[other] == lock + 1)
			return 1;
	return 0;
}
/* all but t: a callback waits for its caller, too */
#define ALL -1
static int grace(int t)
{
	int other, mask = 0;

	for (other = 0; other < LANES; other++)
		if (other != t && is_reader(other))
			mask |= 1 << other;
	return mask;
}
static int irqs_off(int t)
{
	int other, mask = 0;

	for (other = 0; other < LANES; other++)
		if (other != t && irq[other] > 0)
			mask |= 1 << other;
	return mask;
}
static void quiesce(int t)
{
	int other, page;

	for (other = 0; other < LANES; other++)
		if (pending[other] && (waits_irq[other] ? irq[t] == 0 : !is_reader(t)))
			wait_for[other] &= ~(1 << t);
	for (page = 0; page < PAGES; page++)
		if (callback[page] && !is_reader(t))
			callback[page] &= ~(1 << t);
}
static int stopped_by_other(int t) { return stopper >= 0 && stopper != t; }

static void take(int t, int lock, int read)
{
	if (read)
		reads[lock][t]++;
	else
		writer[lock] = t + 1;
	if (spins(LOCK_KIND[lock]))
		preempt[t]++;
}
static int may_enter(int t, int lock, int read)
{
	if (writer[lock])
		return 0;
	return read ? !other_waits(lock, t) : readers_of(lock) == 0;
}
#define SLEEP_CHECK(t) do { if (is_atomic(t)) FAIL("sleep-in-atomic", 40); } while (0)
#define LOCK(t, lock, read) lock_step(t, lock, read, __FILE__, __LINE__)
static int lock_step(int t, int lock, int want_read, const char *file, int line)
{
	int kind = LOCK_KIND[lock], read = want_read && shared(kind);

	if (stopped_by_other(t))
		return BLOCKED;
	if (sleeps(kind) && is_atomic(t))
		fail("sleep-in-atomic", 40, file, line);
	if (pending[t] && wait_for[t])
		return BLOCKED;
	if (!read && kind == PERCPU && !pending[t] && !in_line[t] && grace(t) && pick(2) == 0) {
		pending[t] = 1;
		waits_irq[t] = 0;
		wait_for[t] = grace(t);
		return STAYS;
	}
	if (may_enter(t, lock, read)) {
		pending[t] = in_line[t] = 0;
		take(t, lock, read);
		return DONE;
	}
	if (read || in_line[t] || !shared(kind))
		return BLOCKED;
	pending[t] = 0;
	in_line[t] = lock + 1;
	return STAYS;
}
static int try_step(int t, int lock, int want_read, int *got)
{
	int read = want_read && shared(LOCK_KIND[lock]);

	if (stopped_by_other(t))
		return BLOCKED;
	*got = may_enter(t, lock, read) && !other_waits(lock, t);
	if (*got)
		take(t, lock, read);
	return DONE;
}
#define UNLOCK(t, lock, read) unlock_step(t, lock, read, __FILE__, __LINE__)
static int unlock_step(int t, int lock, int want_read, const char *file, int line)
{
	int read = want_read && shared(LOCK_KIND[lock]);

	if (stopped_by_other(t))
		return BLOCKED;
	if (read ? reads[lock][t] == 0 : writer[lock] != t + 1)
		fail("double-unlock", 41, file, line);
	if (read)
		reads[lock][t]--;
	else
		writer[lock] = 0;
	if (spins(LOCK_KIND[lock]))
		preempt[t]--;
	quiesce(t);
	return DONE;
}
static int wait_step(int t, int mask, int for_irq)
{
	if (stopped_by_other(t))
		return BLOCKED;
	if (pending[t]) {
		if (wait_for[t])
			return BLOCKED;
		pending[t] = 0;
		return DONE;
	}
	if (!mask)
		return DONE;
	pending[t] = 1;
	waits_irq[t] = for_irq;
	wait_for[t] = mask;
	return STAYS;
}
static int stop_step(int t)
{
	int other;

	if (stopper >= 0)
		return BLOCKED;
	for (other = 0; other < LANES; other++)
		if (other != t && (irq[other] > 0 || preempt[other] > 0))
			return BLOCKED;
	stopper = t;
	return DONE;
}
static int holds_anything(int t)
{
	int lock;

	for (lock = 0; lock < LOCKS; lock++)
		if (writer[lock] == t + 1 || reads[lock][t])
			return 1;
	return rcu[t] || irq[t] || preempt[t] || stopper == t;
}

static int *fresh(int page)
{
	int i, *entries = malloc(sizeof(int) * (LENGTH[page] ? LENGTH[page] : 1));

	for (i = 0; i < LENGTH[page]; i++)
		entries[i] = v_entry(INITIAL[FIRST[page] + i]);
	return entries;
}
/* Where a pointer leads: an entry, an address that is no memory, or a cell of which nothing is known. */
static int *address(int pointer)
{
	int page, index;

	pointer = v_pointer(pointer);
	switch (v_leads(pointer)) {
	case 1: return (int *)0;
	case 2: return (int *)0x1000;
	case 3: return (int *)0x2000;
	case 4: return (int *)&nowhere;
	}
	page = v_page(pointer);
	index = v_index(pointer);
	if (state[page] == OFFLINE || state[page] == REMOVED)
		return (int *)0x3000;
	if (index == V_ANY)
		index = LENGTH[page] ? (state[page] == LIVE ? pick(LENGTH[page]) : 0) : V_ANY;
	if ((index < 0 || index >= LENGTH[page]) && state[page] == LIVE)
		return (int *)&nowhere;
	return &mem[page][index >= 0 && index < LENGTH[page] ? index : 0];
}
static int reuse_step(int t)
{
	int page, count = 0, which;

	if (stopped_by_other(t))
		return BLOCKED;
	for (page = 0; page < PAGES; page++)
		count += state[page] == FREED;
	if (count == 0)
		return BLOCKED;
	which = pick(count);
	for (page = 0; page < PAGES; page++)
		if (state[page] == FREED && which-- == 0)
			state[page] = REUSED;
	return DONE;
}
