/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opened tickets strike, and what they cannot. */
#include "story.h"

#include <string.h>
#include "count.h"
#include "files.h"

static Story *story;

/* Tickets that were "opened", each of a terminal and style. */
typedef struct {
  guint16 terminal, style;
  guint16 of;  /* poll_ticket(): terminal */
  guint voter; /* and voter */
} Ticket;

static TabellaEvidence *
evidence (const Ticket *tickets, guint n)
{
  TabellaEvidence *e = story_evidence (story);
  TabellaAsked *a = g_new0 (TabellaAsked, 1);
  g_autoptr (GByteArray) links = g_byte_array_new (), all = g_byte_array_new ();

  a->name = g_strdup ("strike-0001");
  a->purpose = TABELLA_REQUEST_STRIKE;
  a->request = tabella_request_new (a->purpose);
  for (guint i = 0; i < n; i++) {
    guint8 link[114] = { 0 }, ticket[16];
    TabellaPoint r;

    memset (r.b, (int)i + 1, sizeof r.b);
    tabella_request_add (a->request, tickets[i].terminal, 0, 0, &r);
    link[112] = (guint8)tickets[i].style;
    g_byte_array_append (links, link, sizeof link);
    poll_ticket (tickets[i].of, tickets[i].voter, ticket);
    g_byte_array_append (all, ticket, sizeof ticket);
  }
  a->links = g_byte_array_free_to_bytes (g_steal_pointer (&links));
  a->tickets = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  g_ptr_array_add (e->asked, a);
  return e;
}

/* Codes of the ballots at @terminal with this ticket that are struck. */
static guint
struck (GArray *counted, guint16 terminal, guint16 of, guint voter)
{
  guint8 ticket[16];
  guint n = 0;

  poll_ticket (of, voter, ticket);
  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);

    n += c->struck && c->terminal == terminal && memcmp (c->ticket, ticket, 16) == 0;
  }
  return n;
}

static guint
all_struck (GArray *counted)
{
  guint n = 0;

  for (guint i = 0; i < counted->len; i++)
    n += g_array_index (counted, TabellaCounted, i).struck;
  return n;
}

static GArray *
apply (const TabellaEvidence *e, TabellaDuplicateCounts *counts, GPtrArray *incidents)
{
  g_autoptr (GError) error = NULL;
  GArray *counted;

  memset (counts, 0, sizeof *counts);
  counted = tabella_strike_apply (e, counts, incidents, &error);
  g_assert_no_error (error);
  return counted;
}

/* Booth 7 is not here yet: no ticket is there twice. */
static void
test_none (void)
{
  g_autoptr (TabellaEvidence) e = story_evidence (story);
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  TabellaDuplicateCounts counts;
  g_autoptr (GArray) counted = apply (e, &counts, incidents);

  g_assert_cmpuint (counted->len, ==, 14);
  g_assert_cmpuint (all_struck (counted), ==, 0);
  g_assert_cmpuint (incidents->len, ==, 0);
  for (guint i = 1; i < counted->len; i++)
    g_assert_cmpint (memcmp (g_array_index (counted, TabellaCounted, i - 1).code,
                             g_array_index (counted, TabellaCounted, i).code, 32),
                     <, 0);
}

static void
test_ticket (void)
{
  static const Ticket tickets[] = { { 5, 0, 5, 104 }, { 5, 0, 5, 999 }, { 2, 0, 2, 1 } };
  g_autoptr (TabellaEvidence) e = evidence (tickets, G_N_ELEMENTS (tickets));
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  TabellaDuplicateCounts counts;
  g_autoptr (GArray) counted = apply (e, &counts, incidents);

  g_assert_cmpuint (struck (counted, 6, 5, 104), ==, 1);
  g_assert_cmpuint (struck (counted, 2, 2, 1), ==, 1);
  g_assert_cmpuint (all_struck (counted), ==, 2);
  g_assert_cmpuint (counts.struck_ballots, ==, 2);
  g_assert_cmpuint (counts.unused_tickets, ==, 1);
  g_assert_cmpuint (incidents->len, ==, 0);
}

typedef struct {
  const char *name;
  Ticket tickets[2];
  guint n, unused, incidents;
  const char *phrase;
} Odd;

static const Odd odd[] = {
  { "other-station", { { 5, 0, 2, 1 } }, 1, 0, 1, "another station" },
  { "other-style", { { 5, 7, 5, 104 } }, 1, 0, 1, "another style" },
  { "named-twice", { { 5, 0, 5, 104 }, { 2, 0, 5, 104 } }, 2, 0, 2, "of another link" },
  { "unused-twice", { { 5, 0, 5, 999 }, { 2, 0, 5, 999 } }, 2, 2, 0, NULL },
};

static void
test_odd (gconstpointer data)
{
  const Odd *o = data;
  g_autoptr (TabellaEvidence) e = evidence (o->tickets, o->n);
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  TabellaDuplicateCounts counts;
  g_autoptr (GArray) counted = apply (e, &counts, incidents);

  g_assert_cmpuint (all_struck (counted), ==, 0);
  g_assert_cmpuint (counts.unused_tickets, ==, o->unused);
  g_assert_cmpuint (incidents->len, ==, o->incidents);
  for (guint i = 0; i < incidents->len; i++)
    g_assert_nonnull (strstr (g_ptr_array_index (incidents, i), o->phrase));
}

/* A ticket of booth 6 at booth 7 too. Last: the story has that booth lost. */
static void
test_repeated (void)
{
  static const Ticket tickets[] = { { 5, 0, 5, 4 } };
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (Poll) again = poll_new (story->f, 7);
  g_autofree char *stick = fixture_file (story->f, "again");
  TabellaDuplicateCounts counts;
  g_autoptr (GArray) counted = NULL, both = NULL;
  g_autoptr (TabellaEvidence) with_ticket = NULL;
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  guint8 ticket[16], all_codes[32], lowest[32] = { 0 }, own[32], stands[32] = { 0 };
  guint n = 0;

  poll_ticket (5, 4, ticket);
  poll_cast (again, ticket, 0, "ny");
  poll_close (again, stick);
  story_import (story, stick);
  e = story_evidence (story);
  counted = apply (e, &counts, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);
  g_assert_cmpuint (counts.repeated_tickets, ==, 1);
  g_assert_cmpuint (counts.struck_ballots, ==, 0);

  /* By the page's own words. */
  for (guint i = 0; i < counted->len; i++)
    g_byte_array_append (codes, g_array_index (counted, TabellaCounted, i).code, 32);
  tabella_codes_digest (e->ctx->he, codes->data, counted->len, all_codes);
  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);
    guint8 message[65] = { 0x41 };

    if (memcmp (c->ticket, ticket, 16) != 0)
      continue;
    memcpy (message + 1, all_codes, 32);
    memcpy (message + 33, c->code, 32);
    g_assert_cmpint (crypto_generichash (own, 32, message, 65, e->ctx->he, 32), ==, 0);
    if (n++ == 0 || memcmp (own, lowest, 32) < 0) {
      memcpy (lowest, own, 32);
      memcpy (stands, c->code, 32);
    }
  }
  g_assert_cmpuint (n, ==, 2);
  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);

    if (memcmp (c->ticket, ticket, 16) == 0)
      g_assert_cmpint (c->struck, ==, memcmp (c->code, stands, 32) != 0);
  }

  /* A struck ticket strikes both. */
  with_ticket = evidence (tickets, 1);
  both = apply (with_ticket, &counts, NULL);
  g_assert_cmpuint (counts.struck_ballots, ==, 2);
  g_assert_cmpuint (counts.repeated_tickets, ==, 0);
  g_assert_cmpuint (all_struck (both), ==, 2);
}

static void
test_revoked (void)
{
  static const Ticket tickets[] = { { 2, 0, 2, 1 } };
  g_autoptr (TabellaEvidence) e = evidence (tickets, 1);
  TabellaDuplicateCounts counts;
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);
  g_autoptr (GArray) counted = NULL;

  a->number = 1;
  a->kind = TABELLA_AMEND_REVOKED;
  a->target = 2;
  g_ptr_array_add (e->amendments, a);
  counted = apply (e, &counts, NULL);
  for (guint i = 0; i < counted->len; i++)
    g_assert_cmpuint (g_array_index (counted, TabellaCounted, i).terminal, !=, 2);
  g_assert_cmpuint (counts.unused_tickets, ==, 1);
}

/* --- The request: what can be asked of a strike list --- */

static GArray *
two_links (const TabellaCheckin *a, const TabellaCheckin *b, guint16 terminal)
{
  GArray *opened = g_array_new (FALSE, TRUE, sizeof (TabellaOpened));
  TabellaOpened one = { .terminal = terminal, .record = *a },
                two = { .terminal = terminal, .record = *b };

  g_array_append_val (opened, one);
  g_array_append_val (opened, two);
  return opened;
}

static guint
ask (const TabellaEvidence *e, GArray *opened, GPtrArray *incidents, GError **error)
{
  g_autoptr (TabellaStrikeList) list = g_new0 (TabellaStrikeList, 1);
  g_autoptr (TabellaRequest) request = NULL;
  g_autoptr (GBytes) links = NULL;

  list->links = g_array_new (FALSE, FALSE, sizeof (guint));
  list->incidents = g_ptr_array_new ();
  for (guint i = 0; i < opened->len; i++)
    g_array_append_val (list->links, i);
  if (!tabella_strike_request (e, opened, list, &request, &links, incidents, error))
    return G_MAXUINT;
  g_assert_cmpuint (g_bytes_get_size (links), ==, request->points->len * 114);
  return request->points->len;
}

static void
test_request (void)
{
  g_autoptr (TabellaEvidence) e = story_evidence (story);
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const TabellaCheckin *c = &g_array_index (story->polls[4]->checkins, TabellaCheckin, 2);
  TabellaCheckin other = g_array_index (story->polls[4]->checkins, TabellaCheckin, 3);
  g_autoptr (GArray) good = two_links (c, &other, 5), twice = two_links (c, c, 5),
                     elsewhere = two_links (c, &other, 4);
  g_autoptr (GArray) forged = NULL;

  g_assert_cmpuint (ask (e, good, incidents, &error), ==, 2);
  g_assert_cmpuint (incidents->len, ==, 0);
  /* One R, asked once. */
  g_assert_cmpuint (ask (e, twice, incidents, &error), ==, 1);
  g_assert_cmpuint (incidents->len, ==, 1);
  /* A link's proof is bound to its terminal, and to its ticket. */
  g_assert_cmpuint (ask (e, elsewhere, incidents, &error), ==, 0);
  g_assert_cmpuint (incidents->len, ==, 3);
  other.link[33] ^= 1;
  forged = two_links (c, &other, 5);
  g_assert_cmpuint (ask (e, forged, incidents, &error), ==, 1);
  g_assert_cmpuint (incidents->len, ==, 4);
}

/* What was opened once must be on the list for ever. */
static void
test_withdrawn (void)
{
  static const Ticket tickets[] = { { 5, 0, 5, 104 } };
  g_autoptr (TabellaEvidence) e = evidence (tickets, 1);
  g_autoptr (GArray) nobody = g_array_new (FALSE, TRUE, sizeof (TabellaOpened));
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (ask (e, nobody, NULL, &error), ==, G_MAXUINT);
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  story = story_new ();
  story_import (story, story->sticks);
  g_test_add_func ("/strike/1-none", test_none);
  g_test_add_func ("/strike/2-ticket", test_ticket);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *path = g_strconcat ("/strike/odd/", odd[i].name, NULL);

    g_test_add_data_func (path, &odd[i], test_odd);
  }
  g_test_add_func ("/strike/4-revoked", test_revoked);
  g_test_add_func ("/strike/5-request", test_request);
  g_test_add_func ("/strike/6-withdrawn", test_withdrawn);
  g_test_add_func ("/strike/last/repeated", test_repeated);
  result = g_test_run ();
  story_free (story);
  return result;
}
