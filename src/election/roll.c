/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roll.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "election-internal.h"
#include "hash.h"
#include "roll-format.h"

struct _TabellaSlice {
  GBytes *file;
  const guint8 *first; /* count entries of size bytes: p, nonce, box */
  guint32 count;
  gsize size, box;
};

void
tabella_voter_free (TabellaVoter *v)
{
  if (v == NULL)
    return;
  if (v->name != NULL)
    sodium_memzero (v->name, strlen (v->name));
  g_free (v->name);
  g_free (v);
}

void
tabella_pseudonym (const guint8 roll_key[32], const char *id, guint8 p[32])
{
  TabellaHash h;

  tabella_hash_init (&h, roll_key, TABELLA_TAG_PSEUDONYM);
  tabella_hash_put (&h, id, strlen (id));
  tabella_hash_finish (&h, p);
}

void
tabella_record_key (const guint8 slice_key[32], const char *id, guint8 key[32])
{
  TabellaHash h;

  tabella_hash_init (&h, slice_key, TABELLA_TAG_RECORD_KEY);
  tabella_hash_put (&h, id, strlen (id));
  tabella_hash_finish (&h, key);
}

static gboolean
strictly_ascending (const TabellaSlice *slice)
{
  for (guint32 i = 1; i < slice->count; i++) {
    const guint8 *p = slice->first + i * slice->size;

    if (memcmp (p - slice->size, p, 32) >= 0)
      return FALSE;
  }
  return TRUE;
}

static TabellaSlice *
refuse_slice (GError **error, const char *reason)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
               _ ("not a whole roll slice (%s); copy the package again"), reason);
  return NULL;
}

TabellaSlice *
tabella_slice_parse (GBytes *file, GError **error)
{
  g_autoptr (TabellaSlice) slice = g_new0 (TabellaSlice, 1);
  TabellaReader r;
  const guint8 *magic;

  slice->file = g_bytes_ref (file);
  tabella_reader_init (&r, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  magic = tabella_get (&r, 8);
  slice->count = tabella_get_u32 (&r);
  slice->box = tabella_get_u16 (&r);
  if (r.failed || memcmp (magic, SLICE_MAGIC, 8) != 0)
    return refuse_slice (error, "it does not start with " SLICE_MAGIC);
  if (slice->box < RECORD_HEAD + SLICE_TAG)
    return refuse_slice (error, _ ("its box size is too small"));
  slice->size = 32 + SLICE_NONCE + slice->box;
  if (r.left != (guint64)slice->count * slice->size)
    return refuse_slice (error, _ ("its length is not what its header says"));
  slice->first = r.p;
  if (!strictly_ascending (slice))
    return refuse_slice (error, _ ("its entries are not in order"));
  return g_steal_pointer (&slice);
}

void
tabella_slice_free (TabellaSlice *slice)
{
  if (slice == NULL)
    return;
  g_bytes_unref (slice->file);
  g_free (slice);
}

guint32
tabella_slice_count (const TabellaSlice *slice)
{
  return slice->count;
}

void
tabella_slice_digest (const TabellaSlice *slice, guint8 digest[32])
{
  tabella_digest_256 (g_bytes_get_data (slice->file, NULL), g_bytes_get_size (slice->file), digest);
}

static const guint8 *
find_entry (const TabellaSlice *slice, const guint8 p[32])
{
  guint32 low = 0, high = slice->count;

  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    const guint8 *entry = slice->first + middle * slice->size;
    int order = memcmp (p, entry, 32);

    if (order == 0)
      return entry;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

gboolean
tabella_slice_has (const TabellaSlice *slice, const guint8 p[32])
{
  return find_entry (slice, p) != NULL;
}

static TabellaVoter *
read_record (const guint8 *record, gsize size)
{
  g_autoptr (TabellaVoter) v = g_new0 (TabellaVoter, 1);
  const guint8 *name;
  TabellaReader r;
  gsize length;

  tabella_reader_init (&r, record, size);
  v->style = tabella_get_u16 (&r);
  v->station = tabella_get_u16 (&r);
  v->flags = tabella_get_u16 (&r);
  length = tabella_get_u16 (&r);
  name = tabella_get (&r, length);
  if (name == NULL || length > TABELLA_NAME_MAX ||
      !g_utf8_validate_len ((const char *)name, length, NULL) || !sodium_is_zero (r.p, r.left))
    return NULL;
  v->name = g_strndup ((const char *)name, length);
  /* An officer reads it on the screen, whoever made the roll. */
  return tabella_deceptive_at (v->name) == NULL ? g_steal_pointer (&v) : NULL;
}

TabellaVoter *
tabella_slice_find (const TabellaSlice *slice, const guint8 slice_key[32], const guint8 p[32],
                    const char *id, GError **error)
{
  const guint8 *entry = find_entry (slice, p);
  const gsize size = slice->box - SLICE_TAG;
  g_autoptr (TabellaSecret) record = NULL;
  TabellaVoter *voter = NULL;
  guint8 key[32];

  if (entry == NULL)
    return NULL;
  record = tabella_secret_new (size);
  tabella_record_key (slice_key, id, key);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (record, NULL, NULL, entry + 32 + SLICE_NONCE,
                                                  slice->box, p, 32, entry + 32, key) == 0)
    voter = read_record (record, size);
  sodium_memzero (key, sizeof key);
  if (voter == NULL)
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
                 _ ("this voter's record in the roll cannot be opened; install the package again"));
  return voter;
}
