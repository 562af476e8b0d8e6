/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"

#include <string.h>

static json_t *
text_json (const char *text)
{
  return json_pack ("{s:s, s:s}", "en", text, "zh_HK", text);
}

static json_t *
option_json (const char *id)
{
  return json_pack ("{s:s, s:o}", "id", id, "text", text_json (id));
}

/* The example with a third contest that may not be left blank, and two more styles. */
static TabellaElection *
election_by_hand (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  TabellaElection *e;

  json_array_append_new (json_object_get (json, "contests"),
                         json_pack ("{s:s, s:o, s:o, s:i, s:i, s:[o, o, o]}", "id", "board",
                                    "title", text_json ("Board"), "question",
                                    text_json ("Who shall sit on the board?"), "min", 1, "max", 2,
                                    "options", option_json ("ann"), option_json ("ben"),
                                    option_json ("cho")));
  json_array_append_new (json_object_get (json, "styles"),
                         json_pack ("{s:s, s:o, s:[s]}", "id", "board", "title",
                                    text_json ("Board only"), "contests", "board"));
  json_array_append_new (json_object_get (json, "styles"),
                         json_pack ("{s:s, s:o, s:[s, s, s]}", "id", "both", "title",
                                    text_json ("Both"), "contests", "motion-1", "board",
                                    "motion-2"));
  e = tabella_election_parse (json, "", problems);
  if (e == NULL)
    g_error ("%s", (const char *)problems->pdata[0]);
  return e;
}

void
hand_bytes (const char *word, guint8 out[32])
{
  tabella_digest_256 (word, strlen (word), out);
}

void
hand_scalar (const char *word, TabellaScalar *out)
{
  guint8 key[32];
  TabellaHash h;

  hand_bytes (word, key);
  tabella_hash_init_scalar (&h, key, TABELLA_TAG_NONCE);
  tabella_hash_finish_scalar (&h, out);
}

static void
seeded (const char *seed, const char *what, guint8 out[32])
{
  g_autofree char *word = g_strconcat (seed, " ", what, NULL);

  hand_bytes (word, out);
}

Hand *
hand_new (const char *seed, gboolean practice)
{
  Hand *h = g_new0 (Hand, 1);
  g_autofree char *z = g_strconcat (seed, " z", NULL);
  g_autofree char *y = g_strconcat (seed, " y", NULL);
  TabellaCeremonyKeys keys = { .n = 1, .t = 1 };
  guint8 sign_seed[32];

  h->election = election_by_hand ();
  h->manifest.election = h->election;
  h->manifest.practice = practice;
  seeded (seed, "HE", h->manifest.he);
  hand_scalar (z, &h->z);
  hand_scalar (y, &h->y);
  tabella_point_mul_base (&keys.k, &h->z);
  tabella_point_mul_base (&keys.k2, &h->y);
  h->ctx = tabella_ballot_context_new (&h->manifest, &keys);
  seeded (seed, "ballot key", sign_seed);
  g_assert_cmpint (crypto_sign_seed_keypair (h->ballot_key, h->ballot_secret, sign_seed), ==, 0);
  seeded (seed, "export secret", h->export_secret);
  return h;
}

void
hand_free (Hand *h)
{
  tabella_ballot_context_free (h->ctx);
  tabella_election_free (h->election);
  g_free (h);
}

void
hand_selections (const Hand *h, guint16 style, guint choice, guint8 *selections)
{
  const TabellaStyleShape *s = h->ctx->styles[style];

  memset (selections, 0, s->options);
  for (guint c = 0, at = 0; c < s->shape.n_contests; at += s->contests[c].options, c++) {
    guint wanted = choice == 0 ? s->contests[c].min : s->contests[c].max;

    for (guint i = 0; i < wanted; i++)
      selections[at + (choice + i) % s->contests[c].options] = 1;
  }
}

static void
voter_ticket (guint voter, guint8 ticket[16])
{
  g_autofree char *word = g_strdup_printf ("ticket of voter %u", voter);
  guint8 bytes[32];

  hand_bytes (word, bytes);
  memcpy (ticket, bytes, 16);
}

TabellaPending *
hand_pending (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice)
{
  g_autoptr (GError) error = NULL;
  guint8 ticket[16], selections[16];
  TabellaPending *p;

  voter_ticket (voter, ticket);
  hand_selections (h, style, choice, selections);
  p = tabella_pending_new (h->ctx, HAND_TERMINAL, style, ticket, attempt, selections, &error);
  g_assert_no_error (error);
  return p;
}

GBytes *
hand_cast (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice)
{
  g_autoptr (TabellaPending) p = hand_pending (h, style, voter, attempt, choice);

  return tabella_pending_cast (p, h->ballot_secret);
}

GBytes *
hand_challenged (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice)
{
  g_autoptr (TabellaPending) p = hand_pending (h, style, voter, attempt, choice);

  return tabella_pending_challenge (p);
}

void
hand_checkin (const Hand *h, guint voter, guint8 kind, guint8 state, guint16 style,
              TabellaCheckin *c)
{
  g_autofree char *word = g_strdup_printf ("person %u", voter);
  guint8 ticket[16];

  *c = (TabellaCheckin){ .kind = kind, .state = state, .style = style };
  hand_bytes (word, c->p);
  voter_ticket (voter, ticket);
  if (kind != TABELLA_CHECKIN_PAPER)
    tabella_link_make (h->ctx->he, &h->ctx->k2, HAND_TERMINAL, ticket, c->link);
}

void
hand_shared (const Hand *h, const TabellaPoint *r, TabellaPoint *shared)
{
  tabella_point_mul (shared, &h->y, r);
}

static const char journal_text[] =
    "{\"event\":\"enrolled\"}\n"
    "{\"event\":\"opened\",\"counts\":{\"checked_in\":0,\"cast\":0,\"challenged\":0},"
    "\"clock\":\"2014-06-22 10:00\"}\n";

HandBatch *
hand_batch_new (const Hand *h, guint cast, guint challenged)
{
  g_autoptr (GError) error = NULL;
  HandBatch *b = g_new0 (HandBatch, 1);

  b->cast = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  b->challenged = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  b->checkins = g_array_new (FALSE, FALSE, sizeof (TabellaCheckin));
  for (guint i = 0; i < cast; i++) {
    TabellaCheckin c;

    g_ptr_array_add (b->cast, hand_cast (h, i % HAND_STYLES, i, 0, i));
    hand_checkin (h, i, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED, i % HAND_STYLES, &c);
    g_array_append_val (b->checkins, c);
  }
  for (guint i = 0; i < challenged; i++)
    g_ptr_array_add (b->challenged, hand_challenged (h, i % HAND_STYLES, 1000 + i, i % 3, i));
  b->checkins_file =
      tabella_checkins_build (h->ctx, HAND_TERMINAL, 1, b->checkins, h->export_secret);
  b->journal = g_strdup (journal_text);
  b->input = (TabellaBatchInput){
    .terminal = HAND_TERMINAL,
    .number = 1,
    .kind = TABELLA_BATCH_FINAL,
    .counts = { .checked_in = cast, .voted = cast, .cast = cast, .challenged = challenged },
    .journal = b->journal,
    .journal_size = strlen (b->journal),
    .cast = b->cast,
    .challenged = b->challenged
  };
  tabella_digest_512_32 (g_bytes_get_data (b->checkins_file, NULL),
                         g_bytes_get_size (b->checkins_file), b->input.checkins_digest);
  b->ballots = tabella_batch_build (h->ctx, &b->input, &error);
  g_assert_no_error (error);
  return b;
}

void
hand_batch_free (HandBatch *b)
{
  g_ptr_array_unref (b->cast);
  g_ptr_array_unref (b->challenged);
  g_array_unref (b->checkins);
  g_bytes_unref (b->checkins_file);
  g_bytes_unref (b->ballots);
  g_free (b->journal);
  g_free (b);
}

GBytes *
hand_flip (GBytes *bytes, gsize at, guint8 bits)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 *copy = g_memdup2 (data, size);

  g_assert_cmpuint (at, <, size);
  copy[at] ^= bits;
  return g_bytes_new_take (copy, size);
}

GBytes *
hand_resize (GBytes *bytes, gsize size)
{
  gsize old;
  const guint8 *data = g_bytes_get_data (bytes, &old);
  guint8 *copy = g_malloc0 (MAX (size, 1));

  memcpy (copy, data, MIN (old, size));
  return g_bytes_new_take (copy, size);
}

void
hand_refused (GError **error, TabellaBallotError code, const char *part)
{
  g_assert_error (*error, TABELLA_BALLOT_ERROR, (int)code);
  if (strstr ((*error)->message, part) == NULL)
    g_error ("\"%s\" does not hold \"%s\"", (*error)->message, part);
  g_clear_error (error);
}
