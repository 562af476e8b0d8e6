/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that does not give the n-th thing that the verifier asks it for: what could not be read
 * is never taken for what is not there, and the report says what it was. With "-m slow" every n;
 * otherwise some, which the test's seed draws. */
#include <errno.h>
#include <string.h>
#include "faults.h"
#include "files.h"
#include "record.h"

#define ALL   TABELLA_VERIFY_ALL
#define CALLS 20000 /* more than a verification needs */

typedef struct {
  const char *path, *part; /* of the record, whose calls fail */
  RecordChange poll;
  TabellaVerifyUpTo up_to;
  gboolean begun; /* without ceremony/, as in a request folder */
  TabellaVerdict verdict;
  guint every; /* the short run takes one n in so many */
} Case;

static const Record *base;

/* One with a fault of its own, and one that nobody could read, which was given up. */
static void
put_aside (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ENROLLED };

  record_line (&r->terminals[7], -1, &line);
  r->terminals[7].quarantine = "its journal says that it was enrolled twice\n";
  record_line (&r->terminals[4], -1, &line);
  r->terminals[4].quarantine = "so does this one's\n";
  record_amend (r, TABELLA_AMEND_REVOKED, 4, 0);
}

static gboolean
says_so (const TabellaVerifyReport *report)
{
  for (guint i = 1; i <= TABELLA_VERIFY_ALL; i++) {
    const char *detail = report->checks[i].detail;

    if (detail != NULL && !report->checks[i].passed &&
        (strstr (detail, "cannot read") != NULL || strstr (detail, "cannot open") != NULL))
      return TRUE;
  }
  return FALSE;
}

static gboolean
one (const Case *c, const Record *r, const char *folder, guint calls, guint nth)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaVerifyReport) report = NULL;
  gboolean happened;

  faults_arm (calls, FAULTS_REFUSE, EIO, nth);
  report = tabella_verify_record (folder, c->up_to, &r->f->organisers, NULL, NULL, NULL, &error);
  happened = faults_disarm ();
  g_test_message ("%s, call %u of %u", c->path, nth, calls);
  if (!happened) {
    g_assert_no_error (error);
    g_assert_cmpint (report->verdict, ==, c->verdict);
    return FALSE;
  }
  if (report == NULL) {
    g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO);
    return TRUE;
  }
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_INVALID);
  g_assert_true (says_so (report));
  return TRUE;
}

static void
test_unread (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (Record) r = record_new (base, c->poll == NULL ? RECORD_FILES : RECORD_POLL, c->poll);
  g_autofree char *folder = NULL, *part = NULL;
  GError *error = NULL;
  guint tries = 0;

  if (c->begun) {
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init (&iter, r->files);
    while (g_hash_table_iter_next (&iter, &name, NULL))
      if (g_str_has_prefix (name, "ceremony/"))
        g_hash_table_iter_remove (&iter);
  }
  folder = record_write (r);
  part = g_build_filename (folder, c->part, NULL);
  faults_watch (part);
  for (guint calls = FAULTS_OPEN; calls <= FAULTS_LOOK; calls *= 2) {
    const guint every = g_test_slow () ? 1 : c->every;
    guint n = every > 1 ? (guint)g_test_rand_int_range (1, (gint32)every + 1) : 1;

    for (; one (c, r, folder, calls, n); n += every) {
      g_assert_cmpuint (n, <, CALLS);
      tries++;
    }
  }
  faults_watch (NULL);
  g_print ("# %s: %u failures\n", c->path, tries);
  g_assert_cmpuint (tries, >, 0);
  g_assert_true (tabella_folder_remove (folder, &error));
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { "/unread/whole", NULL, put_aside, ALL, FALSE, TABELLA_VERDICT_VALID_EXCLUDED, 40 },
    { "/unread/quarantine", "quarantine", put_aside, ALL, FALSE, TABELLA_VERDICT_VALID_EXCLUDED,
      1 },
    { "/unread/begun", NULL, NULL, TABELLA_VERIFY_BATCHES, TRUE, TABELLA_VERDICT_VALID, 30 },
    { "/unread/left-out", "ceremony", NULL, TABELLA_VERIFY_BATCHES, TRUE, TABELLA_VERDICT_VALID,
      1 },
  };
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) poll = NULL;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  poll = record_poll (f, NULL);
  base = poll;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_unread);
  return g_test_run ();
}
