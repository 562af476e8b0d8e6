/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "owners.h"

#include <stdlib.h>
#include <string.h>
#include "amendment-form.h"
#include "manifest-form.h"

/* Which check sees which region of a record changed, and what its owner would sign. */

#define UNTRUSTED "any line will do: minisign signs it nowhere, and nobody is shown it"

/* Changed by somebody without any key. */
const Owner unsigned_owners[] = {
  { "manifest:*", CHECK (1) },
  { "manifest.minisig:untrusted", CHECK (1) | FREE, UNTRUSTED },
  { "manifest.minisig:*", CHECK (1) },
  { "organisers.pub:untrusted", CHECK (1) | FREE, UNTRUSTED },
  { "organisers.pub:*", CHECK (1) },
  { "amendment:*", CHECK (4) },
  { "amendment.minisig:untrusted", CHECK (4) | FREE, UNTRUSTED },
  { "amendment.minisig:*", CHECK (4) },
  { "r?:*", CHECK (2) },
  { "ballots:*", CHECK (5) },
  { "ballots.minisig:untrusted", CHECK (5) | FREE, UNTRUSTED },
  { "ballots.minisig:*", CHECK (5) },
  { "quarantine:*", CHECK (6) },
  { "quarantine.minisig:untrusted", CHECK (6) | FREE, UNTRUSTED },
  { "quarantine.minisig:*", CHECK (6) },
  { "reason:*", CHECK (6) | FREE, "the centre's own words, in one line" },
  { "strike:*", CHECK (13) },
  { "links:link.style", CHECK (13) | CHECK (14) | CHECK (16) | FREE,
    "the trustees compare it with the check-in; of a ticket that nobody used it says nothing" },
  { "links:*", CHECK (13) },
  { "tickets:*", CHECK (13) },
  { "strike-share:*", CHECK (13) },
  { "tally:*", CHECK (14) },
  { "tally-share:*", CHECK (15) },
  { "result:space", CHECK (16) | FREE, "JSON has spaces where it likes" },
  { "result:duplicates.groups", CHECK (16) | FREE, "only trustees see the check-ins" },
  { "result:duplicates.paper", CHECK (16) | FREE, "only trustees see the check-ins" },
  { "result:duplicates.rejected_provisionals", CHECK (16) | FREE, "only trustees see them" },
  { "result:duplicates.incidents", CHECK (16) | FREE, "more than the public sees there may be" },
  { "result:*", CHECK (16) },
  { "page:*", FREE, "for people; nothing is verified by it" },
  { NULL, 0, NULL },
};

/* Changed by the terminal itself: its batch key signs the file and the comment that fits it. */
const Owner terminal_owners[] = {
  { "ballots:magic", CHECK (8) },
  { "ballots:election", CHECK (8) },
  { "ballots:terminal", CHECK (6) | CHECK (8) }, /* 8: there is no terminal 0 */
  { "ballots:number", CHECK (6) | CHECK (8) },
  { "ballots:kind", CHECK (6) | CHECK (8) },
  { "ballots:mode", CHECK (8) },
  { "ballots:reserved", CHECK (8) },
  { "ballots:previous", CHECK (6) },
  { "ballots:checkins-digest", FREE, "check-ins are never public: import and trustees compare it" },
  { "ballots:checked-in", CHECK (6) | CHECK (7) | CHECK (8) },
  { "ballots:given", CHECK (6) | FREE, "of a desk's tickets only trustees see the number" },
  { "ballots:voted", CHECK (6) },
  { "ballots:left", CHECK (6) },
  { "ballots:*-count", CHECK (8) },
  { "ballots:head", CHECK (7) },
  { "ballots:journal-size", CHECK (7) | CHECK (8) },
  { "ballots:journal*", CHECK (7) },
  { "ballots:*.style", CHECK (8) },
  { "ballots:cast.ticket", CHECK (10) },
  { "ballots:cast.attempt", CHECK (8) | CHECK (10) },
  { "ballots:cast.signature", CHECK (12) },
  { "ballots:cast.alpha", CHECK (8) | CHECK (9) | CHECK (10) },
  { "ballots:challenged.alpha", CHECK (8) | CHECK (9) | CHECK (11) },
  { "ballots:cast.*", CHECK (8) | CHECK (10) }, /* 8: no point, no scalar */
  { "ballots:challenged.*", CHECK (8) | CHECK (11) },
  { NULL, 0, NULL },
};

/* Changed by the organisers, signed again. */
const Owner organisers_owners[] = {
  { "manifest:*", CHECK (1) | CHECK (2) | CHECK (3) | CHECK (4) }, /* 4: another election's id */
  { "amendment:text", CHECK (4) | FREE, "it has no text: the organisers may say more" },
  { "amendment:space", CHECK (4) | FREE, "JSON has spaces where it likes" },
  { "amendment:detail.digest", CHECK (4) | FREE,
    "of a safety copy: trustees compare it with the sealed file" },
  { "amendment:*", CHECK (4) | CHECK (6) },
  { NULL, 0, NULL },
};

const Owner *
owner_of (const Owner *owners, const char *kind)
{
  for (; owners->kind != NULL; owners++)
    if (g_pattern_match_simple (owners->kind, kind))
      return owners;
  g_error ("%s belongs to no check", kind);
}

/* --- The owners' keys --- */

static guint32
u32_at (const guint8 *b)
{
  return b[0] | (guint32)b[1] << 8 | (guint32)b[2] << 16 | (guint32)b[3] << 24;
}

static char *
sign_batch (const Record *r, const char *name, const GByteArray *bytes)
{
  guint16 terminal = (guint16)atoi (name + strlen ("terminal-"));
  const guint8 *b = bytes->data;
  g_auto (TabellaMinisignSecret) key = { 0 };
  g_autofree char *comment = tabella_batch_comment (
      r->ctx->he, (guint16)(b[40] | b[41] << 8), (guint16)(b[42] | b[43] << 8),
      (TabellaBatchKind)b[44], u32_at (b + 128), u32_at (b + 112));

  tabella_terminal_batch_secret (fixture_secrets (r->f, terminal), &key);
  return tabella_minisign_sign (&key, bytes->data, bytes->len, comment);
}

char *
signed_again (const Record *r, const char *name, const GByteArray *bytes)
{
  g_autoptr (GBytes) all = g_bytes_new (bytes->data, bytes->len);
  g_autofree char *comment = NULL;
  guint8 he[32];

  if (g_str_has_prefix (name, "terminal-"))
    return sign_batch (r, name, bytes);
  tabella_manifest_id (all, he);
  if (g_str_equal (name, "manifest.json"))
    comment = tabella_manifest_comment (he);
  else
    comment = tabella_amendment_comment (r->ctx->he, (guint16)atoi (strchr (name, '/') + 1));
  return tabella_minisign_sign (&r->f->key, bytes->data, bytes->len, comment);
}

/* --- All regions --- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
regions_all (const Record *r)
{
  guint n;
  g_autofree gpointer *names = g_hash_table_get_keys_as_array (r->files, &n);
  GPtrArray *all = NULL;

  qsort (names, n, sizeof *names, compare_names);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GByteArray) bytes = record_get (r, names[i]);
    GPtrArray *of = regions_of (r->ctx, names[i], bytes);

    if (all == NULL)
      all = of;
    else
      g_ptr_array_extend_and_steal (all, of);
  }
  return all;
}
