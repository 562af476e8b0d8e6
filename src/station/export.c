/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <stdlib.h>
#include <string.h>
#include "copy.h"
#include "files.h"
#include "qr.h"
#include "station-private.h"
#include "stick.h"

#define OUT                                                                                        \
  "out" /* DIR/out/batch-NNNN/: the bytes of a batch, kept so that it can be written again */
#define DELIVERED "delivered" /* the last safety copy that reached a stick */
#define QR_SCALE  8
#define FILES_MAX 5
#define RECEIPT   "receipt.txt"

static const char *const final_names[] = { "ballots",     "ballots.minisig", "checkins",
                                           "receipt.png", RECEIPT,           NULL };
static const char *const copy_names[] = { "sealed", "sealed.minisig", "receipt.png", RECEIPT,
                                          NULL };

/* What the journal says of the safety copies so far. */
typedef struct {
  guint16 number;         /* of the last one; 0: none */
  guint8 digest[32];      /* zeros if none */
  gboolean nothing_since; /* no line after it but faults */
} Copies;

/* A batch in memory. */
typedef struct {
  GBytes *files[FILES_MAX]; /* by the names of its kind */
  guint8 digest[32];
} Batch;

static void
batch_clear (Batch *b)
{
  for (gsize i = 0; i < FILES_MAX; i++)
    g_clear_pointer (&b->files[i], g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static const char *const *
names_of (TabellaBatchKind kind)
{
  return kind == TABELLA_BATCH_FINAL ? final_names : copy_names;
}

static gboolean
read_copies (TabellaStation *s, Copies *copies, GError **error)
{
  g_autoptr (GArray) lines = tabella_station_journal (s, error);

  *copies = (Copies){ 0 };
  if (lines == NULL)
    return FALSE;
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED) {
      copies->number = line->number;
      memcpy (copies->digest, line->digest, 32);
      copies->nothing_since = TRUE;
    } else if (line->kind != TABELLA_EVENT_FAULT) {
      copies->nothing_since = FALSE;
    }
  }
  return TRUE;
}

static char *
out_path (TabellaStation *s, guint16 number, gboolean temporary)
{
  g_autofree char *out = tabella_station_path (s, OUT);

  return g_strdup_printf (temporary ? "%s/.batch-%04u.tmp" : "%s/batch-%04u", out, number);
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static GBytes *
sign (TabellaStation *s, GBytes *bytes, guint16 number, TabellaBatchKind kind,
      const TabellaCounts *counts)
{
  g_auto (TabellaMinisignSecret) secret = { 0 };
  g_autofree char *comment = tabella_batch_comment (s->ctx->he, tabella_station_index (s), number,
                                                    kind, counts->cast, counts->checked_in);
  g_autofree char *text = NULL;

  tabella_terminal_batch_secret (s->keys->terminal, &secret);
  text = tabella_minisign_sign (&secret, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                comment);
  return text_bytes (text);
}

/* "ballots" and "checkins" of everything in the box. */
static GBytes *
build_parts (TabellaStation *s, guint16 number, TabellaBatchKind kind, const guint8 previous[32],
             TabellaCounts *counts, GBytes **checkins_file, GError **error)
{
  g_autoptr (GPtrArray) cast = NULL, challenged = NULL;
  g_autoptr (GArray) checkins = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *journal = NULL;
  TabellaBatchInput in = { .terminal = tabella_station_index (s), .number = number, .kind = kind };
  GBytes *ballots;

  if (!tabella_box_records (s->box, &cast, &challenged, &checkins, error) ||
      !tabella_box_counts (s->box, counts, error))
    return NULL;
  journal = tabella_box_journal_text (s->box, error);
  if (journal == NULL)
    return NULL;
  sealed = tabella_checkins_build (s->ctx, in.terminal, number, checkins,
                                   s->keys->terminal->export_secret);
  memcpy (in.previous, previous, 32);
  tabella_digest_512_32 (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed),
                         in.checkins_digest);
  in.counts = *counts;
  in.journal = journal;
  in.journal_size = strlen (journal);
  in.cast = cast;
  in.challenged = challenged;
  ballots = tabella_batch_build (s->ctx, &in, error);
  if (ballots != NULL)
    *checkins_file = g_steal_pointer (&sealed);
  return ballots;
}

/* The receipt's two files, from the file that is signed. */
static gboolean
build_receipt (TabellaStation *s, guint16 number, TabellaBatchKind kind,
               const TabellaCounts *counts, GBytes *signed_file, Batch *out, gsize at,
               GError **error)
{
  g_autoptr (TabellaQr) qr = NULL;
  g_autofree char *text = NULL, *line = NULL;

  tabella_digest_512_32 (g_bytes_get_data (signed_file, NULL), g_bytes_get_size (signed_file),
                         out->digest);
  text = tabella_batch_text (s->ctx->he, tabella_station_index (s), number, (guint8)kind,
                             counts->checked_in, counts->cast, counts->challenged, out->digest,
                             s->keys->terminal->ballot_secret);
  qr = tabella_qr_new (text, error);
  if (qr == NULL)
    return FALSE;
  out->files[at] = tabella_qr_png (qr, QR_SCALE, error);
  line = g_strconcat (text, "\n", NULL);
  out->files[at + 1] = text_bytes (line);
  return out->files[at] != NULL;
}

static gboolean
build (TabellaStation *s, guint16 number, TabellaBatchKind kind, const guint8 previous[32],
       Batch *out, GError **error)
{
  g_autoptr (GBytes) ballots = NULL, checkins = NULL, minisig = NULL;
  TabellaCounts counts;

  ballots = build_parts (s, number, kind, previous, &counts, &checkins, error);
  if (ballots == NULL)
    return FALSE;
  minisig = sign (s, ballots, number, kind, &counts);
  if (kind == TABELLA_BATCH_FINAL) {
    out->files[0] = g_steal_pointer (&ballots);
    out->files[1] = g_steal_pointer (&minisig);
    out->files[2] = g_steal_pointer (&checkins);
    return build_receipt (s, number, kind, &counts, out->files[0], out, 3, error);
  } else {
    g_autofree char *inner =
        g_strndup (g_bytes_get_data (minisig, NULL), g_bytes_get_size (minisig));

    out->files[0] = tabella_sealed_build (s->ctx, tabella_station_index (s), number, ballots, inner,
                                          checkins, s->keys->terminal->export_secret);
    out->files[1] = sign (s, out->files[0], number, kind, &counts);
    return build_receipt (s, number, kind, &counts, out->files[0], out, 2, error);
  }
}

static gboolean
keep_files (TabellaStation *s, guint16 number, TabellaBatchKind kind, const Batch *batch,
            GError **error)
{
  g_autofree char *made = out_path (s, number, TRUE);
  g_autofree char *path = out_path (s, number, FALSE);
  const char *const *names = names_of (kind);

  if (!tabella_folder_remove (made, error))
    return FALSE;
  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *file = g_build_filename (made, names[i], NULL);

    if (!tabella_file_write (file, g_bytes_get_data (batch->files[i], NULL),
                             g_bytes_get_size (batch->files[i]), 0600, error))
      return FALSE;
  }
  return tabella_folder_replace (made, path, error);
}

/* Into DIR/out/batch-NNNN/, whole or not at all. */
static gboolean
keep (TabellaStation *s, guint16 number, TabellaBatchKind kind, const Batch *batch, GError **error)
{
  g_autoptr (GError) cause = NULL;

  return keep_files (s, number, kind, batch, &cause) ||
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STORAGE,
             "this terminal's own disk has no place for the batch (%s); nothing "
             "is lost: make room and try again",
             cause->message);
}

/* The receipt's text: the last file, without its LF. */
static char *
receipt_text (TabellaBatchKind kind, const Batch *batch)
{
  GBytes *bytes = batch->files[kind == TABELLA_BATCH_FINAL ? 4 : 3];

  return g_strchomp (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

/* The file that is signed is the one of the receipt. */
static gboolean
check_kept (const char *path, TabellaBatchKind kind, Batch *batch, GError **error)
{
  g_autofree char *text = receipt_text (kind, batch);
  TabellaBatchText receipt;

  tabella_digest_512_32 (g_bytes_get_data (batch->files[0], NULL),
                         g_bytes_get_size (batch->files[0]), batch->digest);
  return (tabella_batch_text_parse (text, &receipt, NULL) &&
          memcmp (receipt.digest, batch->digest, 32) == 0) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                 "%s does not read back: the disk is failing", path);
}

static gboolean
load_kept (TabellaStation *s, guint16 number, TabellaBatchKind kind, Batch *batch, GError **error)
{
  g_autofree char *path = out_path (s, number, FALSE);
  const char *const *names = names_of (kind);

  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *file = g_build_filename (path, names[i], NULL);

    batch->files[i] = tabella_file_read (file, TABELLA_FILE_LIMIT, error);
    if (batch->files[i] == NULL)
      return FALSE;
  }
  return check_kept (path, kind, batch, error);
}

static gboolean
deliver (TabellaStation *s, const TabellaStick *stick, guint16 number, TabellaBatchKind kind,
         const Batch *batch, GError **error)
{
  const char *const *names = names_of (kind);
  TabellaStickFile files[FILES_MAX];
  gsize n = 0;

  for (; names[n] != NULL; n++)
    files[n] = (TabellaStickFile){ names[n], batch->files[n] };
  if (tabella_stick_write (stick, tabella_station_index (s), number, files, n, error))
    return TRUE;
  tabella_station_fault (s, "stick");
  return FALSE;
}

static guint
delivered (TabellaStation *s)
{
  g_autofree char *value = tabella_box_get (s->box, DELIVERED);

  return value == NULL ? 0 : (guint)strtoul (value, NULL, 10);
}

/* A copy on its stick: the one before it is needed no more. */
static gboolean
note_delivered (TabellaStation *s, guint16 number, GError **error)
{
  g_autofree char *value = g_strdup_printf ("%u", number);
  g_autofree char *before = out_path (s, (guint16)(number - 1), FALSE);

  return tabella_box_set (s->box, DELIVERED, value, error) && tabella_folder_remove (before, error);
}

/* The last copy again, which was journaled and did not reach a stick. *fresh: it holds all that is
 * in the box. One that cannot be read any more is passed over: the next copy holds more. */
static gboolean
deliver_pending (TabellaStation *s, const TabellaStick *stick, const Copies *copies, char **text,
                 gboolean *fresh, GError **error)
{
  g_auto (Batch) batch = { 0 };
  g_autofree char *receipt = NULL;
  TabellaBatchText then;
  TabellaCounts now;

  *fresh = FALSE;
  if (!load_kept (s, copies->number, TABELLA_BATCH_INTERIM, &batch, NULL))
    return TRUE;
  if (!tabella_box_counts (s->box, &now, error))
    return FALSE;
  receipt = receipt_text (TABELLA_BATCH_INTERIM, &batch);
  if (!tabella_batch_text_parse (receipt, &then, error) ||
      !deliver (s, stick, copies->number, TABELLA_BATCH_INTERIM, &batch, error) ||
      !note_delivered (s, copies->number, error))
    return FALSE;
  *fresh = copies->nothing_since && then.checked_in == now.checked_in && then.cast == now.cast &&
           then.challenged == now.challenged;
  *text = g_steal_pointer (&receipt);
  return TRUE;
}

static gboolean
make_copy (TabellaStation *s, const TabellaStick *stick, const Copies *copies, char **text,
           GError **error)
{
  g_auto (Batch) batch = { 0 };
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = (guint16)(copies->number + 1) };

  if (copies->number == G_MAXUINT16 - 1)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_FULL,
                                   "this terminal has made all the safety copies it can number");
  if (!build (s, line.number, TABELLA_BATCH_INTERIM, copies->digest, &batch, error) ||
      !keep (s, line.number, TABELLA_BATCH_INTERIM, &batch, error))
    return FALSE;
  memcpy (line.digest, batch.digest, 32);
  if (!tabella_station_event (s, &line, error) ||
      !deliver (s, stick, line.number, TABELLA_BATCH_INTERIM, &batch, error) ||
      !note_delivered (s, line.number, error))
    return FALSE;
  *text = receipt_text (TABELLA_BATCH_INTERIM, &batch);
  return TRUE;
}

gboolean
tabella_export_safety_copy (TabellaStation *s, const TabellaStick *stick, char **text,
                            GError **error)
{
  gboolean fresh = FALSE;
  Copies copies;

  *text = NULL;
  if (!tabella_station_require_copyable (s, error) || !read_copies (s, &copies, error))
    return FALSE;
  if (copies.number > delivered (s) && !deliver_pending (s, stick, &copies, text, &fresh, error))
    return FALSE;
  if (fresh)
    return TRUE;
  g_clear_pointer (text, g_free);
  return make_copy (s, stick, &copies, text, error);
}

/* The final from what is kept, or built: what was closed gives the same bytes at any time. */
static gboolean
final_batch (TabellaStation *s, guint16 *number, Batch *batch, GError **error)
{
  Copies copies;

  if (s->state != TABELLA_STATION_CLOSED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   "this terminal is not closed: close it first");
  if (!read_copies (s, &copies, error))
    return FALSE;
  *number = (guint16)(copies.number + 1);
  if (load_kept (s, *number, TABELLA_BATCH_FINAL, batch, NULL))
    return TRUE;
  batch_clear (batch);
  return tabella_station_require_unlocked (s, error) &&
         build (s, *number, TABELLA_BATCH_FINAL, copies.digest, batch, error) &&
         keep (s, *number, TABELLA_BATCH_FINAL, batch, error);
}

gboolean
tabella_export_close (TabellaStation *s, GError **error)
{
  g_auto (Batch) batch = { 0 };
  guint16 number;

  return tabella_station_close_poll (s, error) && final_batch (s, &number, &batch, error);
}

gboolean
tabella_export_final (TabellaStation *s, const TabellaStick *stick, char **text, GError **error)
{
  g_auto (Batch) batch = { 0 };
  guint16 number;

  *text = NULL;
  if (!final_batch (s, &number, &batch, error) ||
      !deliver (s, stick, number, TABELLA_BATCH_FINAL, &batch, error))
    return FALSE;
  *text = receipt_text (TABELLA_BATCH_FINAL, &batch);
  return TRUE;
}

char *
tabella_export_batch_text (TabellaStation *s, GError **error)
{
  g_auto (Batch) batch = { 0 };
  guint16 number;

  return final_batch (s, &number, &batch, error) ? receipt_text (TABELLA_BATCH_FINAL, &batch)
                                                 : NULL;
}
