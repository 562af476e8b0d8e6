/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "files.h"

/* Checks 1 to 3 and the files of check 4. */

/* --- 1 --- */

static GBytes *
read_needed (TabellaVerifier *v, guint check, const char *name, guint64 limit)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tabella_verify_read (v, name, limit, &error);

  if (bytes == NULL)
    tabella_verify_fail (&v->findings[check], "%s", error->message);
  return bytes;
}

static gboolean
same_key (const TabellaMinisignPublic *a, const TabellaMinisignPublic *b)
{
  return memcmp (a->id, b->id, sizeof a->id) == 0 && memcmp (a->key, b->key, sizeof a->key) == 0;
}

static gboolean
read_own_key (TabellaVerifier *v, TabellaMinisignPublic *own)
{
  g_autoptr (GBytes) bytes = read_needed (v, 1, "organisers.pub", TABELLA_LINE_LIMIT);
  g_autoptr (GError) error = NULL;

  if (bytes == NULL)
    return FALSE;
  if (tabella_minisign_public_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), own,
                                     &error))
    return TRUE;
  tabella_verify_fail (&v->findings[1], "organisers.pub: %s", error->message);
  return FALSE;
}

static gboolean
is_signed (const TabellaMinisignPublic *key, GBytes *bytes, GBytes *sig, GError **error)
{
  return tabella_minisign_verify (key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                  g_bytes_get_data (sig, NULL), g_bytes_get_size (sig), NULL,
                                  error);
}

/* What nobody signed is not parsed; by whom it should be signed is compared afterwards. */
static TabellaManifest *
read_manifest (TabellaVerifier *v, const TabellaMinisignPublic *own, GBytes **sig)
{
  g_autoptr (GBytes) bytes = read_needed (v, 1, "manifest.json", TABELLA_MANIFEST_LIMIT);
  g_autoptr (GError) error = NULL;
  TabellaManifest *m;

  *sig = read_needed (v, 1, "manifest.json.minisig", TABELLA_SIGNATURE_LIMIT);
  if (bytes == NULL || *sig == NULL)
    return NULL;
  if ((own == NULL || !is_signed (own, bytes, *sig, &error)) &&
      (v->key == NULL || !is_signed (v->key, bytes, *sig, error == NULL ? &error : NULL))) {
    tabella_verify_fail (&v->findings[1], "manifest.json.minisig: %s",
                         error != NULL ? error->message : "there is no key to check it with");
    return NULL;
  }
  g_clear_error (&error);
  m = tabella_manifest_parse (bytes, &error);
  if (m == NULL)
    tabella_verify_fail (&v->findings[1], "%s", error->message);
  return m;
}

void
tabella_verify_manifest (TabellaVerifier *v)
{
  TabellaMinisignPublic own;
  gboolean has_own = read_own_key (v, &own);
  g_autoptr (GBytes) sig = NULL;
  g_autoptr (GError) error = NULL;
  TabellaManifest *m = read_manifest (v, has_own ? &own : NULL, &sig);

  v->manifest = m;
  if (m == NULL)
    return;
  if (v->key != NULL && !same_key (v->key, &m->organisers))
    tabella_verify_fail (&v->findings[1], "manifest.json is not by the organisers whose key was "
                                          "given: compare the key's source, or get the record of "
                                          "their election");
  if (has_own && !same_key (&own, &m->organisers))
    tabella_verify_fail (&v->findings[1], "organisers.pub is not the key that manifest.json names");
  if (!tabella_manifest_check_signature (m, g_bytes_get_data (sig, NULL), g_bytes_get_size (sig),
                                         NULL, &error))
    tabella_verify_fail (&v->findings[1], "%s", error->message);
}

/* --- 2 and 3 --- */

/* The files that lie in the folder are those of the manifest. A request folder's record may leave
 * them out. */
static void
compare_files (TabellaVerifier *v)
{
  const TabellaCeremonyFiles *files = &v->manifest->files;

  if (v->up_to < TABELLA_VERIFY_ALL && !tabella_verify_exists (v, 2, "ceremony"))
    return;
  for (guint round = 0; round < 4; round++)
    for (guint i = 0; i < files->n; i++) {
      g_autofree char *name = g_strdup_printf ("ceremony/r%u-%02u.json", round + 1, i + 1);
      g_autoptr (GBytes) bytes = read_needed (v, 2, name, TABELLA_CEREMONY_LIMIT);

      if (bytes != NULL && !g_bytes_equal (bytes, files->rounds[round][i]))
        tabella_verify_fail (&v->findings[2], "%s is not the file that manifest.json holds", name);
    }
}

static void
compare_keys (TabellaVerifier *v)
{
  const TabellaManifest *m = v->manifest;

  if (!tabella_point_equal (&m->k, &v->keys.k))
    tabella_verify_fail (&v->findings[3],
                         "manifest.json: ceremony.k is not what the trustees' files give");
  if (!tabella_point_equal (&m->k2, &v->keys.k2))
    tabella_verify_fail (&v->findings[3],
                         "manifest.json: ceremony.k2 is not what the trustees' files give");
  if (memcmp (m->transcript, v->keys.transcript, sizeof m->transcript) != 0)
    tabella_verify_fail (&v->findings[3],
                         "manifest.json: ceremony.transcript is not what the trustees' files give");
}

void
tabella_verify_ceremony (TabellaVerifier *v)
{
  const TabellaManifest *m = v->manifest;
  TabellaCeremonyKeys keys;
  g_autoptr (GError) error = NULL;

  compare_files (v);
  /* Rounds 1 and 2 give the keys; what else is wrong with the ceremony leaves the rest to be looked
   * at. */
  if (!tabella_ceremony_check (m->election, &m->files, 2, &v->keys, &error)) {
    tabella_verify_fail (&v->findings[2], "%s", error->message);
    return;
  }
  if (!tabella_ceremony_check (m->election, &m->files, 4, &keys, &error))
    tabella_verify_fail (&v->findings[2], "%s", error->message);
  v->ctx = tabella_ballot_context_new (m, &v->keys);
  compare_keys (v);
}

/* --- 4: the files --- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  return (int)*(const guint16 *)a - (int)*(const guint16 *)b;
}

static TabellaAmendment *
read_amendment (TabellaVerifier *v, guint16 number, GError **error)
{
  g_autofree char *name = g_strdup_printf ("amendments/%04u.json", number);
  g_autofree char *sig_name = g_strconcat (name, ".minisig", NULL);
  g_autoptr (GBytes) bytes = tabella_verify_read (v, name, TABELLA_AMENDMENT_LIMIT, error);
  g_autofree char *sig = NULL;
  g_autoptr (TabellaAmendment) a = NULL;

  if (bytes == NULL)
    return NULL;
  sig = tabella_verify_read_text (v, sig_name, TABELLA_SIGNATURE_LIMIT, error);
  if (sig == NULL)
    return NULL;
  a = tabella_amendment_parse (v->manifest, name, bytes, sig, error);
  if (a == NULL || a->number == number)
    return g_steal_pointer (&a);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
               "%s: it is amendment %u", name, a->number);
  return NULL;
}

void
tabella_verify_amendments (TabellaVerifier *v)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, 4, "amendments");
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint16));

  for (guint i = 0; i < there->len; i++) {
    guint16 number = tabella_verify_number (there->pdata[i], "", 4, ".json");

    if (number != 0)
      g_array_append_val (numbers, number);
  }
  g_array_sort (numbers, compare_numbers);
  for (guint i = 0, before = 0; i < numbers->len; i++) {
    guint16 number = g_array_index (numbers, guint16, i);
    g_autoptr (GError) error = NULL;
    TabellaAmendment *a = read_amendment (v, number, &error);

    if (a != NULL)
      g_ptr_array_add (v->amendments, a);
    else
      tabella_verify_fail (&v->findings[4], "%s", error->message);
    if (number != before + 1)
      tabella_verify_fail (&v->findings[4], "amendments/: number %u is missing", before + 1);
    before = number;
  }
}

TabellaAmendment *
tabella_verify_amendment (const TabellaVerifier *v, guint16 number)
{
  guint low = 0, high = v->amendments->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    TabellaAmendment *a = v->amendments->pdata[middle];

    if (a->number == number)
      return a;
    if (a->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
