/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trustee-evidence.h"
#include "bytes.h"
#include "check.h"
#include "files.h"
#include "opening.h"

#include <string.h>

typedef struct {
  TabellaEvidence *e;
  char *record, *checkins; /* folders */
  GPtrArray *inner;        /* TabellaHeld: opened safety copies as the record has them */
} Reading;

static void
reading_clear (Reading *r)
{
  g_clear_pointer (&r->e, tabella_evidence_free);
  g_clear_pointer (&r->inner, g_ptr_array_unref);
  g_free (r->record);
  g_free (r->checkins);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
altered (GError **error, const char *where, const char *what)
{
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_ALTERED,
               "the request is refused: %s: %s", where, what);
  return FALSE;
}

static GBytes *
read_in (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_read (path, TABELLA_FILE_LIMIT, error);
}

static char *
read_text_in (const char *folder, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = read_in (folder, name, error);

  if (bytes == NULL)
    return NULL;
  if (memchr (g_bytes_get_data (bytes, NULL), '\0', g_bytes_get_size (bytes)) != NULL) {
    altered (error, folder, "a file of text has a zero byte");
    return NULL;
  }
  return tabella_bytes_text (bytes);
}

/* terminal-NNN/batch-NNNN below @folder, sorted; @folder need not be there. */
static GPtrArray *
batch_folders (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) terminals = tabella_folder_list_if_any (folder, error);

  for (guint i = 0; terminals != NULL && i < terminals->len; i++) {
    const char *terminal = g_ptr_array_index (terminals, i);
    g_autofree char *path = g_build_filename (folder, terminal, NULL);
    g_autoptr (GPtrArray) batches = NULL;

    if (!g_str_has_prefix (terminal, "terminal-"))
      continue;
    batches = tabella_folder_list (path, error);
    if (batches == NULL)
      return NULL;
    for (guint j = 0; j < batches->len; j++)
      g_ptr_array_add (found, g_build_filename (terminal, g_ptr_array_index (batches, j), NULL));
  }
  return terminals != NULL ? g_steal_pointer (&found) : NULL;
}

/* "terminal-007/batch-0002": the one spelling of its two numbers. */
static gboolean
read_name (const char *name, guint16 *terminal, guint16 *number, GError **error)
{
  guint64 t = 0, n = 0;
  const char *batch = strchr (name, '/');
  g_autofree char *own = NULL;

  t = g_ascii_strtoull (name + strlen ("terminal-"), NULL, 10);
  if (batch != NULL && g_str_has_prefix (batch, "/batch-"))
    n = g_ascii_strtoull (batch + strlen ("/batch-"), NULL, 10);
  if (t >= 1 && t <= G_MAXUINT16 && n >= 1 && n <= G_MAXUINT16)
    own = tabella_batch_folder ((guint16)t, (guint16)n);
  if (own == NULL || !g_str_equal (own, name))
    return altered (error, name, "not the name of a batch folder");
  *terminal = (guint16)t;
  *number = (guint16)n;
  return TRUE;
}

/* ballots and ballots.minisig of a folder. */
static TabellaHeld *
read_ballots (const char *folder, const char *name, GError **error)
{
  g_autoptr (TabellaHeld) h = tabella_held_new (0, 0, FALSE);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (!read_name (name, &h->terminal, &h->number, error))
    return NULL;
  h->ballots = read_in (path, "ballots", error);
  h->minisig = h->ballots != NULL ? read_text_in (path, "ballots.minisig", error) : NULL;
  if (h->minisig == NULL)
    return NULL;
  /* The kind is the header's, byte 44. */
  h->interim = g_bytes_get_size (h->ballots) > 44 &&
               ((const guint8 *)g_bytes_get_data (h->ballots, NULL))[44] == TABELLA_BATCH_INTERIM;
  tabella_digest_512_32 (g_bytes_get_data (h->ballots, NULL), g_bytes_get_size (h->ballots),
                         h->digest);
  return g_steal_pointer (&h);
}

/* Takes @taken. A wrong batch in a request is the centre's doing: it should have stopped it. */
static gboolean
add_checked (Reading *r, TabellaHeld *taken, GError **error)
{
  g_autoptr (TabellaHeld) h = taken;
  g_autofree char *where = tabella_terminal_words (r->e, h->terminal);
  guint16 number = h->number;

  if (!tabella_check_batch (r->e, h, TABELLA_CHECK_NO_PROOFS, NULL, NULL, error)) {
    g_prefix_error (error, "%s, batch %u: ", where, number);
    return FALSE;
  }
  if (h->number != number)
    return altered (error, where, "a batch in the folder of another number");
  tabella_evidence_add (r->e, g_steal_pointer (&h));
  return TRUE;
}

static gboolean
read_record (Reading *r, GError **error)
{
  g_autoptr (GPtrArray) names = batch_folders (r->record, error);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_filename (r->checkins, name, NULL);
    g_autoptr (TabellaHeld) h = read_ballots (r->record, name, error);

    if (h == NULL)
      return FALSE;
    if (h->interim) {
      g_ptr_array_add (r->inner, g_steal_pointer (&h));
      continue;
    }
    h->checkins = read_in (path, "checkins", error);
    if (h->checkins == NULL || !add_checked (r, g_steal_pointer (&h), error))
      return FALSE;
  }
  return names != NULL;
}

static gboolean
has_batch (const TabellaEvidence *e, guint16 terminal, guint16 number)
{
  for (guint i = 0; i < e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (e->held, i);

    if (h->terminal == terminal && h->number == number)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_checkins (Reading *r, GError **error)
{
  g_autoptr (GPtrArray) names = batch_folders (r->checkins, error);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_filename (r->checkins, name, NULL);
    g_autofree char *sealed = g_build_filename (path, "sealed", NULL);
    g_autoptr (TabellaHeld) h = tabella_held_new (0, 0, TRUE);
    gboolean there;

    if (!read_name (name, &h->terminal, &h->number, error) ||
        !tabella_file_exists (sealed, &there, error))
      return FALSE;
    if (!there) {
      if (!has_batch (r->e, h->terminal, h->number))
        return altered (error, name, "check-ins of a batch that the record does not have");
      continue;
    }
    h->sealed = read_in (path, "sealed", error);
    h->sealed_minisig = h->sealed != NULL ? read_text_in (path, "sealed.minisig", error) : NULL;
    if (h->sealed_minisig == NULL || !add_checked (r, g_steal_pointer (&h), error))
      return FALSE;
  }
  return names != NULL;
}

/* Nobody may leave a good batch out by calling it bad. */
static gboolean
read_quarantine (Reading *r, GError **error)
{
  g_autofree char *folder = g_build_filename (r->record, "quarantine", NULL);
  g_autoptr (GPtrArray) names = batch_folders (folder, error);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autoptr (TabellaHeld) h = read_ballots (folder, name, error);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) found = NULL;
    guint16 number;

    if (h == NULL)
      return FALSE;
    number = h->number;
    tabella_check_batch (r->e, h, TABELLA_CHECK_ALL, NULL, NULL, &found);
    if (!h->repeatable)
      return altered (error, name, "quarantined, but nothing is wrong with it");
    h->number = number;
    /* For what a batch waits, its trustees say in their own words. */
    h->quarantine = h->waits > 0 ? g_strdup (found->message) : read_text_in (path, "reason", error);
    if (h->quarantine == NULL)
      return FALSE;
    g_strchomp (h->quarantine);
    tabella_evidence_add (r->e, g_steal_pointer (&h));
  }
  return names != NULL;
}

/* The record's inner batches against those that the sealed copies give. */
static gboolean
compare_inner (const Reading *r, GError **error)
{
  guint opened = 0;

  for (guint i = 0; i < r->e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (r->e->held, i);
    gboolean found = FALSE;

    if (!h->interim || h->sealed == NULL || h->ballots == NULL || h->quarantine != NULL)
      continue;
    opened++;
    for (guint j = 0; j < r->inner->len; j++) {
      const TabellaHeld *other = g_ptr_array_index (r->inner, j);

      found |= other->terminal == h->terminal && other->number == h->number &&
               g_bytes_equal (other->ballots, h->ballots) &&
               g_str_equal (other->minisig, h->minisig);
    }
    if (!found) {
      g_autofree char *where = tabella_terminal_words (r->e, h->terminal);

      return altered (error, where, "the record's batch is not what its safety copy holds");
    }
  }
  return opened == r->inner->len ||
         altered (error, "record", "a batch from a safety copy that is not here or not opened");
}

static gboolean
check_earlier (const TabellaEvidence *e, GError **error)
{
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (a->shared == NULL)
      return altered (error, a->name, "an earlier request without enough good shares");
    if (a->purpose == TABELLA_REQUEST_TALLY)
      return altered (error, a->name, "a tally was asked before");
  }
  return TRUE;
}

TabellaEvidence *
tabella_trustee_evidence (const char *request_folder, GError **error)
{
  g_auto (Reading) r = { 0 };
  g_autofree char *earlier = g_build_filename (request_folder, "earlier", NULL);

  r.record = g_build_filename (request_folder, "record", NULL);
  r.checkins = g_build_filename (request_folder, "checkins", NULL);
  r.inner = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_held_free);
  r.e = tabella_evidence_new (r.record, error);
  if (r.e == NULL || !read_record (&r, error) || !read_checkins (&r, error) ||
      !read_quarantine (&r, error) || !tabella_evidence_read_asked (r.e, earlier, error) ||
      !check_earlier (r.e, error) ||
      !tabella_evidence_read_decisions (r.e, request_folder, error) ||
      !tabella_opening_unseal (r.e, error) || !compare_inner (&r, error))
    return NULL;
  return g_steal_pointer (&r.e);
}
