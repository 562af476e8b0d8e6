/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amending.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "bytes.h"
#include "files.h"
#include "station-private.h"

guint16
tabella_amendments_last (const GPtrArray *amendments)
{
  return amendments->len == 0
             ? 0
             : ((const TabellaAmendment *)amendments->pdata[amendments->len - 1])->number;
}

TabellaEventLine
tabella_station_amended_line (const TabellaAmendment *a)
{
  return (TabellaEventLine){ .kind = TABELLA_EVENT_AMENDED,
                             .number = a->number,
                             .amend_kind = (guint16)a->kind,
                             .target = a->target,
                             .value = a->value };
}

/* FOLDER/amendments/NNNN.SUFFIX */
static char *
kept_path (const char *folder, guint16 number, const char *suffix)
{
  g_autofree char *name = g_strdup_printf ("%04u.%s", number, suffix);

  return g_build_filename (folder, "amendments", name, NULL);
}

gboolean
tabella_amendment_keep (const char *folder, const TabellaAmendment *a, GError **error)
{
  g_autofree char *path = kept_path (folder, a->number, a->bytes != NULL ? "json" : "txt");
  g_autofree char *sig = g_strconcat (path, ".minisig", NULL);

  if (a->bytes == NULL)
    return tabella_file_write (path, a->short_form, strlen (a->short_form), 0644, error);
  /* The signature first: a file without one would stop the next start. */
  return tabella_file_write (sig, a->minisig, strlen (a->minisig), 0644, error) &&
         tabella_file_write (path, g_bytes_get_data (a->bytes, NULL), g_bytes_get_size (a->bytes),
                             0644, error);
}

static TabellaAmendment *
load_code (const TabellaManifest *m, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_LINE_LIMIT, error);
  g_autofree char *text = bytes != NULL ? tabella_bytes_text (bytes) : NULL;

  return text != NULL ? tabella_amendment_parse_short (m, text, error) : NULL;
}

static gboolean
is_journaled (const TabellaAmendment *a, const TabellaEventLine *line)
{
  return a->number == line->number && (guint)a->kind == line->amend_kind &&
         a->target == line->target && a->value == line->value;
}

/* As it was kept when @line was written. A file that says otherwise is of a step that was cut,
 * after which its number came again as a code. NULL with STORAGE. */
static TabellaAmendment *
load_kept (const TabellaStation *s, const TabellaEventLine *line, GError **error)
{
  g_autofree char *file = kept_path (s->dir, line->number, "json");
  g_autofree char *code = kept_path (s->dir, line->number, "txt");
  g_autoptr (TabellaAmendment) a = NULL;
  gboolean has_file, has_code;

  if (!tabella_file_exists (file, &has_file, error) ||
      !tabella_file_exists (code, &has_code, error))
    return NULL;
  if (has_file) {
    a = tabella_amendment_load (s->package->manifest, file, error);
    if (a == NULL || is_journaled (a, line))
      return g_steal_pointer (&a);
    g_clear_pointer (&a, tabella_amendment_free);
  }
  if (has_code) {
    a = load_code (s->package->manifest, code, error);
    if (a == NULL || is_journaled (a, line))
      return g_steal_pointer (&a);
  }
  tabella_station_refuse (
      error, TABELLA_STATION_ERROR_STORAGE,
      _ ("%s/amendments: amendment %u was taken and is not there any more; keep "
         "this terminal for the organisers"),
      s->dir, line->number);
  return NULL;
}

gboolean
tabella_station_load_amendments (TabellaStation *s, GArray *lines, GError **error)
{
  const guint packed = s->package->amendments->len;
  guint n = 0;

  s->amendments = g_ptr_array_ref (s->package->amendments);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);
    TabellaAmendment *a;

    if (line->kind != TABELLA_EVENT_AMENDED || n++ < packed)
      continue;
    a = load_kept (s, line, error);
    if (a == NULL)
      return FALSE;
    g_ptr_array_add (s->amendments, a);
  }
  return n >= packed || tabella_station_refuse (
                            error, TABELLA_STATION_ERROR_STORAGE,
                            _ ("%s/package: it has %u amendments, and %u were taken; keep this "
                               "terminal for the organisers"),
                            s->dir, packed, n);
}

static TabellaAmendment *
copy_of (const TabellaManifest *m, const TabellaAmendment *a, GError **error)
{
  return a->bytes != NULL ? tabella_amendment_parse (m, "amendment", a->bytes, a->minisig, error)
                          : tabella_amendment_parse_short (m, a->short_form, error);
}

gboolean
tabella_station_take (TabellaStation *s, const TabellaAmendment *a, GError **error)
{
  g_autoptr (TabellaAmendment) copy = NULL;
  TabellaEventLine line = tabella_station_amended_line (a);
  const gboolean unsure = s->unsure;

  if (!tabella_station_settle (s, error))
    return FALSE;
  if (unsure && a->number == tabella_amendments_last (s->amendments))
    return TRUE; /* it was recorded after all */
  if (s->state == TABELLA_STATION_CLOSED || s->state == TABELLA_STATION_RETIRED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal is closed: amendments concern it no more"));
  if (a->number <= tabella_amendments_last (s->amendments))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("amendment %u comes too late: this terminal has taken number %u"), a->number,
        tabella_amendments_last (s->amendments));
  copy = copy_of (s->package->manifest, a, error);
  if (copy == NULL || !tabella_amendment_keep (s->dir, copy, error) ||
      !tabella_station_event (s, &line, error))
    return FALSE;
  g_ptr_array_add (s->amendments, g_steal_pointer (&copy));
  tabella_station_restate (s);
  return TRUE;
}

gboolean
tabella_station_take_amendments (TabellaStation *s, GPtrArray *list, guint *taken, GError **error)
{
  *taken = 0;
  if (!tabella_station_settle (s, error))
    return FALSE;
  if (s->state == TABELLA_STATION_CLOSED || s->state == TABELLA_STATION_RETIRED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal is closed: amendments concern it no more"));
  for (guint i = 0; i < list->len; i++) {
    const TabellaAmendment *a = list->pdata[i];

    if (a->number <= tabella_amendments_last (s->amendments))
      continue;
    if (!tabella_station_take (s, a, error))
      return FALSE;
    (*taken)++;
  }
  return TRUE;
}

/* The folder that holds "amendments": @path itself, a package on it, or the parent of @path. */
static char *
amendments_parent (const char *path)
{
  g_autofree char *here = g_build_filename (path, "amendments", NULL);
  g_autofree char *package = g_build_filename (path, "tabella-package", NULL);
  g_autofree char *inner = g_build_filename (package, "amendments", NULL);
  g_autofree char *base = g_path_get_basename (path);

  if (g_file_test (here, G_FILE_TEST_IS_DIR))
    return g_strdup (path);
  if (g_file_test (inner, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&package);
  if (g_str_equal (base, "amendments") && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_path_get_dirname (path);
  return NULL;
}

/* All that is there, new or not; *offer: what is wrong otherwise. */
static GPtrArray *
load_folder (TabellaStation *s, const char *path, TabellaOffer *offer, GError **error)
{
  g_autofree char *folder = amendments_parent (path);
  GPtrArray *list = NULL;
  GError *cause = NULL;

  *offer = TABELLA_OFFER_NO_FOLDER;
  if (folder == NULL) {
    tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STICK,
        _ ("%s: there is no folder \"amendments\" on this stick; the organisers "
           "copy it from the election folder"),
        path);
    return NULL;
  }
  list = tabella_amendments_load (s->package->manifest, folder, FALSE, &cause);
  if (list != NULL)
    return list;
  *offer = g_error_matches (cause, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO)
               ? TABELLA_OFFER_UNREADABLE
           : g_error_matches (cause, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_SIGNATURE)
               ? TABELLA_OFFER_UNSIGNED
           : g_error_matches (cause, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_OTHER)
               ? TABELLA_OFFER_OTHER_ELECTION
           : g_error_matches (cause, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID)
               ? TABELLA_OFFER_IMPOSSIBLE
               : TABELLA_OFFER_INCOMPLETE;
  g_propagate_error (error, cause);
  return NULL;
}

gboolean
tabella_station_amend (TabellaStation *s, const char *path, guint *taken, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  TabellaOffer offer;

  *taken = 0;
  if (s->box == NULL)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("no election is installed: install one from a stick first"));
  list = load_folder (s, path, &offer, error);
  return list != NULL && tabella_station_take_amendments (s, list, taken, error);
}

static gboolean
is_taken (const TabellaStation *s, guint16 number)
{
  for (guint i = 0; i < s->amendments->len; i++)
    if (((const TabellaAmendment *)s->amendments->pdata[i])->number == number)
      return TRUE;
  return FALSE;
}

/* Is nothing to be taken here? */
static gboolean
is_shut (const TabellaStation *s, GError **error)
{
  if (s->box != NULL && s->state != TABELLA_STATION_CLOSED)
    return FALSE;
  tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                          _ ("this terminal has no election, or its poll is closed"));
  return TRUE;
}

TabellaOffer
tabella_station_read_stick (TabellaStation *s, const char *path, GPtrArray **list, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;
  TabellaOffer offer;
  gboolean late = FALSE;

  *list = NULL;
  if (is_shut (s, error))
    return TABELLA_OFFER_CLOSED;
  all = load_folder (s, path, &offer, error);
  if (all == NULL)
    return offer;
  while (all->len > 0) {
    const TabellaAmendment *first = all->pdata[0];

    if (first->number > tabella_amendments_last (s->amendments))
      break;
    late = late || !is_taken (s, first->number);
    g_ptr_array_remove_index (all, 0);
  }
  if (all->len == 0)
    return late ? TABELLA_OFFER_LATE : TABELLA_OFFER_NOTHING;
  *list = g_steal_pointer (&all);
  return TABELLA_OFFER_NEW;
}

static TabellaOffer
refuse_code (const GError *cause)
{
  switch (cause->code) {
  case TABELLA_ELECTION_ERROR_FORMAT:
    return TABELLA_OFFER_INCOMPLETE;
  case TABELLA_ELECTION_ERROR_OTHER:
    return TABELLA_OFFER_OTHER_ELECTION;
  case TABELLA_ELECTION_ERROR_SIGNATURE:
    return TABELLA_OFFER_UNSIGNED;
  default:
    return TABELLA_OFFER_IMPOSSIBLE;
  }
}

TabellaOffer
tabella_station_read_code (TabellaStation *s, const char *text, TabellaAmendment **a,
                           GError **error)
{
  g_autoptr (TabellaAmendment) read = NULL;
  GError *cause = NULL;

  *a = NULL;
  if (is_shut (s, error))
    return TABELLA_OFFER_CLOSED;
  read = tabella_amendment_parse_short (s->package->manifest, text, &cause);
  if (read == NULL) {
    const TabellaOffer offer = refuse_code (cause);

    g_propagate_error (error, cause);
    return offer;
  }
  if (is_taken (s, read->number))
    return TABELLA_OFFER_TAKEN;
  if (read->number <= tabella_amendments_last (s->amendments))
    return TABELLA_OFFER_LATE;
  if (read->kind == TABELLA_AMEND_HOURS || read->kind == TABELLA_AMEND_MOVED ||
      read->kind == TABELLA_AMEND_NOTICE)
    return TABELLA_OFFER_NEEDS_FILE;
  *a = g_steal_pointer (&read);
  return TABELLA_OFFER_NEW;
}

const GPtrArray *
tabella_station_amendments (const TabellaStation *s)
{
  return s->amendments;
}

guint
tabella_station_skipped (const TabellaStation *s, guint16 number)
{
  const guint16 last = tabella_amendments_last (s->amendments);

  return number > last ? number - last - 1u : 0;
}

const TabellaAmendment *
tabella_station_closed_by (const TabellaStation *s)
{
  for (guint i = s->amendments->len; i-- > 0;) {
    const TabellaAmendment *a = s->amendments->pdata[i];

    if (a->target == s->status.station && a->kind == TABELLA_AMEND_OPENED)
      return NULL;
    if (a->target == s->status.station && a->kind == TABELLA_AMEND_CLOSED)
      return a;
  }
  return NULL;
}

const TabellaAmendment *
tabella_station_stopped_by (const TabellaStation *s)
{
  const TabellaAmendment *ended = NULL;

  for (guint i = 0; i < s->amendments->len; i++) {
    const TabellaAmendment *a = s->amendments->pdata[i];

    if (a->target != tabella_station_index (s))
      continue;
    if (a->kind == TABELLA_AMEND_REVOKED)
      return a;
    if (a->kind == TABELLA_AMEND_ENDED)
      ended = a;
  }
  return ended;
}
