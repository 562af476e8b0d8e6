/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies under a passphrase. The passphrase is known here: the content is the input. */
#include "fuzz.h"

#include <string.h>
#include "bytes.h"
#include "files.h"
#include "officers.h"
#include "trustee-file.h"

static const char passphrase[] = "a passphrase for every run";

static GBytes *
read_file (const char *path)
{
  GBytes *file = tabella_file_read (path, TABELLA_FILE_LIMIT, NULL);

  FUZZ_CHECK (file != NULL);
  return file;
}

/* --- A vault as it lies on the disk --- */

static const char secret_text[] = "what the vault holds";

static gboolean
run_vault (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) vault = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaSecret) content = NULL;
  TabellaVaultCost cost;
  gsize content_size;

  if (!fuzz_verdict (tabella_vault_cost (vault, &cost, &error), error))
    return FALSE;
  content = tabella_vault_open (vault, passphrase, strlen (passphrase), &content_size, &error);
  if (!fuzz_verdict (content != NULL, error))
    return FALSE;
  FUZZ_CHECK (content_size == 0 || (content_size == sizeof secret_text &&
                                    memcmp (content, secret_text, content_size) == 0));
  return TRUE;
}

static void
seed_vault (void)
{
  g_autoptr (GBytes) cheap = tabella_vault_seal (secret_text, sizeof secret_text, passphrase,
                                                 strlen (passphrase), TABELLA_VAULT_REHEARSAL);
  g_autoptr (GBytes) normal = tabella_vault_seal (secret_text, sizeof secret_text, passphrase,
                                                  strlen (passphrase), TABELLA_VAULT_NORMAL);
  g_autoptr (GBytes) empty =
      tabella_vault_seal ("", 0, passphrase, strlen (passphrase), TABELLA_VAULT_REHEARSAL);

  fuzz_seed ("cheap", g_bytes_get_data (cheap, NULL), g_bytes_get_size (cheap));
  fuzz_seed ("normal", g_bytes_get_data (normal, NULL), g_bytes_get_size (normal));
  fuzz_seed ("empty", g_bytes_get_data (empty, NULL), g_bytes_get_size (empty));
}

const FuzzTarget fuzz_vault = { "vault", NULL, run_vault, seed_vault };

/* --- A trustee's secret file: what is read is written without a change --- */

static gboolean
run_trustee (const guint8 *bytes, gsize size)
{
  g_autofree char *path = fuzz_path ("trustee.secret");
  g_autoptr (GBytes) vault =
      tabella_vault_seal (bytes, size, passphrase, strlen (passphrase), TABELLA_VAULT_REHEARSAL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (TabellaTrustee) t = NULL;
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (GError) error = NULL;
  gsize content_size;

  fuzz_write (path, g_bytes_get_data (vault, NULL), g_bytes_get_size (vault));
  t = tabella_trustee_file_open (path, passphrase, &error);
  if (!fuzz_verdict (t != NULL, error))
    return FALSE;
  FUZZ_CHECK (tabella_trustee_file_save (t, FALSE, NULL));
  again = read_file (path);
  content = tabella_vault_open (again, passphrase, strlen (passphrase), &content_size, NULL);
  FUZZ_CHECK (content != NULL && content_size == size && memcmp (content, bytes, size) == 0);
  return TRUE;
}

static void
seed_content (const char *name, const TabellaTrustee *t)
{
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (GBytes) file = NULL;
  gsize size;

  FUZZ_CHECK (tabella_trustee_file_save (t, FALSE, NULL));
  file = read_file (t->path);
  content = tabella_vault_open (file, passphrase, strlen (passphrase), &size, NULL);
  FUZZ_CHECK (content != NULL);
  fuzz_seed (name, content, size);
}

static void
seed_trustee (void)
{
  g_autofree char *path = fuzz_path ("seed.secret");
  g_autoptr (TabellaTrustee) t = tabella_trustee_new (path, passphrase, TABELLA_VAULT_REHEARSAL);
  TabellaAnswer *answer = g_new0 (TabellaAnswer, 1);

  t->index = 1;
  t->n = 3;
  t->t = 2;
  for (t->round = 1; t->round <= 4; t->round++) {
    g_autofree char *name = g_strdup_printf ("round-%u", t->round);

    t->own[t->round - 1] = g_bytes_new_static ("{}\n", 3);
    seed_content (name, t);
  }
  t->round = 4;
  answer->purpose = 1;
  answer->practice = TRUE;
  answer->points = g_bytes_new_static (secret_text, sizeof secret_text);
  answer->share = g_bytes_ref (answer->points);
  g_ptr_array_add (t->answers, answer);
  seed_content ("answered", t);
}

const FuzzTarget fuzz_trustee = { "trustee", NULL, run_trustee, seed_trustee };

/* --- A terminal's vault for its officers. 'C': the content, to be sealed; else the file. --- */

#define HEADER 32
#define SALT   16 /* where it lies in the header */
#define NONCE  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG    crypto_aead_xchacha20poly1305_ietf_ABYTES

/* One officer's box, as data/doc/formats.md lays it down. */
static GBytes *
seal_for_officer (const guint8 *content, gsize size)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  g_autoptr (TabellaSecret) key = NULL;
  guint8 zeros[NONCE] = { 0 };

  tabella_put (file, "TAOFFIC1\0\1\1\1", 12);
  tabella_put_u32 (file, (guint32)size);
  tabella_put (file, zeros, HEADER - SALT);
  tabella_put (file, zeros, NONCE);
  tabella_put_u32 (joined, (guint32)strlen (passphrase));
  tabella_put (joined, passphrase, strlen (passphrase));
  key = tabella_vault_key (joined->data, joined->len, file->data + SALT, TABELLA_VAULT_REHEARSAL,
                           NULL);
  g_byte_array_set_size (file, (guint)(HEADER + NONCE + size + TAG));
  FUZZ_CHECK (crypto_aead_xchacha20poly1305_ietf_encrypt (file->data + HEADER + NONCE, NULL,
                                                          content, size, file->data, HEADER, NULL,
                                                          zeros, key) == 0);
  return g_byte_array_free_to_bytes (file);
}

static gboolean
run_officers (const guint8 *bytes, gsize size)
{
  const char *const passphrases[] = { passphrase };
  g_autofree char *dir = fuzz_path (""), *path = fuzz_path ("officers.vaults");
  g_autoptr (GBytes) file = size > 0 && bytes[0] == 'C' ? seal_for_officer (bytes + 1, size - 1)
                                                        : g_bytes_new (bytes, size);
  g_autoptr (TabellaStationKeys) keys = NULL;
  g_autoptr (GError) error = NULL;
  char *pin;

  fuzz_write (path, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  keys = tabella_officers_open (dir, passphrases, 1, &pin, &error);
  FUZZ_CHECK ((pin != NULL) == (keys != NULL));
  if (!fuzz_verdict (keys != NULL, error))
    return FALSE;
  FUZZ_CHECK (strnlen (pin, TABELLA_PIN_MAX + 1) <= TABELLA_PIN_MAX);
  FUZZ_CHECK (keys->terminal != NULL && keys->roll->n <= G_N_ELEMENTS (keys->roll->slices));
  tabella_secret_free ((TabellaSecret *)pin);
  return TRUE;
}

static void
seed_officers (void)
{
  const char *const passphrases[] = { passphrase, "another passphrase" };
  g_autofree char *dir = fuzz_path (""), *path = fuzz_path ("officers.vaults");
  guint8 content[1 + 1 + TABELLA_PIN_MAX + 288 + 64 + 2 + 64] = { 'C', 4, '1', '2', '3', '4' };
  g_autoptr (TabellaStationKeys) keys = g_new0 (TabellaStationKeys, 1);
  g_autoptr (GBytes) file = NULL;

  fuzz_seed ("booth", content, sizeof content - 64);
  content[sizeof content - 66] = 1;
  fuzz_seed ("desk", content, sizeof content);
  keys->terminal = tabella_terminal_secrets_new ();
  keys->roll = tabella_roll_keys_new ();
  FUZZ_CHECK (tabella_officers_create (dir, passphrases, 2, 1, "13572468", keys,
                                       TABELLA_VAULT_REHEARSAL, NULL));
  file = read_file (path);
  fuzz_seed ("file", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

const FuzzTarget fuzz_officers = { "officers", NULL, run_officers, seed_officers };

/* --- A simulated terminal's secrets, plain --- */

static void
prepare_secret (void)
{
  g_autofree char *folder = fuzz_path ("terminals");

  FUZZ_CHECK (tabella_folder_make (folder, NULL));
}

static gboolean
run_secret (const guint8 *bytes, gsize size)
{
  g_autofree char *folder = fuzz_path (""), *path = fuzz_path ("terminals/001.secret");
  g_autoptr (TabellaTerminalSecrets) s = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_write (path, bytes, size);
  s = tabella_simulated_secrets_load (folder, 1, &error);
  if (!fuzz_verdict (s != NULL, error))
    return FALSE;
  FUZZ_CHECK (tabella_simulated_secrets_save (folder, 1, s, NULL));
  again = read_file (path);
  FUZZ_CHECK (g_bytes_get_size (again) == size &&
              memcmp (g_bytes_get_data (again, NULL), bytes, size) == 0);
  return TRUE;
}

static void
seed_secret (void)
{
  g_autofree char *folder = fuzz_path (""), *path = fuzz_path ("terminals/001.secret");
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  g_autoptr (GBytes) file = NULL;

  FUZZ_CHECK (tabella_simulated_secrets_save (folder, 1, s, NULL));
  file = read_file (path);
  fuzz_seed ("good", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

const FuzzTarget fuzz_secret = { "secret", prepare_secret, run_secret, seed_secret };
