/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amendments.h"

#include <string.h>
#include "amendment-form.h"
#include "bytes.h"
#include "codes.h"
#include "files.h"

static json_t *
text_json (const TabellaElection *e, TabellaText *text)
{
  json_t *obj;

  if (text == NULL)
    return json_null ();
  obj = json_object ();
  for (guint i = 0; i < e->languages->len; i++) {
    const char *string = g_hash_table_lookup (text, e->languages->pdata[i]);

    if (string != NULL)
      json_object_set_new (obj, e->languages->pdata[i], json_string (string));
  }
  return obj;
}

static GBytes *
amendment_bytes (const TabellaManifest *m, const TabellaAmendment *a, const guint8 *digest)
{
  g_autoptr (json_t) obj = json_object ();
  g_autofree char *he = tabella_hex (m->he, 32);
  json_t *detail = json_null ();
  char *text;

  if (digest != NULL) {
    g_autofree char *hex = tabella_hex (digest, 32);

    detail = json_object ();
    json_object_set_new (detail, "digest", json_string (hex));
  }
  json_object_set_new (obj, "election", json_string (he));
  json_object_set_new (obj, "number", json_integer (a->number));
  json_object_set_new (obj, "kind", json_integer (a->kind));
  json_object_set_new (obj, "target", json_integer (a->target));
  json_object_set_new (obj, "value", json_integer (a->value));
  json_object_set_new (obj, "text", text_json (m->election, a->text));
  json_object_set_new (obj, "detail", detail);
  text = tabella_json_text (obj);
  return g_bytes_new_take (text, strlen (text));
}

static char *
make_short (const TabellaManifest *m, const TabellaAmendment *a, const TabellaMinisignSecret *key)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 message[AMENDMENT_MESSAGE], sig[TABELLA_SIGN_BYTES];
  g_autofree char *letters = NULL;

  tabella_amendment_message (m->he, a, message);
  tabella_sign (key->secret, SHORT_LABEL, message, sizeof message, sig);
  tabella_put (out, m->he, 8);
  tabella_put (out, message + 32, sizeof message - 32);
  tabella_put (out, sig, sizeof sig);
  letters = tabella_base32 (out->data, out->len);
  return g_strconcat (SHORT_PREFIX, letters, NULL);
}

/* The number after the last one of a whole chain, or 0. */
static guint16
next_number (const TabellaManifest *m, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) former = tabella_amendments_load (m, folder, TRUE, error);

  if (former == NULL)
    return 0;
  if (former->len >= G_MAXUINT16) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s/amendments: an election has at most %u amendments", folder, G_MAXUINT16);
    return 0;
  }
  return (guint16)(former->len + 1);
}

/* The JSON file comes last: without it the others are nothing. */
static gboolean
write_files (const char *folder, const TabellaAmendment *a, const char *short_form, GError **error)
{
  g_autofree char *base = g_strdup_printf ("%04u", a->number);
  g_autofree char *stem = g_build_filename (folder, "amendments", base, NULL);
  g_autofree char *json_path = g_strconcat (stem, ".json", NULL);
  g_autofree char *sig_path = g_strconcat (stem, ".json.minisig", NULL);
  g_autofree char *txt_path = g_strconcat (stem, ".txt", NULL);
  g_autofree char *line = g_strconcat (short_form, "\n", NULL);

  return tabella_file_write (sig_path, a->minisig, strlen (a->minisig), 0644, error) &&
         tabella_file_write (txt_path, line, strlen (line), 0644, error) &&
         tabella_file_write_new (json_path, g_bytes_get_data (a->bytes, NULL),
                                 g_bytes_get_size (a->bytes), 0644, error);
}

gboolean
tabella_amendment_write (const TabellaManifest *m, const char *folder, TabellaAmendKind kind,
                         guint16 target, guint32 value, TabellaText *text, const guint8 *digest,
                         const TabellaMinisignSecret *key, guint16 *number, char **short_form,
                         GError **error)
{
  TabellaAmendment draft = { .kind = kind, .target = target, .value = value, .text = text };
  g_autoptr (TabellaAmendment) checked = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *comment = NULL, *sig = NULL, *code = NULL;

  if (memcmp (key->id, m->organisers.id, 8) != 0 ||
      memcmp (key->secret + 32, m->organisers.key, 32) != 0) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_SIGNATURE,
                 "the key given did not sign this election's manifest; use the organisers' key");
    return FALSE;
  }
  draft.number = next_number (m, folder, error);
  if (draft.number == 0)
    return FALSE;
  bytes = amendment_bytes (m, &draft, digest);
  comment = tabella_amendment_comment (m->he, draft.number);
  sig = tabella_minisign_sign (key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                               comment);
  checked = tabella_amendment_parse (m, "amendment", bytes, sig, error);
  if (checked == NULL)
    return FALSE;
  code = make_short (m, checked, key);
  if (!write_files (folder, checked, code, error))
    return FALSE;
  *number = checked->number;
  *short_form = g_steal_pointer (&code);
  return TRUE;
}
