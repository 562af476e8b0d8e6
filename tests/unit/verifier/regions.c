/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "regions.h"

#include <string.h>

typedef struct {
  const char *file, *kind;
  const guint8 *bytes;
  gsize size, at;
  GPtrArray *out;
} Cover;

static void
region_free (gpointer data)
{
  Region *r = data;

  g_free (r->file);
  g_free (r->name);
  g_free (r->kind);
  g_free (r);
}

/* Without "[12]", and without the digits at the end. */
static char *
kind_of (const Cover *c, const char *name)
{
  GString *out = g_string_new (c->kind);

  g_string_append_c (out, ':');
  for (const char *p = name; *p != '\0'; p++)
    if (*p == '[')
      p = strchr (p, ']');
    else
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

/* The next @n bytes. */
static void put (Cover *c, gsize n, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
put (Cover *c, gsize n, const char *format, ...)
{
  Region *r;
  va_list args;

  if (n == 0)
    return;
  r = g_new0 (Region, 1);
  va_start (args, format);
  r->name = g_strdup_vprintf (format, args);
  va_end (args);
  r->file = g_strdup (c->file);
  r->kind = kind_of (c, r->name);
  r->from = c->at;
  r->to = c->at += n;
  if (c->at > c->size)
    g_error ("%s: %s goes beyond the file's end", c->file, r->name);
  g_ptr_array_add (c->out, r);
}

/* --- JSON: values, keys, marks and spaces --- */

static gsize
string_length (const Cover *c)
{
  gsize end = c->at + 1;

  while (c->bytes[end] != '"')
    end += c->bytes[end] == '\\' ? 2 : 1;
  return end + 1 - c->at;
}

static void
spaces (Cover *c)
{
  gsize end = c->at;

  while (end < c->size && strchr (" \n\r\t", c->bytes[end]) != NULL)
    end++;
  put (c, end - c->at, "space");
}

static void
mark (Cover *c)
{
  put (c, 1, "mark");
  spaces (c);
}

static void json_value (Cover *c, const char *path);

static void
json_members (Cover *c, const char *path)
{
  for (mark (c); c->bytes[c->at] != '}';) {
    gsize n = string_length (c);
    g_autofree char *key = g_strndup ((const char *)c->bytes + c->at + 1, n - 2);
    g_autofree char *inner = g_strdup_printf ("%s%s%s", path, *path != '\0' ? "." : "", key);

    put (c, n, "key %s", inner);
    spaces (c);
    mark (c);
    json_value (c, inner);
    if (c->bytes[c->at] == ',')
      mark (c);
  }
  mark (c);
}

static void
json_list (Cover *c, const char *path)
{
  guint i = 0;

  for (mark (c); c->bytes[c->at] != ']';) {
    g_autofree char *inner = g_strdup_printf ("%s[%u]", path, i++);

    json_value (c, inner);
    if (c->bytes[c->at] == ',')
      mark (c);
  }
  mark (c);
}

static void
json_value (Cover *c, const char *path)
{
  gsize end = c->at;

  if (c->bytes[c->at] == '{') {
    json_members (c, path);
  } else if (c->bytes[c->at] == '[') {
    json_list (c, path);
  } else {
    if (c->bytes[c->at] == '"')
      end += string_length (c);
    while (end < c->size && strchr (",]} \n", c->bytes[end]) == NULL)
      end++;
    put (c, end - c->at, "%s", path);
    spaces (c);
  }
}

static void
cover_json (Cover *c)
{
  spaces (c);
  json_value (c, "");
}

/* --- Minisign's lines --- */

static void
cover_line (Cover *c, const char *prefix, const char *name)
{
  const guint8 *lf = memchr (c->bytes + c->at, '\n', c->size - c->at);
  gsize front = strlen (prefix);

  g_assert_nonnull (lf);
  put (c, front, "%s.prefix", name);
  put (c, (gsize)(lf - c->bytes) - c->at, "%s", name);
  put (c, 1, "%s.lf", name);
}

static void
cover_minisig (Cover *c)
{
  cover_line (c, "untrusted comment: ", "untrusted");
  put (c, 13, "algorithm-and-id"); /* 10 bytes, and the next letter with two bits of them */
  cover_line (c, "", "signature");
  cover_line (c, "trusted comment: ", "trusted");
  cover_line (c, "", "comment-signature");
}

static void
cover_key (Cover *c)
{
  cover_line (c, "untrusted comment: ", "untrusted");
  cover_line (c, "", "key");
}

/* --- Batches --- */

static guint32
u32_at (const Cover *c, gsize at)
{
  const guint8 *b = c->bytes + at;

  return b[0] | (guint32)b[1] << 8 | (guint32)b[2] << 16 | (guint32)b[3] << 24;
}

static void
cover_header (Cover *c)
{
  put (c, 8, "magic");
  put (c, 32, "election");
  put (c, 2, "terminal");
  put (c, 2, "number");
  put (c, 1, "kind");
  put (c, 1, "mode");
  put (c, 2, "reserved");
  put (c, 32, "previous");
  put (c, 32, "checkins-digest");
  put (c, 4, "checked-in");
  put (c, 4, "given");
  put (c, 4, "voted");
  put (c, 4, "left");
  put (c, 4, "cast-count");
  put (c, 4, "challenged-count");
  put (c, 32, "head");
  put (c, 4, "journal-size");
}

static void
cover_journal (Cover *c, gsize size)
{
  gsize end = c->at + size;

  for (guint i = 0; c->at < end; i++) {
    const guint8 *lf = memchr (c->bytes + c->at, '\n', end - c->at);

    g_assert_nonnull (lf);
    put (c, (gsize)(lf - c->bytes) - c->at, "journal[%u]", i);
    put (c, 1, "journal[%u].lf", i);
  }
}

static void
cover_body (Cover *c, const TabellaStyleShape *s, const char *name)
{
  guint d = 0;

  for (gsize o = 0; o < s->options; o++) {
    put (c, 32, "%s.alpha[%" G_GSIZE_FORMAT "]", name, o);
    put (c, 32, "%s.beta[%" G_GSIZE_FORMAT "]", name, o);
  }
  put (c, 32, "%s.e", name);
  for (gsize k = 0; k < s->shape.n_contests; k++) {
    const TabellaContestShape *contest = &s->shape.contests[k];

    for (guint o = 0; o <= contest->options; o++, d++) {
      guint values = o < contest->options ? 2 : contest->max - contest->min + 1u;

      for (guint v = 0; v + 1 < values; v++)
        put (c, 32, "%s.challenge[%u.%u]", name, d, v);
      for (guint v = 0; v < values; v++)
        put (c, 32, "%s.response[%u.%u]", name, d, v);
    }
  }
}

static void
cover_record (Cover *c, const TabellaBallotContext *ctx, gboolean challenged, guint i)
{
  g_autofree char *name = g_strdup_printf ("%s[%u]", challenged ? "challenged" : "cast", i);
  const TabellaStyleShape *s = ctx->styles[c->bytes[c->at]];

  put (c, 2, "%s.style", name);
  put (c, 16, "%s.ticket", name);
  put (c, 1, "%s.attempt", name);
  cover_body (c, s, name);
  if (!challenged) {
    put (c, 64, "%s.signature", name);
    return;
  }
  put (c, 32, "%s.seed", name);
  put (c, s->options, "%s.selections", name);
}

static void
cover_ballots (Cover *c, const TabellaBallotContext *ctx)
{
  guint32 cast = u32_at (c, 128), challenged = u32_at (c, 132);

  cover_header (c);
  cover_journal (c, u32_at (c, 168));
  for (guint32 i = 0; i < cast; i++)
    cover_record (c, ctx, FALSE, i);
  for (guint32 i = 0; i < challenged; i++)
    cover_record (c, ctx, TRUE, i);
}

/* --- Strike and tally --- */

static guint
points_in (const Cover *c)
{
  return g_str_has_prefix (c->file, "tally-") ? 38 : 34;
}

static void
cover_request (Cover *c)
{
  guint32 count = u32_at (c, 1);

  put (c, 1, "purpose");
  put (c, 4, "count");
  for (guint32 i = 0; i < count; i++) {
    put (c, points_in (c) - 32, "point[%u].label", i);
    put (c, 32, "point[%u].point", i);
  }
}

static void
cover_links (Cover *c)
{
  for (guint i = 0; c->at < c->size; i++) {
    put (c, 32, "link[%u].r", i);
    put (c, 16, "link[%u].ticket", i);
    put (c, 32, "link[%u].c", i);
    put (c, 32, "link[%u].s", i);
    put (c, 2, "link[%u].style", i);
  }
}

static void
cover_tickets (Cover *c)
{
  for (guint i = 0; c->at < c->size; i++)
    put (c, 16, "ticket[%u]", i);
}

static void
cover_share (Cover *c)
{
  gsize n = (c->size - 32) / 64;

  for (gsize i = 0; i < n; i++)
    put (c, 32, "m[%" G_GSIZE_FORMAT "]", i);
  put (c, 32, "c");
  for (gsize i = 0; i < n; i++)
    put (c, 32, "s[%" G_GSIZE_FORMAT "]", i);
}

/* --- What only the centre gets --- */

static void
cover_sealing (Cover *c)
{
  put (c, 8, "magic");
  put (c, 32, "election");
  put (c, 2, "terminal");
  put (c, 2, "number");
  put (c, 4, "count");
  put (c, 32, "r");
  put (c, 32, "c");
  put (c, 32, "s");
  put (c, c->size - c->at, "box");
}

/* Five bits a letter: where two fields meet in one, it is the second one's. */
static void
cover_receipt (Cover *c)
{
  put (c, 4, "prefix");
  put (c, 12, "election");
  put (c, 4, "terminal");
  put (c, 3, "number");
  put (c, 2, "kind");
  put (c, 6, "checked-in");
  put (c, 6, "cast");
  put (c, 7, "challenged");
  put (c, 51, "digest");
  put (c, c->size - c->at, "signature");
}

static void
cover_text (Cover *c)
{
  put (c, c->size, "text");
}

/* --- All files --- */

GPtrArray *
regions_of (const TabellaBallotContext *ctx, const char *file, const GByteArray *bytes)
{
  static const struct {
    const char *pattern, *kind;
    void (*cover) (Cover *c);
  } kinds[] = {
    { "manifest.json", "manifest", cover_json },
    { "manifest.json.minisig", "manifest.minisig", cover_minisig },
    { "organisers.pub", "organisers.pub", cover_key },
    { "amendments/*.json", "amendment", cover_json },
    { "amendments/*.json.minisig", "amendment.minisig", cover_minisig },
    { "ceremony/r1-*.json", "r1", cover_json },
    { "ceremony/r2-*.json", "r2", cover_json },
    { "ceremony/r3-*.json", "r3", cover_json },
    { "ceremony/r4-*.json", "r4", cover_json },
    { "terminal-*/ballots", "ballots", NULL },
    { "terminal-*/ballots.minisig", "ballots.minisig", cover_minisig },
    { "terminal-*/checkins", "checkins", cover_sealing },
    { "terminal-*/sealed", "sealed", cover_sealing },
    { "terminal-*/sealed.minisig", "sealed.minisig", cover_minisig },
    { "terminal-*/receipt.txt", "receipt", cover_receipt },
    { "quarantine/*/ballots", "quarantine", NULL },
    { "quarantine/*/ballots.minisig", "quarantine.minisig", cover_minisig },
    { "quarantine/*/reason", "reason", cover_text },
    { "strike-*/request", "strike", cover_request },
    { "strike-*/links", "links", cover_links },
    { "strike-*/tickets", "tickets", cover_tickets },
    { "strike-*/share-*", "strike-share", cover_share },
    { "tally-*/request", "tally", cover_request },
    { "tally-*/share-*", "tally-share", cover_share },
    { "result.json", "result", cover_json },
    { "index.html", "page", cover_text },
  };
  Cover c = { .file = file, .bytes = bytes->data, .size = bytes->len };

  c.out = g_ptr_array_new_with_free_func (region_free);
  for (guint i = 0; i < G_N_ELEMENTS (kinds) && c.kind == NULL; i++) {
    if (!g_pattern_match_simple (kinds[i].pattern, file))
      continue;
    c.kind = kinds[i].kind;
    if (kinds[i].cover != NULL)
      kinds[i].cover (&c);
    else
      cover_ballots (&c, ctx);
  }
  if (c.kind == NULL || c.at != c.size)
    g_error ("%s: bytes from %" G_GSIZE_FORMAT " on mean nothing", file, c.at);
  return c.out;
}
