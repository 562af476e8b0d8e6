/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every byte of a batch as it comes to the centre belongs to a region; changed by its carrier or
 * signed anew by its terminal it is refused for the reason that fits, the database holds nothing of
 * it but its quarantine, and a good copy is taken afterwards. */
#include "import-desk.h"
#include "../verifier/regions.h"

#include <string.h>
#include "files.h"
#include "receipts.h"

/* @phrases: one of them, divided by "|", is in the reason; "" fits any. @free: why it may be taken.
 */
typedef struct {
  const char *kind, *phrases, *free;
} Reason;

#define SEALED_LATER "what is sealed shows to trustees only, when it is opened"

static const Reason carriers[] = {
  { "ballots:*", "ballots.minisig" },
  { "ballots.minisig:untrusted", "ballots.minisig", "minisign signs it nowhere" },
  { "ballots.minisig:*", "ballots.minisig" },
  { "checkins:*", "`checkins`" },
  { "sealed:*", "sealed.minisig" },
  { "sealed.minisig:untrusted", "sealed.minisig", "minisign signs it nowhere" },
  { "sealed.minisig:*", "sealed.minisig" },
  { "receipt:*", "receipt" },
};

static const Reason terminals[] = {
  { "ballots:magic", "ballots: does not start" },
  { "ballots:election", "another election" },
  { "ballots:terminal", "" }, /* then it is another terminal's, which did not sign it */
  { "ballots:number", "both count from 1|safety copies" },
  { "ballots:kind", "kind|not sealed" },
  { "ballots:mode", "mode|official" },
  { "ballots:reserved", "reserved" },
  { "ballots:previous", "previous digest" },
  { "ballots:checkins-digest", "`checkins`" },
  { "ballots:checked-in", "more tickets|capacity|other counts" },
  { "ballots:given", "more tickets|tickets still open" },
  { "ballots:voted", "more tickets|check-ins voted" },
  { "ballots:left", "more tickets", "trustees compare it with the check-ins" },
  { "ballots:*-count", "cut short|too many|record" },
  { "ballots:head", "journal head" },
  { "ballots:journal-size", "journal|record|cut short|too many" },
  { "ballots:journal*", "journal" },
  { "ballots:cast.style", "style|record" },
  { "ballots:cast.signature", "wrong proof or signature" },
  { "ballots:cast.*", "wrong proof|not above|attempt|share a ciphertext|twice" },
  { "ballots:challenged.style", "style|record" },
  { "ballots:challenged.*", "wrong proof|not above|attempt|share a ciphertext|twice" },
  { "checkins:magic", "checkins: does not start" },
  { "checkins:election", "checkins: the file is of another election" },
  { "checkins:terminal", "checkins: the file is batch" },
  { "checkins:number", "checkins: the file is batch" },
  { "checkins:count", "checkins: " },
  { "checkins:box", "", SEALED_LATER },
  { "checkins:*", "checkins: its proof" },
  { "sealed:magic", "" }, /* no file of ours, or not of this one's signature */
  { "sealed:election", "sealed" },
  { "sealed:terminal", "" },
  { "sealed:number", "sealed" },
  { "sealed:count", "sealed: " },
  { "sealed:box", "", SEALED_LATER },
  { "sealed:*", "sealed: its proof" },
};

typedef enum { FLIP, ZERO, SWAP, WAYS } Way;

typedef struct {
  const char *name;
  TabellaBatchKind kind;
  gboolean is_signed;
} Case;

static const Case cases[] = {
  { "final", TABELLA_BATCH_FINAL, FALSE },
  { "safety-copy", TABELLA_BATCH_INTERIM, FALSE },
  { "final-signed", TABELLA_BATCH_FINAL, TRUE },
  { "safety-copy-signed", TABELLA_BATCH_INTERIM, TRUE },
};

static const Reason *
reason_of (const Reason *reasons, guint n, const char *kind)
{
  for (guint i = 0; i < n; i++)
    if (g_pattern_match_simple (reasons[i].kind, kind))
      return &reasons[i];
  g_error ("%s belongs to no check of import", kind);
}

static gboolean
says (const char *reason, const char *phrases)
{
  g_auto (GStrv) one = g_strsplit (phrases, "|", -1);

  for (guint i = 0; one[i] != NULL; i++)
    if (strstr (reason, one[i]) != NULL)
      return TRUE;
  return *phrases == '\0';
}

/* --- The batch --- */

/* The file of a poll that a region is in; a text is copied. */
static GBytes *
file_of (const Poll *p, const char *kind)
{
  const char *text = NULL;

  if (g_str_has_prefix (kind, "ballots:"))
    return g_bytes_ref (p->ballots);
  if (g_str_has_prefix (kind, "checkins:"))
    return g_bytes_ref (p->checkins_file);
  if (g_str_has_prefix (kind, "sealed:"))
    return g_bytes_ref (p->sealed);
  if (g_str_has_prefix (kind, "ballots.minisig:"))
    text = p->minisig;
  else if (g_str_has_prefix (kind, "sealed.minisig:"))
    text = p->sealed_minisig;
  else
    text = p->text;
  return g_bytes_new (text, strlen (text));
}

static GPtrArray *
cover (const Poll *p, TabellaBatchKind kind)
{
  static const char *const finals[] = { "ballots", "ballots.minisig", "checkins", "receipt.txt" };
  static const char *const copies[] = { "sealed", "sealed.minisig", "receipt.txt" };
  gboolean final = kind == TABELLA_BATCH_FINAL;
  GPtrArray *all = NULL;

  for (guint i = 0; i < (final ? G_N_ELEMENTS (finals) : G_N_ELEMENTS (copies)); i++) {
    const char *name = final ? finals[i] : copies[i];
    g_autofree char *place = g_strdup_printf ("terminal-002/batch-0001/%s", name);
    g_autofree char *file_kind =
        g_strdup_printf ("%s:", g_str_equal (name, "receipt.txt") ? "receipt" : name);
    g_autoptr (GBytes) bytes = file_of (p, file_kind);
    g_autoptr (GByteArray) array = g_bytes_unref_to_array (g_bytes_ref (bytes));
    GPtrArray *of = regions_of (fixture->ctx, place, array);

    if (all == NULL)
      all = of;
    else
      g_ptr_array_extend_and_steal (all, of);
  }
  return all;
}

/* --- Changes --- */

/* FALSE: nothing would change. Swapped with the next region of its kind and size in the file. */
static gboolean
change (const GPtrArray *regions, guint at, Way way, GByteArray *bytes)
{
  const Region *r = regions->pdata[at];
  gsize n = r->to - r->from;
  g_autofree guint8 *old = g_memdup2 (bytes->data + r->from, n);
  guint8 *b = bytes->data + r->from;

  if (way == FLIP)
    b[g_test_rand_int_range (0, (gint32)n)] ^= (guint8)(1 << g_test_rand_int_range (0, 7));
  else if (way == ZERO)
    memset (b, 0, n);
  for (guint i = at + 1; way == SWAP && i < regions->len; i++) {
    const Region *o = regions->pdata[i];

    if (!g_str_equal (o->kind, r->kind) || o->to - o->from != n)
      continue;
    memcpy (b, bytes->data + o->from, n);
    break;
  }
  return memcmp (old, b, n) != 0;
}

static guint32
u32_at (const guint8 *b)
{
  return b[0] | (guint32)b[1] << 8 | (guint32)b[2] << 16 | (guint32)b[3] << 24;
}

/* The terminal's own comment and receipt for what its files say now. */
static void
sign_all (Poll *p, TabellaBatchKind kind)
{
  const guint8 *b = g_bytes_get_data (p->ballots, NULL);
  GBytes *file = kind == TABELLA_BATCH_FINAL ? p->ballots : p->sealed;
  guint16 terminal = TERMINAL, number = 1;
  g_autofree char *comment = NULL;
  guint8 digest[32];

  if (kind == TABELLA_BATCH_FINAL) {
    tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                           g_bytes_get_size (p->checkins_file), digest);
    terminal = (guint16)(b[AT_TERMINAL] | b[AT_TERMINAL + 1] << 8);
    number = (guint16)(b[AT_NUMBER] | b[AT_NUMBER + 1] << 8);
    kind = (TabellaBatchKind)b[AT_NUMBER + 2];
  }
  comment = tabella_batch_comment (fixture->ctx->he, terminal, number, kind,
                                   u32_at (b + AT_COUNTS + 16), u32_at (b + AT_COUNTS));
  tabella_digest_512_32 (g_bytes_get_data (file, NULL), g_bytes_get_size (file), digest);
  g_free (p->text);
  p->text =
      tabella_batch_text (fixture->ctx->he, terminal, number, (guint8)kind, u32_at (b + AT_COUNTS),
                          u32_at (b + AT_COUNTS + 16), u32_at (b + AT_COUNTS + 20), digest,
                          fixture_secrets (fixture, TERMINAL)->ballot_secret);
  if (file == p->sealed) {
    g_free (p->sealed_minisig);
    p->sealed_minisig = poll_sign (p, file, comment);
  } else {
    g_free (p->minisig);
    p->minisig = poll_sign (p, file, comment);
  }
}

/* Other check-ins, whose digest the terminal writes into its header. */
static void
name_checkins (Poll *p)
{
  guint8 digest[32];

  tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                         g_bytes_get_size (p->checkins_file), digest);
  edit (&p->ballots, AT_CHECKINS, digest, sizeof digest);
}

static void
take_bytes (GBytes **field, const GByteArray *bytes)
{
  g_bytes_unref (*field);
  *field = g_bytes_new (bytes->data, bytes->len);
}

/* Writes the batch with one file changed. */
static void
write_mutant (Poll *p, const Case *c, const Region *r, const GByteArray *bytes, const char *stick)
{
  g_autofree char *folder = NULL, *name = g_path_get_basename (r->file), *path = NULL;
  g_autoptr (GError) error = NULL;

  if (c->is_signed) {
    if (g_str_equal (name, "ballots"))
      take_bytes (&p->ballots, bytes);
    else
      take_bytes (g_str_equal (name, "sealed") ? &p->sealed : &p->checkins_file, bytes);
    if (g_str_equal (name, "checkins"))
      name_checkins (p);
    sign_all (p, c->kind);
  }
  folder = poll_write (p, stick);
  if (c->is_signed)
    return;
  path = g_build_filename (folder, name, NULL);
  tabella_file_write (path, bytes->data, bytes->len, 0644, &error);
  g_assert_no_error (error);
}

static void
copy_files (const Poll *from, Poll *to)
{
  *to = *from;
  to->ballots = g_bytes_ref (from->ballots);
  to->checkins_file = g_bytes_ref (from->checkins_file);
  to->sealed = from->sealed != NULL ? g_bytes_ref (from->sealed) : NULL;
  to->minisig = g_strdup (from->minisig);
  to->sealed_minisig = g_strdup (from->sealed_minisig);
  to->text = g_strdup (from->text);
}

static void
clear_files (Poll *p)
{
  g_bytes_unref (p->ballots);
  g_bytes_unref (p->checkins_file);
  g_clear_pointer (&p->sealed, g_bytes_unref);
  g_free (p->minisig);
  g_free (p->sealed_minisig);
  g_free (p->text);
}

/* --- One mutant --- */

/* What the database holds of a refused batch. */
static void
expect_clean (const Desk *d, const Region *r)
{
  g_autoptr (TabellaEvidence) e = evidence (d);

  if (e->held->len > 1)
    g_error ("%s: %u batches are held", r->name, e->held->len);
  for (guint i = 0; i < e->held->len; i++)
    g_assert_nonnull (((const TabellaHeld *)e->held->pdata[i])->quarantine);
}

static void
expect (const Poll *good, const Case *c, const Reason *wanted, const Region *r,
        const GByteArray *bytes)
{
  g_auto (Desk) d = desk_new ();
  Poll p;
  g_autofree char *stick = g_build_filename (d.stick, "good", NULL), *folder = NULL;
  g_autofree char *mutant = g_build_filename (d.stick, "mutant", NULL), *reason = NULL;

  copy_files (good, &p);
  write_mutant (&p, c, r, bytes, mutant);
  clear_files (&p);
  reason = import_one (&d, mutant, NULL, NULL);
  if (reason == NULL && wanted->free == NULL)
    g_error ("%s, %s: taken", r->file, r->name);
  if (reason == NULL)
    return;
  if (!says (reason, wanted->phrases))
    g_error ("%s, %s: \"%s\" should say \"%s\"", r->file, r->name, reason, wanted->phrases);
  expect_clean (&d, r);
  folder = poll_write (good, stick);
  expect_taken (&d, stick);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  const Reason *reasons = c->is_signed ? terminals : carriers;
  guint n = c->is_signed ? G_N_ELEMENTS (terminals) : G_N_ELEMENTS (carriers), mutants = 0;
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (GPtrArray) regions = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  poll_make (p, c->kind);
  regions = cover (p, c->kind);
  for (guint i = 0; i < regions->len; i++) {
    const Region *r = regions->pdata[i];
    gboolean apt = !c->is_signed || g_str_has_prefix (r->kind, "ballots:") ||
                   g_str_has_prefix (r->kind, "checkins:") || g_str_has_prefix (r->kind, "sealed:");

    if (!apt || !g_hash_table_add (seen, r->kind))
      continue;
    for (Way way = FLIP; way < WAYS; way++) {
      g_autoptr (GBytes) file = file_of (p, r->kind);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, g_bytes_get_data (file, NULL), (guint)g_bytes_get_size (file));
      if (!change (regions, i, way, bytes))
        continue;
      expect (p, c, reason_of (reasons, n, r->kind), r, bytes);
      mutants++;
    }
  }
  g_test_message ("%u regions of %u kinds, %u mutants", regions->len, g_hash_table_size (seen),
                  mutants);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/import/regions/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
