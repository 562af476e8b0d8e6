/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault.h"
#include "must.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>

#define MAGIC       "TAVAULT1"
#define MAGIC_BYTES 8
#define AT_OPS      8
#define AT_MEMORY   12
#define AT_SALT     16
#define AT_NONCE    (AT_SALT + crypto_pwhash_argon2id_SALTBYTES)
#define AT_BOX      (AT_NONCE + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES

G_STATIC_ASSERT (AT_BOX == 56 && TABELLA_VAULT_SALT == crypto_pwhash_argon2id_SALTBYTES);

/* The only costs that are written and read: a vault cannot ask for all of the machine's memory. */
static const struct {
  guint32 operations;
  guint32 kibibytes;
} costs[] = {
  [TABELLA_VAULT_REHEARSAL] = { crypto_pwhash_argon2id_OPSLIMIT_MIN,
                                crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024 },
  [TABELLA_VAULT_NORMAL] = { crypto_pwhash_argon2id_OPSLIMIT_MODERATE, 64 * 1024 },
};

static void
put_u32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

static guint32
get_u32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_LE (value);
}

/* NULL if there is not enough memory for this cost. */
static TabellaSecret *
derive_key (gconstpointer passphrase, gsize passphrase_size, const guint8 *salt,
            TabellaVaultCost cost)
{
  g_autoptr (TabellaSecret) key = tabella_secret_new (crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

  if (crypto_pwhash (key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, passphrase, passphrase_size,
                     salt, costs[cost].operations, (gsize)costs[cost].kibibytes * 1024,
                     crypto_pwhash_ALG_ARGON2ID13) != 0)
    return NULL;
  return g_steal_pointer (&key);
}

GBytes *
tabella_vault_seal (gconstpointer content, gsize size, gconstpointer passphrase,
                    gsize passphrase_size, TabellaVaultCost cost)
{
  g_autoptr (TabellaSecret) key = NULL;
  g_autofree guint8 *vault = g_malloc (AT_BOX + size + TAG_BYTES);

  memcpy (vault, MAGIC, MAGIC_BYTES);
  put_u32 (vault + AT_OPS, costs[cost].operations);
  put_u32 (vault + AT_MEMORY, costs[cost].kibibytes);
  randombytes_buf (vault + AT_SALT, AT_BOX - AT_SALT); /* salt and nonce */
  key = derive_key (passphrase, passphrase_size, vault + AT_SALT, cost);
  if (key == NULL)
    g_error ("no memory to protect a secret with a passphrase (%u KiB are needed)",
             costs[cost].kibibytes);
  TABELLA_MUST (crypto_aead_xchacha20poly1305_ietf_encrypt (vault + AT_BOX, NULL, content, size,
                                                            vault, AT_BOX, NULL, vault + AT_NONCE,
                                                            key) == 0);
  return g_bytes_new_take (g_steal_pointer (&vault), AT_BOX + size + TAG_BYTES);
}

gboolean
tabella_vault_cost (GBytes *vault, TabellaVaultCost *cost, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (vault, &size);

  *cost = TABELLA_VAULT_REHEARSAL;
  if (size < AT_BOX + TAG_BYTES || memcmp (data, MAGIC, MAGIC_BYTES) != 0) {
    g_set_error_literal (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT,
                         _ ("not a secret file of this program, or cut short"));
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (costs); i++) {
    if (get_u32 (data + AT_OPS) == costs[i].operations &&
        get_u32 (data + AT_MEMORY) == costs[i].kibibytes) {
      *cost = (TabellaVaultCost)i;
      return TRUE;
    }
  }
  g_set_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT,
               _ ("secret file asks for an unknown passphrase cost (%u operations, %u KiB)"),
               get_u32 (data + AT_OPS), get_u32 (data + AT_MEMORY));
  return FALSE;
}

TabellaSecret *
tabella_vault_key (gconstpointer passphrase, gsize passphrase_size,
                   const guint8 salt[TABELLA_VAULT_SALT], TabellaVaultCost cost, GError **error)
{
  TabellaSecret *key = derive_key (passphrase, passphrase_size, salt, cost);

  if (key == NULL)
    g_set_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM,
                 _ ("no memory to open a secret file (%u KiB are needed): close other programs"),
                 costs[cost].kibibytes);
  return key;
}

TabellaSecret *
tabella_vault_open (GBytes *vault, gconstpointer passphrase, gsize passphrase_size, gsize *size,
                    GError **error)
{
  g_autoptr (TabellaSecret) key = NULL;
  g_autoptr (TabellaSecret) content = NULL;
  TabellaVaultCost cost;
  const guint8 *data;
  gsize vault_size;

  *size = 0;
  if (!tabella_vault_cost (vault, &cost, error))
    return NULL;
  data = g_bytes_get_data (vault, &vault_size);
  key = tabella_vault_key (passphrase, passphrase_size, data + AT_SALT, cost, error);
  if (key == NULL)
    return NULL;
  content = tabella_secret_new (vault_size - AT_BOX - TAG_BYTES);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (content, NULL, NULL, data + AT_BOX,
                                                  vault_size - AT_BOX, data, AT_BOX,
                                                  data + AT_NONCE, key) != 0) {
    g_set_error_literal (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_PASSPHRASE,
                         _ ("wrong passphrase, or the secret file was changed"));
    return NULL;
  }
  *size = vault_size - AT_BOX - TAG_BYTES;
  return g_steal_pointer (&content);
}
