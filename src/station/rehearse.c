/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearse.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "files.h"
#include "rehearsal.h"

#define MEMORY_FOLDER "/dev/shm"
#define PIN           "271828"

typedef struct {
  const char *folder; /* the practice election */
  char *out;
  TabellaManifest *manifest;
  TabellaCeremonyKeys keys;
  TabellaRehearsal deck;
  char *state, *made; /* temporary: package and terminals' state; finished batches */
  TabellaProgress progress;
  gpointer data;
  guint64 done;
} Run;

/* What is temporary goes, whatever happened: the error to report is another one. */
static void
run_clear (Run *run)
{
  g_clear_pointer (&run->deck.terminals, g_ptr_array_unref);
  g_clear_pointer (&run->deck.lines, g_ptr_array_unref);
  g_clear_pointer (&run->deck.tickets, g_free);
  g_clear_pointer (&run->manifest, tabella_manifest_free);
  if (run->state != NULL)
    tabella_folder_remove (run->state, NULL);
  if (run->made != NULL)
    tabella_folder_remove (run->made, NULL);
  g_free (run->state);
  g_free (run->made);
  g_free (run->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

gboolean
tabella_rehearse_enrol (const char *folder, const TabellaElection *e, guint16 station,
                        TabellaRole role, guint16 lane, const char *label, guint16 *index,
                        GError **error)
{
  g_autoptr (TabellaTerminalSecrets) secrets = tabella_terminal_secrets_new ();
  g_autofree char *text = tabella_enrolment_text (secrets, label, TRUE);
  g_autoptr (TabellaTerminalInfo) info = g_new0 (TabellaTerminalInfo, 1);

  if (!tabella_enrolment_parse (label, text, strlen (text), info, error) ||
      !tabella_terminals_enrol (folder, e, info, station, role, lane, index, error))
    return FALSE;
  if (tabella_simulated_secrets_save (folder, *index, secrets, error))
    return TRUE;
  tabella_terminals_remove (folder, *index, NULL); /* the first error is the one that counts */
  return FALSE;
}

static TabellaRehearsalTerminal *
terminal_new (const Run *run, GPtrArray *amendments, const TabellaTerminalInfo *info)
{
  TabellaRehearsalTerminal *t = g_new0 (TabellaRehearsalTerminal, 1);

  t->info = info;
  tabella_amendments_status (run->manifest, amendments, info, &t->status);
  t->takes_part = info->simulated && t->status.role != TABELLA_ROLE_SPARE && !t->status.revoked &&
                  !t->status.ended;
  return t;
}

static gboolean
mark_lost (Run *run, const GArray *lost, GError **error)
{
  for (guint i = 0; lost != NULL && i < lost->len; i++) {
    const guint16 index = g_array_index (lost, guint16, i);
    TabellaRehearsalTerminal *t = tabella_rehearsal_find (&run->deck, index);

    if (t == NULL || !t->takes_part) {
      g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                   "terminal %u cannot be lost: it takes no part in this rehearsal", index);
      return FALSE;
    }
    t->lost = TRUE;
  }
  return TRUE;
}

/* Election, terminals and deck, checked as far as can be before anything runs. */
static gboolean
load (Run *run, const char *deck_path, const GArray *lost, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) amendments = NULL;

  run->manifest = tabella_manifest_load (run->folder, NULL, &run->keys, error);
  if (run->manifest == NULL)
    return FALSE;
  if (!run->manifest->practice) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE,
                 "this election is official; rehearse its practice: tabella -C practice rehearse");
    return FALSE;
  }
  amendments = tabella_amendments_load (run->manifest, run->folder, TRUE, error);
  if (amendments == NULL)
    return FALSE;
  run->deck.election = run->manifest->election;
  run->deck.terminals =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_rehearsal_terminal_free);
  for (guint i = 0; i < run->manifest->terminals->len; i++)
    g_ptr_array_add (run->deck.terminals,
                     terminal_new (run, amendments, run->manifest->terminals->pdata[i]));
  run->deck.lines = tabella_deck_load (run->deck.election, deck_path, error);
  if (run->deck.lines == NULL || !mark_lost (run, lost, error))
    return FALSE;
  run->deck.tickets = g_new0 (TabellaRehearsalTicket, run->deck.lines->len + 1);
  tabella_rehearsal_check (&run->deck, problems);
  return tabella_problems_none (deck_path, problems, error);
}

/* Bytes of the plain files in a folder. */
static guint64
folder_bytes (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint64 bytes = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    GStatBuf info;

    if (g_stat (file, &info) == 0 && S_ISREG (info.st_mode))
      bytes += (guint64)info.st_size;
  }
  return bytes;
}

/* What the terminals of one station may take at most, roughly: boxes (twice the records' size, for
 * pages and journals), slices, finals. */
static guint64
bytes_needed (const Run *run)
{
  g_autoptr (TabellaBallotContext) ctx = tabella_ballot_context_new (run->manifest, &run->keys);
  g_autofree char *roll = g_build_filename (run->folder, "roll", NULL);
  const TabellaPolicies *policies = &run->deck.election->policies;
  const guint64 box = 2 * ((guint64)policies->capacity_ballots * tabella_record_size_max (ctx) +
                           (guint64)policies->capacity_checkins * TABELLA_CHECKIN_BYTES);
  g_autofree guint *count = g_new0 (guint, run->deck.election->stations->len + 1);
  guint most = 0;

  for (guint i = 0; i < run->deck.terminals->len; i++) {
    const TabellaRehearsalTerminal *t = run->deck.terminals->pdata[i];

    if (t->takes_part)
      most = MAX (most, ++count[t->status.station]);
  }
  return most * (2 * box + folder_bytes (roll)) + folder_bytes (roll);
}

/* Memory where it has room: a durable write costs nothing there and practice needs none. */
static char *
make_state_folder (const Run *run, GError **error)
{
  struct statvfs fs;
  const gboolean memory = g_access (MEMORY_FOLDER, W_OK) == 0 &&
                          statvfs (MEMORY_FOLDER, &fs) == 0 &&
                          (guint64)fs.f_bavail * fs.f_frsize / 2 > bytes_needed (run);
  char *path = g_build_filename (memory ? MEMORY_FOLDER : g_get_tmp_dir (),
                                 "tabella-rehearsal-XXXXXX", NULL);

  if (g_mkdtemp (path) != NULL)
    return path;
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               "cannot make a temporary folder %s: %s", path, g_strerror (errno));
  g_free (path);
  return NULL;
}

/* Beside OUT, so that finished batches need only be renamed. */
static char *
make_out_folder (const Run *run, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (run->out);
  g_autofree char *path = g_build_filename (parent, ".rehearsal-XXXXXX", NULL);

  if (!tabella_folder_make (parent, error))
    return NULL;
  if (g_mkdtemp_full (path, 0755) != NULL)
    return g_steal_pointer (&path);
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               "cannot make a folder in %s: %s", parent, g_strerror (errno));
  return NULL;
}

static char *
state_folder (const Run *run, const TabellaRehearsalTerminal *t)
{
  g_autofree char *name = g_strdup_printf ("%03u", t->info->index);

  return g_build_filename (run->state, name, NULL);
}

static gboolean
install (const Run *run, TabellaRehearsalTerminal *t, char **setup_code, GError **error)
{
  g_autofree char *label = g_strdup_printf ("simulated-%u", t->info->index);
  g_autofree char *enrolment = NULL;
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets =
      tabella_simulated_secrets_load (run->folder, t->info->index, error);

  if (secrets == NULL ||
      !tabella_station_enrol (t->station, label, secrets, TRUE, setup_code, &enrolment, error))
    return FALSE;
  package = tabella_station_find_package (t->station, run->state, error);
  return package != NULL && tabella_station_install (t->station, package, error);
}

static gboolean
first_opening (const Run *run, TabellaRehearsalTerminal *t, const char *setup_code, GError **error)
{
  const guint count = run->deck.election->policies.officers_count;
  g_auto (GStrv) passphrases = g_new0 (char *, count + 1);

  for (guint i = 0; i < count; i++)
    passphrases[i] = g_strdup_printf ("rehearsal officer %u", i + 1);
  return tabella_station_first_opening (t->station, setup_code, (const char *const *)passphrases,
                                        count, PIN, error);
}

static gboolean
open_terminal (const Run *run, TabellaRehearsalTerminal *t, GError **error)
{
  g_autofree char *dir = state_folder (run, t);
  char *setup_code = NULL;
  gboolean opened;

  if (!tabella_folder_make (dir, error))
    return FALSE;
  t->station = tabella_station_open (dir, error);
  if (t->station == NULL)
    return FALSE;
  tabella_station_set_cost (t->station, TABELLA_VAULT_REHEARSAL);
  opened = install (run, t, &setup_code, error) && first_opening (run, t, setup_code, error);
  tabella_setup_code_free (setup_code);
  return opened && tabella_station_zero_report (t->station, error) &&
         tabella_station_open_poll (t->station, error);
}

static gboolean
close_terminal (const Run *run, TabellaRehearsalTerminal *t, GError **error)
{
  const TabellaStick stick = { .root = run->made };
  g_autofree char *dir = state_folder (run, t);
  g_autofree char *text = NULL;
  gboolean written;

  if (t->lost)
    written = tabella_export_safety_copy (t->station, &stick, &text, error);
  else
    written = tabella_export_close (t->station, error) &&
              tabella_export_final (t->station, &stick, &text, error);
  g_clear_pointer (&t->station, tabella_station_free);
  return written && tabella_folder_remove (dir, error);
}

typedef gboolean (*TerminalStep) (const Run *run, TabellaRehearsalTerminal *t, GError **error);

static gboolean
each_terminal (const Run *run, guint16 station, TerminalStep step, GError **error)
{
  for (guint i = 0; i < run->deck.terminals->len; i++) {
    TabellaRehearsalTerminal *t = run->deck.terminals->pdata[i];

    if (t->takes_part && t->status.station == station && !step (run, t, error)) {
      g_prefix_error (error, "terminal %u: ", t->info->index);
      return FALSE;
    }
  }
  return TRUE;
}

/* Stations share nothing, so one after the other: what is open at a time stays small. */
static gboolean
run_station (Run *run, guint16 station, GError **error)
{
  if (!each_terminal (run, station, open_terminal, error))
    return FALSE;
  for (guint i = 0; i < run->deck.lines->len; i++) {
    const TabellaDeckLine *line = run->deck.lines->pdata[i];

    if (tabella_rehearsal_find (&run->deck, line->terminal)->status.station != station)
      continue;
    if (!tabella_rehearsal_line (&run->deck, line, error))
      return FALSE;
    if (run->progress != NULL)
      run->progress (++run->done, run->deck.lines->len, run->data);
  }
  return each_terminal (run, station, close_terminal, error);
}

/* OUT may be there, also with other things, but with no batch of these terminals. */
static gboolean
check_out (const Run *run, GError **error)
{
  for (guint i = 0; i < run->deck.terminals->len; i++) {
    const TabellaRehearsalTerminal *t = run->deck.terminals->pdata[i];
    g_autofree char *name = g_strdup_printf ("terminal-%03u", t->info->index);
    g_autofree char *path = g_build_filename (run->out, name, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS)) {
      g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE,
                   "%s is there already; give --out a new folder", path);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
publish (const Run *run, GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (run->made, error);

  if (names == NULL || !tabella_folder_make (run->out, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *from = g_build_filename (run->made, names->pdata[i], NULL);
    g_autofree char *to = g_build_filename (run->out, names->pdata[i], NULL);

    if (g_rename (from, to) != 0) {
      g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                   "cannot write %s: %s", to, g_strerror (errno));
      return FALSE;
    }
  }
  return tabella_folder_sync (run->out, error);
}

gboolean
tabella_rehearse_run (const char *folder, const char *deck_path, const char *out, GArray *lost,
                      TabellaProgress progress, gpointer data, GError **error)
{
  g_auto (Run) run = { .folder = folder, .progress = progress, .data = data };

  run.out = g_canonicalize_filename (out, NULL);
  if (!load (&run, deck_path, lost, error) || !check_out (&run, error))
    return FALSE;
  run.state = make_state_folder (&run, error);
  if (run.state == NULL || !tabella_package_write (folder, run.state, error))
    return FALSE;
  run.made = make_out_folder (&run, error);
  if (run.made == NULL)
    return FALSE;
  for (guint i = 1; i <= run.deck.election->stations->len; i++)
    if (!run_station (&run, (guint16)i, error))
      return FALSE;
  return publish (&run, error);
}
