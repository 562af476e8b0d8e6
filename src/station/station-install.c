/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-private.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "copy.h"
#include "files.h"

#define BOX_TEMPORARY     ".box.db.tmp"
#define PACKAGE_TEMPORARY ".package.tmp"

gboolean
tabella_station_enrol (TabellaStation *s, const char *label, TabellaTerminalSecrets *secrets,
                       gboolean simulated, char **setup_code, char **enrolment, GError **error)
{
  g_autoptr (TabellaTerminalSecrets) own =
      secrets != NULL ? secrets : tabella_terminal_secrets_new ();
  g_autofree char *path = tabella_station_path (s, "enrolment.json");
  g_autofree char *text = tabella_enrolment_text (own, label, simulated);
  TabellaTerminalInfo info = { 0 };
  char *code;

  *setup_code = *enrolment = NULL;
  if (s->state != TABELLA_STATION_NEW)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal has keys already; its enrolment file is %s"),
                                   path);
  if (!tabella_enrolment_parse ("enrolment", text, strlen (text), &info, error))
    return FALSE;
  g_free (info.label);
  code = tabella_setup_code_new ();
  /* The vault comes last: it makes the terminal an enrolled one. */
  if (!tabella_file_write (path, text, strlen (text), 0644, error) ||
      !tabella_setup_seal (s->dir, code, own, s->cost, error) || !tabella_station_load (s, error)) {
    tabella_setup_destroy (s->dir, NULL); /* nobody was shown the code that opens it */
    tabella_setup_code_free (code);
    return FALSE;
  }
  *setup_code = code;
  *enrolment = g_steal_pointer (&text);
  return TRUE;
}

char *
tabella_station_enrolment (const TabellaStation *s, GError **error)
{
  g_autofree char *path = tabella_station_path (s, "enrolment.json");
  g_autoptr (GBytes) bytes = NULL;

  if (s->state == TABELLA_STATION_NEW) {
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                            _ ("this terminal has no keys yet: make them first"));
    return NULL;
  }
  bytes = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

const char *
tabella_station_label (const TabellaStation *s)
{
  return s->enrolment != NULL ? s->enrolment->label : NULL;
}

TabellaPackage *
tabella_station_find_package (TabellaStation *s, const char *path, GError **error)
{
  if (s->state == TABELLA_STATION_NEW) {
    tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this terminal has no keys yet: make them, and give the enrolment file "
           "to the organisers"));
    return NULL;
  }
  return tabella_package_read (path, s->enrolment->box_key, error);
}

/* What only the terminal itself can compare. */
static gboolean
check_package (TabellaStation *s, const TabellaPackage *p, GError **error)
{
  g_autofree char *path = tabella_station_path (s, "setup.vault");
  g_autoptr (GBytes) vault = NULL;
  TabellaVaultCost cost;

  if (memcmp (p->terminal->ballot_key, s->enrolment->ballot_key, 32) != 0 ||
      memcmp (p->terminal->batch_key, s->enrolment->batch_key, 32) != 0 ||
      memcmp (p->terminal->box_key, s->enrolment->box_key, 32) != 0)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_REFUSED,
                                   _ ("the package names other keys for this terminal: give the "
                                      "organisers its enrolment file again"));
  if (p->manifest->practice)
    return TRUE;
  vault = tabella_file_read (path, TABELLA_VAULTS_LIMIT, error);
  if (vault == NULL || !tabella_vault_cost (vault, &cost, error))
    return FALSE;
  if (cost == TABELLA_VAULT_REHEARSAL || s->enrolment->simulated)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this terminal was enrolled for rehearsals: an official election "
           "needs a new one"));
  return TRUE;
}

static gboolean
write_bytes (const char *path, GBytes *bytes, GError **error)
{
  return tabella_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644,
                             error);
}

static gboolean
write_roll (const char *folder, const TabellaPackage *p, GError **error)
{
  g_autofree char *keys = tabella_roll_keys_path (folder, p->terminal->index);

  if (!write_bytes (keys, p->sealed_keys, error))
    return FALSE;
  for (guint i = 0; i < p->slices->len; i++) {
    GBytes *slice = p->slices->pdata[i];
    g_autofree char *path = NULL;
    guint8 digest[32];

    tabella_digest_256 (g_bytes_get_data (slice, NULL), g_bytes_get_size (slice), digest);
    path = tabella_roll_slice_path (folder, digest);
    if (!write_bytes (path, slice, error))
      return FALSE;
  }
  return TRUE;
}

/* The package as it was verified in memory, without other terminals' parts; the stick is not read
 * again. */
static gboolean
write_package (TabellaStation *s, const TabellaPackage *p, GError **error)
{
  g_autofree char *made = tabella_station_path (s, PACKAGE_TEMPORARY);
  g_autofree char *path = tabella_station_path (s, "package");
  g_autofree char *manifest = g_build_filename (made, "manifest.json", NULL);
  g_autofree char *sig = g_build_filename (made, "manifest.json.minisig", NULL);
  g_autofree char *pub = g_build_filename (made, "organisers.pub", NULL);
  g_autofree char *pub_text = tabella_minisign_public_text (&p->manifest->organisers);

  if (!tabella_folder_remove (made, error) || !write_bytes (manifest, p->manifest->bytes, error) ||
      !tabella_file_write (sig, p->manifest_sig, strlen (p->manifest_sig), 0644, error) ||
      !tabella_file_write (pub, pub_text, strlen (pub_text), 0644, error))
    return FALSE;
  for (guint i = 0; i < p->amendments->len; i++)
    if (!tabella_amendment_keep (made, p->amendments->pdata[i], error))
      return FALSE;
  return write_roll (made, p, error) && tabella_folder_replace (made, path, error);
}

static gboolean
append_event (TabellaBox *box, const TabellaEventLine *line, GError **error)
{
  g_autofree char *text = tabella_event_text (line);

  return tabella_box_journal_append (box, text, error);
}

static gboolean
append_first_lines (TabellaBox *box, const TabellaPackage *p, GError **error)
{
  const TabellaEventLine enrolled = { .kind = TABELLA_EVENT_ENROLLED };
  const TabellaEventLine installed = { .kind = TABELLA_EVENT_INSTALLED };

  if (!append_event (box, &enrolled, error) || !append_event (box, &installed, error))
    return FALSE;
  for (guint i = 0; i < p->amendments->len; i++) {
    const TabellaEventLine line = tabella_station_amended_line (p->amendments->pdata[i]);

    if (!append_event (box, &line, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fill_box (const char *path, const TabellaPackage *p, GError **error)
{
  const TabellaPolicies *policies = &p->manifest->election->policies;
  g_autoptr (TabellaBallotContext) ctx = tabella_ballot_context_new (p->manifest, &p->keys);
  g_autoptr (TabellaBox) box = NULL;

  if (!tabella_box_create (path, tabella_record_size_max (ctx), policies->capacity_ballots,
                           policies->capacity_checkins, error))
    return FALSE;
  box = tabella_box_open (path, error);
  return box != NULL && append_first_lines (box, p, error);
}

/* The whole box under a temporary name, then in place: this is what makes the terminal an installed
 * one. */
static gboolean
make_box (TabellaStation *s, const TabellaPackage *p, GError **error)
{
  g_autofree char *made = tabella_station_path (s, BOX_TEMPORARY);
  g_autofree char *journal = g_strconcat (made, "-journal", NULL);
  g_autofree char *path = tabella_station_path (s, "box.db");
  g_autofree char *kept = g_strconcat (path, "-journal", NULL);

  if ((unlink (made) != 0 && errno != ENOENT) || (unlink (journal) != 0 && errno != ENOENT))
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                   _ ("%s cannot be removed: %s"), made,
                                   tabella_errno_text (errno));
  if (!fill_box (made, p, error)) {
    unlink (made);
    unlink (journal);
    return FALSE;
  }
  /* The journal's room first: a box of this name is one that is installed. */
  if (rename (journal, kept) != 0 || !tabella_folder_sync (s->dir, NULL) ||
      rename (made, path) != 0)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                   _ ("%s cannot be made: %s"), path, tabella_errno_text (errno));
  return tabella_folder_sync (s->dir, error);
}

/* The same election again: perhaps with newer amendments. */
static gboolean
install_again (TabellaStation *s, const TabellaPackage *p, GError **error)
{
  guint taken;

  if (memcmp (p->manifest->he, s->package->manifest->he, 32) != 0)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this terminal has the election \"%s\" installed and takes no "
           "other: use one that is newly enrolled"),
        s->package->manifest->election->name);
  if (tabella_amendments_last (p->amendments) < tabella_amendments_last (s->amendments))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this package is older than what the terminal knows: it has "
           "amendments up to %u, the terminal up to %u; get a newer stick"),
        tabella_amendments_last (p->amendments), tabella_amendments_last (s->amendments));
  return tabella_station_take_amendments (s, p->amendments, &taken, error);
}

gboolean
tabella_station_install (TabellaStation *s, const TabellaPackage *package, GError **error)
{
  if (s->state == TABELLA_STATION_NEW)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal has no keys yet: make them first"));
  if (s->state == TABELLA_STATION_RETIRED)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this terminal is retired: its keys are destroyed; use another "
           "one"));
  if (s->state != TABELLA_STATION_ENROLLED)
    return install_again (s, package, error);
  return check_package (s, package, error) && write_package (s, package, error) &&
         make_box (s, package, error) && tabella_station_load (s, error);
}
