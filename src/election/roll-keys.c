/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roll.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "files.h"
#include "hash.h"
#include "must.h"
#include "roll-format.h"

TabellaRollKeys *
tabella_roll_keys_new (void)
{
  return (TabellaRollKeys *)tabella_secret_new (sizeof (TabellaRollKeys));
}

void
tabella_roll_keys_free (TabellaRollKeys *k)
{
  tabella_secret_free ((TabellaSecret *)k);
}

GBytes *
tabella_roll_keys_seal (const TabellaRollKeys *k, const guint8 box_key[32])
{
  const gsize size = KEYS_HEAD + (gsize)k->n * sizeof (TabellaSliceKey);
  g_autoptr (TabellaSecret) plain = tabella_secret_new (size);
  guint8 *sealed = g_malloc (size + crypto_box_SEALBYTES);

  memcpy (plain, KEYS_MAGIC, 8);
  memcpy (plain + 8, k->roll_key, 32);
  memcpy (plain + 40, k->ticket_key, 32);
  plain[72] = (guint8)k->n;
  for (guint i = 0; i < k->n; i++) {
    memcpy (plain + KEYS_HEAD + i * 64, k->slices[i].slice, 32);
    memcpy (plain + KEYS_HEAD + i * 64 + 32, k->slices[i].key, 32);
  }
  /* The box key was checked when it was enrolled. */
  TABELLA_MUST (crypto_box_seal (sealed, plain, size, box_key) == 0);
  return g_bytes_new_take (sealed, size + crypto_box_SEALBYTES);
}

/* The opened content, or FALSE for a shape that no version makes. */
static gboolean
read_keys (const guint8 *plain, gsize size, TabellaRollKeys *k)
{
  TabellaReader r;
  const guint8 *magic, *roll, *ticket;

  tabella_reader_init (&r, plain, size);
  magic = tabella_get (&r, 8);
  roll = tabella_get (&r, 32);
  ticket = tabella_get (&r, 32);
  k->n = tabella_get_u16 (&r);
  if (r.failed || memcmp (magic, KEYS_MAGIC, 8) != 0 || k->n > TABELLA_SLICE_KEYS_MAX ||
      r.left != k->n * 64)
    return FALSE;
  memcpy (k->roll_key, roll, 32);
  memcpy (k->ticket_key, ticket, 32);
  for (guint i = 0; i < k->n; i++) {
    memcpy (k->slices[i].slice, tabella_get (&r, 32), 32);
    memcpy (k->slices[i].key, tabella_get (&r, 32), 32);
  }
  return TRUE;
}

TabellaRollKeys *
tabella_roll_keys_open (GBytes *sealed, const TabellaTerminalSecrets *s, GError **error)
{
  g_autoptr (TabellaRollKeys) keys = tabella_roll_keys_new ();
  g_autoptr (TabellaSecret) plain = NULL;
  gsize size = g_bytes_get_size (sealed);

  if (size < KEYS_HEAD + crypto_box_SEALBYTES) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
                 _ ("the roll's keys are cut short; copy the package again"));
    return NULL;
  }
  plain = tabella_secret_new (size - crypto_box_SEALBYTES);
  if (crypto_box_seal_open (plain, g_bytes_get_data (sealed, NULL), size, s->box_key,
                            s->box_secret) != 0) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("the roll's keys are damaged or sealed for another terminal; "
                    "copy the package again"));
    return NULL;
  }
  if (!read_keys (plain, size - crypto_box_SEALBYTES, keys)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
                 _ ("the roll's keys have another form; use the same version on terminals and at "
                    "the organisers'"));
    return NULL;
  }
  return g_steal_pointer (&keys);
}

char *
tabella_roll_slice_path (const char *folder, const guint8 digest[32])
{
  g_autofree char *hex = tabella_hex (digest, 8);
  g_autofree char *name = g_strconcat (hex, ".slice", NULL);

  return g_build_filename (folder, "roll", name, NULL);
}

char *
tabella_roll_keys_path (const char *folder, guint16 index)
{
  g_autofree char *name = g_strdup_printf ("%03u.keys", index);

  return g_build_filename (folder, "roll", name, NULL);
}

static void
add_digest (GArray *digests, const guint8 digest[32])
{
  TabellaSliceDigest d;

  for (guint i = 0; i < digests->len; i++)
    if (memcmp (&g_array_index (digests, TabellaSliceDigest, i), digest, 32) == 0)
      return;
  memcpy (d.digest, digest, 32);
  g_array_append_val (digests, d);
}

GArray *
tabella_roll_slices_of (const TabellaElection *e, GPtrArray *terminals,
                        const TabellaTerminalInfo *t)
{
  GArray *digests = g_array_new (FALSE, FALSE, sizeof (TabellaSliceDigest));

  if (t->has_slice)
    add_digest (digests, t->slice);
  for (guint i = 0; t->role == TABELLA_ROLE_SPARE && i < terminals->len &&
                    digests->len <= TABELLA_SLICE_KEYS_MAX;
       i++) {
    const TabellaTerminalInfo *other = terminals->pdata[i];

    if (other->has_slice &&
        (other->station == t->station || e->policies.voting == TABELLA_VOTING_ANYWHERE))
      add_digest (digests, other->slice);
  }
  return digests;
}

GBytes *
tabella_roll_slice_load (const char *folder, const guint8 digest[32], guint64 limit, GError **error)
{
  g_autofree char *path = tabella_roll_slice_path (folder, digest);
  g_autoptr (GBytes) file = tabella_file_read (path, limit, error);
  guint8 found[32];

  if (file == NULL)
    return NULL;
  tabella_digest_256 (g_bytes_get_data (file, NULL), g_bytes_get_size (file), found);
  if (memcmp (found, digest, 32) != 0) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("%s: the file is damaged (its digest is another one)"), path);
    return NULL;
  }
  return g_steal_pointer (&file);
}

GBytes *
tabella_roll_keys_load (const char *folder, const TabellaTerminalInfo *t, GError **error)
{
  g_autofree char *path = tabella_roll_keys_path (folder, t->index);
  g_autoptr (GBytes) file = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  guint8 found[32];

  if (file == NULL)
    return NULL;
  tabella_digest_256 (g_bytes_get_data (file, NULL), g_bytes_get_size (file), found);
  if (memcmp (found, t->keys, 32) != 0) {
    g_set_error (
        error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
        _ ("%s: not the keys that the organisers made for terminal %u (its digest is another "
           "one): the file is damaged or was exchanged"),
        path, t->index);
    return NULL;
  }
  return g_steal_pointer (&file);
}

static void
check_keys (const char *folder, const TabellaTerminalInfo *t, const char *field,
            GPtrArray *problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;

  if (!t->has_keys) {
    tabella_problem (problems, field, "has no keys of the roll; run tabella roll again");
    return;
  }
  file = tabella_roll_keys_load (folder, t, &error);
  if (file == NULL)
    tabella_problem (problems, field, "%s; run tabella roll again", error->message);
}

static void
check_slice (const char *folder, const TabellaTerminalInfo *t, GHashTable *seen,
             GPtrArray *problems)
{
  g_autofree char *path = tabella_roll_slice_path (folder, t->slice);
  g_autofree char *hex = tabella_hex (t->slice, 32);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;

  if (!g_hash_table_add (seen, g_steal_pointer (&hex)))
    return;
  file = tabella_roll_slice_load (folder, t->slice, TABELLA_SLICES_LIMIT, &error);
  if (file == NULL)
    tabella_problem (problems, "roll", "%s; run tabella roll again", error->message);
}

void
tabella_roll_check (const char *folder, const TabellaElection *e, GPtrArray *terminals,
                    GPtrArray *problems)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *t = terminals->pdata[i];
    g_autofree char *field = g_strdup_printf ("terminal %u", t->index);

    if (tabella_role_checks_in (t->role) && !t->has_slice)
      tabella_problem (problems, field, "has no slice of the roll; run tabella roll again");
    check_keys (folder, t, field, problems);
    if (t->has_slice)
      check_slice (folder, t, seen, problems);
  }
}
