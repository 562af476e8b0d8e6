/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One batch and what belongs to it, as the checks themselves see it: with one thing wrong in
 * memory. */
#include "import-desk.h"

#include <string.h>
#include "check.h"

/* All codes begin alike: what voters compare is the same, the whole codes differ. */
static gboolean alike;

void __real_tabella_body_code (const TabellaShape *shape, const guint8 hi[32], const guint8 *body,
                               guint8 code[32]);
void __wrap_tabella_body_code (const TabellaShape *shape, const guint8 hi[32], const guint8 *body,
                               guint8 code[32]);

void
__wrap_tabella_body_code (const TabellaShape *shape, const guint8 hi[32], const guint8 *body,
                          guint8 code[32])
{
  __real_tabella_body_code (shape, hi, body, code);
  if (alike) {
    memset (code, 0x55, 12);
    code[12] = (guint8)(0x50 | (code[12] & 0x0f));
  }
}

static TabellaHeld *
held_of (const Poll *p, gboolean interim)
{
  TabellaHeld *h = tabella_held_new (p->terminal, 1, interim);

  h->ballots = g_bytes_ref (p->ballots);
  h->minisig = g_strdup (p->minisig);
  h->checkins = g_bytes_ref (p->checkins_file);
  if (interim) {
    h->sealed = g_bytes_ref (p->sealed);
    h->sealed_minisig = g_strdup (p->sealed_minisig);
  }
  return h;
}

static void
assert_invalid (gboolean good, GError **error, const char *part)
{
  g_assert_false (good);
  g_assert_error (*error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
  if (strstr ((*error)->message, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, (*error)->message);
  g_clear_error (error);
}

static gboolean
check (TabellaEvidence *e, TabellaHeld *h, GError **error)
{
  return tabella_check_batch (e, h, TABELLA_CHECK_NO_PROOFS, NULL, NULL, error);
}

/* A receipt that is right but for one field is another batch's. */
static void
test_receipt (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) h = NULL;
  TabellaTerminalInfo *t;
  GError *error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  h = held_of (p, FALSE);
  g_assert_true (check (e, h, &error));
  g_assert_true (tabella_check_receipt (e, h, p->text, &error));
#define WRONG(field, value)                                                                        \
  do {                                                                                             \
    const __typeof__ (field) right = field;                                                        \
                                                                                                   \
    field = (__typeof__ (field))(value);                                                           \
    assert_invalid (tabella_check_receipt (e, h, p->text, &error), &error, "of another batch");    \
    field = right;                                                                                 \
    g_assert_true (tabella_check_receipt (e, h, p->text, &error));                                 \
  } while (0)
  WRONG (h->number, h->number + 1);
  WRONG (h->interim, TRUE);
  WRONG (h->digest[31], h->digest[31] ^ 1);
  WRONG (h->terminal, 1);
  WRONG (e->ctx->he[0], e->ctx->he[0] ^ 1);
  WRONG (h->batch->counts.cast, 99);
  WRONG (h->batch->counts.checked_in, 99);
  WRONG (h->batch->counts.challenged, 99);
#undef WRONG
  t = (TabellaTerminalInfo *)tabella_manifest_terminal (e->manifest, TERMINAL);
  memcpy (t->ballot_key, fixture_secrets (fixture, 1)->ballot_key, 32);
  assert_invalid (tabella_check_receipt (e, h, p->text, &error), &error,
                  "its signature does not fit");
  g_assert_false (tabella_check_receipt (e, h, "TB1", &error));
  g_assert_nonnull (strstr (error->message, "receipt.txt: "));
  g_clear_error (&error);
}

/* Files that are not there, or of another kind, and who they say they are of. */
static void
test_parts (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) final = NULL, copy = NULL, bare = tabella_held_new (TERMINAL, 1, FALSE);
  g_autofree char *minisig = NULL, *sealed_minisig = NULL;
  GBytes *checkins;
  GError *error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  poll_make (q, TABELLA_BATCH_INTERIM);
  final = held_of (p, FALSE);
  copy = held_of (q, TRUE);
  g_assert_true (check (e, final, &error));
  g_assert_true (check (e, copy, &error));
  assert_invalid (check (e, bare, &error), &error, "ballots or ballots.minisig is missing");

  minisig = g_steal_pointer (&final->minisig);
  assert_invalid (check (e, final, &error), &error, "ballots or ballots.minisig is missing");
  final->minisig = g_steal_pointer (&minisig);
  final->interim = TRUE;
  assert_invalid (check (e, final, &error), &error, "with a final inside");
  final->interim = FALSE;
  final->terminal = 999;
  assert_invalid (check (e, final, &error), &error, "terminal 999 is not in this election");
  final->terminal = TERMINAL;
  checkins = g_steal_pointer (&final->checkins);
  assert_invalid (check (e, final, &error), &error, "`checkins` is missing");
  final->checkins = checkins;
  g_assert_true (check (e, final, &error));

  copy->interim = FALSE;
  assert_invalid (check (e, copy, &error), &error, "that is not sealed");
  copy->interim = TRUE;
  copy->number = 2;
  assert_invalid (check (e, copy, &error), &error, "a safety copy 2 with batch 1 inside");
  copy->number = 1;
  sealed_minisig = g_steal_pointer (&copy->sealed_minisig);
  assert_invalid (check (e, copy, &error), &error, "sealed.minisig is missing");
  copy->sealed_minisig = g_steal_pointer (&sealed_minisig);
  g_assert_true (check (e, copy, &error));
}

/* A sealed copy shows nothing but its comment, which must say what it is. */
static void
test_sealed_comment (void)
{
  static const char *const wrong[] = { "tabella", "tabella cast=x checkins=1",
                                       "tabella cast=1 checks=1" };
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) h = NULL;
  g_autofree char *other = NULL;
  GError *error = NULL;

  poll_make (p, TABELLA_BATCH_INTERIM);
  h = held_of (p, TRUE);
  g_clear_pointer (&h->ballots, g_bytes_unref); /* not opened yet */
  g_assert_true (check (e, h, &error));
  g_assert_true (h->is_signed);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_free (h->sealed_minisig);
    h->sealed_minisig = poll_sign (p, p->sealed, wrong[i]);
    assert_invalid (check (e, h, &error), &error, "the trusted comment has no counts");
    g_assert_false (h->is_signed);
  }
  other = tabella_batch_comment (fixture->ctx->he, TERMINAL, 2, TABELLA_BATCH_INTERIM, 1, 1);
  g_free (h->sealed_minisig);
  h->sealed_minisig = poll_sign (p, p->sealed, other);
  assert_invalid (check (e, h, &error), &error, "does not say what the copy is");
  g_assert_false (h->is_signed);
}

/* Two voters with one short code on their papers would take each other's ballot for their own. */
static void
test_short_codes (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (Poll) p = NULL;
  g_autoptr (TabellaHeld) h = NULL;
  GError *error = NULL;

  alike = TRUE;
  p = day (TERMINAL);
  poll_make (p, TABELLA_BATCH_FINAL);
  h = held_of (p, FALSE);
  assert_invalid (check (e, h, &error), &error, "its short form, is there twice");
  alike = FALSE;
}

/* A booth signs what says that it is of another one, under that one's name. */
static void
test_other_terminal (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = poll_new (fixture, BOOTH);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) h = NULL;
  g_autofree char *comment =
      tabella_batch_comment (fixture->ctx->he, BOOTH + 1, 1, TABELLA_BATCH_FINAL, 0, 0);
  const guint8 terminal[] = { BOOTH + 1, 0 };
  GError *error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  edit (&p->ballots, AT_TERMINAL, terminal, sizeof terminal);
  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
  h = held_of (p, FALSE);
  assert_invalid (check (e, h, &error), &error, "its header names terminal 7");
}

/* --- Counts that cannot be, one at a time --- */

static void
set_zero (Poll *p, guint checked_in, guint challenged)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ZERO_REPORT,
                            .checked_in = checked_in,
                            .challenged = challenged,
                            .clock = "2014-06-20 07:59" };
  g_autofree char *text = tabella_event_text (&line);

  g_string_truncate (p->journal, 0);
  poll_event (p, TABELLA_EVENT_ENROLLED);
  g_string_append_printf (p->journal, "%s\n", text);
  poll_event (p, TABELLA_EVENT_OPENED);
}

static void
zero_checked_in (Poll *p)
{
  set_zero (p, 1, 0);
}

static void
zero_challenged (Poll *p)
{
  set_zero (p, 0, 1);
}

/* A closed line of its own, before that of the final. */
static void
close_with (Poll *p, int checked_in, int cast, int challenged)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED, .clock = "2014-06-29 21:59" };
  g_autofree char *text = NULL;

  line.checked_in = (guint32)((int)p->checkins->len + checked_in);
  line.cast = (guint32)((int)p->cast->len + cast);
  line.challenged = (guint32)((int)p->challenged->len + challenged);
  text = tabella_event_text (&line);
  g_string_append_printf (p->journal, "%s\n", text);
}

static void
closed_checked_in (Poll *p)
{
  close_with (p, 1, 0, 0);
}

static void
closed_cast (Poll *p)
{
  close_with (p, 0, 1, 0);
}

static void
closed_challenged (Poll *p)
{
  close_with (p, 0, 0, 1);
}

static void
closed_too_early (Poll *p)
{
  close_with (p, 0, 0, 0);
  poll_event (p, TABELLA_EVENT_UNLOCKED);
}

static void
with_challenged (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_challenge (p, ticket, 0, "yy");
}

static void
with_voted (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_VOTED, ticket);
}

static void
test_counts (void)
{
  static const struct {
    guint16 terminal;
    TabellaBatchKind kind;
    void (*play) (Poll *p);
    const char *part;
  } cases[] = {
    { TERMINAL, TABELLA_BATCH_FINAL, zero_checked_in, "zero report does not count zero" },
    { TERMINAL, TABELLA_BATCH_FINAL, zero_challenged, "zero report does not count zero" },
    { TERMINAL, TABELLA_BATCH_FINAL, closed_checked_in, "closed with other counts" },
    { TERMINAL, TABELLA_BATCH_FINAL, closed_cast, "closed with other counts" },
    { TERMINAL, TABELLA_BATCH_FINAL, closed_challenged, "closed with other counts" },
    { TERMINAL, TABELLA_BATCH_FINAL, closed_too_early, "one `closed` line" },
    { TERMINAL, TABELLA_BATCH_INTERIM, closed_too_early, "a safety copy has a `closed` line" },
    { DESK, TABELLA_BATCH_FINAL, with_challenged, "it is a desk and has ballots" },
    { DESK, TABELLA_BATCH_FINAL, with_voted, "voted or left" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p =
        cases[i].terminal == TERMINAL ? day (TERMINAL) : poll_new (fixture, cases[i].terminal);
    g_autoptr (TabellaEvidence) e = evidence (&d);
    g_autoptr (TabellaHeld) h = NULL;
    GError *error = NULL;

    cases[i].play (p);
    poll_make (p, cases[i].kind);
    h = held_of (p, cases[i].kind == TABELLA_BATCH_INTERIM);
    assert_invalid (check (e, h, &error), &error, cases[i].part);
    g_assert_true (h->is_signed && h->repeatable); /* everyone can see it */
  }
}

/* The election allows so many check-ins and ballots on one terminal. */
static void
test_capacity (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  TabellaPolicies *limits = &e->manifest->election->policies;
  g_autoptr (TabellaHeld) h = NULL;
  GError *error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  h = held_of (p, FALSE);
  limits->capacity_checkins = p->checkins->len;
  limits->capacity_ballots = p->cast->len + p->challenged->len;
  g_assert_true (check (e, h, &error));
  limits->capacity_checkins--;
  assert_invalid (check (e, h, &error), &error, "capacity");
  limits->capacity_checkins++;
  limits->capacity_ballots--;
  assert_invalid (check (e, h, &error), &error, "capacity");
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  g_test_add_func ("/check/receipt", test_receipt);
  g_test_add_func ("/check/parts", test_parts);
  g_test_add_func ("/check/sealed-comment", test_sealed_comment);
  g_test_add_func ("/check/short-codes", test_short_codes);
  g_test_add_func ("/check/other-terminal", test_other_terminal);
  g_test_add_func ("/check/counts", test_counts);
  g_test_add_func ("/check/capacity", test_capacity);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
