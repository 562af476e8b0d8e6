/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is struck: the three rules over check-ins written out by hand. */
#include "duplicates.h"
#include "fixture.h"

#include <string.h>

/* Terminals 1 to 4 are combined, 5 is a desk, 6 and 7 are booths. */
#define DESK 5

typedef struct {
  guint16 terminal;
  guint8 person, kind, state;
  gboolean linked;
} Row;

/* R, W, P, paper in a state; linked unless it says otherwise. */
#define ROLL(t, p)                                                                                 \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED, TRUE                                        \
  }
#define UNLINKED(t, p)                                                                             \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED, FALSE                                       \
  }
#define WALKIN(t, p)                                                                               \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, TRUE                                      \
  }
#define PROVISIONAL(t, p)                                                                          \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_PROVISIONAL, TABELLA_CHECKIN_VOTED, TRUE                                 \
  }
#define PAPER(t, p)                                                                                \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_PAPER, TABELLA_CHECKIN_NONE, FALSE                                       \
  }
#define GIVEN(t, p)                                                                                \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_GIVEN, TRUE                                        \
  }
#define LEFT(t, p)                                                                                 \
  {                                                                                                \
    t, p, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_LEFT, TRUE                                         \
  }

static TabellaFixture *fixture;

static GArray *
rows (const Row *list, guint n, gboolean backwards)
{
  GArray *opened = g_array_new (FALSE, TRUE, sizeof (TabellaOpened));

  for (guint i = 0; i < n; i++) {
    const Row *r = &list[backwards ? n - 1 - i : i];
    TabellaOpened o = { .terminal = r->terminal };

    memset (o.record.p, r->person, sizeof o.record.p);
    o.record.kind = r->kind;
    o.record.state = r->state;
    if (r->linked)
      memset (o.record.link, 0x77, sizeof o.record.link);
    g_array_append_val (opened, o);
  }
  return opened;
}

static TabellaEvidence *
evidence (TabellaRule rule, gboolean paper_prevails)
{
  g_autoptr (GError) error = NULL;
  TabellaEvidence *e = tabella_evidence_new (fixture->folder, &error);

  g_assert_no_error (error);
  e->manifest->election->policies.rule = rule;
  e->manifest->election->policies.paper_prevails = paper_prevails;
  return e;
}

static void
decide (TabellaEvidence *e, guint16 terminal, guint8 person, gboolean accepted)
{
  TabellaDecision d = { .terminal = terminal, .accepted = accepted, .reason = g_strdup ("test") };

  memset (d.p, person, sizeof d.p);
  g_array_append_val (e->decisions, d);
}

static void
amend_revoked (TabellaEvidence *e, guint16 terminal)
{
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);

  a->number = (guint16)(e->amendments->len + 1);
  a->kind = TABELLA_AMEND_REVOKED;
  a->target = terminal;
  g_ptr_array_add (e->amendments, a);
}

/* Expects exactly the rows @struck (a string of their places, "" for none), whichever way they
 * come. */
static TabellaDuplicateCounts
expect (TabellaEvidence *e, const Row *list, guint n, const char *struck, guint incidents)
{
  TabellaDuplicateCounts counts = { 0 };

  for (guint backwards = 0; backwards < 2; backwards++) {
    g_autoptr (GArray) opened = rows (list, n, backwards);
    g_autoptr (GError) error = NULL;
    g_autoptr (TabellaStrikeList) l = tabella_duplicates (e, opened, &error);
    g_autoptr (GString) found = g_string_new (NULL);

    g_assert_no_error (error);
    for (guint i = 0; i < n; i++) {
      guint place = backwards ? n - 1 - i : i;

      for (guint j = 0; j < l->links->len; j++)
        if (g_array_index (l->links, guint, j) == place)
          g_string_append_c (found, (char)('0' + i));
    }
    g_assert_cmpstr (found->str, ==, struck);
    g_assert_cmpuint (l->counts.struck_links, ==, strlen (struck));
    g_assert_cmpuint (l->incidents->len, ==, incidents);
    counts = l->counts;
  }
  return counts;
}

#define EXPECT(e, list, struck) expect (e, list, G_N_ELEMENTS (list), struck, 0)

/* The lot by the page's own words, to know who must win. */
static guint
lot_winner (const Row *list, const guint *places, guint n)
{
  guint8 lowest[32] = { 0 };
  guint winner = 0;

  for (guint i = 0; i < n; i++) {
    const Row *r = &list[places[i]];
    guint8 message[1 + 32 + 2 + 1], digest[32];

    message[0] = 0x41;
    memset (message + 1, r->person, 32);
    message[33] = (guint8)r->terminal;
    message[34] = (guint8)(r->terminal >> 8);
    message[35] = r->kind;
    g_assert_cmpint (
        crypto_generichash (digest, 32, message, sizeof message, fixture->manifest->he, 32), ==, 0);
    if (i == 0 || memcmp (digest, lowest, 32) < 0) {
      memcpy (lowest, digest, 32);
      winner = places[i];
    }
  }
  return winner;
}

/* All of @places but the lot's winner, as expect() spells it. */
static char *
losers (const Row *list, const guint *places, guint n)
{
  guint winner = lot_winner (list, places, n);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (places[i] != winner)
      g_string_append_c (out, (char)('0' + places[i]));
  return g_string_free (out, FALSE);
}

static void
test_nobody (void)
{
  static const Row list[] = { ROLL (1, 1), ROLL (2, 2), WALKIN (3, 3), PAPER (4, 4),
                              GIVEN (DESK, 5) };

  for (guint rule = TABELLA_RULE_ASSIGNED_THEN_LOT; rule <= TABELLA_RULE_STRIKE_ALL; rule++) {
    g_autoptr (TabellaEvidence) e = evidence ((TabellaRule)rule, TRUE);
    TabellaDuplicateCounts c = EXPECT (e, list, "");

    g_assert_cmpuint (c.groups, ==, 0);
    g_assert_cmpuint (c.paper, ==, 0);
  }
}

static void
test_strike_all (void)
{
  static const Row list[] = { ROLL (1, 1),      ROLL (2, 1),   ROLL (3, 2),
                              WALKIN (DESK, 1), WALKIN (1, 3), ROLL (4, 3) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_STRIKE_ALL, FALSE);

  g_assert_cmpuint (EXPECT (e, list, "01345").groups, ==, 2);
}

static void
test_lot (void)
{
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_LOT, FALSE);
  static const guint all[] = { 0, 1, 2 };
  guint winners = 0;

  /* Over several persons the lot must not always fall on one place. */
  for (guint8 person = 1; person <= 16; person++) {
    const Row list[] = { ROLL (1, person), WALKIN (2, person), ROLL (4, person) };
    g_autofree char *struck = losers (list, all, 3);

    EXPECT (e, list, struck);
    winners |= 1u << lot_winner (list, all, 3);
  }
  g_assert_cmpuint (winners, ==, 7);
}

/* The kind enters the lot: a walk-in and a provisional of one person at one terminal differ. */
static void
test_lot_kind (void)
{
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_LOT, FALSE);
  static const guint all[] = { 0, 1 };
  guint winners = 0;

  for (guint8 person = 1; person <= 16; person++)
    decide (e, 2, person, TRUE);
  for (guint8 person = 1; person <= 16; person++) {
    const Row list[] = { WALKIN (2, person), PROVISIONAL (2, person) };
    g_autofree char *struck = losers (list, all, 2);

    EXPECT (e, list, struck);
    winners |= 1u << lot_winner (list, all, 2);
  }
  g_assert_cmpuint (winners, ==, 3);
}

static void
test_assigned (void)
{
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_ASSIGNED_THEN_LOT, FALSE);

  decide (e, 4, 9, TRUE);
  for (guint8 person = 1; person <= 8; person++) {
    /* Unlinked first, whatever the lot says. */
    const Row unlinked[] = { WALKIN (2, person), ROLL (3, person), UNLINKED (1, person) };
    /* Kind 1 before a walk-in. */
    const Row rolled[] = { WALKIN (2, person), ROLL (3, person) };
    /* Two linked of kind 1 (a spare took over): by lot, and the walk-in goes anyway. */
    const Row both[] = { ROLL (1, person), ROLL (3, person), WALKIN (4, person) };
    static const guint first[] = { 0, 1 };
    g_autofree char *loser = losers (both, first, 2);
    g_autofree char *struck = g_strconcat (loser, "2", NULL);

    EXPECT (e, unlinked, "01");
    EXPECT (e, rolled, "0");
    EXPECT (e, both, struck);
  }
  {
    static const Row provisional[] = { PROVISIONAL (4, 9), UNLINKED (1, 9) };

    EXPECT (e, provisional, "0");
  }
}

/* Two unlinked records of one person cannot both be right: one stands, the other can only be named.
 */
static void
test_two_unlinked (void)
{
  static const Row list[] = { UNLINKED (1, 1), UNLINKED (2, 1), WALKIN (3, 1) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_ASSIGNED_THEN_LOT, FALSE);

  expect (e, list, G_N_ELEMENTS (list), "2", 1);
}

static void
test_paper_yields (void)
{
  static const Row one[] = { ROLL (1, 1), PAPER (2, 1) };
  static const Row two[] = { ROLL (1, 1), PAPER (2, 1), WALKIN (3, 1), PAPER (4, 1) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_STRIKE_ALL, FALSE);
  TabellaDuplicateCounts c = EXPECT (e, one, "");

  g_assert_cmpuint (c.groups, ==, 1);
  g_assert_cmpuint (c.paper, ==, 1);
  c = EXPECT (e, two, "02");
  g_assert_cmpuint (c.paper, ==, 2);
}

static void
test_paper_prevails (void)
{
  static const Row list[] = { ROLL (1, 1), PAPER (2, 1), WALKIN (3, 1), ROLL (1, 2),
                              WALKIN (3, 2) };

  for (guint rule = TABELLA_RULE_LOT; rule <= TABELLA_RULE_STRIKE_ALL; rule++) {
    g_autoptr (TabellaEvidence) e = evidence ((TabellaRule)rule, TRUE);
    static const guint second[] = { 3, 4 };
    g_autofree char *loser = losers (list, second, 2);
    g_autofree char *lot = g_strconcat ("02", loser, NULL);

    EXPECT (e, list, rule == TABELLA_RULE_LOT ? lot : "0234");
  }
}

/* Their tickets lived in one process: nothing is opened, nobody else suffers. */
static void
test_revoked (void)
{
  static const Row voted[] = { ROLL (1, 1), ROLL (2, 1) };
  static const Row desk[] = { GIVEN (DESK, 1), ROLL (2, 1) };
  static const Row paper[] = { PAPER (1, 1), ROLL (2, 1) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_STRIKE_ALL, TRUE);

  amend_revoked (e, 1);
  g_assert_cmpuint (EXPECT (e, voted, "").groups, ==, 0);
  EXPECT (e, paper, "1");
  amend_revoked (e, DESK);
  EXPECT (e, desk, "01");
}

static void
test_states (void)
{
  /* State 1 of a combined terminal leaves, of a desk it takes part; state 3 never does. */
  static const Row combined[] = { GIVEN (1, 1), ROLL (2, 1) };
  static const Row desk[] = { GIVEN (DESK, 1), ROLL (2, 1) };
  static const Row left[] = { LEFT (1, 1), ROLL (2, 1) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_STRIKE_ALL, FALSE);

  EXPECT (e, combined, "");
  EXPECT (e, desk, "01");
  EXPECT (e, left, "");
}

static void
test_provisional (void)
{
  static const Row alone[] = { PROVISIONAL (1, 1) };
  static const Row rejected[] = { ROLL (2, 2), PROVISIONAL (3, 2) };
  static const Row accepted[] = { ROLL (2, 3), PROVISIONAL (3, 3) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_STRIKE_ALL, FALSE);
  TabellaDuplicateCounts c;

  decide (e, 1, 1, FALSE);
  decide (e, 3, 2, FALSE);
  decide (e, 3, 3, TRUE);
  c = EXPECT (e, alone, "0");
  g_assert_cmpuint (c.rejected_provisionals, ==, 1);
  g_assert_cmpuint (c.groups, ==, 0);
  /* The rejected one goes first, then the other stands alone. */
  EXPECT (e, rejected, "1");
  EXPECT (e, accepted, "01");
}

static void
test_undecided (void)
{
  static const Row list[] = { ROLL (1, 1), PROVISIONAL (3, 2), PROVISIONAL (DESK, 3) };
  g_autoptr (TabellaEvidence) e = evidence (TABELLA_RULE_LOT, FALSE);
  g_autoptr (GArray) opened = rows (list, G_N_ELEMENTS (list), FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) undecided = NULL;
  g_autofree char *ref =
      tabella_provisional_ref (DESK, g_array_index (opened, TabellaOpened, 2).record.p);
  guint at = 0;

  decide (e, 3, 2, TRUE);
  undecided = tabella_undecided (e, opened);
  g_assert_cmpuint (undecided->len, ==, 1);
  g_assert_cmpuint (g_array_index (undecided, guint, 0), ==, 2);
  g_assert_null (tabella_duplicates (e, opened, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, ref));
  g_clear_error (&error);

  g_assert_true (tabella_provisional_find (opened, ref, &at, &error));
  g_assert_cmpuint (at, ==, 2);
  g_assert_false (tabella_provisional_find (opened, "1:0000-0000-0000-0000-0000", &at, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  g_test_add_func ("/duplicates/nobody", test_nobody);
  g_test_add_func ("/duplicates/strike-all", test_strike_all);
  g_test_add_func ("/duplicates/lot", test_lot);
  g_test_add_func ("/duplicates/lot-kind", test_lot_kind);
  g_test_add_func ("/duplicates/assigned-then-lot", test_assigned);
  g_test_add_func ("/duplicates/two-unlinked", test_two_unlinked);
  g_test_add_func ("/duplicates/paper-yields", test_paper_yields);
  g_test_add_func ("/duplicates/paper-prevails", test_paper_prevails);
  g_test_add_func ("/duplicates/revoked", test_revoked);
  g_test_add_func ("/duplicates/states", test_states);
  g_test_add_func ("/duplicates/provisional", test_provisional);
  g_test_add_func ("/duplicates/undecided", test_undecided);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
