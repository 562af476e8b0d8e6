/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutation.h"

#include <string.h>
#include "bytes.h"
#include "manifest-form.h"

void
mutate_text (Record *r, const char *name, const char *part, const char *by)
{
  g_autoptr (GByteArray) bytes = record_get (r, name);
  g_autofree char *text = g_strndup ((const char *)bytes->data, bytes->len);
  char *at = strstr (text, part);
  g_autofree char *out = NULL;

  g_assert_nonnull (at);
  *at = '\0';
  out = g_strconcat (text, by, at + strlen (part), NULL);
  record_put_text (r, name, out);
}

void
mutate_bit (Record *r, const char *name, gint at)
{
  g_autoptr (GByteArray) bytes = record_get (r, name);

  bytes->data[at < 0 ? (gint)bytes->len + at : at] ^= 1;
  record_put (r, name, bytes->data, bytes->len);
}

/* --- 1 --- */

static void
sign_manifest (Record *r, const TabellaMinisignSecret *key, const char *comment)
{
  g_autoptr (GByteArray) bytes = record_get (r, "manifest.json");
  g_autofree char *sig = tabella_minisign_sign (key, bytes->data, bytes->len, comment);

  record_put_text (r, "manifest.json.minisig", sig);
}

static void
comment_of_manifest (Record *r)
{
  sign_manifest (r, &r->f->key, "tabella manifest election=0000000000000000");
}

static void
key_beside_manifest (Record *r)
{
  TabellaMinisignPublic other;
  g_auto (TabellaMinisignSecret) secret = { 0 };
  g_autofree char *text = NULL;

  tabella_minisign_generate (&other, &secret);
  text = tabella_minisign_public_text (&other);
  record_put_text (r, "organisers.pub", text);
}

static void
signed_by_another (Record *r)
{
  TabellaMinisignPublic other;
  g_auto (TabellaMinisignSecret) secret = { 0 };
  g_autofree char *comment = tabella_manifest_comment (r->ctx->he);

  tabella_minisign_generate (&other, &secret);
  memcpy (secret.id, r->f->key.id, sizeof secret.id);
  sign_manifest (r, &secret, comment);
}

static void
manifest_byte (Record *r)
{
  mutate_text (r, "manifest.json", "\"min_unit\": 3", "\"min_unit\": 4");
}

static void
manifest_content (Record *r)
{
  g_autofree char *comment = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GBytes) all = NULL;
  guint8 he[32];

  mutate_text (r, "manifest.json", "\"idle_seconds\": 180", "\"idle_seconds\": 18");
  bytes = record_get (r, "manifest.json");
  all = g_bytes_new (bytes->data, bytes->len);
  tabella_manifest_id (all, he);
  comment = tabella_manifest_comment (he);
  sign_manifest (r, &r->f->key, comment);
}

static void
no_manifest_signature (Record *r)
{
  record_put (r, "manifest.json.minisig", NULL, 0);
}

/* --- 2 and 3 --- */

static void
share_file (Record *r)
{
  mutate_bit (r, "ceremony/r3-01.json", 40);
}

static void
no_fourth_file (Record *r)
{
  record_put (r, "ceremony/r4-02.json", NULL, 0);
}

/* A trustee's file in the manifest, with @name's value starting with other digits. */
static void
ceremony_field (Record *r, const char *round, guint trustee, const char *name)
{
  json_t *list = json_object_get (json_object_get (r->json, "ceremony"), round);
  const char *hex = json_string_value (json_array_get (list, trustee));
  gsize size = strlen (hex) / 2;
  g_autofree guint8 *bytes = g_malloc0 (size + 1);
  g_autofree char *field = g_strdup_printf ("\"%s\": \"", name);
  g_autofree char *out = NULL;
  char *at;

  g_assert_true (tabella_unhex (hex, bytes, size));
  at = strstr ((char *)bytes, field);
  g_assert_nonnull (at);
  at += strlen (field);
  *at = *at == '0' ? '1' : '0';
  out = tabella_hex (bytes, size);
  json_array_set_new (list, trustee, json_string (out));
}

static void
fourth_signature (Record *r)
{
  ceremony_field (r, "r4", 1, "signature");
}

static void
second_proof (Record *r)
{
  ceremony_field (r, "r2", 1, "proof");
}

static void
first_commitment (Record *r)
{
  ceremony_field (r, "r1", 0, "commitment");
}

static void
set_ceremony (Record *r, const char *name, const char *from)
{
  json_t *ceremony = json_object_get (r->json, "ceremony");

  json_object_set (ceremony, name, json_object_get (ceremony, from));
}

static void
other_k (Record *r)
{
  set_ceremony (r, "k", "k2");
}

static void
other_k2 (Record *r)
{
  set_ceremony (r, "k2", "k");
}

static void
other_transcript (Record *r)
{
  set_ceremony (r, "transcript", "k");
}

/* --- 4: the files --- */

static void
no_amendment_signature (Record *r)
{
  record_put (r, "amendments/0001.json.minisig", NULL, 0);
}

static void
amendment_text (Record *r)
{
  mutate_text (r, "amendments/0001.json", "\"text\": null", "\"text\": {}");
}

static void
amendment_again (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "amendments/0001.json");
  g_autoptr (GByteArray) sig = record_get (r, "amendments/0001.json.minisig");

  record_put (r, "amendments/0004.json", bytes->data, bytes->len);
  record_put (r, "amendments/0004.json.minisig", sig->data, sig->len);
}

static void
amendment_gap (Record *r)
{
  amendment_again (r);
  record_put (r, "amendments/0001.json", NULL, 0);
  record_put (r, "amendments/0001.json.minisig", NULL, 0);
}

static void
amendment_key (Record *r)
{
  TabellaMinisignPublic other;
  g_auto (TabellaMinisignSecret) secret = { 0 };
  g_autoptr (GByteArray) bytes = record_get (r, "amendments/0001.json");
  g_autofree char *id = tabella_hex (r->ctx->he, 8);
  g_autofree char *comment = g_strdup_printf ("tabella amendment election=%s number=1", id);
  g_autofree char *sig = NULL;

  tabella_minisign_generate (&other, &secret);
  memcpy (secret.id, r->f->key.id, sizeof secret.id);
  sig = tabella_minisign_sign (&secret, bytes->data, bytes->len, comment);
  record_put_text (r, "amendments/0001.json.minisig", sig);
}

static void
amendment_signature_and_more (Record *r)
{
  g_autoptr (GByteArray) sig = record_get (r, "amendments/0001.json.minisig");

  tabella_put (sig, "\0more", 5);
  record_put (r, "amendments/0001.json.minisig", sig->data, sig->len);
}

const Mutation paper_mutations[] = {
  { 1, "comment", RECORD_FILES, comment_of_manifest, "trusted comment", 0 },
  { 1, "key-beside", RECORD_FILES, key_beside_manifest, "organisers.pub", 0 },
  { 1, "another-key", RECORD_FILES, signed_by_another, "minisig", NOT_RUN (2, 17) },
  { 1, "byte", RECORD_FILES, manifest_byte, "minisig", NOT_RUN (2, 17) },
  { 1, "content", RECORD_FILES, manifest_content, "idle_seconds", NOT_RUN (2, 17) },
  { 1, "no-signature", RECORD_FILES, no_manifest_signature, "minisig", NOT_RUN (2, 17) },
  { 2, "file-in-folder", RECORD_FILES, share_file, "r3-01.json", 0 },
  { 2, "file-missing", RECORD_FILES, no_fourth_file, "r4-02.json", 0 },
  { 2, "r4-signature", RECORD_MANIFEST, fourth_signature, "r4-02.json", 0 },
  { 2, "r2-proof", RECORD_MANIFEST, second_proof, "proof", NOT_RUN (3, 17) },
  { 2, "r1-commitment", RECORD_MANIFEST, first_commitment, "round 1", NOT_RUN (3, 17) },
  { 3, "k", RECORD_MANIFEST, other_k, "ceremony.k ", 0 },
  { 3, "k2", RECORD_MANIFEST, other_k2, "ceremony.k2 ", 0 },
  { 3, "transcript", RECORD_MANIFEST, other_transcript, "ceremony.transcript ", 0 },
  { 4, "no-signature", RECORD_FILES, no_amendment_signature, "0001.json.minisig", 0 },
  { 4, "text", RECORD_FILES, amendment_text, "0001.json", 0 },
  { 4, "again", RECORD_FILES, amendment_again, "it is amendment 1", 0 },
  { 4, "gap", RECORD_FILES, amendment_gap, "number 1 is missing", 0 },
  { 4, "another-key", RECORD_FILES, amendment_key, "0001.json", 0 },
  { 4, "signature-and-more", RECORD_FILES, amendment_signature_and_more, "not a text", 0 },
  { 0 },
};
