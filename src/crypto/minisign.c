/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "minisign.h"
#include "hash.h"
#include "must.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>

#define UNTRUSTED     "untrusted comment: "
#define TRUSTED       "trusted comment: "
#define UNTRUSTED_MAX 1022 /* bytes of the whole line that stock minisign reads */
#define TRUSTED_MAX   8190
#define PUBLIC_BYTES  (2 + 8 + 32)
#define SIG_BYTES     (2 + 8 + 64)
#define HIDDEN_BYTES  (8 + 64 + 32) /* of a secret key: id, key, checksum */
#define SECRET_BYTES  (6 + 32 + 8 + 8 + HIDDEN_BYTES)
#define AT_SALT       6
#define AT_OPS        38
#define AT_MEMORY     46
#define AT_HIDDEN     54
#define SCRYPT(name)  crypto_pwhash_scryptsalsa208sha256_##name

G_STATIC_ASSERT (AT_HIDDEN + HIDDEN_BYTES == SECRET_BYTES);

typedef struct {
  const char *text;
  gsize size;
} Line; /* without its LF */

static gboolean
fail (GError **error, TabellaCryptoError code, const char *message)
{
  g_set_error_literal (error, TABELLA_CRYPTO_ERROR, code, message);
  return FALSE;
}

/* Exactly @n lines, each ended by one LF; no other control characters but tabs. */
static gboolean
split (const char *text, gsize size, Line *lines, gsize n)
{
  const char *at = text, *end = text + size;

  if (size == 0 || !g_utf8_validate (text, (gssize)size, NULL)) /* an empty file may come as NULL */
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if (((guchar)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7f)
      return FALSE;
  for (gsize i = 0; i < n; i++) {
    const char *lf = memchr (at, '\n', (gsize)(end - at));
    if (lf == NULL)
      return FALSE;
    lines[i] = (Line){ at, (gsize)(lf - at) };
    at = lf + 1;
  }
  return at == end;
}

static gboolean
has_prefix (const Line *line, const char *prefix, gsize max)
{
  return line->size >= strlen (prefix) && line->size <= max &&
         memcmp (line->text, prefix, strlen (prefix)) == 0;
}

static char *
encode (const guint8 *bytes, gsize size)
{
  gsize length = sodium_base64_encoded_len (size, sodium_base64_VARIANT_ORIGINAL);
  char *text = g_malloc (length);

  return sodium_bin2base64 (text, length, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

/* Base64 of exactly @size bytes and nothing else. libsodium 1.0.18 reads every byte above 127 as
 * '/': the line must also be what it would write. */
static gboolean
decode (const Line *line, guint8 *out, gsize size)
{
  g_autofree char *again = NULL;
  gsize got = 0;

  if (sodium_base642bin (out, size, line->text, line->size, NULL, &got, NULL,
                         sodium_base64_VARIANT_ORIGINAL) != 0 ||
      got != size)
    return FALSE;
  again = encode (out, size);
  return strlen (again) == line->size && memcmp (again, line->text, line->size) == 0;
}

static void
put_u64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

static guint64
get_u64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_LE (value);
}

void
tabella_minisign_secret_clear (TabellaMinisignSecret *s)
{
  g_clear_pointer (&s->secret, tabella_secret_free);
}

void
tabella_minisign_generate (TabellaMinisignPublic *pub, TabellaMinisignSecret *sec)
{
  sec->secret = tabella_secret_new (TABELLA_SIGN_SECRET);
  TABELLA_MUST (crypto_sign_keypair (pub->key, sec->secret) == 0);
  randombytes_buf (pub->id, sizeof pub->id);
  memcpy (sec->id, pub->id, sizeof sec->id);
}

void
tabella_minisign_batch_public (const guint8 key[32], TabellaMinisignPublic *pub)
{
  guint8 digest[32];

  tabella_digest_256 (key, 32, digest);
  memcpy (pub->id, digest, sizeof pub->id);
  memcpy (pub->key, key, sizeof pub->key);
}

char *
tabella_minisign_public_text (const TabellaMinisignPublic *pub)
{
  g_autofree char *code = NULL;
  guint8 bytes[PUBLIC_BYTES] = { 'E', 'd' };

  memcpy (bytes + 2, pub->id, 8);
  memcpy (bytes + 10, pub->key, 32);
  code = encode (bytes, sizeof bytes);
  return g_strdup_printf (UNTRUSTED "minisign public key %016" G_GINT64_MODIFIER "X\n%s\n",
                          get_u64 (pub->id), code);
}

gboolean
tabella_minisign_public_parse (const char *text, gsize size, TabellaMinisignPublic *pub,
                               GError **error)
{
  guint8 bytes[PUBLIC_BYTES];
  Line lines[2];

  memset (pub, 0, sizeof *pub);
  if (!split (text, size, lines, 2) || !has_prefix (&lines[0], UNTRUSTED, UNTRUSTED_MAX) ||
      !decode (&lines[1], bytes, sizeof bytes) || memcmp (bytes, "Ed", 2) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT,
                 _ ("not a minisign public key of two lines; copy the .pub file again, unchanged"));
  if (!tabella_sign_key_valid (bytes + 10))
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT,
                 _ ("the minisign public key is not a valid Ed25519 key"));
  memcpy (pub->id, bytes + 2, 8);
  memcpy (pub->key, bytes + 10, 32);
  return TRUE;
}

/* What the encrypted part says of itself when it was decrypted rightly. */
static void
checksum (const guint8 *id, const guint8 *secret, guint8 out[32])
{
  crypto_generichash_state state;

  TABELLA_MUST (crypto_generichash_init (&state, NULL, 0, 32) == 0);
  TABELLA_MUST (crypto_generichash_update (&state, (const guint8 *)"Ed", 2) == 0);
  TABELLA_MUST (crypto_generichash_update (&state, id, 8) == 0);
  TABELLA_MUST (crypto_generichash_update (&state, secret, TABELLA_SIGN_SECRET) == 0);
  TABELLA_MUST (crypto_generichash_final (&state, out, 32) == 0);
  sodium_memzero (&state, sizeof state);
}

/* Encrypts or decrypts @hidden in place. FALSE without memory. */
static gboolean
mask (guint8 *hidden, const char *passphrase, const guint8 *salt, guint64 operations,
      guint64 memory)
{
  g_autoptr (TabellaSecret) stream = tabella_secret_new (HIDDEN_BYTES);

  if (crypto_pwhash_scryptsalsa208sha256 (stream, HIDDEN_BYTES, passphrase, strlen (passphrase),
                                          salt, operations, (gsize)memory) != 0)
    return FALSE;
  for (gsize i = 0; i < HIDDEN_BYTES; i++)
    hidden[i] ^= stream[i];
  return TRUE;
}

char *
tabella_minisign_secret_text (const TabellaMinisignSecret *sec, const char *passphrase,
                              gboolean cheap)
{
  g_autoptr (TabellaSecret) hidden = tabella_secret_new (HIDDEN_BYTES);
  g_autofree char *code = NULL;
  guint8 bytes[SECRET_BYTES] = { 'E', 'd', 'S', 'c', 'B', '2' };
  guint64 operations = cheap ? SCRYPT (OPSLIMIT_MIN) : SCRYPT (OPSLIMIT_SENSITIVE);
  guint64 memory = cheap ? SCRYPT (MEMLIMIT_MIN) : SCRYPT (MEMLIMIT_SENSITIVE);

  memcpy (hidden, sec->id, 8);
  memcpy (hidden + 8, sec->secret, TABELLA_SIGN_SECRET);
  checksum (sec->id, sec->secret, hidden + 8 + TABELLA_SIGN_SECRET);
  randombytes_buf (bytes + AT_SALT, SCRYPT (SALTBYTES));
  /* A small machine gets a cheaper hash, as with stock minisign, down to 16 MiB. */
  while (!mask (hidden, passphrase, bytes + AT_SALT, operations, memory)) {
    if (memory <= SCRYPT (MEMLIMIT_MIN))
      g_error ("no memory to protect a secret key with a passphrase (16 MiB are needed)");
    operations /= 2;
    memory /= 2;
  }
  put_u64 (bytes + AT_OPS, operations);
  put_u64 (bytes + AT_MEMORY, memory);
  memcpy (bytes + AT_HIDDEN, hidden, HIDDEN_BYTES);
  code = encode (bytes, sizeof bytes);
  return g_strdup_printf (UNTRUSTED "minisign encrypted secret key\n%s\n", code);
}

/* A checked shape, limits included: a file cannot ask for more than stock minisign does. */
static gboolean
read_secret (const char *text, gsize size, guint8 *bytes, GError **error)
{
  Line lines[2];

  if (!split (text, size, lines, 2) || !has_prefix (&lines[0], UNTRUSTED, UNTRUSTED_MAX) ||
      !decode (&lines[1], bytes, SECRET_BYTES) || memcmp (bytes, "Ed", 2) != 0 ||
      memcmp (bytes + 4, "B2", 2) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT, "not a minisign secret key of two lines");
  if (memcmp (bytes + 2, "Sc", 2) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT,
                 "the minisign secret key has no passphrase; set one with `minisign -C`");
  if (get_u64 (bytes + AT_OPS) > SCRYPT (OPSLIMIT_SENSITIVE) ||
      get_u64 (bytes + AT_MEMORY) > SCRYPT (MEMLIMIT_SENSITIVE))
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT,
                 "the minisign secret key asks for a higher passphrase cost than minisign uses");
  return TRUE;
}

gboolean
tabella_minisign_secret_parse (const char *text, gsize size, const char *passphrase,
                               TabellaMinisignSecret *sec, GError **error)
{
  g_autoptr (TabellaSecret) hidden = tabella_secret_new (HIDDEN_BYTES);
  g_autoptr (TabellaSecret) expected = tabella_secret_new (32);
  guint8 bytes[SECRET_BYTES];

  memset (sec, 0, sizeof *sec);
  if (!read_secret (text, size, bytes, error))
    return FALSE;
  memcpy (hidden, bytes + AT_HIDDEN, HIDDEN_BYTES);
  if (!mask (hidden, passphrase, bytes + AT_SALT, get_u64 (bytes + AT_OPS),
             get_u64 (bytes + AT_MEMORY)))
    return fail (error, TABELLA_CRYPTO_ERROR_SYSTEM,
                 "no memory to open the minisign secret key: close other programs");
  checksum (hidden, hidden + 8, expected);
  if (sodium_memcmp (expected, hidden + 8 + TABELLA_SIGN_SECRET, 32) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_PASSPHRASE,
                 "wrong passphrase for the minisign secret key");
  memcpy (sec->id, hidden, 8);
  sec->secret = tabella_secret_dup (hidden + 8, TABELLA_SIGN_SECRET);
  return TRUE;
}

/* What the comment's signature covers: the first signature, then the comment. */
static GByteArray *
commented (const guint8 *signature, const char *comment, gsize size)
{
  GByteArray *all = g_byte_array_new ();

  g_byte_array_append (all, signature, TABELLA_SIGN_BYTES);
  g_byte_array_append (all, (const guint8 *)comment, (guint)size);
  return all;
}

char *
tabella_minisign_sign (const TabellaMinisignSecret *sec, gconstpointer bytes, gsize size,
                       const char *comment)
{
  g_autofree char *code = NULL, *comment_code = NULL;
  g_autoptr (GByteArray) all = NULL;
  guint8 digest[64], signature[SIG_BYTES] = { 'E', 'D' }, comment_signature[TABELLA_SIGN_BYTES];
  Line line;
  g_autofree char *full = g_strconcat (TRUSTED, comment, "\n", NULL);

  TABELLA_MUST (split (full, strlen (full), &line, 1) && line.size <= TRUSTED_MAX);
  TABELLA_MUST (crypto_generichash (digest, sizeof digest, bytes, size, NULL, 0) == 0);
  memcpy (signature + 2, sec->id, 8);
  TABELLA_MUST (crypto_sign_detached (signature + 10, NULL, digest, sizeof digest, sec->secret) ==
                0);
  all = commented (signature + 10, comment, strlen (comment));
  TABELLA_MUST (crypto_sign_detached (comment_signature, NULL, all->data, all->len, sec->secret) ==
                0);
  code = encode (signature, sizeof signature);
  comment_code = encode (comment_signature, sizeof comment_signature);
  return g_strconcat (TABELLA_MINISIGN_FIRST_LINE, code, "\n", full, comment_code, "\n", NULL);
}

/* @signature: algorithm, id, signature; @comment: without its prefix. */
static gboolean
read_signature (const char *sig, gsize sig_size, guint8 *signature, Line *comment,
                guint8 *comment_signature, GError **error)
{
  Line lines[4];

  if (!split (sig, sig_size, lines, 4) || !has_prefix (&lines[0], UNTRUSTED, UNTRUSTED_MAX) ||
      !decode (&lines[1], signature, SIG_BYTES) || !has_prefix (&lines[2], TRUSTED, TRUSTED_MAX) ||
      !decode (&lines[3], comment_signature, TABELLA_SIGN_BYTES))
    return fail (
        error, TABELLA_CRYPTO_ERROR_FORMAT,
        _ ("not a minisign signature of four lines; copy the .minisig file again, unchanged"));
  if (memcmp (signature, "ED", 2) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_FORMAT,
                 _ ("the minisign signature is of the legacy kind; sign again without `-l`"));
  comment->text = lines[2].text + strlen (TRUSTED);
  comment->size = lines[2].size - strlen (TRUSTED);
  return TRUE;
}

gboolean
tabella_minisign_verify (const TabellaMinisignPublic *pub, gconstpointer bytes, gsize size,
                         const char *sig, gsize sig_size, char **comment, GError **error)
{
  guint8 digest[64], signature[SIG_BYTES], comment_signature[TABELLA_SIGN_BYTES];
  g_autoptr (GByteArray) all = NULL;
  Line line;

  if (comment != NULL)
    *comment = NULL;
  if (!read_signature (sig, sig_size, signature, &line, comment_signature, error))
    return FALSE;
  if (memcmp (signature + 2, pub->id, 8) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_SIGNATURE, _ ("the signature is by another key"));
  TABELLA_MUST (crypto_generichash (digest, sizeof digest, bytes, size, NULL, 0) == 0);
  if (crypto_sign_verify_detached (signature + 10, digest, sizeof digest, pub->key) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_SIGNATURE,
                 _ ("the signature does not fit: the file was changed, or signed by another key"));
  all = commented (signature + 10, line.text, line.size);
  if (crypto_sign_verify_detached (comment_signature, all->data, all->len, pub->key) != 0)
    return fail (error, TABELLA_CRYPTO_ERROR_SIGNATURE,
                 _ ("the signature's trusted comment was changed"));
  if (comment != NULL)
    *comment = g_strndup (line.text, line.size);
  return TRUE;
}
