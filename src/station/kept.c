/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "copy.h"
#include "files.h"
#include "qr.h"

#define OUT      "out"
#define QR_SCALE 8

static const char *const final_names[] = { "ballots",     "ballots.minisig", "checkins",
                                           "receipt.png", "receipt.txt",     NULL };
static const char *const copy_names[] = { "sealed", "sealed.minisig", "receipt.png", "receipt.txt",
                                          NULL };

/* Where a file stands among those of its kind. */
enum { SIGNED = 0, MINISIG = 1, CHECKINS = 2 };

static gsize
receipt_place (TabellaBatchKind kind)
{
  return kind == TABELLA_BATCH_FINAL ? 3 : 2;
}

void
tabella_kept_clear (TabellaKept *batch)
{
  for (gsize i = 0; i < TABELLA_KEPT_FILES_MAX; i++)
    g_clear_pointer (&batch->files[i], g_bytes_unref);
}

const char *const *
tabella_kept_names (TabellaBatchKind kind)
{
  return kind == TABELLA_BATCH_FINAL ? final_names : copy_names;
}

static char *
kept_path (const TabellaStation *s, guint16 number, gboolean temporary)
{
  g_autofree char *out = tabella_station_path (s, OUT);

  return g_strdup_printf (temporary ? "%s/.batch-%04u.tmp" : "%s/batch-%04u", out, number);
}

gboolean
tabella_kept_put_receipt (TabellaKept *batch, TabellaBatchKind kind, const char *text,
                          GError **error)
{
  const gsize at = receipt_place (kind);
  g_autoptr (TabellaQr) qr = tabella_qr_new (text, error);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  if (qr == NULL)
    return FALSE;
  batch->files[at] = tabella_qr_png (qr, QR_SCALE, error);
  batch->files[at + 1] = g_bytes_new (line, strlen (line));
  return batch->files[at] != NULL;
}

char *
tabella_kept_receipt (TabellaBatchKind kind, const TabellaKept *batch)
{
  GBytes *bytes = batch->files[receipt_place (kind) + 1];

  return g_strchomp (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

static gboolean
write_files (const char *made, TabellaBatchKind kind, const TabellaKept *batch, GError **error)
{
  const char *const *names = tabella_kept_names (kind);

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *file = g_build_filename (made, names[i], NULL);

    if (!tabella_file_write (file, g_bytes_get_data (batch->files[i], NULL),
                             g_bytes_get_size (batch->files[i]), 0600, error))
      return FALSE;
  }
  return TRUE;
}

/* On a full disk half a batch would take what is left. */
static gboolean
write_folder (TabellaStation *s, guint16 number, TabellaBatchKind kind, const TabellaKept *batch,
              GError **error)
{
  g_autofree char *made = kept_path (s, number, TRUE);
  g_autofree char *path = kept_path (s, number, FALSE);

  if (tabella_folder_remove (made, error) && write_files (made, kind, batch, error) &&
      tabella_folder_replace (made, path, error))
    return TRUE;
  tabella_folder_remove (made, NULL);
  return FALSE;
}

gboolean
tabella_kept_write (TabellaStation *s, guint16 number, TabellaBatchKind kind,
                    const TabellaKept *batch, GError **error)
{
  g_autoptr (GError) cause = NULL;

  return write_folder (s, number, kind, batch, &cause) ||
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STORAGE,
             _ ("this terminal's own disk has no place for the batch (%s); nothing "
                "is lost: make room and try again"),
             cause->message);
}

/* --- What is kept, checked --- */

/* The receipt, if both its files are exactly those of its text and it is this batch's. */
static gboolean
receipt_good (TabellaStation *s, guint16 number, TabellaBatchKind kind, const TabellaKept *batch,
              TabellaBatchText *receipt)
{
  const TabellaTerminalInfo *t = s->package->terminal;
  const gsize at = receipt_place (kind);
  g_autofree char *text = tabella_kept_receipt (kind, batch);
  g_auto (TabellaKept) anew = { 0 };

  return tabella_batch_text_parse (text, receipt, NULL) &&
         tabella_batch_text_check (receipt, s->ctx->he, t->ballot_key) &&
         receipt->terminal == t->index && receipt->number == number && receipt->kind == kind &&
         tabella_kept_put_receipt (&anew, kind, text, NULL) &&
         g_bytes_equal (anew.files[at], batch->files[at]) &&
         g_bytes_equal (anew.files[at + 1], batch->files[at + 1]);
}

/* The first line is not signed, and still it is to be the same on every stick. */
static gboolean
signature_good (TabellaStation *s, const TabellaBatchText *receipt, const TabellaKept *batch)
{
  static const char first[] = TABELLA_MINISIGN_FIRST_LINE;
  g_autofree char *comment = NULL;
  g_autofree char *wanted =
      tabella_batch_comment (s->ctx->he, receipt->terminal, receipt->number,
                             (TabellaBatchKind)receipt->kind, receipt->cast, receipt->checked_in);
  TabellaMinisignPublic pub;
  gsize size, sig_size;
  const char *bytes = g_bytes_get_data (batch->files[SIGNED], &size);
  const char *sig = g_bytes_get_data (batch->files[MINISIG], &sig_size);

  tabella_minisign_batch_public (s->package->terminal->batch_key, &pub);
  return tabella_minisign_verify (&pub, bytes, size, sig, sig_size, &comment, NULL) &&
         g_str_equal (comment, wanted) && memcmp (sig, first, strlen (first)) == 0;
}

static gboolean
checkins_good (TabellaStation *s, const TabellaKept *batch)
{
  g_autoptr (TabellaBatch) ballots = tabella_batch_parse (s->ctx, batch->files[SIGNED], NULL);
  guint8 digest[32];

  tabella_digest_512_32 (g_bytes_get_data (batch->files[CHECKINS], NULL),
                         g_bytes_get_size (batch->files[CHECKINS]), digest);
  return ballots != NULL && memcmp (ballots->checkins_digest, digest, 32) == 0;
}

/* The name of the first file that is not what was written, or NULL. */
static const char *
find_damage (TabellaStation *s, guint16 number, TabellaBatchKind kind, const guint8 *expected,
             const TabellaKept *batch)
{
  const char *const *names = tabella_kept_names (kind);
  TabellaBatchText receipt;

  if (!receipt_good (s, number, kind, batch, &receipt))
    return "receipt";
  if (memcmp (receipt.digest, batch->digest, 32) != 0 ||
      (expected != NULL && memcmp (expected, batch->digest, 32) != 0))
    return names[SIGNED];
  if (!signature_good (s, &receipt, batch))
    return names[MINISIG];
  if (kind == TABELLA_BATCH_FINAL && !checkins_good (s, batch))
    return names[CHECKINS];
  return NULL;
}

gboolean
tabella_kept_read (TabellaStation *s, guint16 number, TabellaBatchKind kind, const guint8 *expected,
                   TabellaKept *batch, GError **error)
{
  g_autofree char *path = kept_path (s, number, FALSE);
  const char *const *names = tabella_kept_names (kind);
  const char *damaged;

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *file = g_build_filename (path, names[i], NULL);

    batch->files[i] = tabella_file_read (file, TABELLA_FILE_LIMIT, error);
    if (batch->files[i] == NULL)
      return FALSE;
  }
  tabella_digest_512_32 (g_bytes_get_data (batch->files[SIGNED], NULL),
                         g_bytes_get_size (batch->files[SIGNED]), batch->digest);
  damaged = find_damage (s, number, kind, expected, batch);
  return damaged == NULL || tabella_station_refuse (
                                error, TABELLA_STATION_ERROR_STORAGE,
                                _ ("%s/%s does not read back: the disk is failing"), path, damaged);
}

gboolean
tabella_kept_has (const TabellaStation *s, guint16 number, gboolean *has, GError **error)
{
  g_autofree char *path = kept_path (s, number, FALSE);

  return tabella_file_exists (path, has, error);
}

gboolean
tabella_kept_remove (TabellaStation *s, guint16 number, GError **error)
{
  g_autofree char *path = kept_path (s, number, FALSE);

  return tabella_folder_remove (path, error);
}
