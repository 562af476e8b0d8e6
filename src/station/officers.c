/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "officers.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>
#include "bytes.h"
#include "codes.h"
#include "destroy.h"
#include "files.h"
#include "must.h"

/* officers.vaults (data/doc/formats.md):
 *   "TAOFFIC1" ‖ cost u8 ‖ count u8 ‖ required u8 ‖ boxes u8 ‖ content size u32 ‖ salt 16
 *   then for every combination of officers: nonce 24 ‖ XChaCha20-Poly1305 (content; associated data
 * = all of the above) The key of a combination is Argon2id over its passphrases in bytewise order,
 * each after its length as u32. One salt for the file: an unlock costs one Argon2id and then tries
 * every box, whoever the officers are and in whatever order they typed. */
#define MAGIC          "TAOFFIC1"
#define AT_COST        8
#define AT_COUNT       9
#define AT_REQUIRED    10
#define AT_BOXES       11
#define AT_SIZE        12
#define AT_SALT        16
#define HEADER         32
#define NONCE          crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG            crypto_aead_xchacha20poly1305_ietf_ABYTES
#define OFFICERS_FILE  "officers.vaults"
#define SETUP_FILE     "setup.vault"
#define SETUP_BITS     80
#define SETUP_GROUP    4
#define CODE_BYTES     (SETUP_BITS / 8)
#define CODE_TEXT      20 /* 16 characters in four groups, and the end */
#define TERMINAL_BYTES (64 + 64 + 32 + 32 + 3 * 32)
#define MAX_SLICES     G_N_ELEMENTS (((TabellaRollKeys *)NULL)->slices)
#define CONTENT_MAX    (1 + TABELLA_PIN_MAX + TERMINAL_BYTES + 64 + 2 + 64 * 64)

static gboolean
wrong (GError **error, const char *message)
{
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE, message);
  return FALSE;
}

/* An error from below becomes one of this library: @passphrase says what a wrong one means. */
static gboolean
translate (GError *cause, const char *passphrase, GError **error)
{
  if (g_error_matches (cause, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_PASSPHRASE))
    wrong (error, passphrase);
  else
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                         cause->message);
  g_error_free (cause);
  return FALSE;
}

void
tabella_station_keys_free (TabellaStationKeys *k)
{
  if (k == NULL)
    return;
  g_clear_pointer (&k->terminal, tabella_terminal_secrets_free);
  g_clear_pointer (&k->roll, tabella_roll_keys_free);
  g_free (k);
}

char *
tabella_setup_code_new (void)
{
  TabellaSecret *text = tabella_secret_new (CODE_TEXT);
  guint8 bytes[CODE_BYTES];
  char *heap;

  randombytes_buf (bytes, sizeof bytes);
  heap = tabella_crockford (bytes, SETUP_BITS, SETUP_GROUP);
  TABELLA_MUST (strlen (heap) + 1 == CODE_TEXT);
  memcpy (text, heap, CODE_TEXT);
  sodium_memzero (heap, CODE_TEXT);
  g_free (heap);
  sodium_memzero (bytes, sizeof bytes);
  return (char *)text;
}

void
tabella_setup_code_free (char *code)
{
  tabella_secret_free ((TabellaSecret *)code);
}

/* Fixed order of a terminal's secrets in both vaults. */
static void
write_terminal (const TabellaTerminalSecrets *s, guint8 out[TERMINAL_BYTES])
{
  memcpy (out, s->ballot_secret, 64);
  memcpy (out + 64, s->batch_secret, 64);
  memcpy (out + 128, s->box_secret, 32);
  memcpy (out + 160, s->export_secret, 32);
  memcpy (out + 192, s->ballot_key, 32);
  memcpy (out + 224, s->batch_key, 32);
  memcpy (out + 256, s->box_key, 32);
}

static TabellaTerminalSecrets *
read_terminal (const guint8 in[TERMINAL_BYTES])
{
  TabellaTerminalSecrets *s = tabella_terminal_secrets_new ();

  memcpy (s->ballot_secret, in, 64);
  memcpy (s->batch_secret, in + 64, 64);
  memcpy (s->box_secret, in + 128, 32);
  memcpy (s->export_secret, in + 160, 32);
  memcpy (s->ballot_key, in + 192, 32);
  memcpy (s->batch_key, in + 224, 32);
  memcpy (s->box_key, in + 256, 32);
  return s;
}

gboolean
tabella_setup_seal (const char *dir, const char *setup_code, const TabellaTerminalSecrets *s,
                    TabellaVaultCost cost, GError **error)
{
  g_autofree char *path = g_build_filename (dir, SETUP_FILE, NULL);
  g_autoptr (TabellaSecret) content = tabella_secret_new (TERMINAL_BYTES);
  g_autoptr (TabellaSecret) code = tabella_secret_new (CODE_BYTES);
  g_autoptr (GBytes) vault = NULL;
  GError *cause = NULL;

  if (!tabella_uncrockford (setup_code, code, SETUP_BITS))
    return wrong (error, _ ("a setup code has 16 letters and figures"));
  write_terminal (s, content);
  vault = tabella_vault_seal (content, TERMINAL_BYTES, code, CODE_BYTES, cost);
  if (!tabella_file_write (path, g_bytes_get_data (vault, NULL), g_bytes_get_size (vault), 0600,
                           &cause))
    return translate (cause, "", error);
  return TRUE;
}

static GBytes *
read_vault (const char *dir, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  GError *cause = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_VAULTS_LIMIT, &cause);

  if (bytes == NULL)
    translate (cause, "", error);
  return bytes;
}

TabellaTerminalSecrets *
tabella_setup_open (const char *dir, const char *setup_code, GError **error)
{
  g_autoptr (TabellaSecret) code = tabella_secret_new (CODE_BYTES);
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (GBytes) vault = NULL;
  GError *cause = NULL;
  gsize size;

  if (!tabella_uncrockford (setup_code, code, SETUP_BITS)) {
    wrong (error,
           _ ("that is not a setup code: it has 16 letters and figures; look at the paper again"));
    return NULL;
  }
  vault = read_vault (dir, SETUP_FILE, error);
  if (vault == NULL)
    return NULL;
  content = tabella_vault_open (vault, code, CODE_BYTES, &size, &cause);
  if (content == NULL) {
    translate (cause, _ ("the setup code is not that of this terminal; look at the paper again"),
               error);
    return NULL;
  }
  if (size != TERMINAL_BYTES) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                 _ ("%s/%s is damaged; enrol this terminal again"), dir, SETUP_FILE);
    return NULL;
  }
  return read_terminal (content);
}

gboolean
tabella_setup_destroy (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, SETUP_FILE, NULL);

  if (tabella_destroy_file (path, error))
    return TRUE;
  g_prefix_error (error, "%s: ", _ ("the setup code still opens this terminal"));
  return FALSE;
}

static int
compare_passphrases (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The key that a set of passphrases gives, in whatever order they come. */
static TabellaSecret *
combination_key (const char *const *passphrases, guint n, const guint8 *salt, TabellaVaultCost cost,
                 GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (TabellaSecret) joined = NULL;
  TabellaSecret *key;
  gsize size = 0, at = 0;
  GError *cause = NULL;

  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (sorted, (gpointer)passphrases[i]);
    size += 4 + strlen (passphrases[i]);
  }
  g_ptr_array_sort (sorted, compare_passphrases);
  joined = tabella_secret_new (size);
  for (guint i = 0; i < n; i++) {
    const gsize length = strlen (sorted->pdata[i]);
    const guint32 le = GUINT32_TO_LE ((guint32)length);

    memcpy (joined + at, &le, 4);
    memcpy (joined + at + 4, sorted->pdata[i], length);
    at += 4 + length;
  }
  key = tabella_vault_key (joined, size, salt, cost, &cause);
  if (key == NULL)
    translate (cause, "", error);
  return key;
}

/* PIN, terminal's secrets, roll keys. */
static gsize
write_content (const char *pin, const TabellaStationKeys *keys, guint8 *out)
{
  const TabellaRollKeys *roll = keys->roll;
  const guint16 n = GUINT16_TO_LE ((guint16)roll->n);
  gsize at = 1 + TABELLA_PIN_MAX;

  out[0] = (guint8)strlen (pin);
  memcpy (out + 1, pin, strlen (pin));
  write_terminal (keys->terminal, out + at);
  at += TERMINAL_BYTES;
  memcpy (out + at, roll->roll_key, 32);
  memcpy (out + at + 32, roll->ticket_key, 32);
  memcpy (out + at + 64, &n, 2);
  at += 66;
  for (guint i = 0; i < roll->n; i++, at += 64) {
    memcpy (out + at, roll->slices[i].slice, 32);
    memcpy (out + at + 32, roll->slices[i].key, 32);
  }
  return at;
}

static TabellaStationKeys *
read_content (const guint8 *content, gsize size, char **pin)
{
  g_autoptr (TabellaStationKeys) keys = g_new0 (TabellaStationKeys, 1);
  TabellaReader r;
  const guint8 *digits, *terminal, *roll;
  guint length;

  tabella_reader_init (&r, content, size);
  length = tabella_get_u8 (&r);
  digits = tabella_get (&r, TABELLA_PIN_MAX);
  terminal = tabella_get (&r, TERMINAL_BYTES);
  roll = tabella_get (&r, 64);
  keys->roll = tabella_roll_keys_new ();
  keys->roll->n = tabella_get_u16 (&r);
  if (r.failed || length > TABELLA_PIN_MAX || keys->roll->n > MAX_SLICES ||
      r.left != (gsize)keys->roll->n * 64)
    return NULL;
  memcpy (keys->roll->roll_key, roll, 32);
  memcpy (keys->roll->ticket_key, roll + 32, 32);
  for (guint i = 0; i < keys->roll->n; i++) {
    memcpy (keys->roll->slices[i].slice, tabella_get (&r, 32), 32);
    memcpy (keys->roll->slices[i].key, tabella_get (&r, 32), 32);
  }
  keys->terminal = read_terminal (terminal);
  *pin = (char *)tabella_secret_new (TABELLA_PIN_MAX + 1);
  memcpy (*pin, digits, length);
  return g_steal_pointer (&keys);
}

gboolean
tabella_pin_is_trivial (const char *pin)
{
  for (int step = -1; step <= 1; step++) {
    gsize i = 1;

    while (pin[0] != '\0' && pin[i] != '\0' && pin[i] - pin[i - 1] == step)
      i++;
    if (pin[0] == '\0' || pin[i] == '\0')
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_choices (const char *const *passphrases, guint count, guint required, const char *pin,
               GError **error)
{
  const gsize digits = strlen (pin);

  TABELLA_MUST (count >= 1 && count <= TABELLA_OFFICERS_MAX && required >= 1 && required <= count);
  for (guint i = 0; i < count; i++) {
    if (strlen (passphrases[i]) < TABELLA_PASSPHRASE_MIN) {
      g_set_error (
          error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
          _ ("the passphrase of officer %u is too short: choose one of at least %d letters"), i + 1,
          TABELLA_PASSPHRASE_MIN);
      return FALSE;
    }
    for (guint j = 0; j < i; j++)
      if (strcmp (passphrases[i], passphrases[j]) == 0) {
        g_set_error (
            error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
            _ ("officers %u and %u chose the same passphrase: one of them chooses another"), j + 1,
            i + 1);
        return FALSE;
      }
  }
  if (digits < TABELLA_PIN_MIN || digits > TABELLA_PIN_MAX ||
      strspn (pin, "0123456789") != digits) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                 _ ("the short PIN has %d to %d figures"), TABELLA_PIN_MIN, TABELLA_PIN_MAX);
    return FALSE;
  }
  if (tabella_pin_is_trivial (pin)) {
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                         _ ("this PIN is the first that anybody would try: choose another one"));
    return FALSE;
  }
  return TRUE;
}

static guint
bits_in (guint mask)
{
  return (guint)__builtin_popcount (mask);
}

/* One box a combination of @required officers, appended to @file (which holds the header). */
static gboolean
append_boxes (GByteArray *file, const char *const *passphrases, guint count, guint required,
              TabellaVaultCost cost, const guint8 *content, gsize size, GError **error)
{
  for (guint mask = 0; mask < 1u << count; mask++) {
    const char *chosen[TABELLA_OFFICERS_MAX];
    g_autoptr (TabellaSecret) key = NULL;
    const gsize at = file->len;
    guint n = 0;

    if (bits_in (mask) != required)
      continue;
    for (guint i = 0; i < count; i++)
      if (mask >> i & 1)
        chosen[n++] = passphrases[i];
    key = combination_key (chosen, n, file->data + AT_SALT, cost, error);
    if (key == NULL)
      return FALSE;
    g_byte_array_set_size (file, (guint)(at + NONCE + size + TAG));
    randombytes_buf (file->data + at, NONCE);
    TABELLA_MUST (crypto_aead_xchacha20poly1305_ietf_encrypt (file->data + at + NONCE, NULL,
                                                              content, size, file->data, HEADER,
                                                              NULL, file->data + at, key) == 0);
  }
  return TRUE;
}

gboolean
tabella_officers_create (const char *dir, const char *const *passphrases, guint count,
                         guint required, const char *pin, const TabellaStationKeys *keys,
                         TabellaVaultCost cost, GError **error)
{
  g_autofree char *path = g_build_filename (dir, OFFICERS_FILE, NULL);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (TabellaSecret) content = NULL;
  GError *cause = NULL;
  guint8 salt[TABELLA_VAULT_SALT];
  guint boxes = 0;
  gsize size;

  if (!check_choices (passphrases, count, required, pin, error))
    return FALSE;
  content = tabella_secret_new (CONTENT_MAX);
  size = write_content (pin, keys, content);
  for (guint mask = 0; mask < 1u << count; mask++)
    boxes += bits_in (mask) == required ? 1 : 0;
  tabella_put (file, MAGIC, 8);
  tabella_put_u8 (file, (guint8)cost);
  tabella_put_u8 (file, (guint8)count);
  tabella_put_u8 (file, (guint8)required);
  tabella_put_u8 (file, (guint8)boxes);
  tabella_put_u32 (file, (guint32)size);
  randombytes_buf (salt, sizeof salt);
  tabella_put (file, salt, sizeof salt);
  if (!append_boxes (file, passphrases, count, required, cost, content, size, error))
    return FALSE;
  if (!tabella_file_write (path, file->data, file->len, 0600, &cause))
    return translate (cause, "", error);
  return tabella_setup_destroy (dir, error);
}

/* The header's fields, if the file is whole. */
static gboolean
read_header (const char *dir, const guint8 *data, gsize size, gsize *content, GError **error)
{
  guint32 le;

  *content = 0;
  if (size >= HEADER && memcmp (data, MAGIC, 8) == 0) {
    memcpy (&le, data + AT_SIZE, 4);
    *content = GUINT32_FROM_LE (le);
  }
  if (*content == 0 || *content > CONTENT_MAX || data[AT_COST] > TABELLA_VAULT_NORMAL ||
      size != HEADER + data[AT_BOXES] * (NONCE + *content + TAG)) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                 _ ("%s/%s is damaged; keep this terminal for the organisers"), dir, OFFICERS_FILE);
    return FALSE;
  }
  return TRUE;
}

TabellaStationKeys *
tabella_officers_open (const char *dir, const char *const *passphrases, guint n, char **pin,
                       GError **error)
{
  g_autoptr (GBytes) file = read_vault (dir, OFFICERS_FILE, error);
  g_autoptr (TabellaSecret) key = NULL, content = NULL;
  TabellaStationKeys *keys;
  const guint8 *data;
  gsize size, inner;

  *pin = NULL;
  if (file == NULL)
    return NULL;
  data = g_bytes_get_data (file, &size);
  if (!read_header (dir, data, size, &inner, error))
    return NULL;
  if (n != data[AT_REQUIRED]) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE,
                 _ ("%u officers unlock this terminal together, not %u"), data[AT_REQUIRED], n);
    return NULL;
  }
  key = combination_key (passphrases, n, data + AT_SALT, (TabellaVaultCost)data[AT_COST], error);
  if (key == NULL)
    return NULL;
  content = tabella_secret_new (inner);
  for (guint i = 0; i < data[AT_BOXES]; i++) {
    const guint8 *box = data + HEADER + i * (NONCE + inner + TAG);

    if (crypto_aead_xchacha20poly1305_ietf_decrypt (content, NULL, NULL, box + NONCE, inner + TAG,
                                                    data, HEADER, box, key) != 0)
      continue;
    keys = read_content (content, inner, pin);
    if (keys == NULL)
      g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                   _ ("%s/%s is of another version of this program"), dir, OFFICERS_FILE);
    return keys;
  }
  wrong (error,
         _ ("these passphrases do not unlock this terminal; each officer types theirs again"));
  return NULL;
}

guint
tabella_delay_after (guint failures)
{
  static const guint seconds[] = { 0, 0, 0, 5, 15, 30, 60, 120, 300 };

  return seconds[MIN (failures, G_N_ELEMENTS (seconds) - 1)];
}
