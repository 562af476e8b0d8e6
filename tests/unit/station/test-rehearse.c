/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearse.h"
#include <string.h>
#include "deck.h"
#include "files.h"
#include "practice.h"

#define HEAD "terminal,id,kind,action,selections,style,booth,ticket\n"

/* A deck with {n} for practice_id (n). */
static void
write_deck (const Practice *p, const char *text)
{
  g_autofree char *path = practice_file (p, "deck.csv");
  g_autoptr (GString) deck = g_string_new (HEAD);
  GError *error = NULL;

  while (*text != '\0') {
    const char *brace = strchr (text, '{');
    char *end;

    if (brace == NULL) {
      g_string_append (deck, text);
      break;
    }
    g_string_append_len (deck, text, brace - text);
    {
      g_autofree char *id = practice_id ((guint)g_ascii_strtoull (brace + 1, &end, 10));

      g_string_append (deck, id);
    }
    g_assert_cmpint (*end, ==, '}');
    text = end + 1;
  }
  tabella_file_write (path, deck->str, deck->len, 0644, &error);
  g_assert_no_error (error);
}

static gboolean
run (const Practice *p, const char *deck, guint16 lost, GError **error)
{
  g_autofree char *path = practice_file (p, "deck.csv");
  g_autofree char *out = practice_file (p, "out");
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (guint16));

  if (lost != 0)
    g_array_append_val (list, lost);
  write_deck (p, deck);
  return tabella_rehearse_run (p->folder, path, out, list, NULL, NULL, error);
}

/* Nothing was written, neither OUT nor what is temporary beside it. */
static void
assert_nothing (const Practice *p)
{
  g_autoptr (GDir) dir = g_dir_open (p->path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_assert_cmpstr (name, !=, "out");
    g_assert_cmpint (name[0], !=, '.');
  }
}

static GBytes *
read_out (const Practice *p, guint16 terminal, guint16 number, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (p->path, "out", folder, name, NULL);
  GError *error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

static gboolean
is_out (const Practice *p, guint16 terminal, guint16 number, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (p->path, "out", folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
check_signature (const Practice *p, guint16 terminal, GBytes *bytes, GBytes *minisig)
{
  TabellaMinisignPublic pub;
  GError *error = NULL;

  tabella_minisign_batch_public (tabella_manifest_terminal (p->manifest, terminal)->batch_key,
                                 &pub);
  tabella_minisign_verify (&pub, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                           g_bytes_get_data (minisig, NULL), g_bytes_get_size (minisig), NULL,
                           &error);
  g_assert_no_error (error);
}

static void
check_ballots (const Practice *p, const TabellaBatch *b)
{
  const guint8 *key = tabella_manifest_terminal (p->manifest, b->terminal)->ballot_key;
  TabellaBallotVerdict verdict;

  for (guint i = 0; i < b->cast->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (b->cast, TabellaBallotRecord, i);

    tabella_ballot_verify (p->ctx, b->terminal, r, NULL, NULL, &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_BALLOT_GOOD);
    tabella_ballot_verify_signature (p->ctx, key, r, &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_BALLOT_GOOD);
  }
  for (guint i = 0; i < b->challenged->len; i++) {
    tabella_challenge_verify (p->ctx, b->terminal,
                              &g_array_index (b->challenged, TabellaBallotRecord, i), &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_BALLOT_GOOD);
  }
}

static TabellaBatch *
read_batch (const Practice *p, guint16 terminal, GBytes *ballots, GBytes *minisig)
{
  GError *error = NULL;
  TabellaBatch *b;

  check_signature (p, terminal, ballots, minisig);
  b = tabella_batch_parse (p->ctx, ballots, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (b->terminal, ==, terminal);
  g_assert_cmpuint (b->number, ==, 1);
  check_ballots (p, b);
  return b;
}

static TabellaBatch *
read_final (const Practice *p, guint16 terminal)
{
  g_autoptr (GBytes) ballots = read_out (p, terminal, 1, "ballots");
  g_autoptr (GBytes) minisig = read_out (p, terminal, 1, "ballots.minisig");
  TabellaBatch *b = read_batch (p, terminal, ballots, minisig);

  g_assert_cmpint (b->kind, ==, TABELLA_BATCH_FINAL);
  return b;
}

/* The lost terminal's: sealed whole. */
static TabellaBatch *
read_copy (const Practice *p, guint16 terminal)
{
  g_autoptr (GBytes) sealed = read_out (p, terminal, 1, "sealed");
  g_autoptr (GBytes) minisig = read_out (p, terminal, 1, "sealed.minisig");
  g_autoptr (GBytes) ballots = NULL, checkins = NULL, inner_bytes = NULL;
  g_autofree char *inner = NULL;
  TabellaPoint r, shared;
  GError *error = NULL;
  guint32 count;
  TabellaBatch *b;

  check_signature (p, terminal, sealed, minisig);
  tabella_sealed_check (p->ctx, TRUE, terminal, 1, sealed, &count, &r, &error);
  g_assert_no_error (error);
  practice_shared (p, &r, &shared);
  tabella_sealed_open (p->ctx, terminal, 1, sealed, &shared, &ballots, &inner, &checkins, &error);
  g_assert_no_error (error);
  inner_bytes = g_bytes_new (inner, strlen (inner));
  b = read_batch (p, terminal, ballots, inner_bytes);
  g_assert_cmpint (b->kind, ==, TABELLA_BATCH_INTERIM);
  return b;
}

static void
assert_counts (const TabellaBatch *b, guint given, guint voted, guint left, guint cast,
               guint challenged)
{
  g_assert_cmpuint (b->counts.checked_in, ==, given + voted + left);
  g_assert_cmpuint (b->counts.given, ==, given);
  g_assert_cmpuint (b->counts.voted, ==, voted);
  g_assert_cmpuint (b->counts.left, ==, left);
  g_assert_cmpuint (b->counts.cast, ==, cast);
  g_assert_cmpuint (b->counts.challenged, ==, challenged);
  g_assert_cmpuint (b->cast->len, ==, cast);
  g_assert_cmpuint (b->challenged->len, ==, challenged);
}

static void
assert_final (const Practice *p, guint16 terminal, guint given, guint voted, guint left, guint cast,
              guint challenged)
{
  g_autoptr (TabellaBatch) b = read_final (p, terminal);

  assert_counts (b, given, voted, left, cast, challenged);
}

/* What stands in a booth's batch after the same ticket was used in two: equal T. */
static void
assert_shared_ticket (const Practice *p)
{
  g_autoptr (TabellaBatch) first = read_final (p, 3), second = read_final (p, 4);
  guint same = 0;

  for (guint i = 0; i < first->cast->len; i++)
    for (guint j = 0; j < second->cast->len; j++)
      if (memcmp (g_array_index (first->cast, TabellaBallotRecord, i).ticket,
                  g_array_index (second->cast, TabellaBallotRecord, j).ticket, 16) == 0)
        same++;
  g_assert_cmpuint (same, ==, 1);
}

static void
on_progress (guint64 done, guint64 of, gpointer data)
{
  g_assert_cmpuint (done, ==, ++*(guint64 *)data);
  g_assert_cmpuint (of, ==, 15);
}

static void
test_all_actions (void)
{
  static const char deck[] = "1,{2},roll,cast,motion-1=alliance;board=ann+ben,,3,\n"
                             "1,{3},roll,challenge,motion-1=alliance,,3,\n"
                             "1,{3},roll,cast,motion-1=students,,,\n"
                             "2,{8},roll,leave,,,,\n"
                             "2,{6},roll,leave,motion-1=students,,4,\n"
                             "2,{105},walkin,cast,motion-2=veto,all,4,\n"
                             "1,{2},provisional,cast,motion-2=no-veto,all,4,\n"
                             "1,{3},roll,cast,,,4,3\n"
                             "6,{22},roll,cast,motion-1=abstain,,,\n"
                             "6,{23},roll,leave,motion-1=abstain,,,\n"
                             "6,{23},roll,cast,,,,\n"
                             "6,{100},walkin,challenge,,,,\n"
                             "6,{100},walkin,leave,,,,\n"
                             "8,{32},roll,cast,motion-2=abstain,,,\n"
                             "9,{35},provisional,cast,motion-2=abstain,,,\n";
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *path = practice_file (p, "deck.csv");
  g_autofree char *out = practice_file (p, "out");
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autoptr (TabellaBatch) copy = NULL;
  const guint16 eight = 8;
  guint64 done = 0;
  GError *error = NULL;

  g_array_append_val (lost, eight);
  write_deck (p, deck);
  tabella_rehearse_run (p->folder, path, out, lost, on_progress, &done, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (done, ==, 15);

  assert_final (p, 1, 3, 0, 0, 0, 0);
  assert_final (p, 2, 3, 0, 0, 0, 0);
  assert_final (p, 3, 0, 0, 0, 2, 1);
  assert_final (p, 4, 0, 0, 0, 3, 0);
  assert_final (p, 6, 0, 2, 1, 2, 1);
  assert_final (p, 7, 0, 0, 0, 0, 0);
  assert_final (p, 9, 0, 1, 0, 1, 0);
  assert_shared_ticket (p);
  copy = read_copy (p, 8);
  assert_counts (copy, 0, 1, 0, 1, 0);
  g_assert_false (is_out (p, 8, 1, "ballots"));
  g_assert_false (is_out (p, 8, 2, "ballots"));
  g_assert_false (is_out (p, 5, 1, "ballots"));
  g_assert_true (is_out (p, 6, 1, "checkins"));
  g_assert_true (is_out (p, 6, 1, "receipt.png"));
}

/* A challenged ballot is published: it holds what the deck's line chose. */
static void
test_selections (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaBatch) b = NULL;
  const TabellaBallotRecord *r;
  GError *error = NULL;

  run (p,
       "1,{2},roll,challenge,board=cho+ann;motion-1=students,,3,\n"
       "1,{2},roll,cast,board=ben,,,\n",
       0, &error);
  g_assert_no_error (error);
  b = read_final (p, 3);
  g_assert_cmpuint (b->challenged->len, ==, 1);
  r = &g_array_index (b->challenged, TabellaBallotRecord, 0);
  g_assert_cmpuint (r->style, ==, 1);
  g_assert_cmpmem (r->selections, 7, "\0\0\1\0\1\0\1", 7);
}

/* Terminals without lines are opened and closed too, and a deck may have no line. */
static void
test_empty (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  GError *error = NULL;

  run (p, "", 0, &error);
  g_assert_no_error (error);
  for (guint16 i = 1; i <= 9; i++)
    if (i != 5)
      assert_final (p, i, 0, 0, 0, 0, 0);
  g_assert_false (is_out (p, 5, 1, ""));
  g_assert_false (is_out (p, 10, 1, ""));
}

static void
test_refused_lines (void)
{
  static const struct {
    const char *deck;
    guint line;
    const char *part;
  } cases[] = {
    { "77,{2},roll,cast,,,,\n", 1, "terminal 77 is not in the manifest" },
    { "3,{2},roll,cast,,,,\n", 1, "terminal 3 is a booth" },
    { "5,{2},roll,cast,,,,\n", 1, "terminal 5 is a spare without a station" },
    { "1,{3},roll,cast,,,2,\n", 1, "terminal 2 is a desk; name a booth" },
    { "1,{3},roll,cast,,,7,\n", 1, "terminal 7 is at another station" },
    { "6,{22},roll,cast,,,7,\n", 1, "voters of terminal 6" },
    { "6,{22},roll,leave,,,,\n6,{22},roll,cast,,,10,1\n", 2, "terminal 10 is a real tablet" },
    { "1,{3},roll,cast,,,,\n1,{7},roll,cast,,,,\n", 2, "another desk" },
    { "1,{103},roll,cast,,,,\n", 1, "not on the roll" },
    { "1,{3},walkin,cast,,all,,\n", 1, "is on the roll" },
    { "1,{3},roll,cast,,wide,,\n", 1, "the roll has another one" },
    { "1,{103},walkin,cast,,,,\n", 1, "style: empty" },
    { "1,{103},provisional,cast,,all,,\n", 1, "does not allow this kind" },
    { "1,{3},roll,leave,,,,\n1,{3},roll,leave,,,,\n", 2, "checked in here already" },
    { "1,{3},provisional,leave,,,,\n1,{3},provisional,leave,,,,\n", 2, "is on the roll" },
    { "6,{22},roll,cast,,,,\n6,{22},roll,cast,,,,\n", 2, "checked in here already" },
    { "6,{100},walkin,leave,,,,\n6,{100},roll,cast,,,,\n", 2, "kind must be the same" },
    { "1,{3},roll,cast,board=ann,,,\n", 1, "\"board\" is not on this voter's ballot" },
    { "1,{2},roll,cast,motion-1=alliance,,,\n", 1, "contest 2 needs at least 1" },
    { "1,{3},roll,cast,,,3,\n1,{3},roll,cast,,,3,1\n", 2, "has been used" },
    { "1,{3},roll,cast,,,3,\n6,{22},roll,cast,,,7,1\n", 2, "no ticket of this station" },
    { "6,{22},roll,cast,,,,\n1,{3},roll,cast,,,3,1\n", 2, "line 1 has none at this station" },
    { "6,{22},roll,leave,,,,\n6,{22},roll,cast,,,,1\n", 2, "just given" },
    { "6,{22},roll,challenge,,,,\n6,{22},roll,challenge,,,,\n6,{22},roll,challenge,,,,\n"
      "6,{22},roll,challenge,,,,\n6,{22},roll,cast,,,,\n",
      4, "three times" },
    { "1,{2},roll,challenge,board=ann,,3,\n1,{3},roll,cast,,,3,\n1,{2},roll,cast,board=ann,,,\n", 2,
      "a voter is at this tablet" },
    { "6,{22},roll,challenge,,,,\n6,{23},roll,cast,,,,\n6,{22},roll,cast,,,,\n", 2,
      "a voter has a ticket" },
  };
  g_autoptr (Practice) p = practice_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = tabella_deck_line_name (cases[i].line);
    g_autoptr (GError) error = NULL;

    g_assert_false (run (p, cases[i].deck, 0, &error));
    if (strstr (error->message, name) == NULL || strstr (error->message, cases[i].part) == NULL)
      g_error ("case %u: wanted \"%s … %s\", got %s", i, name, cases[i].part, error->message);
    assert_nothing (p);
  }
}

/* A voter who checks the machine may cast at another booth: there it is the first attempt. */
static void
test_other_booth (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaBatch) b = NULL;
  GError *error = NULL;

  run (p, "1,{3},roll,challenge,,,3,\n1,{3},roll,cast,,,4,\n", 0, &error);
  g_assert_no_error (error);
  assert_final (p, 1, 1, 0, 0, 0, 0);
  assert_final (p, 3, 0, 0, 0, 0, 1);
  b = read_final (p, 4);
  g_assert_cmpuint (b->cast->len, ==, 1);
  g_assert_cmpuint (g_array_index (b->cast, TabellaBallotRecord, 0).attempt, ==, 0);
}

static void
test_amended (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_REVOKED, 1, 0);
  practice_amend (p, TABELLA_AMEND_SPARE, 5,
                  tabella_amend_spare_value (1, 0x01F, TABELLA_ROLE_DESK));
  assert_refused (run (p, "", 77, &error), &error, TABELLA_STATION_ERROR_REFUSED, "terminal 77");
  assert_refused (run (p, "", 1, &error), &error, TABELLA_STATION_ERROR_REFUSED, "terminal 1");
  g_assert_false (run (p, "1,{3},roll,cast,,,,\n", 0, &error));
  g_assert_nonnull (strstr (error->message, "was revoked or ended"));
  g_clear_error (&error);
  assert_nothing (p);
  run (p, "5,{3},roll,cast,,,,\n", 0, &error);
  g_assert_no_error (error);
  assert_final (p, 5, 1, 0, 0, 0, 0);
  g_assert_false (is_out (p, 1, 1, ""));
}

static void
test_out (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *other = practice_file (p, "out/notes");
  g_autoptr (GBytes) before = NULL, after = NULL;
  GError *error = NULL;

  tabella_file_write (other, "x", 1, 0644, &error);
  g_assert_no_error (error);
  run (p, "6,{22},roll,cast,,,,\n", 0, &error); /* beside what is there */
  g_assert_no_error (error);
  before = read_out (p, 6, 1, "ballots");
  assert_refused (run (p, "", 0, &error), &error, TABELLA_STATION_ERROR_STATE, "is there already");
  after = read_out (p, 6, 1, "ballots");
  g_assert_true (g_bytes_equal (before, after));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearse/all-actions", test_all_actions);
  g_test_add_func ("/rehearse/selections", test_selections);
  g_test_add_func ("/rehearse/empty", test_empty);
  g_test_add_func ("/rehearse/refused-lines", test_refused_lines);
  g_test_add_func ("/rehearse/other-booth", test_other_booth);
  g_test_add_func ("/rehearse/amended", test_amended);
  g_test_add_func ("/rehearse/out", test_out);
  return g_test_run ();
}
