/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include "kept.h"
#include "stick.h"

#define DELIVERED "delivered" /* the last safety copy that reached a stick */
#define FINAL     "final"     /* is there once the final has reached one */

/* What the journal says of the safety copies so far. */
typedef struct {
  guint16 number;         /* of the last one; 0: none */
  guint8 digest[32];      /* zeros if none */
  guint8 previous[32];    /* of the one before; zeros if none */
  gboolean nothing_since; /* no line after it but faults */
} Copies;

/* Which batch is to be built, and from what part of the journal. */
typedef struct {
  guint16 number;
  TabellaBatchKind kind;
  const guint8 *previous;
  const char *until; /* the line before which the journal ended then; NULL: all of it */
} Plan;

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
      memcpy (copies->previous, copies->digest, 32);
      memcpy (copies->digest, line->digest, 32);
      copies->nothing_since = TRUE;
    } else if (line->kind != TABELLA_EVENT_FAULT) {
      copies->nothing_since = FALSE;
    }
  }
  return TRUE;
}

static GBytes *
sign (TabellaStation *s, GBytes *bytes, const Plan *plan, const TabellaCounts *counts)
{
  g_auto (TabellaMinisignSecret) secret = { 0 };
  g_autofree char *comment =
      tabella_batch_comment (s->ctx->he, tabella_station_index (s), plan->number, plan->kind,
                             counts->cast, counts->checked_in);
  char *text;

  tabella_terminal_batch_secret (s->keys->terminal, &secret);
  text = tabella_minisign_sign (&secret, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                comment);
  return g_bytes_new_take (text, strlen (text));
}

/* The journal as it was when the batch was made. */
static char *
journal_text (TabellaStation *s, const char *until, GError **error)
{
  char *journal = tabella_box_journal_text (s->box, error);
  char *end = journal == NULL || until == NULL ? NULL : strstr (journal, until);

  if (end != NULL)
    *end = '\0';
  return journal;
}

/* "ballots" and "checkins" of everything in the box. */
static GBytes *
build_parts (TabellaStation *s, const Plan *plan, TabellaCounts *counts, GBytes **checkins_file,
             GError **error)
{
  g_autoptr (GPtrArray) cast = NULL, challenged = NULL;
  g_autoptr (GArray) checkins = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *journal = NULL;
  TabellaBatchInput in = { .terminal = tabella_station_index (s),
                           .number = plan->number,
                           .kind = plan->kind };
  GBytes *ballots;

  if (!tabella_box_records (s->box, &cast, &challenged, &checkins, error) ||
      !tabella_box_counts (s->box, counts, error))
    return NULL;
  journal = journal_text (s, plan->until, error);
  if (journal == NULL)
    return NULL;
  sealed = tabella_checkins_build (s->ctx, in.terminal, in.number, checkins,
                                   s->keys->terminal->export_secret);
  memcpy (in.previous, plan->previous, 32);
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

/* The receipt of what was put into @out. */
static gboolean
put_receipt (TabellaStation *s, const Plan *plan, const TabellaCounts *counts, TabellaKept *out,
             GError **error)
{
  g_autofree char *text = NULL;

  tabella_digest_512_32 (g_bytes_get_data (out->files[0], NULL), g_bytes_get_size (out->files[0]),
                         out->digest);
  text = tabella_batch_text (s->ctx->he, tabella_station_index (s), plan->number,
                             (guint8)plan->kind, counts->checked_in, counts->cast,
                             counts->challenged, out->digest, s->keys->terminal->ballot_secret);
  return tabella_kept_put_receipt (out, plan->kind, text, error);
}

static gboolean
build (TabellaStation *s, const Plan *plan, TabellaKept *out, GError **error)
{
  g_autoptr (GBytes) ballots = NULL, checkins = NULL, minisig = NULL;
  TabellaCounts counts;

  ballots = build_parts (s, plan, &counts, &checkins, error);
  if (ballots == NULL)
    return FALSE;
  minisig = sign (s, ballots, plan, &counts);
  if (plan->kind == TABELLA_BATCH_FINAL) {
    out->files[0] = g_steal_pointer (&ballots);
    out->files[1] = g_steal_pointer (&minisig);
    out->files[2] = g_steal_pointer (&checkins);
  } else {
    g_autofree char *inner =
        g_strndup (g_bytes_get_data (minisig, NULL), g_bytes_get_size (minisig));

    out->files[0] = tabella_sealed_build (s->ctx, tabella_station_index (s), plan->number, ballots,
                                          inner, checkins, s->keys->terminal->export_secret);
    out->files[1] = sign (s, out->files[0], plan, &counts);
  }
  return put_receipt (s, plan, &counts, out, error);
}

static gboolean
deliver (TabellaStation *s, const TabellaStick *stick, guint16 number, TabellaBatchKind kind,
         const TabellaKept *batch, GError **error)
{
  const char *const *names = tabella_kept_names (kind);
  TabellaStickFile files[TABELLA_KEPT_FILES_MAX];
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

  return tabella_box_set (s->box, DELIVERED, value, error) &&
         tabella_kept_remove (s, (guint16)(number - 1), error);
}

/* The last copy from the box, as it was when it was journaled: possible while the box has got
 * nothing since. Otherwise it is lost, and is not asked for a second time: the next one holds
 * everything. */
static gboolean
rebuild_copy (TabellaStation *s, const Copies *copies, TabellaKept *batch, GError **error)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = copies->number };
  Plan plan = { copies->number, TABELLA_BATCH_INTERIM, copies->previous, NULL };
  g_autofree char *until = NULL;

  memcpy (line.digest, copies->digest, 32);
  plan.until = until = tabella_event_text (&line);
  tabella_station_fault (s, "storage");
  if (!build (s, &plan, batch, error))
    return FALSE;
  if (memcmp (batch->digest, copies->digest, 32) == 0)
    return tabella_kept_write (s, copies->number, TABELLA_BATCH_INTERIM, batch, error);
  return tabella_kept_remove (s, copies->number, error) &&
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STORAGE,
             _ ("safety copy %u, kept for a stick on this terminal's disk, is damaged, and cannot "
                "be "
                "made again since people came after it. No ballot is lost: make a safety copy "
                "again, "
                "it will hold everything; and tell the organisers that this disk is failing"),
             copies->number);
}

/* The last copy, from what is kept or from the box. *there: FALSE if it was given up before. */
static gboolean
find_pending (TabellaStation *s, const Copies *copies, TabellaKept *batch, gboolean *there,
              GError **error)
{
  if (!tabella_kept_has (s, copies->number, there, error))
    return FALSE;
  if (!*there ||
      tabella_kept_read (s, copies->number, TABELLA_BATCH_INTERIM, copies->digest, batch, NULL))
    return TRUE;
  tabella_kept_clear (batch);
  return rebuild_copy (s, copies, batch, error);
}

/* The last copy again, which was journaled and did not reach a stick. *fresh: it holds all that is
 * in the box. */
static gboolean
deliver_pending (TabellaStation *s, const TabellaStick *stick, const Copies *copies, char **text,
                 gboolean *fresh, GError **error)
{
  g_auto (TabellaKept) batch = { 0 };
  g_autofree char *receipt = NULL;
  TabellaBatchText then;
  TabellaCounts now;
  gboolean there;

  *fresh = FALSE;
  if (!find_pending (s, copies, &batch, &there, error))
    return FALSE;
  if (!there)
    return TRUE;
  if (!tabella_box_counts (s->box, &now, error))
    return FALSE;
  receipt = tabella_kept_receipt (TABELLA_BATCH_INTERIM, &batch);
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
  const Plan plan = { (guint16)(copies->number + 1), TABELLA_BATCH_INTERIM, copies->digest, NULL };
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = plan.number };
  g_auto (TabellaKept) batch = { 0 };

  if (copies->number == G_MAXUINT16 - 1)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_FULL,
        _ ("this terminal has made all the safety copies it can number"));
  if (!build (s, &plan, &batch, error) ||
      !tabella_kept_write (s, plan.number, plan.kind, &batch, error))
    return FALSE;
  memcpy (line.digest, batch.digest, 32);
  if (!tabella_station_event (s, &line, error) ||
      !deliver (s, stick, plan.number, plan.kind, &batch, error) ||
      !note_delivered (s, plan.number, error))
    return FALSE;
  *text = tabella_kept_receipt (plan.kind, &batch);
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
  if (!fresh) {
    g_clear_pointer (text, g_free);
    if (!make_copy (s, stick, &copies, text, error))
      return FALSE;
  }
  tabella_station_copied (s);
  return TRUE;
}

/* Which batch the final is, and what it is built from. */
static gboolean
plan_final (TabellaStation *s, Plan *plan, Copies *copies, GError **error)
{
  *plan = (Plan){ .kind = TABELLA_BATCH_FINAL, .previous = copies->digest };
  if (s->state == TABELLA_STATION_RETIRED) {
    plan->number = tabella_life_final (s);
    return TRUE;
  }
  if (s->state != TABELLA_STATION_CLOSED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal is not closed: close it first"));
  if (!read_copies (s, copies, error))
    return FALSE;
  plan->number = (guint16)(copies->number + 1);
  return TRUE;
}

/* The final from what is kept, or built: what was closed gives the same bytes at any time. */
static gboolean
final_batch (TabellaStation *s, guint16 *number, TabellaKept *batch, GError **error)
{
  g_autoptr (GError) cause = NULL;
  Copies copies = { 0 };
  Plan plan;

  if (!plan_final (s, &plan, &copies, error))
    return FALSE;
  *number = plan.number;
  if (tabella_kept_read (s, plan.number, plan.kind, NULL, batch, &cause))
    return TRUE;
  tabella_kept_clear (batch);
  if (s->state == TABELLA_STATION_RETIRED)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STORAGE,
        _ ("the final cannot be written again (%s), and a retired terminal "
           "has no keys to make it: the stick has it"),
        cause->message);
  return tabella_station_require_unlocked (s, error) && build (s, &plan, batch, error) &&
         tabella_kept_write (s, plan.number, plan.kind, batch, error);
}

gboolean
tabella_export_final_number (TabellaStation *s, guint16 *number, GError **error)
{
  Copies copies = { 0 };
  Plan plan;

  *number = 0;
  if (!plan_final (s, &plan, &copies, error))
    return FALSE;
  *number = plan.number;
  return TRUE;
}

gboolean
tabella_export_final_delivered (TabellaStation *s)
{
  g_autofree char *value =
      s->state == TABELLA_STATION_CLOSED ? tabella_box_get (s->box, FINAL) : NULL;

  return value != NULL || s->state == TABELLA_STATION_RETIRED;
}

gboolean
tabella_export_close (TabellaStation *s, GError **error)
{
  g_auto (TabellaKept) batch = { 0 };
  guint16 number;
  /* Closed before, and the disk had no place for the final. */
  const gboolean closed = s->state == TABELLA_STATION_CLOSED && s->keys != NULL;

  return (closed || tabella_station_close_poll (s, error)) &&
         final_batch (s, &number, &batch, error);
}

gboolean
tabella_export_final (TabellaStation *s, const TabellaStick *stick, char **text, GError **error)
{
  g_auto (TabellaKept) batch = { 0 };
  guint16 number;

  *text = NULL;
  if (!final_batch (s, &number, &batch, error) ||
      !deliver (s, stick, number, TABELLA_BATCH_FINAL, &batch, error) ||
      !(tabella_export_final_delivered (s) || tabella_box_set (s->box, FINAL, "written", error)))
    return FALSE;
  *text = tabella_kept_receipt (TABELLA_BATCH_FINAL, &batch);
  return TRUE;
}

char *
tabella_export_batch_text (TabellaStation *s, GError **error)
{
  g_auto (TabellaKept) batch = { 0 };
  guint16 number;

  return final_batch (s, &number, &batch, error)
             ? tabella_kept_receipt (TABELLA_BATCH_FINAL, &batch)
             : NULL;
}
