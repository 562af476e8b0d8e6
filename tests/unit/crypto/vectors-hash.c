/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One example of every tag, its fields named as on the protocol's page. */
#include "vectors.h"
#include "fixture.h"

typedef struct {
  TabellaHash h;
  gboolean scalar;
  json_t *entry, *fields;
  GByteArray *message;
} Example;

static void
add (Example *x, const char *name, const char *type, gconstpointer bytes, gsize size)
{
  json_array_append_new (x->fields, json_pack ("{s:s, s:s, s:o}", "name", name, "type", type,
                                               "value", vectors_hex (bytes, size)));
}

static void
start (Example *x, gboolean scalar, TabellaTag tag, const char *use, const char *context,
       const guint8 *ctx)
{
  guint8 fixed[32], byte = (guint8)tag;

  if (ctx == NULL)
    fixture_bytes (context, fixed, sizeof fixed);
  else
    memcpy (fixed, ctx, sizeof fixed);
  x->scalar = scalar;
  if (scalar)
    tabella_hash_init_scalar (&x->h, fixed, tag);
  else
    tabella_hash_init (&x->h, fixed, tag);
  x->fields = json_array ();
  x->message = g_byte_array_new ();
  g_byte_array_append (x->message, &byte, 1);
  x->entry = json_pack ("{s:s, s:s, s:o, s:s, s:o, s:o}", "use", use, "function",
                        scalar ? "Hq" : "H", "tag", vectors_hex (&byte, 1), "context_name", context,
                        "context", vectors_hex (fixed, 32), "fields", x->fields);
}

static void
number (Example *x, const char *name, guint size, guint32 value)
{
  const guint8 bytes[] = { (guint8)value, (guint8)(value >> 8), (guint8)(value >> 16),
                           (guint8)(value >> 24) };

  if (size == 1)
    tabella_hash_u8 (&x->h, (guint8)value);
  else if (size == 2)
    tabella_hash_u16 (&x->h, (guint16)value);
  else
    tabella_hash_u32 (&x->h, value);
  g_byte_array_append (x->message, bytes, size);
  add (x, name, size == 1 ? "u8" : size == 2 ? "u16" : "u32", bytes, size);
}

static void
text (Example *x, const char *name, const char *value)
{
  const guint32 size = GUINT32_TO_LE ((guint32)strlen (value));

  tabella_hash_sized (&x->h, value, strlen (value));
  g_byte_array_append (x->message, (const guint8 *)&size, sizeof size);
  g_byte_array_append (x->message, (const guint8 *)value, (guint)strlen (value));
  add (x, name, "bytes preceded by u32 length", value, strlen (value));
}

static void
raw (Example *x, const char *name, const void *value, gsize size)
{
  tabella_hash_put (&x->h, value, size);
  g_byte_array_append (x->message, value, (guint)size);
  add (x, name, "bytes", value, size);
}

/* @size bytes that follow from the field's name. */
static void
some (Example *x, const char *name, gsize size)
{
  g_autofree guint8 *value = g_malloc (size);

  fixture_bytes (name, value, size);
  raw (x, name, value, size);
}

static void
point (Example *x, const char *name)
{
  const TabellaPoint p = fixture_point (name);

  tabella_hash_point (&x->h, &p);
  g_byte_array_append (x->message, p.b, sizeof p.b);
  add (x, name, "point", p.b, sizeof p.b);
}

static void
finish (Example *x, json_t *list)
{
  TabellaScalar s;
  guint8 digest[32];

  if (x->scalar) {
    tabella_hash_finish_scalar (&x->h, &s);
    memcpy (digest, s.b, sizeof digest);
  } else
    tabella_hash_finish (&x->h, digest);
  json_object_set_new (x->entry, "message", vectors_hex (x->message->data, x->message->len));
  json_object_set_new (x->entry, "result", vectors_hex (digest, sizeof digest));
  json_array_append_new (list, x->entry);
  g_byte_array_unref (x->message);
}

static void
ceremony_hashes (json_t *list)
{
  Example x;

  start (&x, FALSE, TABELLA_TAG_CEREMONY, "HP, ceremony context", "VER", tabella_version);
  text (&x, "election's name", "Civil referendum");
  number (&x, "n", 2, 3);
  number (&x, "t", 2, 2);
  text (&x, "name of trustee 1", "Ada");
  text (&x, "name of trustee 2", "Bo");
  text (&x, "name of trustee 3", "陳");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_ELECTION, "HE, the election id", "VER", tabella_version);
  text (&x, "manifest bytes", "{\"format\":\"tabella-manifest-1\"}\n");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_COMMITMENT, "h_i, a trustee's hash commitment", "HP", NULL);
  number (&x, "i", 2, 2);
  point (&x, "F_{2,0}");
  point (&x, "F_{2,1}");
  point (&x, "E_{2,0}");
  point (&x, "E_{2,1}");
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_KNOWLEDGE, "challenge of a trustee's proof", "HP", NULL);
  number (&x, "i", 2, 1);
  some (&x, "R1", 32);
  point (&x, "F_{1,0}");
  point (&x, "E_{1,0}");
  point (&x, "uG for F_{1,0}");
  point (&x, "uG for E_{1,0}");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_TRANSPORT, "head of a transported share", "HP", NULL);
  number (&x, "i", 2, 1);
  number (&x, "j", 2, 2);
  some (&x, "R2", 32);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_TRANSCRIPT, "HG, the transcript", "HP", NULL);
  point (&x, "K");
  point (&x, "K2");
  point (&x, "F_{1,0}");
  point (&x, "E_{1,0}");
  some (&x, "signing key of trustee 1", 32);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_ROUND1, "R1", "HP", NULL);
  text (&x, "r1 file of trustee 1", "{\"round\":1,\"index\":1}");
  text (&x, "r1 file of trustee 2", "{\"round\":1,\"index\":2}");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_ROUND2, "R2", "HP", NULL);
  text (&x, "r2 file of trustee 1", "{\"round\":2,\"index\":1}");
  text (&x, "r2 file of trustee 2", "");
  finish (&x, list);
}

static void
ballot_hashes (json_t *list)
{
  Example x;

  start (&x, FALSE, TABELLA_TAG_BALLOT, "HI, a ballot's context", "HE", NULL);
  number (&x, "terminal", 2, 258);
  number (&x, "style", 2, 3);
  some (&x, "T", 16);
  number (&x, "attempt", 1, 1);
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_NONCE, "r(c, o)", "k", NULL);
  number (&x, "c", 2, 1);
  number (&x, "o", 2, 2);
  finish (&x, list);
  for (guint i = 0; i < 2; i++) {
    start (&x, TRUE, i == 0 ? TABELLA_TAG_PROOF_NONCE : TABELLA_TAG_SIMULATED,
           i == 0 ? "u(c, o, v)" : "x(c, o, v)", "k", NULL);
    number (&x, "c", 2, 0);
    number (&x, "o", 2, 0xffff);
    number (&x, "v", 2, 3);
    finish (&x, list);
  }
  start (&x, TRUE, TABELLA_TAG_BALLOT_CHALLENGE, "e, of one option alone", "HI", NULL);
  point (&x, "α");
  point (&x, "β");
  point (&x, "a_0");
  point (&x, "b_0");
  point (&x, "a_1");
  point (&x, "b_1");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_CODE, "ballot code", "HI", NULL);
  some (&x, "body", 288);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_BALLOT_SECRET, "k, a ballot's secret", "seed", NULL);
  some (&x, "HI", 32);
  raw (&x, "selections", "\0\1\0\0", 4);
  finish (&x, list);
}

static void
voter_hashes (json_t *list)
{
  Example x;

  start (&x, FALSE, TABELLA_TAG_PSEUDONYM, "p, a pseudonym", "roll key", NULL);
  raw (&x, "normalised ID", "A1234563", 8);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_RECORD_KEY, "roll record key", "slice key", NULL);
  raw (&x, "normalised ID", "A1234563", 8);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_LINK_PAD, "link pad (the first 16 bytes)", "HE", NULL);
  point (&x, "R");
  point (&x, "ρK2");
  number (&x, "terminal", 2, 7);
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_LINK_PROOF, "challenge of a link", "HE", NULL);
  number (&x, "terminal", 2, 7);
  point (&x, "R");
  some (&x, "ct", 16);
  point (&x, "uG");
  finish (&x, list);
  for (guint i = 0; i < 2; i++) {
    start (&x, FALSE, i == 0 ? TABELLA_TAG_TICKET_CHECK : TABELLA_TAG_TICKET,
           i == 0 ? "ticket check (the first 4 bytes)" : "T (the first 16 bytes)", "ticket key",
           NULL);
    some (&x, "HE", 32);
    number (&x, "station", 2, 4);
    some (&x, "X", 6);
    finish (&x, list);
  }
}

static void
batch_hashes (json_t *list)
{
  Example x;

  start (&x, FALSE, TABELLA_TAG_FILE_KEY, "key of a sealed file", "HE", NULL);
  some (&x, "header", 48);
  point (&x, "R");
  point (&x, "ρK2");
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_FILE_PROOF, "challenge of a sealed file", "HE", NULL);
  some (&x, "header", 48);
  point (&x, "R");
  point (&x, "uG");
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_EXPORT, "ρ of `checkins`", "export secret", NULL);
  number (&x, "what", 1, 1);
  some (&x, "header", 48);
  some (&x, "plaintext", 148);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_JOURNAL, "h_1, the first journal entry", "HE", NULL);
  raw (&x, "h_0", (const guint8[32]){ 0 }, 32);
  text (&x, "line", "{\"event\":\"enrolled\"}");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_LOT, "lot among check-ins", "HE", NULL);
  some (&x, "p", 32);
  number (&x, "terminal", 2, 7);
  number (&x, "kind", 1, 1);
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_LOT, "lot among cast ballots of equal T", "HE", NULL);
  some (&x, "hash over all cast codes", 32);
  some (&x, "code", 32);
  finish (&x, list);
}

static void
tally_hashes (json_t *list)
{
  Example x;

  start (&x, FALSE, TABELLA_TAG_REQUEST, "digest of a request of purpose 3", "HE", NULL);
  number (&x, "purpose", 1, 3);
  number (&x, "count", 4, 1);
  number (&x, "unit", 2, 0);
  number (&x, "contest", 2, 1);
  number (&x, "option", 2, 2);
  point (&x, "A");
  some (&x, "hash over the standing codes", 32);
  finish (&x, list);
  start (&x, TRUE, TABELLA_TAG_DECRYPTION, "challenge of a share", "HE", NULL);
  some (&x, "digest", 32);
  number (&x, "i", 2, 2);
  point (&x, "A");
  point (&x, "M");
  point (&x, "uG");
  point (&x, "uA");
  finish (&x, list);
  start (&x, FALSE, TABELLA_TAG_STANDING, "hash over the standing codes", "HE", NULL);
  some (&x, "first code", 32);
  some (&x, "second code", 32);
  finish (&x, list);
}

json_t *
vectors_hashes (void)
{
  json_t *list = json_array ();

  ceremony_hashes (list);
  ballot_hashes (list);
  voter_hashes (list);
  batch_hashes (list);
  tally_hashes (list);
  return list;
}
