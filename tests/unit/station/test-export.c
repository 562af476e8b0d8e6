/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include "checkin.h"
#include "files.h"
#include "kept.h"
#include "practice.h"
#include "receipts.h"
#include "session.h"
#include "station-private.h"

#define COMBINED 6
#define DESK     1

/* Sorted, as a folder is listed. */
static const char *const final_names[] = { "ballots",     "ballots.minisig", "checkins",
                                           "receipt.png", "receipt.txt",     NULL };
static const char *const copy_names[] = { "receipt.png", "receipt.txt", "sealed", "sealed.minisig",
                                          NULL };

static void
fixed_clock (char out[17], gpointer data)
{
  g_strlcpy (out, "2014-06-22 10:00", 17);
}

static void
vote (TabellaStation *s, guint n, gboolean cast)
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  g_autofree char *receipt = NULL;
  guint8 ticket[10];
  GError *error = NULL;

  answer = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (s, answer, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  g_assert_no_error (error);
  if (s->status.role != TABELLA_ROLE_COMBINED)
    return;
  tabella_session_begin (s, ticket, &error);
  g_assert_no_error (error);
  if (cast) {
    tabella_session_confirm (s, &error);
    g_assert_no_error (error);
    tabella_session_cast (s, &receipt, &error);
    g_assert_no_error (error);
  }
  tabella_session_end (s, &error);
  g_assert_no_error (error);
}

/* A voter at the booth when the program dies: state GIVEN in the box, nobody in memory. */
static void
check_in_and_die (Practice *p, TabellaStation **s, guint n)
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  guint8 ticket[10];
  GError *error = NULL;

  answer = tabella_checkin_look (*s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (*s, answer, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  g_assert_no_error (error);
  tabella_station_free (*s);
  *s = practice_restart (p, COMBINED);
}

static char *
new_stick (const Practice *p, const char *name, TabellaStick *stick)
{
  char *path = practice_file (p, name);
  GError *error = NULL;

  g_assert_true (tabella_folder_make (path, &error));
  *stick = (TabellaStick){ .root = path };
  return path;
}

static GBytes *
read_from (const char *root, guint16 terminal, guint16 number, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (root, folder, name, NULL);
  GError *error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

static gboolean
on_stick (const char *root, guint16 terminal, guint16 number)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (root, folder, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Exactly the files of its kind, the same on both sticks. */
static void
assert_same_batch (const char *a, const char *b, guint16 terminal, guint16 number,
                   const char *const *names)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (a, folder, NULL);
  GError *error = NULL;
  g_autoptr (GPtrArray) found = tabella_folder_list (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, g_strv_length ((char **)names));
  for (guint i = 0; i < found->len; i++) {
    g_autoptr (GBytes) mine = read_from (a, terminal, number, names[i]);
    g_autoptr (GBytes) other = read_from (b, terminal, number, names[i]);

    g_assert_cmpstr (found->pdata[i], ==, names[i]);
    g_assert_true (g_bytes_equal (mine, other));
  }
}

static void
assert_signed (const Practice *p, guint16 terminal, GBytes *file, GBytes *minisig,
               const char *comment)
{
  TabellaMinisignPublic pub;
  g_autofree char *found = NULL;
  GError *error = NULL;

  tabella_minisign_batch_public (tabella_manifest_terminal (p->manifest, terminal)->batch_key,
                                 &pub);
  tabella_minisign_verify (&pub, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                           g_bytes_get_data (minisig, NULL), g_bytes_get_size (minisig), &found,
                           &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, comment);
}

/* The receipt beside a batch and the one shown name this file and these counts. */
static void
assert_receipt (const Practice *p, const char *root, guint16 terminal, guint16 number,
                TabellaBatchKind kind, const char *shown, const TabellaCounts *counts)
{
  g_autoptr (GBytes) txt = read_from (root, terminal, number, "receipt.txt");
  g_autoptr (GBytes) png = read_from (root, terminal, number, "receipt.png");
  g_autoptr (GBytes) file =
      read_from (root, terminal, number, kind == TABELLA_BATCH_FINAL ? "ballots" : "sealed");
  g_autofree char *line = g_strdup_printf ("%s\n", shown);
  const TabellaTerminalInfo *t = tabella_manifest_terminal (p->manifest, terminal);
  TabellaBatchText text;
  GError *error = NULL;
  guint8 digest[32];

  g_assert_cmpmem (g_bytes_get_data (txt, NULL), g_bytes_get_size (txt), line, strlen (line));
  g_assert_cmpmem (g_bytes_get_data (png, NULL), 4, "\x89PNG", 4);
  g_assert_true (tabella_batch_text_parse (shown, &text, &error));
  g_assert_true (tabella_batch_text_check (&text, p->manifest->he, t->ballot_key));
  tabella_digest_512_32 (g_bytes_get_data (file, NULL), g_bytes_get_size (file), digest);
  g_assert_cmpmem (text.digest, 32, digest, 32);
  g_assert_cmpuint (text.number, ==, number);
  g_assert_cmpuint (text.kind, ==, kind);
  g_assert_cmpuint (text.checked_in, ==, counts->checked_in);
  g_assert_cmpuint (text.cast, ==, counts->cast);
  g_assert_cmpuint (text.challenged, ==, counts->challenged);
}

/* Opens a "checkins" as the trustees would. */
static GArray *
open_checkins (const Practice *p, guint16 terminal, guint16 number, GBytes *file)
{
  TabellaPoint r, shared;
  guint32 count;
  GError *error = NULL;
  GArray *records;

  tabella_sealed_check (p->ctx, FALSE, terminal, number, file, &count, &r, &error);
  g_assert_no_error (error);
  practice_shared (p, &r, &shared);
  records = tabella_checkins_open (p->ctx, terminal, number, file, &shared, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, count);
  return records;
}

/* A final as an importer sees it. */
static TabellaBatch *
check_final (const Practice *p, const char *root, guint16 terminal, guint16 number)
{
  g_autoptr (GBytes) ballots = read_from (root, terminal, number, "ballots");
  g_autoptr (GBytes) minisig = read_from (root, terminal, number, "ballots.minisig");
  g_autoptr (GBytes) checkins = read_from (root, terminal, number, "checkins");
  g_autofree char *comment = NULL;
  g_autoptr (GArray) records = NULL, lines = NULL;
  TabellaBatch *batch;
  guint8 digest[32], head[32];
  GError *error = NULL;

  batch = tabella_batch_parse (p->ctx, ballots, &error);
  g_assert_no_error (error);
  g_assert_cmpint (batch->kind, ==, TABELLA_BATCH_FINAL);
  g_assert_true (batch->practice);
  g_assert_cmpuint (batch->number, ==, number);
  comment = tabella_batch_comment (p->manifest->he, terminal, number, TABELLA_BATCH_FINAL,
                                   batch->counts.cast, batch->counts.checked_in);
  assert_signed (p, terminal, ballots, minisig, comment);
  tabella_digest_512_32 (g_bytes_get_data (checkins, NULL), g_bytes_get_size (checkins), digest);
  g_assert_cmpmem (batch->checkins_digest, 32, digest, 32);
  records = open_checkins (p, terminal, number, checkins);
  g_assert_cmpuint (records->len, ==, batch->counts.checked_in);
  lines =
      tabella_journal_parse (p->manifest->he, batch->journal, batch->journal_size, head, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (head, 32, batch->journal_head, 32);
  for (guint i = 0; i < lines->len; i++)
    g_assert_cmpint (g_array_index (lines, TabellaEventLine, i).kind == TABELLA_EVENT_CLOSED, ==,
                     i == lines->len - 1);
  for (guint i = 0; i < batch->cast->len; i++) {
    TabellaBallotVerdict verdict;

    tabella_ballot_verify_signature (
        p->ctx, tabella_manifest_terminal (p->manifest, terminal)->ballot_key,
        &g_array_index (batch->cast, TabellaBallotRecord, i), &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_BALLOT_GOOD);
  }
  return batch;
}

/* The whole of a safety copy: sealed to the trustees, with three good files inside. */
static TabellaBatch *
check_copy (const Practice *p, const char *root, guint16 terminal, guint16 number)
{
  g_autoptr (GBytes) sealed = read_from (root, terminal, number, "sealed");
  g_autoptr (GBytes) minisig = read_from (root, terminal, number, "sealed.minisig");
  g_autoptr (GBytes) ballots = NULL, checkins = NULL, inner = NULL;
  g_autofree char *inner_text = NULL, *comment = NULL;
  g_autoptr (GArray) records = NULL;
  TabellaPoint r, shared;
  TabellaBatch *batch;
  guint32 size;
  GError *error = NULL;

  tabella_sealed_check (p->ctx, TRUE, terminal, number, sealed, &size, &r, &error);
  g_assert_no_error (error);
  practice_shared (p, &r, &shared);
  tabella_sealed_open (p->ctx, terminal, number, sealed, &shared, &ballots, &inner_text, &checkins,
                       &error);
  g_assert_no_error (error);
  batch = tabella_batch_parse (p->ctx, ballots, &error);
  g_assert_no_error (error);
  g_assert_cmpint (batch->kind, ==, TABELLA_BATCH_INTERIM);
  g_assert_cmpuint (batch->number, ==, number);
  comment = tabella_batch_comment (p->manifest->he, terminal, number, TABELLA_BATCH_INTERIM,
                                   batch->counts.cast, batch->counts.checked_in);
  assert_signed (p, terminal, sealed, minisig, comment);
  inner = g_bytes_new (inner_text, strlen (inner_text));
  assert_signed (p, terminal, ballots, inner, comment);
  records = open_checkins (p, terminal, number, checkins);
  g_assert_cmpuint (records->len, ==, batch->counts.checked_in);
  return batch;
}

static guint
count_copied (const TabellaBatch *b, const guint8 he[32], guint8 last[32])
{
  g_autoptr (GArray) lines = NULL;
  guint8 head[32];
  guint n = 0;

  lines = tabella_journal_parse (he, b->journal, b->journal_size, head, NULL);
  g_assert_nonnull (lines);
  memset (last, 0, 32);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED) {
      g_assert_cmpuint (line->number, ==, ++n);
      memcpy (last, line->digest, 32);
    }
  }
  return n;
}

/* A safety copy made, with all that follows from its number. */
static void
safety_copy (Practice *p, TabellaStation *s, const TabellaStick *stick, guint16 number,
             guint8 digest[32])
{
  g_autofree char *text = NULL;
  g_autoptr (TabellaBatch) batch = NULL;
  g_autoptr (GBytes) sealed = NULL;
  TabellaCounts counts;
  guint8 previous[32];
  GError *error = NULL;
  const guint16 terminal = tabella_station_index (s);

  tabella_export_safety_copy (s, stick, &text, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_station_counts (s, &counts, &error));
  assert_receipt (p, stick->root, terminal, number, TABELLA_BATCH_INTERIM, text, &counts);
  batch = check_copy (p, stick->root, terminal, number);
  g_assert_cmpmem (&batch->counts, sizeof counts, &counts, sizeof counts);
  g_assert_cmpuint (count_copied (batch, p->manifest->he, previous), ==, number - 1);
  g_assert_cmpmem (batch->previous, 32, previous, 32);
  g_assert_cmpmem (digest, 32, previous, 32); /* of the copy before */
  sealed = read_from (stick->root, terminal, number, "sealed");
  tabella_digest_512_32 (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), digest);
}

/* A batch's number has two bytes: there is no safety copy 0 after the last one, and the final still
 * has a number. */
static void
test_last_number (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = G_MAXUINT16 - 1 };
  TabellaStick stick;
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL;
  GError *error = NULL;
  guint16 number;

  g_assert_true (tabella_station_event (s, &line, &error));
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_FULL, "all the safety copies");
  g_assert_null (text);
  g_assert_true (tabella_station_close_poll (s, &error));
  g_assert_true (tabella_export_final_number (s, &number, &error));
  g_assert_cmpuint (number, ==, G_MAXUINT16);
  tabella_station_free (s);
}

static void
test_chain (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick;
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL, *again = NULL;
  g_autoptr (TabellaBatch) final = NULL;
  guint8 digest[32] = { 0 }, last[32];
  GError *error = NULL;

  safety_copy (p, s, &stick, 1, digest);
  vote (s, 20, TRUE);
  vote (s, 21, FALSE);
  safety_copy (p, s, &stick, 2, digest);
  vote (s, 22, TRUE);
  g_assert_true (tabella_station_pause (s, &error));
  safety_copy (p, s, &stick, 3, digest);
  g_assert_true (tabella_station_resume (s, &error));
  check_in_and_die (p, &s, 23);

  g_assert_true (tabella_export_close (s, &error));
  g_assert_no_error (error);
  text = tabella_export_batch_text (s, &error);
  g_assert_no_error (error);
  g_assert_false (on_stick (root, COMBINED, 4));
  g_assert_true (tabella_export_final (s, &stick, &again, &error));
  g_assert_cmpstr (text, ==, again);
  final = check_final (p, root, COMBINED, 4);
  assert_receipt (p, root, COMBINED, 4, TABELLA_BATCH_FINAL, text, &final->counts);
  g_assert_cmpuint (final->counts.checked_in, ==, 4);
  g_assert_cmpuint (final->counts.given, ==, 0); /* who was in the booth left */
  g_assert_cmpuint (final->counts.left, ==, 2);
  g_assert_cmpuint (final->counts.voted, ==, 2);
  g_assert_cmpuint (final->counts.cast, ==, 2);
  g_assert_cmpuint (count_copied (final, p->manifest->he, last), ==, 3);
  g_assert_cmpmem (final->previous, 32, last, 32);
  g_assert_cmpmem (digest, 32, last, 32);
  tabella_station_free (s);
}

static void
test_desk (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, DESK);
  TabellaStick stick;
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL;
  g_autoptr (TabellaBatch) final = NULL;
  GError *error = NULL;
  guint served = 0;

  for (guint n = 0; n < 20; n++) {
    g_autofree char *id = practice_id (n);

    if (1u << tabella_id_lane (&p->manifest->election->ids, id) & s->status.lane) {
      vote (s, n, FALSE);
      served++;
    }
  }
  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final (s, &stick, &text, &error));
  final = check_final (p, root, DESK, 1);
  g_assert_cmpuint (final->counts.checked_in, ==, served);
  g_assert_cmpuint (final->counts.given, ==, served); /* tickets are given, and stay so */
  g_assert_cmpuint (final->counts.cast, ==, 0);
  tabella_station_free (s);
}

/* Written twice, from memory, from the disk, by a locked terminal, or built anew: always the same
 * bytes. */
static void
test_final_again (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick first, second, third;
  g_autofree char *a = new_stick (p, "usb-a", &first), *b = new_stick (p, "usb-b", &second);
  g_autofree char *c = new_stick (p, "usb-c", &third);
  g_autofree char *dir = NULL, *out = NULL;
  char *text[4] = { NULL };
  GError *error = NULL;

  vote (s, 20, TRUE);
  assert_refused (tabella_export_final (s, &first, &text[0], &error), &error,
                  TABELLA_STATION_ERROR_STATE, "not closed");
  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_close (s, &error)); /* nothing is left of it to do */
  assert_refused (tabella_export_safety_copy (s, &first, &text[0], &error), &error,
                  TABELLA_STATION_ERROR_STATE, "closed");
  g_assert_true (tabella_export_final (s, &first, &text[0], &error));
  g_assert_true (tabella_export_final (s, &first, &text[1], &error));
  dir = g_strdup (s->dir);
  tabella_station_free (s);

  s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  g_assert_false (tabella_station_unlocked (s));
  g_assert_true (tabella_export_final (s, &second, &text[2], &error));
  out = g_build_filename (dir, "out", NULL);
  g_assert_true (tabella_folder_remove (out, &error));
  assert_refused (tabella_export_final (s, &third, &text[3], &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  practice_unlock (s);
  g_assert_true (tabella_export_final (s, &third, &text[3], &error));
  for (guint i = 1; i < 4; i++)
    g_assert_cmpstr (text[0], ==, text[i]);
  assert_same_batch (a, b, COMBINED, 1, final_names);
  assert_same_batch (a, c, COMBINED, 1, final_names);
  for (guint i = 0; i < 4; i++)
    g_free (text[i]);
  tabella_station_free (s);
}

/* Changes one bit of a kept file; with G_MAXSIZE takes its last byte away, beyond the file's end
 * the file itself. */
static void
spoil (const char *folder, const char *name, gsize at)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);
  g_autofree guint8 *copy = NULL;
  gsize size;

  g_assert_no_error (error);
  copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  size = g_bytes_get_size (bytes);
  if (at == G_MAXSIZE) {
    size--;
  } else if (at >= size) {
    g_assert_cmpint (g_remove (path), ==, 0);
    return;
  } else {
    copy[at] ^= 1;
  }
  g_assert_true (tabella_file_write (path, copy, size, 0600, &error));
}

/* Where to spoil a file: somewhere in each line of a signature, the head and the inside of the
 * others, the end, the whole. */
static const gsize places[] = { 5, 20, 60, 140, 200, 260, G_MAXSIZE, 1u << 30 };

static void
assert_mended (const char *kept, const char *root, guint16 number, const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (kept, names[i], NULL);
    GError *error = NULL;
    g_autoptr (GBytes) own = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);
    g_autoptr (GBytes) stick = read_from (root, COMBINED, number, names[i]);

    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (own, stick));
  }
}

/* Whatever the disk has spoilt of the kept final: a stick gets the right bytes, and so does the
 * disk; a locked terminal, which cannot make them again, gives out nothing. */
static void
test_final_damaged (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick first, second;
  g_autofree char *a = new_stick (p, "usb-a", &first), *b = new_stick (p, "usb-b", &second);
  g_autofree char *kept = g_build_filename (s->dir, "out", "batch-0001", NULL), *text = NULL;
  GError *error = NULL;

  vote (s, 20, TRUE);
  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final (s, &first, &text, &error));
  for (gsize i = 0; final_names[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (places); k++) {
      g_autofree char *again = NULL;

      spoil (kept, final_names[i], places[k]);
      tabella_station_lock (s);
      assert_refused (tabella_export_final (s, &second, &again, &error), &error,
                      TABELLA_STATION_ERROR_STATE, "locked");
      practice_unlock (s);
      g_assert_true (tabella_export_final (s, &second, &again, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, again);
      assert_same_batch (a, b, COMBINED, 1, final_names);
      assert_mended (kept, a, 1, final_names);
    }
  tabella_station_free (s);
}

/* What is kept is whole, and still not what is asked for. */
static void
test_kept_of_another (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, COMBINED);
  g_autofree char *first = g_build_filename (s->dir, "out", "batch-0001", NULL);
  g_autofree char *second = g_build_filename (s->dir, "out", "batch-0002", NULL);
  g_auto (TabellaKept) good = { 0 }, other = { 0 }, moved = { 0 };
  guint8 digest[32] = { 0 };
  GError *error = NULL;

  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_kept_read (s, 1, TABELLA_BATCH_FINAL, NULL, &good, &error));
  assert_refused (tabella_kept_read (s, 1, TABELLA_BATCH_FINAL, digest, &other, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "ballots does not read back");
  g_assert_cmpint (rename (first, second), ==, 0);
  assert_refused (tabella_kept_read (s, 2, TABELLA_BATCH_FINAL, NULL, &moved, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "receipt does not read back");
}

static gboolean broken;
static TabellaStation
    *watched; /* each byte that reaches the stick was announced in its journal, and is kept */

static gboolean
sync_or_fail (const char *root, GError **error)
{
  if (watched != NULL) {
    g_autofree char *journal = tabella_box_journal_text (watched->box, NULL);
    g_autofree char *kept = g_build_filename (watched->dir, "out", "batch-0001", "sealed", NULL);

    g_assert_nonnull (strstr (journal, "{\"event\":\"copied\",\"number\":1,"));
    g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
    watched = NULL;
  }
  if (broken)
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK, "pulled out");
  return !broken;
}

/* A copy that did not reach its stick is numbered already: it is the next that a stick gets. */
static void
test_pulled_stick (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick, other;
  g_autofree char *root = new_stick (p, "usb", &stick), *second = new_stick (p, "usb-2", &other);
  g_autofree char *text = NULL, *kept = NULL;
  g_autoptr (TabellaBatch) batch = NULL, later = NULL;
  GError *error = NULL;
  guint8 last[32];

  stick.sync = sync_or_fail;
  broken = TRUE;
  vote (s, 20, TRUE);
  for (guint i = 0; i < 3; i++) /* trying again makes no new number */
    assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                    TABELLA_STATION_ERROR_STICK, "pulled out");
  g_assert_null (text);
  g_assert_false (on_stick (root, COMBINED, 1));
  tabella_station_free (s);
  s = practice_restart (p, COMBINED); /* "unlocked" is a new line: the copy is not all there is */
  broken = FALSE;
  g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
  g_assert_true (on_stick (root, COMBINED, 1));
  g_assert_true (on_stick (root, COMBINED, 2));
  g_assert_false (on_stick (root, COMBINED, 3));
  g_clear_pointer (&text, g_free);

  broken = TRUE;
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "pulled out");
  broken = FALSE;
  g_assert_true (
      tabella_export_safety_copy (s, &other, &text, &error)); /* nothing happened since */
  g_assert_true (on_stick (second, COMBINED, 3));
  g_assert_false (on_stick (second, COMBINED, 4));
  g_clear_pointer (&text, g_free);

  broken = TRUE;
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "pulled out");
  broken = FALSE;
  vote (s, 21, TRUE);
  g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
  batch = check_copy (p, root, COMBINED, 4);
  later = check_copy (p, root, COMBINED, 5);
  g_assert_cmpuint (batch->counts.cast, ==, 1);
  g_assert_cmpuint (later->counts.cast, ==, 2);
  g_assert_cmpuint (count_copied (later, p->manifest->he, last), ==, 4);
  tabella_station_free (s);
}

/* The same copy again: the terminal keeps its bytes until the next one is safe. */
static void
test_copy_is_kept (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick, other;
  g_autofree char *root = new_stick (p, "usb", &stick), *second = new_stick (p, "usb-2", &other);
  g_autofree char *text = NULL, *again = NULL;
  g_autofree char *kept = g_build_filename (s->dir, "out", "batch-0001", "sealed", NULL);
  GError *error = NULL;

  vote (s, 20, TRUE);
  stick.sync = sync_or_fail;
  broken = FALSE;
  watched = s;
  g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
  g_assert_true (
      tabella_box_set (s->box, "delivered", "0", &error)); /* as if nobody had noted it */
  g_assert_true (tabella_export_safety_copy (s, &other, &again, &error));
  g_assert_cmpstr (text, ==, again);
  assert_same_batch (root, second, COMBINED, 1, copy_names);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_clear_pointer (&again, g_free);
  g_assert_true (tabella_export_safety_copy (s, &other, &again, &error));
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
  tabella_station_free (s);
}

/* A copy that waits for a stick on a failing disk: made again from the box as it was then, although
 * the journal has lines since. */
static void
test_copy_damaged (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick first, second;
  g_autofree char *a = new_stick (p, "usb-a", &first), *b = new_stick (p, "usb-b", &second);
  g_autofree char *kept = g_build_filename (s->dir, "out", "batch-0002", NULL);
  guint8 digest[32] = { 0 };
  GError *error = NULL;

  vote (s, 20, TRUE);
  safety_copy (p, s, &first, 1, digest);
  vote (s, 21, FALSE);
  safety_copy (p, s, &first, 2, digest);
  for (gsize i = 0; copy_names[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (places); k++) {
      g_autofree char *folder = g_build_filename (b, "terminal-006", NULL), *text = NULL;

      spoil (kept, copy_names[i], places[k]);
      g_assert_true (tabella_box_set (s->box, "delivered", "1", &error));
      g_assert_true (tabella_folder_remove (folder, &error));
      g_assert_true (tabella_export_safety_copy (s, &second, &text, &error));
      g_assert_no_error (error);
      assert_same_batch (a, b, COMBINED, 2, copy_names);
      g_assert_false (on_stick (b, COMBINED, 3));
      assert_mended (kept, a, 2, copy_names);
    }
  tabella_station_free (s);
}

/* ... but not once the box has more: that copy is lost, which is said once, and the next one holds
 * everything. */
static void
test_copy_lost (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick;
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL, *journal = NULL;
  g_autofree char *kept = g_build_filename (s->dir, "out", "batch-0001", NULL);
  g_autoptr (TabellaBatch) batch = NULL;
  guint8 last[32];
  GError *error = NULL;

  stick.sync = sync_or_fail;
  broken = TRUE;
  vote (s, 20, TRUE);
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "pulled out");
  broken = FALSE;
  spoil (kept, "sealed.minisig", 60);
  vote (s, 21, TRUE);
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "safety copy 1");
  g_assert_false (on_stick (root, COMBINED, 1));
  journal = tabella_box_journal_text (s->box, &error);
  g_assert_nonnull (strstr (journal, "{\"event\":\"fault\",\"what\":\"storage\"}"));
  g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
  g_assert_no_error (error);
  g_assert_false (on_stick (root, COMBINED, 1));
  batch = check_copy (p, root, COMBINED, 2);
  g_assert_cmpuint (batch->counts.cast, ==, 2);
  g_assert_cmpuint (count_copied (batch, p->manifest->he, last), ==, 1);
  g_assert_cmpmem (batch->previous, 32, last, 32);
  tabella_station_free (s);
}

static void
test_states (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick, nowhere = { .root = "/nonexistent" };
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL, *journal = NULL;
  GError *error = NULL;

  tabella_station_lock (s);
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  assert_refused (tabella_export_close (s, &error), &error, TABELLA_STATION_ERROR_STATE, "locked");
  practice_unlock (s);
  g_assert_true (tabella_export_close (s, &error));
  assert_refused (tabella_export_final (s, &nowhere, &text, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "is not there");
  journal = tabella_box_journal_text (s->box, &error);
  g_assert_null (strstr (journal, "stick")); /* what comes after "closed" changes nothing */
  g_assert_true (tabella_export_final (s, &stick, &text, &error));
  tabella_station_free (s);
}

/* The terminal's own disk is full: no copy is announced, no stick touched, and everything goes on
 * afterwards. */
static void
test_full_disk (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick stick;
  g_autofree char *root = new_stick (p, "usb", &stick), *text = NULL, *before = NULL, *after = NULL;
  g_autoptr (TabellaBatch) final = NULL;
  struct rlimit all, tight;
  GError *error = NULL;
  guint8 digest[32] = { 0 };

  vote (s, 20, TRUE);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &all), ==, 0);
  tight = (struct rlimit){ 1000, all.rlim_max };
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  before = tabella_box_journal_text (s->box, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  assert_refused (tabella_export_safety_copy (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "make room");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &all), ==, 0);
  after = tabella_box_journal_text (s->box, &error);
  g_assert_cmpstr (before, ==, after);
  g_assert_false (on_stick (root, COMBINED, 1));
  safety_copy (p, s, &stick, 1, digest);

  /* At the close itself: it is closed or it is not, and the final comes when there is room. */
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  assert_refused (tabella_export_close (s, &error), &error, TABELLA_STATION_ERROR_STORAGE, "");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &all), ==, 0);
  if (tabella_station_state (s) != TABELLA_STATION_CLOSED)
    g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final (s, &stick, &text, &error));
  final = check_final (p, root, COMBINED, 2);
  g_assert_cmpuint (final->counts.cast, ==, 1);
  tabella_station_free (s);
}

/* A terminal made from the same secrets once more, open. */
static TabellaStation *
twin (Practice *p, const char *name)
{
  static const char *const passphrases[] = { "first officer", "second officer" };
  g_autofree char *dir = practice_file (p, name), *stick = practice_file (p, "stick");
  g_autofree char *enrolment = NULL;
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;
  TabellaStation *s = tabella_station_open (dir, &error);
  char *code;

  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  tabella_station_set_clock (s, fixed_clock, NULL);
  secrets = tabella_simulated_secrets_load (p->folder, COMBINED, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_station_enrol (s, "twin", secrets, TRUE, &code, &enrolment, &error));
  package = tabella_station_find_package (s, stick, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_station_install (s, package, &error));
  g_assert_true (tabella_station_first_opening (s, code, passphrases, 2, PRACTICE_PIN, &error));
  tabella_setup_code_free (code);
  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_station_open_poll (s, &error));
  g_assert_no_error (error);
  return s;
}

/* What the records are decides the export, not when they came: two terminals that got the same
 * records in another order write the same bytes, and so do two that got them in one order. */
static void
test_order (void)
{
  enum { VOTERS = 8 };
  g_autoptr (Practice) p = practice_new (NULL);
  char *sticks[3] = { NULL };
  GBytes *records[VOTERS];
  TabellaCheckin people[VOTERS];
  guint8 codes[VOTERS][32];
  TabellaStick stick;
  GError *error = NULL;

  {
    TabellaStation *s = twin (p, "source");

    for (guint i = 0; i < VOTERS; i++) {
      static const guint8 blank[16];
      g_autoptr (TabellaPending) pending = NULL;
      guint8 ticket[16] = { (guint8)i, 99 };

      pending = tabella_pending_new (s->ctx, COMBINED, 0, ticket, 0, blank, &error);
      g_assert_no_error (error);
      records[i] = tabella_pending_cast (pending, s->keys->terminal->ballot_secret);
      memcpy (codes[i], tabella_pending_code (pending), 32);
      people[i] = (TabellaCheckin){ .kind = TABELLA_CHECKIN_ROLL, .state = TABELLA_CHECKIN_VOTED };
      randombytes_buf (people[i].p, 32);
    }
    tabella_station_free (s);
  }
  for (guint run = 0; run < 3; run++) {
    g_autofree char *name = g_strdup_printf ("twin-%u", run),
                    *usb = g_strdup_printf ("usb-%u", run);
    g_autofree char *text = NULL;
    TabellaStation *s = twin (p, name);

    for (guint i = 0; i < VOTERS; i++) {
      const guint k = run == 1 ? VOTERS - 1 - i : i;

      g_assert_true (tabella_box_cast (s->box, records[k], codes[k], &people[k], &error));
    }
    sticks[run] = new_stick (p, usb, &stick);
    g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
    g_clear_pointer (&text, g_free);
    g_assert_true (tabella_export_close (s, &error));
    g_assert_true (tabella_export_final (s, &stick, &text, &error));
    g_assert_no_error (error);
    tabella_station_free (s);
  }
  for (guint run = 1; run < 3; run++) {
    assert_same_batch (sticks[0], sticks[run], COMBINED, 1, copy_names);
    assert_same_batch (sticks[0], sticks[run], COMBINED, 2, final_names);
  }
  for (guint i = 0; i < VOTERS; i++)
    g_bytes_unref (records[i]);
  for (guint run = 0; run < 3; run++)
    g_free (sticks[run]);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/chain", test_chain);
  g_test_add_func ("/export/last-number", test_last_number);
  g_test_add_func ("/export/desk", test_desk);
  g_test_add_func ("/export/final-again", test_final_again);
  g_test_add_func ("/export/final-damaged", test_final_damaged);
  g_test_add_func ("/export/kept-of-another", test_kept_of_another);
  g_test_add_func ("/export/pulled-stick", test_pulled_stick);
  g_test_add_func ("/export/copy-is-kept", test_copy_is_kept);
  g_test_add_func ("/export/copy-damaged", test_copy_damaged);
  g_test_add_func ("/export/copy-lost", test_copy_lost);
  g_test_add_func ("/export/states", test_states);
  g_test_add_func ("/export/full-disk", test_full_disk);
  g_test_add_func ("/export/order", test_order);
  return g_test_run ();
}
