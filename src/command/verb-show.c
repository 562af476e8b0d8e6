/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts any of the project's files into words, without claiming that it is genuine: the verbs that
 * use a file verify it. */
#include "command.h"

#include <string.h>
#include <sodium.h>
#include "batch.h"
#include "bytes.h"
#include "codes.h"
#include "files.h"
#include "receipts.h"
#include "requests.h"

static json_t *
describe_batch (TabellaReader *r)
{
  g_autofree char *he = NULL, *digest = NULL;
  guint16 terminal, number;
  guint8 kind, mode;
  guint32 counts[6];
  json_t *out;

  tabella_get (r, 8);
  he = tabella_hex (tabella_get (r, 32), 32);
  terminal = tabella_get_u16 (r);
  number = tabella_get_u16 (r);
  kind = tabella_get_u8 (r);
  mode = tabella_get_u8 (r);
  tabella_get (r, 2 + 32);
  digest = tabella_hex (tabella_get (r, 32), 32);
  for (guint i = 0; i < 6; i++)
    counts[i] = tabella_get_u32 (r);
  out = json_pack (
      "{s:s,s:s,s:i,s:i,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I}", "file", "ballots of a batch", "election",
      he, "terminal", terminal, "number", number, "kind", kind == 2 ? "final" : "interim", "mode",
      mode == 2 ? "practice" : "official", "checked_in", (json_int_t)counts[0], "ticket_given",
      (json_int_t)counts[1], "voted", (json_int_t)counts[2], "left", (json_int_t)counts[3], "cast",
      (json_int_t)counts[4], "challenged", (json_int_t)counts[5]);
  return out;
}

static json_t *
describe_sealed (TabellaReader *r, const char *what, const char *count_name)
{
  g_autofree char *he = NULL;
  guint16 terminal, number;

  tabella_get (r, 8);
  he = tabella_hex (tabella_get (r, 32), 32);
  terminal = tabella_get_u16 (r);
  number = tabella_get_u16 (r);
  return json_pack ("{s:s,s:s,s:i,s:i,s:I}", "file", what, "election", he, "terminal", terminal,
                    "number", number, count_name, (json_int_t)tabella_get_u32 (r));
}

static json_t *
describe_slice (TabellaReader *r)
{
  guint32 count;

  tabella_get (r, 8);
  count = tabella_get_u32 (r);
  return json_pack ("{s:s,s:I,s:i}", "file", "slice of the encrypted roll", "voters",
                    (json_int_t)count, "box_size", tabella_get_u16 (r));
}

/* By the first eight bytes. NULL: none of ours. */
static json_t *
describe_binary (const guint8 *bytes, gsize size)
{
  static const char *const closed[][2] = {
    { "TAVAULT1", "secrets under a passphrase" },
    { "TAOFFIC1", "a terminal's secrets under its officers' passphrases" },
    { "TASECR01", "secrets of a simulated terminal" },
    { "SQLite f", "database of a counting centre or a terminal" },
  };
  TabellaReader r;

  tabella_reader_init (&r, bytes, size);
  if (size >= TABELLA_BATCH_HEADER && memcmp (bytes, "TABATCH1", 8) == 0)
    return describe_batch (&r);
  if (size >= TABELLA_SEAL_OVERHEAD && memcmp (bytes, "TACHECK1", 8) == 0)
    return describe_sealed (&r, "check-ins, sealed to the trustees", "records");
  if (size >= TABELLA_SEAL_OVERHEAD && memcmp (bytes, "TASEALED", 8) == 0)
    return describe_sealed (&r, "safety copy, sealed whole to the trustees", "bytes");
  if (size >= 14 && memcmp (bytes, "TASLICE1", 8) == 0)
    return describe_slice (&r);
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    if (size >= 8 && memcmp (bytes, closed[i][0], 8) == 0)
      return json_pack ("{s:s}", "file", closed[i][1]);
  return NULL;
}

/* Lists without a header: only their names and sizes tell what they are. */
static json_t *
describe_list (const char *path, gsize size)
{
  static const struct {
    const char *name, *words;
    gsize entry;
  } lists[] = {
    { "links", "links of struck check-ins", TABELLA_LINK_BYTES + 2 },
    { "tickets", "opened tickets", TABELLA_TICKET_BYTES },
    { "standing", "codes of the ballots that stand", 32 },
  };
  g_autofree char *name = g_path_get_basename (path);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (name, lists[i].name) == 0 && size % lists[i].entry == 0)
      return json_pack ("{s:s,s:I}", "file", lists[i].words, "entries",
                        (json_int_t)(size / lists[i].entry));
  if (g_str_has_suffix (name, ".keys") && size > crypto_box_SEALBYTES)
    return json_pack ("{s:s}", "file", "keys of the roll, sealed to one terminal");
  return NULL;
}

/* minisign's files: what they are, and what a signature says it is of. */
static json_t *
describe_minisign (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const guint n = g_strv_length (lines);

  if (n < 2 || !g_str_has_prefix (lines[0], "untrusted comment: "))
    return NULL;
  if (n >= 4 && g_str_has_prefix (lines[2], "trusted comment: "))
    return json_pack ("{s:s,s:s}", "file", "minisign signature", "of",
                      lines[2] + strlen ("trusted comment: "));
  if (strlen (lines[1]) == 56)
    return json_pack ("{s:s,s:s}", "file", "minisign public key", "key", lines[1]);
  return strlen (lines[1]) == 212 ? json_pack ("{s:s}", "file", "minisign secret key") : NULL;
}

static json_t *
describe_request (GBytes *bytes)
{
  static const char *const purposes[] = { "", "open check-ins", "open struck links",
                                          "decrypt totals" };
  g_autoptr (TabellaRequest) r = tabella_request_parse (bytes, NULL);

  if (r == NULL)
    return NULL;
  return json_pack ("{s:s,s:s,s:i}", "file", "decryption request", "purpose", purposes[r->purpose],
                    "points", (int)r->points->len);
}

/* M × n ‖ c ‖ s × n: the size alone tells n. */
static json_t *
describe_share (const char *path, gsize size)
{
  g_autofree char *name = g_path_get_basename (path);

  if (!g_str_has_prefix (name, "share-") || size < 96 || (size - 32) % 64 != 0)
    return NULL;
  return json_pack ("{s:s,s:s,s:i}", "file", "a trustee's share of a decryption", "trustee",
                    name + strlen ("share-"), "points", (int)((size - 32) / 64));
}

static json_t *
describe_text (const char *text)
{
  TabellaBatchText tb;
  TabellaReceiptText tv;
  TabellaCommitmentText tk;
  const char *payload;
  g_autofree char *code = NULL;

  switch (tabella_text_kind (text, &payload)) {
  case TABELLA_TEXT_TB1:
    if (!tabella_batch_text_parse (payload, &tb, NULL))
      return NULL;
    code = tabella_hex (tb.digest, 32);
    return json_pack ("{s:s,s:i,s:i,s:s,s:I,s:I,s:I,s:s}", "text", "batch receipt", "terminal",
                      tb.terminal, "number", tb.number, "kind", tb.kind == 2 ? "final" : "interim",
                      "checked_in", (json_int_t)tb.checked_in, "cast", (json_int_t)tb.cast,
                      "challenged", (json_int_t)tb.challenged, "digest", code);
  case TABELLA_TEXT_TV1:
    if (!tabella_receipt_parse (payload, &tv, NULL))
      return NULL;
    code = tabella_short_code (tv.code);
    return json_pack ("{s:s,s:i,s:s}", "text", "voter's receipt", "terminal", tv.terminal, "code",
                      code);
  case TABELLA_TEXT_TK1:
    if (!tabella_commitment_parse (payload, &tk, NULL))
      return NULL;
    code = tabella_short_code (tk.code);
    return json_pack ("{s:s,s:i,s:s}", "text", "a machine's commitment to a ballot", "terminal",
                      tk.terminal, "code", code);
  case TABELLA_TEXT_TC1:
    return json_pack ("{s:s,s:s}", "text", "challenged ballot", "next",
                      "tabella verify-challenge QRTEXT --manifest FILE");
  case TABELLA_TEXT_TA1:
    return json_pack ("{s:s}", "text", "amendment, short form");
  case TABELLA_TEXT_UNKNOWN:
  default:
    return NULL;
  }
}

static const char *
json_words (json_t *json)
{
  static const char *const kinds[][2] = {
    { "contests", "election draft" },
    { "restarts", "ceremony" },
    { "ballot_key", "terminal's enrolment" },
    { "signing_key", "ceremony, round 1" },
    { "proof", "ceremony, round 2" },
    { "shares", "ceremony, round 3" },
    { "signature", "ceremony, round 4" },
    { "about", "ceremony, complaint" },
    { "decisions", "decisions on provisional ballots" },
    { "kind", "amendment" },
  };

  if (json_object_get (json, "terminals") != NULL)
    return "sealed manifest";
  if (json_object_get (json, "duplicates") != NULL)
    return "result";
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (json_object_get (json, kinds[i][0]) != NULL)
      return kinds[i][1];
  return NULL;
}

/* What it is, and its plain members. */
static json_t *
describe_json (const char *path, GBytes *bytes)
{
  g_autoptr (json_t) json =
      tabella_json_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  const char *words = json != NULL ? json_words (json) : NULL;
  json_t *out;

  if (words == NULL)
    return NULL;
  out = json_pack ("{s:s}", "file", words);
  for (void *at = json_object_iter (json); at != NULL; at = json_object_iter_next (json, at)) {
    json_t *value = json_object_iter_value (at);

    if (json_is_array (value))
      json_object_set_new (out, json_object_iter_key (at),
                           json_integer ((json_int_t)json_array_size (value)));
    else if (!json_is_object (value))
      json_object_set (out, json_object_iter_key (at), value);
  }
  return out;
}

static json_t *
describe (const char *path, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  json_t *out = describe_binary (data, size);
  g_autofree char *text = NULL;

  if (out == NULL)
    out = describe_request (bytes);
  if (out == NULL)
    out = describe_share (path, size);
  if (out == NULL)
    out = describe_list (path, size);
  if (out == NULL)
    out = describe_json (path, bytes);
  if (out == NULL && size < 65536) {
    text = g_strstrip (tabella_bytes_text (bytes));
    out = describe_text (text);
    if (out == NULL)
      out = describe_minisign (text);
  }
  return out;
}

static void
say_members (json_t *description)
{
  for (void *at = json_object_iter (description); at != NULL;
       at = json_object_iter_next (description, at)) {
    const char *name = json_object_iter_key (at);
    const json_t *value = json_object_iter_value (at);

    if (json_is_string (value))
      tabella_say ("%-14s %s", name, json_string_value (value));
    else if (json_is_integer (value))
      tabella_say ("%-14s %" JSON_INTEGER_FORMAT, name, json_integer_value (value));
    else if (json_is_boolean (value))
      tabella_say ("%-14s %s", name, json_is_true (value) ? "yes" : "no");
  }
}

int
tabella_verb_show (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (json_t) description = NULL;

  if (!tabella_arguments (
          "show", "FILE",
          "Puts any of the project's files (or a QR text) into words; it does not verify it", NULL,
          argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  description = describe_text (a.args[0]);
  if (description == NULL) {
    bytes = tabella_file_read (a.args[0], TABELLA_FILE_LIMIT, error);
    if (bytes == NULL)
      return 1;
    description = describe (a.args[0], bytes);
  }
  if (description == NULL) {
    tabella_refuse (
        error,
        "%s: not one of the project's files, or damaged; name a batch, check-ins, slice, "
        "request, share, JSON file or receipt text",
        a.args[0]);
    return 1;
  }
  if (a.json)
    tabella_print_json (description);
  else
    say_members (description);
  return 0;
}
