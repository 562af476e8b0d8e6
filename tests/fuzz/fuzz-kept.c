/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was kept and may have been changed meanwhile: a terminal's state folder, the centre's
 * database with the election folder, a public record. */
#include "../unit/verifier/record.h" /* not src/centre/record.h */
#include "folders.h"

#include <glib/gstdio.h>
#include <string.h>
#include "files.h"
#include "import.h"
#include "poll.h"
#include "practice.h"

/* --- A terminal's state folder, which is opened and, if it can be, unlocked --- */

static FuzzFolder *state;
static guint8 installed[32]; /* HE */

static void
prepare_state (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *folder = practice_file (p, "state-6");
  g_autoptr (GError) error = NULL;
  TabellaStation *s = practice_open (p, 6);

  memcpy (installed, p->manifest->he, 32);
  tabella_station_free (s); /* with the mark of one that was cut, `running` */
  state = fuzz_folder_new (folder);
}

static gboolean
run_state (const guint8 *bytes, gsize size)
{
  static const char *const passphrases[] = { "first officer" };
  g_autofree char *folder = fuzz_path ("state");
  g_autoptr (TabellaStation) s = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_folder_write (state, folder, bytes, size);
  s = tabella_station_open (folder, &error);
  if (!fuzz_verdict (s != NULL, error))
    return FALSE;
  if (tabella_station_manifest (s) != NULL)
    FUZZ_CHECK (memcmp (tabella_station_manifest (s)->he, installed, 32) == 0);
  if (tabella_station_state (s) != TABELLA_STATION_LOCKED)
    return FALSE;
  if (!fuzz_verdict (tabella_station_unlock (s, passphrases, 1, &error), error))
    return FALSE;
  FUZZ_CHECK (tabella_station_unlocked (s));
  tabella_station_lock (s);
  return TRUE;
}

static void
seed_state (void)
{
  fuzz_seed ("whole", "", 0);
  fuzz_folder_seed ("odd-name", 0, 9, 0, 1);
}

const FuzzTarget fuzz_state = { "state", prepare_state, run_state, seed_state };

/* --- The centre's election folder, its database among the files --- */

static FuzzFolder *centre;

static void
prepare_centre (void)
{
  TabellaFixture *f = fuzz_fixture ();
  g_autofree char *stick = fuzz_path ("written");
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (TabellaStore) store = tabella_store_open (f->folder, NULL);
  g_autoptr (Poll) p = poll_new (f, 1);
  gboolean is_new;

  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "y-");
  poll_close (p, stick);
  g_ptr_array_add (paths, stick);
  done = tabella_import (store, paths, NULL, NULL, NULL);
  FUZZ_CHECK (done != NULL && done->len == 1);
  FUZZ_CHECK (tabella_store_put_receipt (store, p->text, &is_new, NULL));
  g_clear_pointer (&store, tabella_store_close);
  centre = fuzz_folder_new (f->folder);
}

static gboolean
run_centre (const guint8 *bytes, gsize size)
{
  g_autofree char *folder = fuzz_path ("centre");
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaEvidence) evidence = NULL;
  g_autoptr (GPtrArray) receipts = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_folder_write (centre, folder, bytes, size);
  store = tabella_store_open (folder, &error);
  if (!fuzz_verdict (store != NULL, error))
    return FALSE;
  receipts = tabella_store_receipts (store, &error);
  if (!fuzz_verdict (receipts != NULL, error))
    return FALSE;
  evidence = tabella_store_evidence (store, &error);
  return fuzz_verdict (evidence != NULL, error);
}

static void
seed_centre (void)
{
  fuzz_seed ("whole", "", 0);
  fuzz_folder_seed ("odd-name", 0, 9, 0, 1);
}

const FuzzTarget fuzz_centre = { "centre", prepare_centre, run_centre, seed_centre };

/* --- A public record; test-mutation.c holds each check to each mutant, this to crashes --- */

static FuzzFolder *public_record;
static TabellaMinisignPublic organisers;

static void
prepare_public (void)
{
  g_autoptr (TabellaFixture) f = record_fixture ();
  g_autoptr (Record) poll = record_poll (f, NULL), r = record_new (poll, RECORD_FILES, NULL);
  g_autofree char *folder = record_write (r);

  organisers = f->organisers;
  public_record = fuzz_folder_new (folder);
  FUZZ_CHECK (tabella_folder_remove (folder, NULL));
}

static gboolean
run_public (const guint8 *bytes, gsize size)
{
  g_autofree char *folder = fuzz_path ("record");
  g_autoptr (TabellaVerifyReport) report = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_folder_write (public_record, folder, bytes, size);
  report =
      tabella_verify_record (folder, TABELLA_VERIFY_ALL, &organisers, NULL, NULL, NULL, &error);
  if (!fuzz_verdict (report != NULL, error))
    return FALSE;
  for (guint i = 1; i < G_N_ELEMENTS (report->checks); i++) {
    const TabellaCheckLine *c = &report->checks[i];

    FUZZ_CHECK (!c->passed || c->ran);
    if (c->detail != NULL)
      fuzz_check_words (c->detail);
    FUZZ_CHECK (c->passed || report->verdict == TABELLA_VERDICT_INVALID);
  }
  for (guint i = 0; i < report->incidents->len; i++)
    fuzz_check_words (report->incidents->pdata[i]);
  return report->verdict != TABELLA_VERDICT_INVALID;
}

static void
seed_public (void)
{
  fuzz_seed ("whole", "", 0);
}

const FuzzTarget fuzz_public = { "public", prepare_public, run_public, seed_public };
