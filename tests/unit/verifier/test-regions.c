/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every byte of a small complete record belongs to a region, and every region to the check that
 * sees it changed: by somebody without keys, by the terminal, or by the organisers. --every: every
 * region in every way and every byte, which takes long; else one region of every kind. */
#include "mutation.h"
#include "owners.h"

#include <stdio.h>
#include <string.h>
#include "bytes.h"
#include "files.h"

#define ALL TABELLA_VERIFY_ALL

typedef enum { FLIP, ZERO, SWAP, WAYS } Way;

typedef struct {
  Record *r;
  GPtrArray *regions;
  char *folder;
  TabellaVerdict verdict; /* of the unchanged record */
  gboolean every;
  guint mutants, free;
} Mutants;

/* --- The record --- */

/* Terminal 4 is quarantined for what its own journal says; a page lies beside. */
static void
with_quarantine (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ENROLLED };

  record_line (&r->terminals[4], -1, &line);
  r->terminals[4].quarantine = "its journal says that it was enrolled twice\n";
}

/* In place: thousands of times. */
static void
write_file (const Mutants *m, const char *name, const GByteArray *bytes)
{
  g_autofree char *path = g_build_filename (m->folder, name, NULL);
  FILE *f = fopen (path, "wb");

  g_assert_nonnull (f);
  if (bytes->len > 0)
    g_assert_cmpuint (fwrite (bytes->data, 1, bytes->len, f), ==, bytes->len);
  g_assert_cmpint (fclose (f), ==, 0);
}

static void
restore (const Mutants *m, const char *name)
{
  g_autoptr (GByteArray) bytes = record_get (m->r, name);

  write_file (m, name, bytes);
}

static TabellaVerifyReport *
verify (const Mutants *m)
{
  g_autoptr (GError) error = NULL;
  TabellaVerifyReport *report =
      tabella_verify_record (m->folder, ALL, &m->r->f->organisers, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return report;
}

/* --- Verdicts --- */

/* The mutant lies in the folder. */
static void
expect (Mutants *m, const Owner *owner, const Region *region, const char *how)
{
  g_autoptr (TabellaVerifyReport) report = verify (m);
  guint first = 0;

  for (guint i = ALL; i >= 1; i--)
    if (report->checks[i].ran && !report->checks[i].passed)
      first = i;
  m->mutants++;
  m->free += first == 0 ? 1 : 0;
  if (first == 0 ? (owner->owners & FREE) != 0 : (owner->owners & CHECK (first)) != 0) {
    g_assert_cmpint (report->verdict, ==, first == 0 ? m->verdict : TABELLA_VERDICT_INVALID);
    return;
  }
  g_error ("%s, %s %s: check %u says \"%s\"", region->file, region->name, how, first,
           first > 0 ? report->checks[first].detail : "all is well");
}

/* --- Changes --- */

/* Another region of the same kind and size with other bytes, the nearest one behind; NULL: none. */
static const guint8 *
peer_of (const Mutants *m, guint at, GByteArray **holder)
{
  const Region *r = m->regions->pdata[at];
  g_autoptr (GByteArray) own = record_get (m->r, r->file);

  for (guint i = 1; i < m->regions->len; i++) {
    const Region *o = m->regions->pdata[(at + i) % m->regions->len];
    g_autoptr (GByteArray) bytes = NULL;

    if (o->to - o->from != r->to - r->from || !g_str_equal (o->kind, r->kind))
      continue;
    bytes = record_get (m->r, o->file);
    if (memcmp (bytes->data + o->from, own->data + r->from, r->to - r->from) == 0)
      continue;
    *holder = g_steal_pointer (&bytes);
    return (*holder)->data + o->from;
  }
  return NULL;
}

/* FALSE: there is no such change. */
static gboolean
change (const Mutants *m, guint at, Way way, GByteArray *bytes)
{
  const Region *r = m->regions->pdata[at];
  g_autoptr (GByteArray) holder = NULL;
  guint8 *b = bytes->data + r->from;
  gsize n = r->to - r->from;
  const guint8 *peer;

  if (way == FLIP) {
    b[g_test_rand_int_range (0, (gint32)n)] ^= (guint8)(1 << g_test_rand_int_range (0, 8));
    return TRUE;
  }
  if (way == ZERO) {
    guint8 any = 0;

    for (gsize i = 0; i < n; i++)
      any |= b[i];
    memset (b, 0, n);
    return any != 0;
  }
  peer = peer_of (m, at, &holder);
  if (peer != NULL)
    memcpy (b, peer, n);
  return peer != NULL;
}

/* In the short run one way for each kind, by chance, unless @all. */
static gboolean
passes_over (const Mutants *m, Way way, Way chosen, gboolean all)
{
  return !m->every && !all && way != chosen;
}

static const char *const how[WAYS] = { "with a bit flipped", "zeroed", "swapped" };

/* Calls @mutate for one region of each kind, or for all. */
typedef void (*Mutate) (Mutants *m, guint at);

static void
each_region (Mutants *m, const char *pattern, Mutate mutate)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < m->regions->len; i++) {
    const Region *r = m->regions->pdata[i];

    if (!g_pattern_match_simple (pattern, r->kind) ||
        (!g_hash_table_add (seen, r->kind) && !m->every))
      continue;
    mutate (m, i);
  }
}

/* --- Without keys --- */

static void
mutate_unsigned (Mutants *m, guint at)
{
  const Region *r = m->regions->pdata[at];
  Way chosen = g_test_rand_int_range (FLIP, WAYS);

  for (Way way = FLIP; way < WAYS; way++) {
    g_autoptr (GByteArray) bytes = record_get (m->r, r->file);

    if (passes_over (m, way, chosen, FALSE) || !change (m, at, way, bytes))
      continue;
    write_file (m, r->file, bytes);
    expect (m, owner_of (unsigned_owners, r->kind), r, how[way]);
  }
  restore (m, r->file);
}

/* --- With keys --- */

/* Signs a changed file and puts both into the folder. */
static void
sign_file (Mutants *m, const char *name, const GByteArray *bytes)
{
  g_autofree char *sig_name = g_strconcat (name, ".minisig", NULL);
  g_autofree char *sig = signed_again (m->r, name, bytes);
  g_autoptr (GByteArray) text = g_byte_array_new ();

  tabella_put (text, sig, strlen (sig));
  write_file (m, name, bytes);
  write_file (m, sig_name, text);
}

static void
restore_both (const Mutants *m, const char *name)
{
  g_autofree char *sig_name = g_strconcat (name, ".minisig", NULL);

  restore (m, name);
  restore (m, sig_name);
}

/* A batch with one record of the kind has no order that a change could break: header and journal
 * from the desk, cast from booth 8, challenged from booth 6. */
static gboolean
is_apt (const Region *r)
{
  if (strstr (r->kind, ":cast.") != NULL)
    return g_str_has_prefix (r->file, "terminal-008/");
  if (strstr (r->kind, ":challenged.") != NULL)
    return g_str_has_prefix (r->file, "terminal-006/");
  return g_str_has_prefix (r->file, "terminal-005/");
}

static void
mutate_signed (Mutants *m, guint at)
{
  const Region *r = m->regions->pdata[at];
  gboolean batch = g_str_has_prefix (r->kind, "ballots:");
  Way chosen = g_test_rand_int_range (FLIP, WAYS);

  for (Way way = FLIP; way < WAYS; way++) {
    g_autoptr (GByteArray) bytes = record_get (m->r, r->file);

    if (passes_over (m, way, chosen, batch) || !change (m, at, way, bytes))
      continue;
    sign_file (m, r->file, bytes);
    expect (m, batch ? owner_of (terminal_owners, r->kind) : owner_of (organisers_owners, r->kind),
            r, how[way]);
  }
  restore_both (m, r->file);
}

/* --- Cases --- */

static void
say (Mutants *m, const char *what)
{
  g_test_message ("%s: %u mutants, of which %u are free", what, m->mutants, m->free);
  g_assert_cmpuint (m->mutants, >, 0);
  m->mutants = m->free = 0;
}

/* regions_all() aborts on a byte without a meaning; and every kind has its owner. */
static void
test_cover (gconstpointer data)
{
  Mutants *m = (Mutants *)data;
  g_autoptr (GHashTable) kinds = g_hash_table_new (g_str_hash, g_str_equal);
  gsize covered = 0, size = 0;
  GHashTableIter iter;
  gpointer bytes;

  for (guint i = 0; i < m->regions->len; i++) {
    const Region *r = m->regions->pdata[i];

    covered += r->to - r->from;
    g_hash_table_add (kinds, r->kind);
    owner_of (unsigned_owners, r->kind);
  }
  g_hash_table_iter_init (&iter, m->r->files);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    size += g_bytes_get_size (bytes);
  g_assert_cmpuint (covered, ==, size);
  g_test_message ("%u files, %" G_GSIZE_FORMAT " bytes, %u regions of %u kinds",
                  g_hash_table_size (m->r->files), size, m->regions->len,
                  g_hash_table_size (kinds));
}

static void
test_unsigned (gconstpointer data)
{
  Mutants *m = (Mutants *)data;

  each_region (m, "*", mutate_unsigned);
  say (m, "without keys");
}

static void
test_terminal (gconstpointer data)
{
  Mutants *m = (Mutants *)data;
  g_autoptr (GPtrArray) apt = g_ptr_array_new (), all = m->regions;

  for (guint i = 0; i < all->len; i++)
    if (g_str_has_prefix (((Region *)all->pdata[i])->kind, "ballots:") && is_apt (all->pdata[i]))
      g_ptr_array_add (apt, all->pdata[i]);
  m->regions = apt;
  each_region (m, "ballots:*", mutate_signed);
  m->regions = g_steal_pointer (&all);
  say (m, "by a terminal");
}

static void
test_organisers (gconstpointer data)
{
  Mutants *m = (Mutants *)data;

  each_region (m, "manifest:*", mutate_signed);
  each_region (m, "amendment:*", mutate_signed);
  say (m, "by the organisers");
}

/* Whole files: gone, empty, half, with a byte more, twice, another one of its kind. */
static void
mutate_file (Mutants *m, const char *name, const Owner *owner)
{
  g_autoptr (GByteArray) good = record_get (m->r, name), bytes = g_byte_array_new ();
  const Region whole = { .file = (char *)name, .name = (char *)"all of it" };
  g_autofree char *path = g_build_filename (m->folder, name, NULL);

  g_assert_cmpint (remove (path), ==, 0);
  expect (m, owner, &whole, "gone");
  write_file (m, name, bytes);
  expect (m, owner, &whole, "empty");
  tabella_put (bytes, good->data, good->len / 2);
  write_file (m, name, bytes);
  expect (m, owner, &whole, "cut");
  g_byte_array_set_size (bytes, 0);
  tabella_put (bytes, good->data, good->len);
  tabella_put_u8 (bytes, 'x');
  write_file (m, name, bytes);
  expect (m, owner, &whole, "with a byte more");
  g_byte_array_set_size (bytes, good->len);
  tabella_put (bytes, good->data, good->len);
  write_file (m, name, bytes);
  expect (m, owner, &whole, "twice");
  write_file (m, name, good);
}

static void
test_files (gconstpointer data)
{
  Mutants *m = (Mutants *)data;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *before = "";

  for (guint i = 0; i < m->regions->len; i++) {
    const Region *r = m->regions->pdata[i];
    Owner owner = *owner_of (unsigned_owners, r->kind);
    g_autofree char *kind = g_strndup (r->kind, strcspn (r->kind, ":"));

    if (g_str_equal (r->file, before))
      continue;
    before = r->file;
    if (!g_hash_table_add (seen, g_strdup (kind)) && !m->every)
      continue;
    if (g_str_has_suffix (kind, ".minisig") || g_str_equal (kind, "organisers.pub")) {
      g_autofree char *inner = g_strconcat (kind, ":*", NULL);

      owner = *owner_of (unsigned_owners, inner);
    }
    /* A batch or amendment that is gone altogether is missed by the checks of its kind. */
    if (g_str_has_prefix (kind, "amendment"))
      owner.owners |= CHECK (4) | CHECK (6);
    mutate_file (m, r->file, &owner);
  }
  say (m, "whole files");
}

static void
exchange (const Mutants *m, const char *one, const char *other, const char *end)
{
  g_autofree char *a = g_strconcat (one, end, NULL), *b = g_strconcat (other, end, NULL);
  g_autoptr (GByteArray) first = record_get (m->r, a), second = record_get (m->r, b);

  write_file (m, a, second);
  write_file (m, b, first);
}

/* A file gives place to another one of its kind, with the signature that belongs to it. */
static void
test_swapped_files (gconstpointer data)
{
  static const struct {
    const char *one, *other;
    gboolean is_signed;
    guint32 owners;
  } pairs[] = {
    { "terminal-003/batch-0001/ballots", "terminal-006/batch-0001/ballots", TRUE, CHECK (5) },
    { "terminal-003/batch-0001/ballots", "terminal-002/batch-0001/ballots", FALSE, CHECK (5) },
    { "amendments/0001.json", "amendments/0003.json", TRUE, CHECK (4) },
    { "ceremony/r1-01.json", "ceremony/r1-02.json", FALSE, CHECK (2) },
    { "ceremony/r4-01.json", "ceremony/r4-03.json", FALSE, CHECK (2) },
    { "strike-0001/request", "strike-0002/request", FALSE, CHECK (13) },
    { "strike-0001/share-01", "strike-0001/share-03", FALSE, CHECK (13) },
    { "strike-0001/tickets", "strike-0002/tickets", FALSE, CHECK (13) },
    { "tally-0001/share-01", "tally-0001/share-03", FALSE, CHECK (15) },
    { "tally-0001/request", "strike-0001/request", FALSE, CHECK (13) | CHECK (14) },
  };
  Mutants *m = (Mutants *)data;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    const Owner owner = { NULL, pairs[i].owners, NULL };
    const Region whole = { .file = (char *)pairs[i].one, .name = (char *)"all of it" };

    exchange (m, pairs[i].one, pairs[i].other, "");
    if (pairs[i].is_signed)
      exchange (m, pairs[i].one, pairs[i].other, ".minisig");
    expect (m, &owner, &whole, "with another file's content");
    for (guint k = 0; k < 2; k++)
      (pairs[i].is_signed ? restore_both : restore) (m, k == 0 ? pairs[i].one : pairs[i].other);
  }
  say (m, "swapped files");
}

/* Each byte of each file, one bit of it. */
static void
test_every_byte (gconstpointer data)
{
  Mutants *m = (Mutants *)data;

  for (guint i = 0; i < m->regions->len; i++) {
    const Region *r = m->regions->pdata[i];
    const Owner *owner = owner_of (unsigned_owners, r->kind);
    g_autoptr (GByteArray) bytes = record_get (m->r, r->file);

    for (gsize at = r->from; at < r->to; at++) {
      bytes->data[at] ^= (guint8)(1 << at % 8);
      write_file (m, r->file, bytes);
      expect (m, owner, r, "with a byte changed");
      bytes->data[at] ^= (guint8)(1 << at % 8);
    }
    restore (m, r->file);
  }
  say (m, "every byte");
}

/* What was changed was put back. */
static void
test_unchanged (gconstpointer data)
{
  const Mutants *m = data;
  g_autoptr (TabellaVerifyReport) report = verify (m);

  g_assert_cmpint (report->verdict, ==, m->verdict);
}

static void
mutants_init (Mutants *m, const Record *base)
{
  m->r = record_new (base, RECORD_POLL, with_quarantine);
  record_put_text (m->r, "index.html", "<p>Who voted for what.</p>\n");
  m->regions = regions_all (m->r);
  m->folder = record_write (m->r);
  m->verdict = TABELLA_VERDICT_VALID_EXCLUDED;
}

int
main (int argc, char **argv)
{
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL;
  g_autoptr (GError) error = NULL;
  Mutants m = { 0 };
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  base = record_poll (f, NULL);
  mutants_init (&m, base);
  m.every = argc > 1 && g_str_equal (argv[1], "--every");
  g_test_add_data_func ("/regions/cover", &m, test_cover);
  g_test_add_data_func ("/regions/without-keys", &m, test_unsigned);
  g_test_add_data_func ("/regions/terminal", &m, test_terminal);
  g_test_add_data_func ("/regions/organisers", &m, test_organisers);
  g_test_add_data_func ("/regions/files", &m, test_files);
  g_test_add_data_func ("/regions/swapped-files", &m, test_swapped_files);
  if (m.every)
    g_test_add_data_func ("/regions/every-byte", &m, test_every_byte);
  g_test_add_data_func ("/regions/last/unchanged", &m, test_unchanged);
  result = g_test_run ();
  tabella_folder_remove (m.folder, &error);
  g_assert_no_error (error);
  g_free (m.folder);
  g_ptr_array_unref (m.regions);
  record_free (m.r);
  return result;
}
