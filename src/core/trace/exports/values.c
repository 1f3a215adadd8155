/*
 * The values of the machine, in C, written from docs/race-language.md and not from the machine's own code: the
 * Promela and C exports carry this, so that a second implementation computes every expression.
 *
 * An int is itself; all else is at VTAG and above: unknown, the entries none/leaf/bad, pointers that lead nowhere,
 * tables (by page), symbols (by number), pointers (page and index).
 */
#define VTAG 0x40000000
#define V_UNKNOWN (VTAG + 0)
#define V_NONE (VTAG + 1)
#define V_LEAF (VTAG + 2)
#define V_BAD (VTAG + 3)
#define V_THROUGH_NONE (VTAG + 4)
#define V_THROUGH_LEAF (VTAG + 5)
#define V_THROUGH_BAD (VTAG + 6)
#define V_TABLE(p) (VTAG + 0x100 + (p))
#define V_SYMBOL(s) (VTAG + 0x1000 + (s))
#define V_ANY 63
#define V_BEFORE 62
#define V_FAR 61

static int v_is_int(int v) { return v < VTAG; }
static int v_is_table(int v) { return v >= VTAG + 0x100 && v < VTAG + 0x1000; }
static int v_is_symbol(int v) { return v >= VTAG + 0x1000 && v < VTAG + 0x8000; }
static int v_is_pointer(int v) { return v >= VTAG + 0x8000; }
static int v_is_nowhere(int v) { return v >= V_THROUGH_NONE && v <= V_THROUGH_BAD; }
static int v_is_entry(int v) { return (v >= V_NONE && v <= V_BAD) || v_is_table(v); }
/* The index -1, of a pointer before the first entry, is kept as V_BEFORE. */
static int v_at(int page, int index) { return VTAG + 0x8000 + page * 64 + (index == -1 ? V_BEFORE : index); }
static int v_page(int v)
{
	if (v_is_table(v))
		return v - VTAG - 0x100;
	return v_is_pointer(v) ? (v - VTAG - 0x8000) / 64 : -1;
}
static int v_index(int v)
{
	int index = (v - VTAG - 0x8000) % 64;

	return index == V_BEFORE ? -1 : index;
}

static int v_int(long long n) { return n > -0x20000000LL && n < 0x20000000LL ? (int)n : V_UNKNOWN; }
/* What a register keeps between two steps: integers in a small range only, and that a pointer is past the end, not how far. */
static int v_keep(int v, const int *length)
{
	if (v_is_int(v))
		return v < -4096 || v > 12287 ? V_UNKNOWN : v;
	if (v_is_pointer(v) && v_index(v) < V_FAR && v_index(v) > length[v_page(v)])
		return v_at(v_page(v), V_FAR);
	return v;
}
static int v_zero(int v) { return v == V_NONE ? 0 : v; }

static int v_entry(int byte)
{
	switch (byte) {
	case 0: return V_NONE;
	case 1: return V_LEAF;
	case 2: return V_BAD;
	case 3: return V_UNKNOWN;
	default: return V_TABLE(byte - 4);
	}
}
static int v_byte(int v)
{
	if (v_zero(v) == 0)
		return 0;
	if (v == V_LEAF)
		return 1;
	if (v == V_BAD)
		return 2;
	return v_is_table(v) ? 4 + v_page(v) : 3;
}

/* 0, 1, or 2 when the model does not know. */
static int v_truth(int v) { return v == V_UNKNOWN ? 2 : v_zero(v) != 0; }
/* What a pointer leads to: 0 a page, 1..3 nothing (through none, leaf, bad), 4 the model does not know. */
static int v_leads(int v) { return v_page(v) >= 0 ? 0 : v_is_nowhere(v) ? 1 + v - V_THROUGH_NONE : 4; }
static int v_not(int v) { return v_truth(v) == 2 ? V_UNKNOWN : !v_truth(v); }
static int v_neg(int v) { v = v_zero(v); return v_is_int(v) ? -v : V_UNKNOWN; }
static int v_inv(int v) { v = v_zero(v); return v_is_int(v) ? v_int(~(long long)v) : V_UNKNOWN; }

static int v_move(int v, int by)
{
	int to;

	if (v_is_nowhere(v))
		return v;
	if (v_index(v) == V_ANY || !v_is_int(by) || (v_index(v) == V_FAR && by < 0))
		return v_at(v_page(v), V_ANY);
	to = v_index(v) + by;
	if (to < -1)
		return V_UNKNOWN;
	return v_at(v_page(v), to > V_FAR ? V_FAR : to);
}
static int v_element(int page, int index)
{
	index = v_zero(index);
	if (!v_is_int(index) || index < 0)
		return v_at(page, V_ANY);
	return v_at(page, index > V_FAR ? V_FAR : index);
}
static int v_descend(int v, int index)
{
	v = v_zero(v);
	if (v_is_table(v))
		return v_element(v_page(v), index);
	if (v == 0)
		return V_THROUGH_NONE;
	if (v == V_LEAF)
		return V_THROUGH_LEAF;
	if (v == V_BAD)
		return V_THROUGH_BAD;
	return v_is_pointer(v) || v_is_nowhere(v) ? v_move(v, index) : V_UNKNOWN;
}
static int v_pointer(int v)
{
	if (v_is_int(v))
		return V_THROUGH_NONE;
	return v_is_entry(v) ? v_descend(v, 0) : v;
}

/* test: n(one) p(resent) l(eaf) t(able) b(ad: no table) */
static int v_test(char test, int v)
{
	if (v == 0)
		v = V_NONE;
	if (!v_is_entry(v))
		return V_UNKNOWN;
	switch (test) {
	case 'n': return v == V_NONE;
	case 'p': return v != V_NONE;
	case 'l': return v == V_LEAF;
	case 't': return v_is_table(v);
	default: return !v_is_table(v);
	}
}

/* Of two pointers into one page: is it known where they are to each other? Not when both are past its end. */
static int v_apart(int a, int b)
{
	if (v_index(a) == V_ANY || v_index(b) == V_ANY)
		return 0;
	return v_index(a) != V_FAR || v_index(b) != V_FAR;
}
static int v_eq(int a, int b)
{
	a = v_zero(a);
	b = v_zero(b);
	if (a == V_UNKNOWN || b == V_UNKNOWN)
		return V_UNKNOWN;
	if (v_is_int(a) && v_is_int(b))
		return a == b;
	if (v_is_int(a) || v_is_int(b))
		return (v_is_int(a) ? a : b) == 0 ? 0 : V_UNKNOWN;
	if (v_is_pointer(a) && v_is_pointer(b) && v_page(a) == v_page(b) && !v_apart(a, b))
		return V_UNKNOWN;
	if (a == b)
		return 1;
	if ((v_is_pointer(a) || v_is_nowhere(a)) && (v_is_pointer(b) || v_is_nowhere(b)))
		return 0;
	if (v_is_entry(a) && v_is_entry(b))
		return 0;
	return v_is_symbol(a) && v_is_symbol(b) ? 0 : V_UNKNOWN;
}
static int v_ne(int a, int b) { return v_not(v_eq(a, b)); }
static int v_lt(int a, int b)
{
	a = v_zero(a);
	b = v_zero(b);
	if (v_is_int(a) && v_is_int(b))
		return a < b;
	if (!v_is_pointer(a) || !v_is_pointer(b) || v_page(a) != v_page(b))
		return V_UNKNOWN;
	return v_apart(a, b) ? v_index(a) < v_index(b) : V_UNKNOWN;
}
static int v_gt(int a, int b) { return v_lt(b, a); }
static int v_le(int a, int b) { return v_not(v_lt(b, a)); }
static int v_ge(int a, int b) { return v_not(v_lt(a, b)); }

static int v_add(int a, int b)
{
	int left, right;

	a = v_zero(a);
	b = v_zero(b);
	if (v_is_int(a) && v_is_int(b))
		return v_int((long long)a + b);
	left = v_is_pointer(a) || v_is_nowhere(a);
	right = v_is_pointer(b) || v_is_nowhere(b);
	if (left == right)
		return V_UNKNOWN;
	return left ? v_move(a, b) : v_move(b, a);
}
static int v_sub(int a, int b)
{
	a = v_zero(a);
	b = v_zero(b);
	if (v_is_int(a) && v_is_int(b))
		return v_int((long long)a - b);
	if (!v_is_pointer(a) && !v_is_nowhere(a))
		return V_UNKNOWN;
	if (!v_is_pointer(b) && !v_is_nowhere(b))
		return v_move(a, v_is_int(b) ? -b : V_UNKNOWN);
	if (!v_is_pointer(a) || !v_is_pointer(b) || v_page(a) != v_page(b))
		return V_UNKNOWN;
	if (v_index(a) >= V_FAR || v_index(b) >= V_FAR)
		return V_UNKNOWN;
	return v_index(a) - v_index(b);
}
static int v_arith(char op, int a, int b)
{
	a = v_zero(a);
	b = v_zero(b);
	if (op == '&' && (a == 0 || b == 0))
		return 0;
	if (!v_is_int(a) || !v_is_int(b))
		return V_UNKNOWN;
	switch (op) {
	case '*': return v_int((long long)a * b);
	case '/': return b == 0 ? V_UNKNOWN : a / b;
	case '%': return b == 0 ? V_UNKNOWN : a % b;
	case '&': return v_int(a & b);
	case '|': return v_int(a | b);
	case '^': return v_int(a ^ b);
	case 'l': return b < 0 || b > 28 ? V_UNKNOWN : v_int((long long)a * (1LL << b));
	case 'r': return a < 0 || b < 0 || b > 28 ? V_UNKNOWN : a >> b;
	default: return V_UNKNOWN;
	}
}
