/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trustee-file.h"

#include <string.h>
#include "bytes.h"
#include "files.h"

/* Layout: data/doc/formats.md, "Trustee's secret". */

#define MAGIC "TATRUST1"

/* Counts where it has no memory yet, so that the content is built once, in secret memory. */
typedef struct {
  guint8 *memory;
  gsize size;
} Out;

static void
put (Out *out, gconstpointer bytes, gsize size)
{
  if (out->memory != NULL && size > 0)
    memcpy (out->memory + out->size, bytes, size);
  out->size += size;
}

static void
put_number (Out *out, guint32 value, gsize size)
{
  guint32 le = GUINT32_TO_LE (value);

  put (out, &le, size);
}

static void
put_sized (Out *out, GBytes *bytes)
{
  put_number (out, (guint32)g_bytes_get_size (bytes), 4);
  put (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* After round 4 only the shares of the keys: the rest is not kept. */
static void
put_secrets (Out *out, const TabellaTrustee *t)
{
  if (t->round == 4) {
    put (out, &t->s->z, 32);
    put (out, &t->s->y, 32);
    return;
  }
  put (out, t->s->signing, 64);
  put (out, t->s->transport, 32);
  put (out, t->s->f, t->t * 32u);
  put (out, t->s->g, t->t * 32u);
}

static void
put_answer (Out *out, const TabellaAnswer *a)
{
  put (out, a->he, 32);
  put_number (out, a->practice ? 1 : 0, 1);
  put_number (out, a->purpose, 1);
  put (out, a->digest, 32);
  put_sized (out, a->points);
  put_sized (out, a->share);
}

static void
put_content (Out *out, const TabellaTrustee *t)
{
  put (out, MAGIC, 8);
  put (out, t->hp, 32);
  put_number (out, t->index, 2);
  put_number (out, t->n, 2);
  put_number (out, t->t, 2);
  put_number (out, t->restarts, 2);
  put_number (out, t->round, 1);
  put_secrets (out, t);
  for (guint round = 0; round < t->round; round++)
    put_sized (out, t->own[round]);
  for (guint round = 0; round + 1 < t->round && round < 2; round++)
    put (out, t->seen[round], t->n * 32u);
  put_number (out, t->answers->len, 4);
  for (guint i = 0; i < t->answers->len; i++)
    put_answer (out, t->answers->pdata[i]);
}

gboolean
tabella_trustee_file_save (const TabellaTrustee *t, gboolean fresh, GError **error)
{
  Out out = { NULL, 0 };
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (GBytes) vault = NULL;
  gconstpointer bytes;
  gsize size;

  put_content (&out, t);
  content = tabella_secret_new (out.size);
  out = (Out){ content, 0 };
  put_content (&out, t);
  vault = tabella_vault_seal (content, out.size, t->passphrase,
                              strlen ((const char *)t->passphrase), t->cost);
  bytes = g_bytes_get_data (vault, &size);
  return fresh ? tabella_file_write_new (t->path, bytes, size, 0600, error)
               : tabella_file_write (t->path, bytes, size, 0600, error);
}

static void
answer_free (TabellaAnswer *a)
{
  g_clear_pointer (&a->points, g_bytes_unref);
  g_clear_pointer (&a->share, g_bytes_unref);
  g_free (a);
}

TabellaTrustee *
tabella_trustee_new (const char *path, const char *passphrase, TabellaVaultCost cost)
{
  TabellaTrustee *t = g_new0 (TabellaTrustee, 1);

  t->path = g_strdup (path);
  t->passphrase = tabella_secret_dup ((const guint8 *)passphrase, strlen (passphrase) + 1);
  t->cost = cost;
  t->s = (TabellaTrusteeSecrets *)tabella_secret_new (sizeof *t->s);
  t->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)answer_free);
  return t;
}

void
tabella_trustee_free (TabellaTrustee *t)
{
  if (t == NULL)
    return;
  g_free (t->path);
  tabella_secret_free (t->passphrase);
  tabella_secret_free ((TabellaSecret *)t->s);
  for (guint round = 0; round < 4; round++)
    g_clear_pointer (&t->own[round], g_bytes_unref);
  g_ptr_array_unref (t->answers);
  g_free (t);
}

static void
get (TabellaReader *r, gpointer out, gsize size)
{
  const guint8 *bytes = tabella_get (r, size);

  if (bytes != NULL)
    memcpy (out, bytes, size);
}

/* A public part; NULL past the end. */
static GBytes *
get_sized (TabellaReader *r)
{
  guint32 size = tabella_get_u32 (r);
  const guint8 *bytes = tabella_get (r, size);

  return bytes == NULL ? NULL : g_bytes_new (bytes, size);
}

static gboolean
get_scalar (TabellaReader *r, TabellaScalar *out)
{
  const guint8 *bytes = tabella_get (r, 32);

  return bytes != NULL && tabella_scalar_read (out, bytes);
}

static gboolean
get_secrets (TabellaReader *r, TabellaTrustee *t)
{
  gboolean good = TRUE;

  if (t->round == 4) {
    good &= get_scalar (r, &t->s->z);
    good &= get_scalar (r, &t->s->y);
    return good;
  }
  get (r, t->s->signing, 64);
  get (r, t->s->transport, 32);
  for (guint d = 0; d < t->t; d++)
    good &= get_scalar (r, &t->s->f[d]);
  for (guint d = 0; d < t->t; d++)
    good &= get_scalar (r, &t->s->g[d]);
  return good;
}

static gboolean
get_answer (TabellaReader *r, TabellaTrustee *t)
{
  TabellaAnswer *a = g_new0 (TabellaAnswer, 1);
  guint8 practice;

  g_ptr_array_add (t->answers, a);
  get (r, a->he, 32);
  practice = tabella_get_u8 (r);
  a->practice = practice == 1;
  a->purpose = tabella_get_u8 (r);
  get (r, a->digest, 32);
  a->points = get_sized (r);
  a->share = get_sized (r);
  return practice <= 1 && a->points != NULL && a->share != NULL;
}

static gboolean
get_content (TabellaReader *r, TabellaTrustee *t)
{
  const guint8 *magic = tabella_get (r, 8);
  guint32 answers;

  if (magic == NULL || memcmp (magic, MAGIC, 8) != 0)
    return FALSE;
  get (r, t->hp, 32);
  t->index = tabella_get_u16 (r);
  t->n = tabella_get_u16 (r);
  t->t = tabella_get_u16 (r);
  t->restarts = tabella_get_u16 (r);
  t->round = tabella_get_u8 (r);
  if (t->round < 1 || t->round > 4 || t->t < 1 || t->t > t->n || t->n > TABELLA_TRUSTEES_MAX ||
      t->index < 1 || t->index > t->n || !get_secrets (r, t))
    return FALSE;
  for (guint round = 0; round < t->round; round++)
    if ((t->own[round] = get_sized (r)) == NULL)
      return FALSE;
  for (guint round = 0; round + 1 < t->round && round < 2; round++)
    get (r, t->seen[round], t->n * 32u);
  answers = tabella_get_u32 (r);
  for (guint32 i = 0; i < answers; i++)
    if (!get_answer (r, t))
      return FALSE;
  return tabella_reader_done (r);
}

static TabellaSecret *
open_vault (GBytes *vault, const char *path, const char *passphrase, gsize *size, GError **error)
{
  g_autoptr (GError) cause = NULL;
  TabellaSecret *content =
      tabella_vault_open (vault, passphrase, strlen (passphrase), size, &cause);

  if (content != NULL)
    return content;
  if (g_error_matches (cause, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_PASSPHRASE))
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_PASSPHRASE,
                 "this passphrase does not open %s; type it again", path);
  else
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
                 "%s is not a trustee's secret file: %s", path, cause->message);
  return NULL;
}

TabellaTrustee *
tabella_trustee_file_open (const char *path, const char *passphrase, GError **error)
{
  g_autoptr (GBytes) vault = tabella_file_read (path, TABELLA_TRUSTEE_LIMIT, error);
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (TabellaTrustee) t = NULL;
  TabellaVaultCost cost = TABELLA_VAULT_NORMAL;
  TabellaReader r;
  gsize size;

  if (vault == NULL)
    return NULL;
  content = open_vault (vault, path, passphrase, &size, error);
  if (content == NULL || !tabella_vault_cost (vault, &cost, error))
    return NULL;
  t = tabella_trustee_new (path, passphrase, cost);
  tabella_reader_init (&r, content, size);
  if (get_content (&r, t))
    return g_steal_pointer (&t);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
               "%s opens, but it is not a trustee's secret file; use the file that \"tabella "
               "trustee init\" made",
               path);
  return NULL;
}
