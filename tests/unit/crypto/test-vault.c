/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "vault.h"

#define CONTENT "trustee's secrets"

static GBytes *
seal (void)
{
  return tabella_vault_seal (CONTENT, strlen (CONTENT), "pass phrase", 11, TABELLA_VAULT_REHEARSAL);
}

static void
assert_refused (GBytes *vault, const char *passphrase, TabellaCryptoError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaSecret) content = NULL;
  gsize size = 99;

  content = tabella_vault_open (vault, passphrase, strlen (passphrase), &size, &error);
  g_assert_null (content);
  g_assert_error (error, TABELLA_CRYPTO_ERROR, (gint)code);
  g_assert_cmpuint (size, ==, 0);
}

static void
assert_opens (GBytes *vault, gconstpointer passphrase, gsize passphrase_size, gconstpointer content,
              gsize content_size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaSecret) opened = NULL;
  gsize size;

  opened = tabella_vault_open (vault, passphrase, passphrase_size, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (opened, size, content, content_size);
}

static void
test_good (void)
{
  g_autoptr (GBytes) vault = seal (), again = seal ();
  g_autoptr (GBytes) empty = tabella_vault_seal (NULL, 0, "", 0, TABELLA_VAULT_REHEARSAL);

  assert_opens (vault, "pass phrase", 11, CONTENT, strlen (CONTENT));
  assert_opens (again, "pass phrase", 11, CONTENT, strlen (CONTENT));
  assert_opens (empty, "", 0, "", 0);
  g_assert_false (g_bytes_equal (vault, again));
}

/* The bytes as data/doc/formats.md says, opened with libsodium alone. */
static void
test_layout (void)
{
  g_autoptr (GBytes) vault = seal ();
  gsize size;
  const guint8 *data = g_bytes_get_data (vault, &size);
  const guint8 cost[] = { 1, 0, 0, 0, 8, 0, 0, 0 };
  guint8 key[32], content[64];
  unsigned long long content_size;

  g_assert_cmpuint (size, ==, 56 + strlen (CONTENT) + 16);
  g_assert_cmpmem (data, 8, "TAVAULT1", 8);
  g_assert_cmpmem (data + 8, 8, cost, 8);
  g_assert_cmpint (crypto_pwhash (key, sizeof key, "pass phrase", 11, data + 16, 1, 8192,
                                  crypto_pwhash_ALG_ARGON2ID13),
                   ==, 0);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (content, &content_size, NULL,
                                                               data + 56, size - 56, data, 56,
                                                               data + 32, key),
                   ==, 0);
  g_assert_cmpmem (content, content_size, CONTENT, strlen (CONTENT));
}

static void
test_normal_cost (void)
{
  g_autoptr (GBytes) vault =
      tabella_vault_seal (CONTENT, strlen (CONTENT), "pass phrase", 11, TABELLA_VAULT_NORMAL);
  g_autoptr (GBytes) rehearsal = seal ();
  g_autoptr (GError) error = NULL;
  const guint8 cost[] = { 3, 0, 0, 0, 0, 0, 1, 0 }; /* 3 passes over 65536 KiB */
  TabellaVaultCost found;

  g_assert_cmpmem ((const guint8 *)g_bytes_get_data (vault, NULL) + 8, 8, cost, 8);
  assert_opens (vault, "pass phrase", 11, CONTENT, strlen (CONTENT));
  g_assert_true (tabella_vault_cost (vault, &found, &error));
  g_assert_cmpint (found, ==, TABELLA_VAULT_NORMAL);
  g_assert_true (tabella_vault_cost (rehearsal, &found, &error));
  g_assert_cmpint (found, ==, TABELLA_VAULT_REHEARSAL);
}

static void
test_wrong_passphrase (void)
{
  g_autoptr (GBytes) vault = seal ();

  assert_refused (vault, "pass phrasf", TABELLA_CRYPTO_ERROR_PASSPHRASE);
  assert_refused (vault, "pass phrase ", TABELLA_CRYPTO_ERROR_PASSPHRASE);
  assert_refused (vault, "", TABELLA_CRYPTO_ERROR_PASSPHRASE);
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) vault = seal ();
  const gsize size = g_bytes_get_size (vault);

  for (gsize left = 0; left < size; left++) {
    g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (vault, NULL), left);
    g_autoptr (GBytes) cut = g_bytes_new_static (copy, left);
    assert_refused (cut, "pass phrase",
                    left < 72 ? TABELLA_CRYPTO_ERROR_FORMAT : TABELLA_CRYPTO_ERROR_PASSPHRASE);
  }
}

static void
test_longer (void)
{
  g_autoptr (GBytes) vault = seal ();
  const gsize size = g_bytes_get_size (vault);
  g_autofree guint8 *longer = g_malloc0 (size + 1);
  g_autoptr (GBytes) more = g_bytes_new_static (longer, size + 1);

  memcpy (longer, g_bytes_get_data (vault, NULL), size);
  assert_refused (more, "pass phrase", TABELLA_CRYPTO_ERROR_PASSPHRASE);
}

/* Magic and cost give FORMAT, everything else cannot be told from a wrong passphrase. */
static void
test_every_byte (void)
{
  g_autoptr (GBytes) vault = seal ();
  gsize size;
  g_autofree guint8 *copy = NULL;

  copy = g_memdup2 (g_bytes_get_data (vault, &size), g_bytes_get_size (vault));
  for (gsize at = 0; at < size; at++) {
    g_autoptr (GBytes) changed = g_bytes_new_static (copy, size);
    copy[at] ^= 4;
    assert_refused (changed, "pass phrase",
                    at < 16 ? TABELLA_CRYPTO_ERROR_FORMAT : TABELLA_CRYPTO_ERROR_PASSPHRASE);
    copy[at] ^= 4;
  }
}

/* The other cost in the header is known, but not what was authenticated. */
static void
test_cost_exchanged (void)
{
  g_autoptr (GBytes) vault = seal (), changed = NULL;
  const guint8 cost[] = { 3, 0, 0, 0, 0, 0, 1, 0 };
  gsize size = g_bytes_get_size (vault);
  guint8 *copy = g_memdup2 (g_bytes_get_data (vault, NULL), size);

  memcpy (copy + 8, cost, sizeof cost);
  changed = g_bytes_new_take (copy, size);
  assert_refused (changed, "pass phrase", TABELLA_CRYPTO_ERROR_PASSPHRASE);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/good", test_good);
  g_test_add_func ("/vault/layout", test_layout);
  g_test_add_func ("/vault/normal-cost", test_normal_cost);
  g_test_add_func ("/vault/wrong-passphrase", test_wrong_passphrase);
  g_test_add_func ("/vault/truncated", test_truncated);
  g_test_add_func ("/vault/longer", test_longer);
  g_test_add_func ("/vault/every-byte", test_every_byte);
  g_test_add_func ("/vault/cost-exchanged", test_cost_exchanged);
  return g_test_run ();
}
