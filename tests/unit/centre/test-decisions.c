/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions on provisional ballots: the organisers' word, in one file, or nothing. */
#include "evidence.h"
#include "fixture.h"
#include "store.h"

#include <glib/gstdio.h>
#include <string.h>
#include "bytes.h"
#include "files.h"

static TabellaFixture *fixture;

/* Two decisions, as they should be. */
static char *
good_text (void)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (TabellaDecision));
  TabellaDecision a = { .terminal = 2, .accepted = TRUE, .reason = (char *)"papers seen" };
  TabellaDecision b = { .terminal = 3, .accepted = FALSE, .reason = (char *)"没有" };

  memset (a.p, 9, sizeof a.p);
  memset (b.p, 1, sizeof b.p);
  g_array_append_val (list, a);
  g_array_append_val (list, b);
  return tabella_decisions_text (fixture->ctx->he, list);
}

static void
put (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (text == NULL) {
    g_remove (path);
    return;
  }
  tabella_file_write (path, text, strlen (text), 0644, &error);
  g_assert_no_error (error);
}

/* @minisig NULL: none. */
static TabellaEvidence *
read_as (gboolean practice, const char *text, const char *minisig, GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_evidence_new (fixture->folder, error);

  g_assert_nonnull (e);
  e->ctx->practice = practice;
  put ("decisions.json", text);
  put ("decisions.json.minisig", minisig);
  return tabella_evidence_read_decisions (e, fixture->folder, error) ? g_steal_pointer (&e) : NULL;
}

static char *
sign (const char *text)
{
  return tabella_minisign_sign (&fixture->key, text, strlen (text), "decisions");
}

static void
test_good (void)
{
  g_autofree char *text = good_text (), *minisig = sign (text), *again = NULL;

  for (guint practice = 0; practice < 2; practice++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TabellaEvidence) e = read_as (practice, text, minisig, &error);
    const TabellaDecision *d;
    guint8 p[32];

    g_assert_no_error (error);
    g_assert_true (e->decisions_signed);
    memset (p, 9, sizeof p);
    d = tabella_evidence_decision (e, 2, p);
    g_assert_true (d->accepted);
    g_assert_null (tabella_evidence_decision (e, 3, p));
    memset (p, 1, sizeof p);
    d = tabella_evidence_decision (e, 3, p);
    g_assert_false (d->accepted);
    g_assert_cmpstr (d->reason, ==, "没有");
    g_free (again);
    again = tabella_decisions_text (e->ctx->he, e->decisions);
    g_assert_cmpstr (again, ==, text);
  }
}

static void
test_none (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = read_as (FALSE, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (e->decisions->len, ==, 0);
}

/* Practice takes unsigned ones and says so; an official election never. */
static void
test_unsigned (void)
{
  g_autofree char *text = good_text ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) practice = read_as (TRUE, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_false (practice->decisions_signed);
  g_assert_cmpuint (practice->decisions->len, ==, 2);
  g_assert_null (read_as (FALSE, text, NULL, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
}

/* A signature that is there must be right, in practice too. */
static void
test_wrong_signature (void)
{
  g_autofree char *text = good_text (), *minisig = sign (text), *other = NULL;
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaMinisignPublic public;

  tabella_minisign_generate (&public, &key);
  other = tabella_minisign_sign (&key, text, strlen (text), "decisions");
  for (guint practice = 0; practice < 2; practice++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_as (practice, text, other, &error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SIGNATURE);
    g_clear_error (&error);
    text[strlen (text) - 20] ^= 1;
    g_assert_null (read_as (practice, text, minisig, &error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SIGNATURE);
    text[strlen (text) - 20] ^= 1;
  }
}

/* Signed, but not what the page lays down. */
static void
test_malformed (void)
{
  static const struct {
    const char *old, *new, *phrase;
  } changes[] = {
    { "tabella-decisions-1", "tabella-decisions-2", "format" },
    { "\"terminal\": 2", "\"terminal\": 4", "ascending" },
    { "\"terminal\": 2", "\"terminal\": 0", "terminal" },
    { "\"accepted\": true", "\"accepted\": 1", "accepted" },
    { "\"reason\": \"papers seen\"", "\"why\": \"papers seen\"", "why" },
    { "0909", "09zz", "p" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *text = good_text ();
    const char *at = strstr (text, changes[i].old);
    g_autofree char *changed = NULL, *minisig = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (at);
    changed = g_strdup_printf ("%.*s%s%s", (int)(at - text), text, changes[i].new,
                               at + strlen (changes[i].old));
    minisig = sign (changed);
    g_assert_null (read_as (FALSE, changed, minisig, &error));
    g_assert_nonnull (strstr (error->message, "decisions.json"));
    g_assert_nonnull (strstr (error->message, changes[i].phrase));
  }
}

/* Signed by the same organisers for another election. */
static void
test_other_election (void)
{
  g_autofree char *text = good_text (), *minisig = NULL;
  g_autofree char *he = tabella_hex (fixture->ctx->he, 32);
  g_autoptr (GError) error = NULL;
  char *at = strstr (text, he);

  at[5] = at[5] == '0' ? '1' : '0';
  minisig = sign (text);
  g_assert_null (read_as (FALSE, text, minisig, &error));
  g_assert_nonnull (strstr (error->message, "another election"));
}

static void
make_request (const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, "requests", name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_folder_make (path, &error));
}

static void
assert_stays (TabellaStore *store, const TabellaDecision *d)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (tabella_store_put_decision (store, d, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, "decisions stay as they are"));
}

/* By what people were struck, and ballots counted, is not changed afterwards. */
static void
test_stay (void)
{
  g_autoptr (GError) error = NULL;
  TabellaStore *store = tabella_store_open (fixture->folder, &error);
  TabellaDecision d = { .terminal = 2, .accepted = TRUE, .reason = (char *)"papers seen" };
  TabellaDecision late = { .terminal = 3, .accepted = TRUE }, later = { .terminal = 4 };
  g_autofree char *requests = g_build_filename (fixture->folder, "requests", NULL);

  g_assert_true (tabella_store_put_decision (store, &d, &error));
  d.accepted = FALSE;
  g_assert_true (tabella_store_put_decision (store, &d, &error)); /* nothing was asked yet */
  make_request ("checkins-0001");
  make_request ("strike-0001");
  g_assert_true (tabella_store_put_decision (store, &d, &error)); /* the same */
  d.accepted = TRUE;
  assert_stays (store, &d);
  g_assert_true (tabella_store_put_decision (store, &late, &error));
  make_request ("tally-0001");
  assert_stays (store, &later);
  tabella_store_close (store);
  g_assert_true (tabella_folder_remove (requests, &error));
}

/* Whose signature nobody would take signs nothing: what was signed before stays. */
static void
test_other_key (void)
{
  g_autoptr (GError) error = NULL;
  TabellaStore *store = tabella_store_open (fixture->folder, &error);
  g_autofree char *path = g_build_filename (fixture->folder, "decisions.json.minisig", NULL);
  g_autofree char *before = NULL, *after = NULL;
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaMinisignPublic pub;

  tabella_minisign_generate (&pub, &key);
  g_assert_true (tabella_store_sign_decisions (store, &fixture->key, &error));
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_false (tabella_store_sign_decisions (store, &key, &error));
  g_assert_nonnull (strstr (error->message, "not that of this election's organisers"));
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  tabella_store_close (store);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, FALSE, 4);
  g_test_add_func ("/decisions/good", test_good);
  g_test_add_func ("/decisions/none", test_none);
  g_test_add_func ("/decisions/unsigned", test_unsigned);
  g_test_add_func ("/decisions/wrong-signature", test_wrong_signature);
  g_test_add_func ("/decisions/malformed", test_malformed);
  g_test_add_func ("/decisions/other-election", test_other_election);
  g_test_add_func ("/decisions/stay", test_stay);
  g_test_add_func ("/decisions/other-key", test_other_key);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
