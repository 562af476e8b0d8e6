/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "duplicates.h"
#include "codes.h"

#include <string.h>

void
tabella_strike_list_free (TabellaStrikeList *l)
{
  g_clear_pointer (&l->links, g_array_unref);
  g_clear_pointer (&l->incidents, g_ptr_array_unref);
  g_free (l);
}

/* What matters of the terminals. */
typedef struct {
  gboolean revoked[65536], combined[65536];
} Terminals;

static Terminals *
terminals_new (const TabellaEvidence *e)
{
  Terminals *all = g_new0 (Terminals, 1);

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    TabellaTerminalStatus status;

    tabella_evidence_status (e, t, &status);
    all->revoked[t->index] = status.revoked;
    all->combined[t->index] = status.role == TABELLA_ROLE_COMBINED;
  }
  return all;
}

/* The first step of section 8.3: who is in states 1, 2 or on paper and does not leave unopened. */
static gboolean
takes_part (const Terminals *all, const TabellaOpened *o)
{
  if (o->record.kind == TABELLA_CHECKIN_PAPER)
    return TRUE;
  if (o->record.state == TABELLA_CHECKIN_VOTED)
    return !all->revoked[o->terminal];
  return o->record.state == TABELLA_CHECKIN_GIVEN && !all->combined[o->terminal];
}

static void
lot (const guint8 he[32], const TabellaOpened *o, guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_LOT);
  tabella_hash_put (&h, o->record.p, sizeof o->record.p);
  tabella_hash_u16 (&h, o->terminal);
  tabella_hash_u8 (&h, o->record.kind);
  tabella_hash_finish (&h, out);
}

static int
compare_opened (const TabellaOpened *a, const TabellaOpened *b)
{
  int order = memcmp (a->record.p, b->record.p, sizeof a->record.p);

  if (order != 0)
    return order;
  if (a->terminal != b->terminal)
    return a->terminal < b->terminal ? -1 : 1;
  return (int)a->record.kind - (int)b->record.kind;
}

static int
compare_indexes (gconstpointer a, gconstpointer b, gpointer data)
{
  const GArray *opened = data;

  return compare_opened (&g_array_index (opened, TabellaOpened, *(const guint *)a),
                         &g_array_index (opened, TabellaOpened, *(const guint *)b));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;

  return x < y ? -1 : x > y;
}

/* All that take part, persons together. */
static GArray *
sort_participants (const Terminals *all, GArray *opened)
{
  GArray *indexes = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < opened->len; i++)
    if (takes_part (all, &g_array_index (opened, TabellaOpened, i)))
      g_array_append_val (indexes, i);
  g_array_sort_with_data (indexes, compare_indexes, opened);
  return indexes;
}

static gboolean
is_undecided (const TabellaEvidence *e, const TabellaOpened *o)
{
  return o->record.kind == TABELLA_CHECKIN_PROVISIONAL &&
         tabella_evidence_decision (e, o->terminal, o->record.p) == NULL;
}

GArray *
tabella_undecided (const TabellaEvidence *e, GArray *opened)
{
  g_autofree Terminals *all = terminals_new (e);
  GArray *undecided = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < opened->len; i++) {
    const TabellaOpened *o = &g_array_index (opened, TabellaOpened, i);

    if (takes_part (all, o) && is_undecided (e, o))
      g_array_append_val (undecided, i);
  }
  return undecided;
}

typedef struct {
  const TabellaEvidence *e;
  GArray *opened;
  TabellaStrikeList *list;
} Rule;

static const TabellaOpened *
opened_at (const Rule *r, guint i)
{
  return &g_array_index (r->opened, TabellaOpened, i);
}

static void
strike (Rule *r, guint i)
{
  const TabellaOpened *o = opened_at (r, i);

  if (tabella_link_is_zero (o->record.link)) {
    g_autofree char *where = tabella_terminal_words (r->e, o->terminal);

    g_ptr_array_add (r->list->incidents,
                     g_strdup_printf ("%s: a check-in would be struck but has no link", where));
    return;
  }
  g_array_append_val (r->list->links, i);
}

/* Where an electronic check-in stands before the lot: kind 1 before others, unlinked first. */
static guint
rank (const Rule *r, const TabellaOpened *o)
{
  if (r->e->manifest->election->policies.rule != TABELLA_RULE_ASSIGNED_THEN_LOT)
    return 0;
  if (o->record.kind != TABELLA_CHECKIN_ROLL)
    return 2;
  return tabella_link_is_zero (o->record.link) ? 0 : 1;
}

static gboolean
stands_before (const Rule *r, const TabellaOpened *a, const TabellaOpened *b)
{
  guint rank_a = rank (r, a), rank_b = rank (r, b);
  guint8 lot_a[32], lot_b[32];

  if (rank_a != rank_b)
    return rank_a < rank_b;
  lot (r->e->ctx->he, a, lot_a);
  lot (r->e->ctx->he, b, lot_b);
  return memcmp (lot_a, lot_b, sizeof lot_a) < 0;
}

/* The published rule over the electronic check-ins of one person. */
static void
apply_rule (Rule *r, GArray *rest)
{
  guint first = 0;

  if (rest->len < 2)
    return;
  for (guint i = 1; i < rest->len; i++)
    if (stands_before (r, opened_at (r, g_array_index (rest, guint, i)),
                       opened_at (r, g_array_index (rest, guint, first))))
      first = i;
  for (guint i = 0; i < rest->len; i++)
    if (i != first || r->e->manifest->election->policies.rule == TABELLA_RULE_STRIKE_ALL)
      strike (r, g_array_index (rest, guint, i));
}

/* One person: rejected provisionals, paper, then the rule. */
static void
judge (Rule *r, const guint *group, guint n)
{
  g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (guint));
  guint paper = 0;

  if (n > 1)
    r->list->counts.groups++;
  for (guint i = 0; i < n; i++) {
    const TabellaOpened *o = opened_at (r, group[i]);
    const TabellaDecision *d;

    if (o->record.kind == TABELLA_CHECKIN_PAPER) {
      paper++;
      continue;
    }
    d = o->record.kind == TABELLA_CHECKIN_PROVISIONAL
            ? tabella_evidence_decision (r->e, o->terminal, o->record.p)
            : NULL;
    if (d != NULL && !d->accepted) {
      r->list->counts.rejected_provisionals++;
      strike (r, group[i]);
    } else {
      g_array_append_val (rest, group[i]);
    }
  }
  if (paper < n)
    r->list->counts.paper += paper;
  if (paper > 0 && r->e->manifest->election->policies.paper_prevails)
    for (guint i = 0; i < rest->len; i++)
      strike (r, g_array_index (rest, guint, i));
  else
    apply_rule (r, rest);
}

static gboolean
check_decided (const TabellaEvidence *e, GArray *opened, GError **error)
{
  g_autoptr (GArray) undecided = tabella_undecided (e, opened);
  g_autofree char *ref = NULL;
  const TabellaOpened *first;

  if (undecided->len == 0)
    return TRUE;
  first = &g_array_index (opened, TabellaOpened, g_array_index (undecided, guint, 0));
  ref = tabella_provisional_ref (first->terminal, first->record.p);
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
               "%u provisional ballots have no decision yet, the first is %s: `tabella decide "
               "--provisional %s --accept` or `--reject`",
               undecided->len, ref, ref);
  return FALSE;
}

TabellaStrikeList *
tabella_duplicates (const TabellaEvidence *e, GArray *opened, GError **error)
{
  g_autoptr (TabellaStrikeList) list = g_new0 (TabellaStrikeList, 1);
  g_autofree Terminals *all = NULL;
  g_autoptr (GArray) indexes = NULL;
  Rule r = { e, opened, list };

  list->links = g_array_new (FALSE, FALSE, sizeof (guint));
  list->incidents = g_ptr_array_new_with_free_func (g_free);
  if (!check_decided (e, opened, error))
    return NULL;
  all = terminals_new (e);
  indexes = sort_participants (all, opened);
  for (guint i = 0, n; i < indexes->len; i += n) {
    const guint *group = &g_array_index (indexes, guint, i);

    for (n = 1; i + n < indexes->len && memcmp (opened_at (&r, group[n])->record.p,
                                                opened_at (&r, group[0])->record.p, 32) == 0;)
      n++;
    judge (&r, group, n);
  }
  g_array_sort (list->links, compare_numbers);
  list->counts.struck_links = list->links->len;
  return g_steal_pointer (&list);
}

char *
tabella_provisional_ref (guint16 terminal, const guint8 p[32])
{
  g_autofree char *code = tabella_short_code (p);

  return g_strdup_printf ("%u:%s", terminal, code);
}

gboolean
tabella_provisional_find (GArray *opened, const char *ref, guint *index, GError **error)
{
  for (guint i = 0; i < opened->len; i++) {
    const TabellaOpened *o = &g_array_index (opened, TabellaOpened, i);
    g_autofree char *own = NULL;

    if (o->record.kind != TABELLA_CHECKIN_PROVISIONAL)
      continue;
    own = tabella_provisional_ref (o->terminal, o->record.p);
    if (g_ascii_strcasecmp (own, ref) == 0) {
      *index = i;
      return TRUE;
    }
  }
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
               "no provisional ballot %s: `tabella status` lists those without a decision", ref);
  return FALSE;
}
