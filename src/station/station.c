/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-private.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>
#include <sodium.h>
#include "files.h"

#define ALL_LANES 0x3FF

gboolean
tabella_station_refuse (GError **error, TabellaStationError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TABELLA_STATION_ERROR, code, message);
  return FALSE;
}

char *
tabella_station_path (const TabellaStation *s, const char *name)
{
  return g_build_filename (s->dir, name, NULL);
}

gboolean
tabella_station_has (const TabellaStation *s, const char *name, gboolean *there, GError **error)
{
  g_autofree char *path = tabella_station_path (s, name);
  g_autoptr (GError) cause = NULL;

  return tabella_file_exists (path, there, &cause) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE, "%s", cause->message);
}

static void
read_clock (char out[17], gpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = g_date_time_format (now, "%Y-%m-%d %H:%M");

  g_strlcpy (out, text, 17);
}

static void
slice_clear (gpointer data)
{
  g_clear_pointer (&((TabellaStationSlice *)data)->slice, tabella_slice_free);
}

static gboolean
load_enrolment (TabellaStation *s, GError **error)
{
  g_autofree char *path = tabella_station_path (s, "enrolment.json");
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  g_autoptr (TabellaTerminalInfo) info = g_new0 (TabellaTerminalInfo, 1);

  if (bytes == NULL || !tabella_enrolment_parse (path, g_bytes_get_data (bytes, NULL),
                                                 g_bytes_get_size (bytes), info, error))
    return FALSE;
  s->enrolment = g_steal_pointer (&info);
  return TRUE;
}

/* Whose slice it is in the manifest, as a mask of last digits. */
static guint16
slice_lane (const TabellaManifest *m, const guint8 digest[32])
{
  if (m->election->policies.voting == TABELLA_VOTING_ANYWHERE)
    return ALL_LANES;
  for (guint i = 0; i < m->terminals->len; i++) {
    const TabellaTerminalInfo *t = m->terminals->pdata[i];

    if (t->has_slice && memcmp (t->slice, digest, 32) == 0)
      return t->lane;
  }
  return 0;
}

static gboolean
load_slices (TabellaStation *s, GError **error)
{
  s->slices = g_array_new (FALSE, TRUE, sizeof (TabellaStationSlice));
  g_array_set_clear_func (s->slices, slice_clear);
  for (guint i = 0; i < s->package->slices->len; i++) {
    TabellaStationSlice slice = { tabella_slice_parse (s->package->slices->pdata[i], error) };
    guint8 digest[32];

    if (slice.slice == NULL)
      return FALSE;
    tabella_slice_digest (slice.slice, digest);
    slice.lane = slice_lane (s->package->manifest, digest);
    g_array_append_val (s->slices, slice);
  }
  return TRUE;
}

/* Where the journal's lines leave the terminal. */
static void
replay (TabellaStation *s, GArray *lines)
{
  s->run = 0;
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_OPENED || line->kind == TABELLA_EVENT_RESUMED)
      s->state = TABELLA_STATION_OPEN;
    else if (line->kind == TABELLA_EVENT_PAUSED || line->kind == TABELLA_EVENT_END_OF_DAY)
      s->state = TABELLA_STATION_PAUSED;
    else if (line->kind == TABELLA_EVENT_CLOSED)
      s->state = TABELLA_STATION_CLOSED;
    else if (line->kind == TABELLA_EVENT_UNLOCKED)
      s->run++; /* mod 256 */
  }
}

void
tabella_station_restate (TabellaStation *s)
{
  tabella_amendments_status (s->package->manifest, s->amendments, s->package->terminal, &s->status);
}

GArray *
tabella_station_journal (TabellaStation *s, GError **error)
{
  g_autofree char *text = tabella_box_journal_text (s->box, error);
  guint8 head[32];

  if (text == NULL)
    return NULL;
  return tabella_journal_parse (s->package->manifest->he, text, strlen (text), head, error);
}

static gboolean
load_journal (TabellaStation *s, GError **error)
{
  g_autoptr (GArray) lines = tabella_station_journal (s, error);

  if (lines == NULL)
    return FALSE;
  replay (s, lines);
  if (!tabella_station_load_amendments (s, lines, error))
    return FALSE;
  tabella_station_restate (s);
  return TRUE;
}

gboolean
tabella_station_finish_opening (TabellaStation *s, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (!tabella_folder_sync (s->dir, &cause))
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE, "%s", cause->message);
  return tabella_setup_destroy (s->dir, error);
}

/* The amendments anew; those of before if that fails. */
static gboolean
reload_amendments (TabellaStation *s, GArray *lines, GError **error)
{
  GPtrArray *before = g_steal_pointer (&s->amendments);

  if (tabella_station_load_amendments (s, lines, error)) {
    g_ptr_array_unref (before);
    return TRUE;
  }
  g_clear_pointer (&s->amendments, g_ptr_array_unref);
  s->amendments = before;
  return FALSE;
}

gboolean
tabella_station_settle (TabellaStation *s, GError **error)
{
  g_autoptr (GArray) lines = NULL;

  if (!s->unsure)
    return TRUE;
  lines = tabella_station_journal (s, error);
  if (lines == NULL || !reload_amendments (s, lines, error))
    return FALSE;
  s->state = MIN (s->state, TABELLA_STATION_READY);
  replay (s, lines);
  tabella_station_restate (s);
  s->unsure = FALSE;
  return TRUE;
}

gboolean
tabella_station_settled_as (TabellaStation *s, TabellaStationState state)
{
  return s->unsure && tabella_station_settle (s, NULL) && s->state == state;
}

static gboolean
load_installed (TabellaStation *s, gboolean officers, GError **error)
{
  g_autofree char *package = tabella_station_path (s, "package");
  g_autofree char *path = tabella_station_path (s, "box.db");

  s->package = tabella_package_read (package, s->enrolment->box_key, error);
  if (s->package == NULL || !load_slices (s, error))
    return FALSE;
  s->ctx = tabella_ballot_context_new (s->package->manifest, &s->package->keys);
  s->box = tabella_box_open (path, error);
  s->state = officers ? TABELLA_STATION_READY : TABELLA_STATION_INSTALLED;
  if (s->box == NULL || !load_journal (s, error) ||
      (officers && !tabella_station_finish_opening (s, error)))
    return FALSE;
  s->crashed = tabella_station_was_cut (s);
  if (tabella_box_recovered (s->box))
    tabella_station_fault (s, "recovered");
  return TRUE;
}

static void
unload (TabellaStation *s)
{
  g_clear_pointer (&s->box, tabella_box_close);
  g_clear_pointer (&s->ctx, tabella_ballot_context_free);
  g_clear_pointer (&s->slices, g_array_unref);
  g_clear_pointer (&s->amendments, g_ptr_array_unref);
  g_clear_pointer (&s->package, tabella_package_free);
  g_clear_pointer (&s->enrolment, tabella_terminal_info_free);
}

/* @s is a station of which nothing is loaded. */
static gboolean
load (TabellaStation *s, gboolean retired, GError **error)
{
  gboolean setup, officers, box;

  s->state = TABELLA_STATION_NEW;
  if (retired)
    return load_enrolment (s, error) && tabella_life_load_retired (s, error);
  if (!tabella_station_has (s, "setup.vault", &setup, error) ||
      !tabella_station_has (s, "officers.vaults", &officers, error) ||
      !tabella_station_has (s, "box.db", &box, error))
    return FALSE;
  if (!setup && !officers)
    return TRUE;
  if (!load_enrolment (s, error))
    return FALSE;
  s->state = TABELLA_STATION_ENROLLED;
  /* The box comes last: without it an installation was cut, and is done again. */
  return !box || load_installed (s, officers, error);
}

gboolean
tabella_station_load (TabellaStation *s, GError **error)
{
  TabellaStation fresh = { .dir = s->dir, .clock = s->clock, .clock_data = s->clock_data };
  gboolean retired;

  /* What cannot be read is not gone: the station then stays what it was. */
  if (!tabella_life_finish (s, &retired, error) || !load (&fresh, retired, error)) {
    unload (&fresh);
    return FALSE;
  }
  unload (s);
  s->state = fresh.state;
  s->enrolment = fresh.enrolment;
  s->package = fresh.package;
  s->amendments = fresh.amendments;
  s->status = fresh.status;
  s->ctx = fresh.ctx;
  s->box = fresh.box;
  s->slices = fresh.slices;
  s->run = fresh.run;
  s->unsure = fresh.unsure;
  s->crashed = fresh.crashed;
  return TRUE;
}

TabellaStation *
tabella_station_open (const char *dir, GError **error)
{
  g_autoptr (TabellaStation) s = g_new0 (TabellaStation, 1);

  s->dir = g_strdup (dir);
  s->clock = read_clock;
  s->cost = TABELLA_VAULT_NORMAL;
  s->sys = "/sys";
  if (g_mkdir_with_parents (dir, 0700) != 0)
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                            _ ("the folder %s cannot be made; choose another with --state"), dir);
  else if (tabella_station_load (s, error))
    return g_steal_pointer (&s);
  return NULL;
}

void
tabella_station_lock (TabellaStation *s)
{
  if (s->session != NULL) {
    s->interrupted = TRUE;
    s->session_free (s->session);
  }
  s->session = NULL;
  if (s->keys != NULL)
    tabella_station_mark_stopped (s);
  g_clear_pointer (&s->keys, tabella_station_keys_free);
  g_clear_pointer (&s->pin, tabella_secret_free);
  g_clear_pointer (&s->drawn, g_hash_table_unref);
  s->misses = 0;
  memset (s->cancelled, 0, sizeof s->cancelled);
  sodium_memzero (s->doubted, sizeof s->doubted);
  s->has_doubt = FALSE;
  for (guint i = 0; s->slices != NULL && i < s->slices->len; i++)
    g_array_index (s->slices, TabellaStationSlice, i).key = NULL;
  if (s->box != NULL)
    tabella_box_unindex (s->box);
}

void
tabella_station_free (TabellaStation *s)
{
  if (s == NULL)
    return;
  tabella_station_lock (s);
  unload (s);
  g_free (s->dir);
  g_free (s);
}

void
tabella_station_set_clock (TabellaStation *s, TabellaClock clock, gpointer data)
{
  s->clock = clock;
  s->clock_data = data;
}

void
tabella_station_set_cost (TabellaStation *s, TabellaVaultCost cost)
{
  s->cost = cost;
}

TabellaStationState
tabella_station_state (const TabellaStation *s)
{
  const gboolean hides = s->state == TABELLA_STATION_READY || s->state == TABELLA_STATION_OPEN ||
                         s->state == TABELLA_STATION_PAUSED;

  return hides && s->keys == NULL ? TABELLA_STATION_LOCKED : s->state;
}

gboolean
tabella_station_unlocked (const TabellaStation *s)
{
  return s->keys != NULL;
}

const TabellaManifest *
tabella_station_manifest (const TabellaStation *s)
{
  return s->package != NULL ? s->package->manifest : NULL;
}

const TabellaCeremonyKeys *
tabella_station_keys (const TabellaStation *s)
{
  return s->package != NULL ? &s->package->keys : NULL;
}

const TabellaTerminalInfo *
tabella_station_terminal (const TabellaStation *s)
{
  return s->package != NULL ? s->package->terminal : NULL;
}

const TabellaTerminalStatus *
tabella_station_status (const TabellaStation *s)
{
  return s->package != NULL ? &s->status : NULL;
}

const TabellaBallotContext *
tabella_station_context (const TabellaStation *s)
{
  return s->ctx;
}

gboolean
tabella_station_counts (TabellaStation *s, TabellaCounts *counts, GError **error)
{
  *counts = (TabellaCounts){ 0 };
  if (s->box == NULL)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("no election is installed: install one from a stick first"));
  return tabella_box_counts (s->box, counts, error);
}

gboolean
tabella_station_event (TabellaStation *s, TabellaEventLine *line, GError **error)
{
  g_autofree char *text = NULL;
  TabellaCounts counts;
  gboolean done;

  if (!tabella_station_settle (s, error) || !tabella_box_counts (s->box, &counts, error))
    return FALSE;
  line->checked_in = counts.checked_in;
  line->cast = counts.cast;
  line->challenged = counts.challenged;
  s->clock (line->clock, s->clock_data);
  text = tabella_event_text (line);
  done = s->state == TABELLA_STATION_CLOSED ? tabella_box_after_append (s->box, text, error)
                                            : tabella_box_journal_append (s->box, text, error);
  s->unsure = !done && tabella_box_doubtful (s->box);
  return done;
}

void
tabella_station_fault (TabellaStation *s, const char *what)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_FAULT };

  if (s->box == NULL)
    return;
  g_strlcpy (line.what, what, sizeof line.what);
  tabella_station_event (s, &line, NULL);
}
