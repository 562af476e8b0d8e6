/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leads to a sealed election: the ceremony's files, enrolments, the manifest. */
#include "fuzz.h"

#include <string.h>
#include "ceremony-internal.h"
#include "files.h"

/* --- manifest.json --- */

static gboolean
run_manifest (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (TabellaManifest) m = tabella_manifest_parse (file, &error);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  TabellaCeremonyKeys keys;

  if (!fuzz_verdict (m != NULL, error))
    return FALSE;
  fuzz_verdict (tabella_manifest_keys (m, &keys, &error), error);
  FUZZ_CHECK (!tabella_manifest_check_signature (m, "", 0, NULL, &refused));
  for (guint i = 0; i < m->terminals->len; i++) {
    const TabellaTerminalInfo *t = m->terminals->pdata[i];
    TabellaTerminalStatus status;

    FUZZ_CHECK (tabella_manifest_terminal (m, t->index) == t);
    FUZZ_CHECK (tabella_election_station (m->election, t->station) != NULL);
    FUZZ_CHECK ((t->lane != 0) == tabella_role_checks_in (t->role) && t->lane < 1 << 10);
    FUZZ_CHECK (t->has_slice == tabella_role_checks_in (t->role));
    FUZZ_CHECK (t->has_keys);
    FUZZ_CHECK (!t->simulated || m->practice);
    tabella_amendments_status (m, none, t, &status);
    FUZZ_CHECK (status.role == t->role && status.station == t->station);
  }
  return TRUE;
}

static void
seed_manifest (void)
{
  GBytes *file = fuzz_fixture ()->manifest->bytes;

  fuzz_seed ("practice", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

const FuzzTarget fuzz_manifest = { "manifest", NULL, run_manifest, seed_manifest, FUZZ_JSON };

/* --- ceremony/rN-01.json, the other trustees' files being good --- */

static gboolean
run_round (guint round, const guint8 *bytes, gsize size)
{
  const TabellaManifest *m = fuzz_fixture ()->manifest;
  TabellaCeremonyFiles files = m->files;
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autofree TabellaCeremonyView *view = NULL;
  TabellaComplaint complaint = { 0 };
  TabellaCeremonyKeys keys;

  files.rounds[round - 1][0] = file;
  view = tabella_ceremony_view (m->election, &files, round, &complaint, &error);
  FUZZ_CHECK (complaint.about <= m->files.n);
  FUZZ_CHECK (complaint.about == 0 || (view == NULL && complaint.reason != NULL));
  if (!fuzz_verdict (view != NULL, error))
    return FALSE;
  return round < 2 || fuzz_verdict (tabella_ceremony_view_keys (view, &keys, &error), error);
}

static gboolean
run_round1 (const guint8 *bytes, gsize size)
{
  return run_round (1, bytes, size);
}

static gboolean
run_round2 (const guint8 *bytes, gsize size)
{
  return run_round (2, bytes, size);
}

static gboolean
run_round3 (const guint8 *bytes, gsize size)
{
  g_autoptr (json_t) json = NULL;

  if (!run_round (3, bytes, size))
    return FALSE;
  json = tabella_json_parse ("r3-01.json", bytes, size, NULL);
  FUZZ_CHECK (json_array_size (json_object_get (json, "shares")) == FIXTURE_TRUSTEES - 1);
  return TRUE;
}

static gboolean
run_round4 (const guint8 *bytes, gsize size)
{
  const TabellaManifest *m = fuzz_fixture ()->manifest;
  TabellaCeremonyFiles files = m->files;
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  guint8 signature[64];

  files.rounds[3][0] = file;
  return fuzz_verdict (tabella_ceremony_read4 (m->election, &files, 1, signature, &error), error);
}

static void
seed_round (guint round)
{
  GBytes *file = fuzz_fixture ()->manifest->files.rounds[round - 1][0];

  fuzz_seed ("good", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

static void
seed_round1 (void)
{
  seed_round (1);
}

static void
seed_round2 (void)
{
  seed_round (2);
}

static void
seed_round3 (void)
{
  seed_round (3);
}

static void
seed_round4 (void)
{
  seed_round (4);
}

const FuzzTarget fuzz_round1 = { "round1", NULL, run_round1, seed_round1, FUZZ_JSON };
const FuzzTarget fuzz_round2 = { "round2", NULL, run_round2, seed_round2, FUZZ_JSON };
const FuzzTarget fuzz_round3 = { "round3", NULL, run_round3, seed_round3, FUZZ_JSON };
const FuzzTarget fuzz_round4 = { "round4", NULL, run_round4, seed_round4, FUZZ_JSON };

/* --- A complaint: it stops the ceremony whatever it says --- */

static void
prepare_complaint (void)
{
  g_autofree char *folder = fuzz_path ("ceremony");

  FUZZ_CHECK (tabella_folder_make (folder, NULL));
  fuzz_fixture ();
}

static gboolean
run_complaint (const guint8 *bytes, gsize size)
{
  g_autofree char *folder = fuzz_path ("");
  g_autofree char *path = fuzz_path ("ceremony/complaint-01-02.json");
  g_autoptr (GError) error = NULL;

  fuzz_write (path, bytes, size);
  fuzz_verdict (tabella_complaint_none (fuzz_fixture ()->manifest->election, folder, &error),
                error);
  FUZZ_CHECK (error != NULL);
  return strstr (error->message, "unreadable") == NULL;
}

static void
seed_complaint (void)
{
  fuzz_seed_text ("share", "{\"from\": 1, \"about\": 2, \"reason\": \"share\"}");
}

const FuzzTarget fuzz_complaint = { "complaint", prepare_complaint, run_complaint, seed_complaint,
                                    FUZZ_JSON };

/* --- An enrolment file --- */

static gboolean
run_enrolment (const guint8 *bytes, gsize size)
{
  g_autoptr (TabellaTerminalInfo) t = g_new0 (TabellaTerminalInfo, 1);
  g_autoptr (TabellaTerminalInfo) back = g_new0 (TabellaTerminalInfo, 1);
  g_autoptr (TabellaTerminalSecrets) keys = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!fuzz_verdict (tabella_enrolment_parse ("enrolment", bytes, size, t, &error), error))
    return FALSE;
  keys = tabella_terminal_secrets_new ();
  memcpy (keys->ballot_key, t->ballot_key, 32);
  memcpy (keys->batch_key, t->batch_key, 32);
  memcpy (keys->box_key, t->box_key, 32);
  text = tabella_enrolment_text (keys, t->label, t->simulated);
  FUZZ_CHECK (tabella_enrolment_parse ("its text", text, strlen (text), back, NULL));
  FUZZ_CHECK (g_str_equal (back->label, t->label) && back->simulated == t->simulated);
  FUZZ_CHECK (memcmp (back->ballot_key, t->ballot_key, 32) == 0 &&
              memcmp (back->batch_key, t->batch_key, 32) == 0 &&
              memcmp (back->box_key, t->box_key, 32) == 0);
  return TRUE;
}

static void
seed_enrolment (void)
{
  const TabellaTerminalSecrets *keys = fuzz_fixture ()->secrets->pdata[0];
  g_autofree char *simulated = tabella_enrolment_text (keys, "Tablet 1", TRUE);
  g_autofree char *real = tabella_enrolment_text (keys, "平板 2", FALSE);

  fuzz_seed_text ("simulated", simulated);
  fuzz_seed_text ("real", real);
}

const FuzzTarget fuzz_enrolment = { "enrolment", NULL, run_enrolment, seed_enrolment, FUZZ_JSON };

/* --- terminals/NNN.json: what is read is written without a change --- */

static gboolean
run_terminal (const guint8 *bytes, gsize size)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = tabella_json_parse ("001.json", bytes, size, &error);
  g_autoptr (json_t) back = NULL;
  g_autoptr (TabellaTerminalInfo) t = NULL;

  if (!fuzz_verdict (json != NULL, error))
    return FALSE;
  t = tabella_terminal_parse (json, "", TRUE, problems);
  if (!fuzz_problems (t != NULL, problems))
    return FALSE;
  back = tabella_terminal_json (t, TRUE);
  FUZZ_CHECK (json_equal (json, back));
  return TRUE;
}

static void
seed_terminal (void)
{
  const GPtrArray *terminals = fuzz_fixture ()->manifest->terminals;

  for (guint i = 0; i < terminals->len; i++) {
    TabellaTerminalInfo t = *(const TabellaTerminalInfo *)terminals->pdata[i];
    g_autofree char *name = g_strdup_printf ("terminal-%u", i + 1);
    g_autofree char *text = NULL;
    g_autoptr (json_t) json = NULL;

    t.label = name;
    json = tabella_terminal_json (&t, TRUE);
    text = tabella_json_text (json);
    fuzz_seed_text (name, text);
  }
}

const FuzzTarget fuzz_terminal = { "terminal", NULL, run_terminal, seed_terminal, FUZZ_JSON };
