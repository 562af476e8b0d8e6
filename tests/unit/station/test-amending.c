/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amendments at a terminal: read first, taken when confirmed, kept over a restart. */
#include "amending.h"

#include <string.h>
#include <unistd.h>
#include "checkin.h"
#include "amendment-form.h"
#include "bytes.h"
#include "files.h"
#include "practice.h"
#include "station-private.h"

static void
assert_offer (TabellaOffer offer, TabellaOffer expected, GError **error, const char *part)
{
  g_assert_cmpint (offer, ==, expected);
  if (part == NULL) {
    g_assert_no_error (*error);
    return;
  }
  g_assert_nonnull (*error);
  g_assert_nonnull (strstr ((*error)->message, part));
  g_clear_error (error);
}

/* The short form of an amendment that was written. */
static char *
code_of (Practice *p, guint number)
{
  g_autofree char *name = g_strdup_printf ("amendments/%04u.txt", number);
  g_autofree char *path = g_build_filename (p->folder, name, NULL);
  char *text;
  GError *error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strchomp (text);
}

static void
offer_code (TabellaStation *s, const char *text, TabellaOffer expected, const char *part)
{
  TabellaAmendment *a;
  GError *error = NULL;
  const TabellaOffer offer = tabella_station_read_code (s, text, &a, &error);

  g_assert_null (expected == TABELLA_OFFER_NEW ? NULL : a);
  assert_offer (offer, expected, &error, part);
  tabella_amendment_free (a);
}

static void
offer_stick (TabellaStation *s, const char *path, TabellaOffer expected, guint n, const char *part)
{
  g_autoptr (GPtrArray) list = NULL;
  GError *error = NULL;
  const TabellaOffer offer = tabella_station_read_stick (s, path, &list, &error);

  assert_offer (offer, expected, &error, part);
  g_assert_cmpuint (list != NULL ? list->len : 0, ==, n);
}

static void
take_code (TabellaStation *s, const char *text)
{
  g_autoptr (TabellaAmendment) a = NULL;
  GError *error = NULL;

  g_assert_cmpint (tabella_station_read_code (s, text, &a, &error), ==, TABELLA_OFFER_NEW);
  tabella_station_take (s, a, &error);
  g_assert_no_error (error);
}

static guint
n_lines (TabellaStation *s, const char *part)
{
  g_autofree char *text = tabella_box_journal_text (s->box, NULL);
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

/* A spare becomes a desk by a code alone, after a booth's end was left out on the way. */
static void
test_spare_by_code (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_ready (p, 5);
  g_autofree char *assigned = NULL, *revoked = NULL;
  g_autoptr (TabellaAnswer) answer = NULL;
  g_autofree char *id = practice_id (3);
  GError *error = NULL;

  assert_refused (tabella_station_zero_report (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "spare");
  practice_amend (p, TABELLA_AMEND_ENDED, 4, 0);
  practice_amend (p, TABELLA_AMEND_SPARE, 5,
                  tabella_amend_spare_value (1, 0x3FF, TABELLA_ROLE_DESK));
  assigned = code_of (p, 2);
  g_assert_cmpuint (tabella_station_skipped (s, 2), ==, 1);
  offer_code (s, assigned, TABELLA_OFFER_NEW, NULL);
  g_assert_cmpint (tabella_station_status (s)->role, ==, TABELLA_ROLE_SPARE); /* only looked at */
  g_assert_cmpuint (n_lines (s, "amended"), ==, 0);
  take_code (s, assigned);
  g_assert_cmpint (tabella_station_status (s)->role, ==, TABELLA_ROLE_DESK);
  g_assert_cmpuint (tabella_station_status (s)->lane, ==, 0x3FF);
  g_assert_cmpuint (
      n_lines (s, "{\"event\":\"amended\",\"number\":2,\"kind\":6,\"target\":5,\"value\":"), ==, 1);
  offer_code (s, assigned, TABELLA_OFFER_TAKEN, NULL);
  revoked = code_of (p, 1);
  offer_code (s, revoked, TABELLA_OFFER_LATE, NULL);
  offer_stick (s, p->folder, TABELLA_OFFER_LATE, 0, NULL);

  g_clear_pointer (&s, tabella_station_free);
  s = practice_restart (p, 5);
  g_assert_cmpint (tabella_station_status (s)->role, ==, TABELLA_ROLE_DESK);
  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_station_open_poll (s, &error));
  answer = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer->kind, ==, TABELLA_ANSWER_ON_ROLL);
}

static void
test_codes_refused (void)
{
  g_autoptr (Practice) p = practice_new (NULL), other = practice_new ("{\"idle_seconds\": 121}");
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *good = NULL, *foreign = NULL, *changed = NULL, *bare = NULL;
  const TabellaAmendKind whole[] = { TABELLA_AMEND_HOURS, TABELLA_AMEND_MOVED,
                                     TABELLA_AMEND_NOTICE };
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_OPENED, 2, 0);
  practice_amend (other, TABELLA_AMEND_OPENED, 2, 0);
  good = code_of (p, 1);
  foreign = code_of (other, 1);
  changed = g_strdup (good);
  changed[80] = changed[80] == 'A' ? 'B' : 'A';
  bare = g_strndup (good, 100);
  offer_code (s, foreign, TABELLA_OFFER_OTHER_ELECTION, "another election");
  offer_code (s, changed, TABELLA_OFFER_UNSIGNED, "did not sign");
  offer_code (s, bare, TABELLA_OFFER_INCOMPLETE, "whole");
  offer_code (s, "", TABELLA_OFFER_INCOMPLETE, "whole");
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++) {
    g_autofree char *code = NULL;

    practice_amend (p, whole[i], whole[i] == TABELLA_AMEND_NOTICE ? 0 : 1, 0);
    code = code_of (p, i + 2);
    offer_code (s, code, TABELLA_OFFER_NEEDS_FILE, NULL);
  }
  offer_code (s, good, TABELLA_OFFER_NEW, NULL);
  offer_stick (s, p->folder, TABELLA_OFFER_NEW, 4, NULL);
  g_assert_true (tabella_station_pause (s, &error));
  g_assert_true (tabella_station_close_poll (s, &error));
  offer_code (s, good, TABELLA_OFFER_CLOSED, "closed");
  offer_stick (s, p->folder, TABELLA_OFFER_CLOSED, 0, "closed");
}

static void
test_sticks_refused (void)
{
  g_autoptr (Practice) p = practice_new (NULL), other = practice_new ("{\"idle_seconds\": 121}");
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *file = g_build_filename (p->folder, "amendments/0001.json", NULL);
  g_autofree char *sig = g_strconcat (file, ".minisig", NULL);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  offer_stick (s, p->path, TABELLA_OFFER_NO_FOLDER, 0, "no folder");
  practice_amend (p, TABELLA_AMEND_CLOSED, 1, 0);
  practice_amend (other, TABELLA_AMEND_CLOSED, 1, 0);
  offer_stick (s, other->folder, TABELLA_OFFER_UNSIGNED, 0, "0001.json");
  g_assert_cmpint (tabella_station_read_stick (s, p->folder, &list, &error), ==, TABELLA_OFFER_NEW);
  bytes = tabella_file_read (file, 1u << 20, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_file_write (file, "{}", 2, 0644, &error));
  offer_stick (s, p->folder, TABELLA_OFFER_UNSIGNED, 0, "0001.json");
  g_assert_cmpint (unlink (sig), ==, 0);
  offer_stick (s, p->folder, TABELLA_OFFER_UNREADABLE, 0, "0001.json");

  /* What was read is what is taken: the stick is not read again. */
  g_assert_null (tabella_station_closed_by (s));
  g_assert_true (tabella_station_take (s, list->pdata[0], &error));
  g_assert_cmpuint (tabella_station_closed_by (s)->number, ==, 1);
  assert_refused (tabella_station_take (s, list->pdata[0], &error), &error,
                  TABELLA_STATION_ERROR_STATE, "too late");
  g_assert_cmpuint (n_lines (s, "amended"), ==, 1);
}

/* The same terminal by file and by code; a station that opens again; its own end. */
static void
test_effects (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (GPtrArray) list = NULL;
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_CLOSED, 1, 0);
  practice_amend (p, TABELLA_AMEND_OPENED, 1, 0);
  practice_amend (p, TABELLA_AMEND_CLOSED, 2, 0);
  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  practice_amend (p, TABELLA_AMEND_ENDED, 1, 3);
  practice_amend (p, TABELLA_AMEND_REVOKED, 1, 0);
  practice_amend (p, TABELLA_AMEND_ENDED, 1, 4);
  g_assert_cmpint (tabella_station_read_stick (s, p->folder, &list, &error), ==, TABELLA_OFFER_NEW);
  g_assert_cmpuint (list->len, ==, 7);
  for (guint i = 0; i < list->len; i++) {
    g_assert_cmpuint (tabella_station_skipped (s, (guint16)(i + 1)), ==, 0);
    g_assert_true (tabella_station_take (s, list->pdata[i], &error));
    g_assert_cmpint (tabella_station_closed_by (s) != NULL, ==, i == 0);
    g_assert_cmpint (tabella_station_stopped_by (s) != NULL, ==, i >= 4);
  }
  g_assert_cmpuint (tabella_station_stopped_by (s)->number, ==, 6);
  assert_refused (tabella_station_serves (s, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "revoked");
  g_assert_cmpuint (tabella_station_amendments (s)->len, ==, 7);
}

/* A step that was cut after the file and before the journal's line: the file is forgotten, whether
 * its number comes again in the other form or is never taken. */
static void
test_cut (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *first = NULL, *second = NULL, *kept = NULL;
  g_autoptr (GPtrArray) list = NULL;
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  practice_amend (p, TABELLA_AMEND_REVOKED, 4, 0);
  first = code_of (p, 1);
  second = code_of (p, 2);
  g_assert_cmpint (tabella_station_read_stick (s, p->folder, &list, &error), ==, TABELLA_OFFER_NEW);
  g_assert_true (tabella_amendment_keep (s->dir, list->pdata[0], &error));
  g_clear_pointer (&s, tabella_station_free);
  s = practice_restart (p, 1);
  g_assert_cmpuint (tabella_station_amendments (s)->len, ==, 0);
  take_code (s, second);
  g_clear_pointer (&s, tabella_station_free);
  s = practice_restart (p, 1);
  g_assert_cmpuint (tabella_station_amendments (s)->len, ==, 1);
  offer_code (s, first, TABELLA_OFFER_LATE, NULL);

  /* One that was taken and is gone stops the start. */
  kept = g_build_filename (s->dir, "amendments", "0002.txt", NULL);
  g_assert_cmpint (unlink (kept), ==, 0);
  {
    g_autofree char *dir = g_strdup (s->dir);

    g_clear_pointer (&s, tabella_station_free);
    assert_refused (tabella_station_open (dir, &error) != NULL, &error,
                    TABELLA_STATION_ERROR_STORAGE, "amendment 2 was taken");
  }
}

/* @folder/amendments/0001.json as the organisers sign it, with @from once put for @to in the first
 * amendment's text. */
static void
sign_as (Practice *p, const char *folder, guint16 number, const char *from, const char *to)
{
  g_autofree char *original = g_build_filename (p->folder, "amendments", "0001.json", NULL);
  g_autofree char *path = g_build_filename (folder, "amendments", "0001.json", NULL);
  g_autofree char *sig = g_strconcat (path, ".minisig", NULL), *text = NULL, *minisig = NULL;
  g_autofree char *comment = tabella_amendment_comment (p->manifest->he, number);
  g_autoptr (GString) changed = NULL;
  GError *error = NULL;

  g_file_get_contents (original, &text, NULL, &error);
  g_assert_no_error (error);
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  minisig = tabella_minisign_sign (&p->key, changed->str, changed->len, comment);
  g_assert_true (tabella_file_write (path, changed->str, changed->len, 0644, &error));
  g_assert_true (tabella_file_write (sig, minisig, strlen (minisig), 0644, &error));
}

/* What the organisers did sign, and what the terminal does not take even so. */
static void
test_signed_and_refused (void)
{
  static const char other[] = "0000000000000000000000000000000000000000000000000000000000000000";
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *stick = practice_file (p, "signed"), *he = NULL;
  guint taken;
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  he = tabella_hex (p->manifest->he, 32);
  sign_as (p, stick, 1, he, other);
  offer_stick (s, stick, TABELLA_OFFER_OTHER_ELECTION, 0, "another election");
  sign_as (p, stick, 1, "\"target\": 2", "\"target\": 99");
  offer_stick (s, stick, TABELLA_OFFER_IMPOSSIBLE, 0, "terminal 99");
  sign_as (p, stick, 1, "{", "");
  offer_stick (s, stick, TABELLA_OFFER_INCOMPLETE, 0, "0001.json");
  g_assert_false (tabella_station_amend (s, stick, &taken, &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_cmpuint (taken, ==, 0);
  g_assert_cmpuint (n_lines (s, "amended"), ==, 0);
}

/* The folder itself, or a package that has it, is as good as the stick; each is taken once. */
static void
test_places (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *stick = practice_file (p, "stick");
  g_autofree char *folder = g_build_filename (p->folder, "amendments", NULL);
  g_autofree char *file = practice_file (p, "file/amendments");
  g_autofree char *parent = g_path_get_dirname (file);
  guint taken;
  GError *error = NULL;

  g_assert_true (tabella_file_write (file, "", 0, 0644, &error));
  offer_stick (s, file, TABELLA_OFFER_NO_FOLDER, 0, "no folder");
  offer_stick (s, parent, TABELLA_OFFER_NO_FOLDER, 0, "no folder");
  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  offer_stick (s, stick, TABELLA_OFFER_NEW, 1, NULL);
  g_assert_true (tabella_station_amend (s, folder, &taken, &error));
  g_assert_cmpuint (taken, ==, 1);
  g_assert_true (tabella_station_amend (s, stick, &taken, &error));
  g_assert_cmpuint (taken, ==, 0);
  offer_stick (s, stick, TABELLA_OFFER_NOTHING, 0, NULL);
}

/* Before an election and after its poll nothing is taken, by whatever way. */
static void
test_shut (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1), fresh = NULL;
  g_autofree char *dir = practice_file (p, "fresh"), *code = NULL;
  g_autoptr (GPtrArray) list = NULL;
  GError *error = NULL;
  guint taken = 99;

  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  fresh = tabella_station_open (dir, &error);
  assert_refused (tabella_station_amend (fresh, p->folder, &taken, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no election is installed");
  g_assert_cmpuint (taken, ==, 0);
  code = code_of (p, 1);
  offer_code (fresh, code, TABELLA_OFFER_CLOSED, "no election");
  g_assert_cmpint (tabella_station_read_stick (s, p->folder, &list, &error), ==, TABELLA_OFFER_NEW);
  g_assert_true (tabella_station_pause (s, &error));
  g_assert_true (tabella_station_close_poll (s, &error));
  assert_refused (tabella_station_take (s, list->pdata[0], &error), &error,
                  TABELLA_STATION_ERROR_STATE, "concern it no more");
  assert_refused (tabella_station_take_amendments (s, list, &taken, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "concern it no more");
  g_assert_cmpuint (taken, ==, 0);
  g_assert_cmpuint (n_lines (s, "amended"), ==, 0);
}

static void
assert_starts (const char *dir, const char *refused)
{
  GError *error = NULL;
  g_autoptr (TabellaStation) s = tabella_station_open (dir, &error);

  g_assert_cmpint (s != NULL, ==, refused == NULL);
  if (refused == NULL) {
    g_assert_no_error (error);
    g_assert_cmpuint (tabella_station_amendments (s)->len, ==, 1);
    return;
  }
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, refused));
  g_clear_error (&error);
}

/* The journal says what was taken; a signed file that says otherwise is not believed. */
static void
test_kept_otherwise (void)
{
  static const char *const others[][2] = { { "\"number\": 1", "\"number\": 2" },
                                           { "\"target\": 2", "\"target\": 3" } };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *dir = g_strdup (s->dir), *code = NULL, *kept = NULL, *file = NULL, *text = NULL;
  GError *error = NULL;

  practice_amend (p, TABELLA_AMEND_REVOKED, 2, 0);
  code = code_of (p, 1);
  take_code (s, code);
  kept = g_build_filename (dir, "amendments", "0001.txt", NULL);
  file = g_build_filename (dir, "amendments", "0001.json", NULL);
  g_assert_true (g_file_get_contents (kept, &text, NULL, &error));
  g_clear_pointer (&s, tabella_station_free);
  assert_starts (dir, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    sign_as (p, dir, i == 0 ? 2 : 1, others[i][0], others[i][1]);
    assert_starts (dir, NULL); /* the code is there */
    g_assert_cmpint (unlink (kept), ==, 0);
    assert_starts (dir, "amendment 1 was taken and is not there");
    g_assert_true (g_file_set_contents (kept, text, -1, &error));
  }
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_true (g_file_set_contents (kept, "A1B2", -1, &error));
  assert_starts (dir, "amendment");
  g_assert_cmpint (truncate (kept, 1 << 20), ==, 0);
  assert_starts (dir, "0001.txt");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/amending/spare-by-code", test_spare_by_code);
  g_test_add_func ("/amending/codes-refused", test_codes_refused);
  g_test_add_func ("/amending/sticks-refused", test_sticks_refused);
  g_test_add_func ("/amending/effects", test_effects);
  g_test_add_func ("/amending/cut", test_cut);
  g_test_add_func ("/amending/signed-and-refused", test_signed_and_refused);
  g_test_add_func ("/amending/places", test_places);
  g_test_add_func ("/amending/shut", test_shut);
  g_test_add_func ("/amending/kept-otherwise", test_kept_otherwise);
  return g_test_run ();
}
