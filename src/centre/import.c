/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import.h"
#include "bytes.h"
#include "check.h"
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_FRONT 46 /* magic 8, HE 32, terminal 2, number 2, kind, mode */

typedef struct {
  TabellaStore *store;
  TabellaEvidence *e;
  TabellaProgress progress;
  gpointer data;
  GPtrArray *done; /* TabellaImported */
  gboolean frozen; /* a tally was asked: nothing new is taken */
} Import;

void
tabella_imported_free (TabellaImported *i)
{
  g_free (i->path);
  g_free (i->refused);
  g_free (i);
}

static TabellaImported *
imported_new (Import *im, const char *path)
{
  TabellaImported *i = g_new0 (TabellaImported, 1);

  i->path = g_strdup (path);
  g_ptr_array_add (im->done, i);
  return i;
}

/* What the files say they are, before anything is verified: only to find the key to verify with. */
typedef struct {
  gboolean readable; /* the header has our shape */
  gboolean ours;     /* and names this election */
  guint16 terminal, number;
  guint8 mode; /* of `ballots` */
} Claim;

static Claim
read_header (const Import *im, GBytes *file, gboolean interim)
{
  Claim c = { 0 };
  TabellaReader r;
  const guint8 *he;

  if (file == NULL || g_bytes_get_size (file) < HEADER_FRONT ||
      memcmp (g_bytes_get_data (file, NULL), interim ? "TASEALED" : "TABATCH1", 8) != 0)
    return c;
  tabella_reader_init (&r, (const guint8 *)g_bytes_get_data (file, NULL) + 8, HEADER_FRONT - 8);
  he = tabella_get (&r, 32);
  c.readable = TRUE;
  c.ours = memcmp (he, im->e->ctx->he, 32) == 0;
  c.terminal = tabella_get_u16 (&r);
  c.number = tabella_get_u16 (&r);
  tabella_get_u8 (&r);
  c.mode = interim ? 0 : tabella_get_u8 (&r);
  return c;
}

/* The trusted comment still tells whose a file is when its header is damaged. */
static Claim
read_comment (const Import *im, const char *minisig)
{
  Claim c = { 0 };
  g_autofree char *he = tabella_hex (im->e->ctx->he, 8);
  const char *at = minisig != NULL ? strstr (minisig, "tabella batch election=") : NULL;
  char election[17] = "";
  guint terminal, number;

  if (at == NULL || sscanf (at, "tabella batch election=%16s terminal=%u number=%u", election,
                            &terminal, &number) != 3)
    return c;
  c.readable = terminal <= G_MAXUINT16 && number <= G_MAXUINT16;
  c.ours = g_str_equal (election, he);
  c.terminal = (guint16)terminal;
  c.number = (guint16)number;
  return c;
}

static gboolean
is_known (const Import *im, const Claim *c)
{
  return c->readable && c->ours && tabella_manifest_terminal (im->e->manifest, c->terminal) != NULL;
}

/* The comment comes first: a header that names another terminal is more often damaged than a
 * comment. */
static Claim
claim_of (const Import *im, const TabellaHeld *h)
{
  Claim header = read_header (im, h->interim ? h->sealed : h->ballots, h->interim);
  Claim comment = read_comment (im, h->interim ? h->sealed_minisig : h->minisig);

  if (!is_known (im, &comment))
    return header;
  if (header.readable && header.ours)
    comment.number = header.number;
  return comment;
}

static char *
foreign_reason (const Import *im, const Claim *c)
{
  if (!c->readable)
    return g_strdup (
        "not a batch of this election (its header cannot be read): if it is from one of "
        "your terminals, write it to the stick again");
  if (!c->ours && c->mode == 2 && !im->e->ctx->practice)
    return g_strdup ("a practice batch, or one of another election: this is the official election; "
                     "use `tabella -C practice import` for practice");
  if (!c->ours && c->mode == 1 && im->e->ctx->practice)
    return g_strdup ("a batch of an official election: this is the practice folder");
  if (!c->ours)
    return g_strdup ("a batch of another election, or of this one's practice: import it into the "
                     "folder that it belongs to");
  return g_strdup_printf ("terminal %u is not in this election", c->terminal);
}

/* NULL with *what set: missing or unreadable. */
static GBytes *
read_file (const char *folder, const char *name, guint64 limit, char **what)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) failed = NULL;
  GBytes *bytes = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    bytes = tabella_file_read (path, limit, &failed);
  if (bytes == NULL && *what == NULL)
    *what = failed != NULL ? g_strdup (failed->message)
                           : g_strdup_printf ("%s is missing: copy the whole batch folder", name);
  return bytes;
}

/* Text of a small file; NULL too if it has a NUL inside. */
static char *
read_text (const char *folder, const char *name, char **what)
{
  g_autoptr (GBytes) bytes = read_file (folder, name, TABELLA_SIGNATURE_LIMIT, what);

  if (bytes == NULL)
    return NULL;
  if (memchr (g_bytes_get_data (bytes, NULL), '\0', g_bytes_get_size (bytes)) != NULL) {
    g_free (*what);
    *what = g_strdup_printf ("%s is not text: copy the batch folder again", name);
    return NULL;
  }
  return tabella_bytes_text (bytes);
}

/* Every file once, into memory; what is checked is what is kept. *what: the first that is missing.
 */
static TabellaHeld *
read_files (const char *folder, gboolean interim, char **what)
{
  TabellaHeld *h = tabella_held_new (0, 0, interim);

  if (interim) {
    h->sealed = read_file (folder, "sealed", TABELLA_FILE_LIMIT, what);
    h->sealed_minisig = read_text (folder, "sealed.minisig", what);
  } else {
    h->ballots = read_file (folder, "ballots", TABELLA_FILE_LIMIT, what);
    h->minisig = read_text (folder, "ballots.minisig", what);
    h->checkins = read_file (folder, "checkins", TABELLA_FILE_LIMIT, what);
  }
  if (h->ballots != NULL)
    tabella_digest_512_32 (g_bytes_get_data (h->ballots, NULL), g_bytes_get_size (h->ballots),
                           h->digest);
  else if (h->sealed != NULL)
    tabella_digest_512_32 (g_bytes_get_data (h->sealed, NULL), g_bytes_get_size (h->sealed),
                           h->digest);
  return h;
}

static TabellaHeld *
find_same (const TabellaEvidence *e, const TabellaHeld *held)
{
  for (guint i = 0; i < e->held->len; i++) {
    TabellaHeld *h = g_ptr_array_index (e->held, i);

    if (h->quarantine == NULL && h->terminal == held->terminal && h->interim == held->interim &&
        memcmp (h->digest, held->digest, sizeof h->digest) == 0)
      return h;
  }
  return NULL;
}

/* receipt.txt is for people and may be missing; if it is there it says the same. */
static gboolean
check_receipt (const Import *im, const char *folder, TabellaHeld *h, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "receipt.txt", NULL);
  g_autofree char *what = NULL, *text = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  text = read_text (folder, "receipt.txt", &what);
  if (text == NULL) {
    g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, what);
    return FALSE;
  }
  return tabella_check_receipt (im->e, h, g_strchomp (text), error);
}

static void
fill (TabellaImported *i, const TabellaHeld *h)
{
  const char *counts = h->sealed_minisig != NULL ? strstr (h->sealed_minisig, " cast=") : NULL;

  i->number = h->number;
  i->interim = h->interim;
  if (h->batch != NULL) {
    i->cast = h->batch->counts.cast;
    i->checkins = h->batch->counts.checked_in;
  } else if (counts != NULL && h->quarantine == NULL &&
             sscanf (counts, " cast=%" G_GUINT32_FORMAT " checkins=%" G_GUINT32_FORMAT, &i->cast,
                     &i->checkins) != 2) {
    i->cast = i->checkins = 0;
  }
}

static void
refuse (const Import *im, TabellaImported *i, const TabellaHeld *h, TabellaPut put)
{
  g_autofree char *where = tabella_terminal_words (im->e, i->terminal);

  i->waits = h->waits;
  i->quarantined = h->waits == 0 && put != TABELLA_PUT_IGNORED;
  i->refused =
      g_strdup_printf ("%s, batch %u: %s%s", where, h->number, h->quarantine,
                       put == TABELLA_PUT_IGNORED ? " (a good copy is here: nothing changes)" : "");
}

static gboolean
keep (Import *im, TabellaImported *i, TabellaHeld *taken, GError **error)
{
  g_autoptr (TabellaHeld) h = taken;
  TabellaPut put;

  if (!tabella_store_put (im->store, h, &put, error))
    return FALSE;
  fill (i, h);
  i->already = put == TABELLA_PUT_ALREADY && h->quarantine == NULL;
  if (h->quarantine != NULL)
    refuse (im, i, h, put);
  else
    tabella_evidence_add (im->e, g_steal_pointer (&h));
  return TRUE;
}

static void
check (const Import *im, const char *folder, TabellaHeld *h, const char *missing)
{
  g_autoptr (GError) failed = NULL;
  guint16 number = h->number;

  if (missing == NULL &&
      tabella_check_batch (im->e, h, TABELLA_CHECK_ALL, im->progress, im->data, &failed) &&
      check_receipt (im, folder, h, &failed))
    return;
  if (!h->is_signed)
    h->number = number;
  h->quarantine = g_strdup (missing != NULL ? missing : failed->message);
  g_strdelimit (h->quarantine, "\n\r", ' ');
}

static gboolean
take (Import *im, const char *folder, gboolean interim, GError **error)
{
  TabellaImported *i = imported_new (im, folder);
  g_autofree char *missing = NULL;
  g_autoptr (TabellaHeld) h = read_files (folder, interim, &missing);
  Claim claim = claim_of (im, h);
  const TabellaTerminalInfo *t;
  const TabellaHeld *same;

  t = is_known (im, &claim) ? tabella_manifest_terminal (im->e->manifest, claim.terminal) : NULL;
  i->interim = interim;
  if (t == NULL) {
    i->refused = foreign_reason (im, &claim);
    return TRUE;
  }
  i->terminal = h->terminal = t->index;
  i->station = t->station;
  i->number = h->number = claim.number;
  same = find_same (im->e, h);
  if (same != NULL) {
    i->already = TRUE;
    fill (i, same);
    return TRUE;
  }
  if (im->frozen) {
    i->refused = g_strdup ("the tally was asked for already: this file is none of those that it "
                           "counts, and nothing new is taken");
    return TRUE;
  }
  check (im, folder, h, missing);
  return keep (im, i, g_steal_pointer (&h), error);
}

/* Also one whose main file is missing or is a folder by now: nothing is passed over in silence. */
static gboolean
has_any (GPtrArray *names, const char *file, const char *minisig)
{
  return g_ptr_array_find_with_equal_func (names, file, g_str_equal, NULL) ||
         g_ptr_array_find_with_equal_func (names, minisig, g_str_equal, NULL);
}

/* FALSE and what to say: it cannot be told what this is. */
static gboolean
is_folder (const char *path, gboolean *folder, char **what)
{
  struct stat st;
  const gboolean read = lstat (path, &st) == 0;

  *folder = read && S_ISDIR (st.st_mode);
  if (!read)
    *what = g_strdup_printf ("cannot read %s: %s", path, tabella_errno_text (errno));
  return read;
}

/* Folders behind links are not searched: a stick could point anywhere. */
static gboolean
search (Import *im, const char *folder, guint depth, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GPtrArray) names = tabella_folder_list (folder, depth == 0 ? error : &failed);

  if (names == NULL && depth == 0)
    return FALSE;
  if (names == NULL) {
    imported_new (im, folder)->refused = g_strdup (failed->message);
    return TRUE;
  }
  if (has_any (names, "ballots", "ballots.minisig") && !take (im, folder, FALSE, error))
    return FALSE;
  if (has_any (names, "sealed", "sealed.minisig") && !take (im, folder, TRUE, error))
    return FALSE;
  for (guint i = 0; depth < TABELLA_IMPORT_DEPTH && i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
    g_autofree char *what = NULL;
    gboolean is_one;

    if (!is_folder (path, &is_one, &what))
      imported_new (im, path)->refused = g_steal_pointer (&what);
    else if (is_one && !search (im, path, depth + 1, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
tabella_import (TabellaStore *s, GPtrArray *paths, TabellaProgress progress, gpointer data,
                GError **error)
{
  g_autoptr (GPtrArray) done =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_imported_free);
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (s, error);
  Import im = { s, e, progress, data, done, FALSE };

  if (e == NULL || !tabella_store_tally_asked (s, &im.frozen, error))
    return NULL;
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    guint before = done->len;

    if (!search (&im, path, 0, error))
      return NULL;
    if (done->len == before)
      imported_new (&im, path)->refused =
          g_strdup ("no batch below this folder: name the stick or a folder on it");
  }
  return g_steal_pointer (&done);
}

char *
tabella_import_sentence (const TabellaEvidence *e, const TabellaImported *i)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, i->terminal);
  g_autofree char *what = NULL, *number = NULL;

  if (i->refused != NULL)
    return g_strdup_printf ("%s: %s: %s", i->path,
                            i->waits > 0     ? "kept"
                            : i->quarantined ? "quarantined"
                                             : "refused",
                            i->refused);
  if (t != NULL && t->role == TABELLA_ROLE_DESK)
    what = g_strdup_printf ("%u check-ins", i->checkins);
  else
    what = g_strdup_printf ("%u ballots", i->cast);
  number = g_strdup_printf (i->interim ? "safety copy %u" : "final", i->number);
  return g_strdup_printf ("Station %u, tablet %u: %s, %s.", i->station,
                          tabella_terminal_tablet (e, i->terminal), number, what);
}
