/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>

/* What was not recorded, and what to do then. */
static const TabellaBoxWords checkin_words = {
  N_ ("the check-in was not recorded; look the voter up again"),
  N_ ("it cannot be told whether the check-in was recorded: stop, start this terminal again and "
      "look "
      "at its counts"),
};
static const TabellaBoxWords ballot_words = {
  N_ ("the ballot was not recorded; please vote again"),
  N_ ("it cannot be told whether the ballot was recorded: stop, start this terminal again and look "
      "at its counts"),
};

gboolean
tabella_box_create (const char *path, gsize record_size, guint ballots, guint checkins,
                    GError **error)
{
  /* A kind byte stands before each ballot record. */
  return tabella_slots_create (path, record_size + 1, MAX (ballots, 1), TABELLA_CHECKIN_BYTES,
                               MAX (checkins, 1), error);
}

TabellaBox *
tabella_box_open (const char *path, GError **error)
{
  TabellaSlots *store = tabella_slots_open (path, error);
  TabellaBox *box;

  if (store == NULL)
    return NULL;
  box = g_new0 (TabellaBox, 1);
  box->store = store;
  return box;
}

void
tabella_box_close (TabellaBox *box)
{
  if (box == NULL)
    return;
  tabella_box_unindex (box);
  tabella_slots_close (box->store);
  g_free (box);
}

gboolean
tabella_box_recovered (const TabellaBox *box)
{
  return box->store->recovered;
}

gboolean
tabella_box_doubtful (const TabellaBox *box)
{
  return box->doubtful;
}

/* A uniformly random free slot; it leaves the list only when it has been written. */
static gboolean
pick_free (GArray *slots, const char *full, guint *place, guint32 *slot, GError **error)
{
  if (slots->len == 0) {
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_FULL, full);
    return FALSE;
  }
  *place = randombytes_uniform (slots->len);
  *slot = g_array_index (slots, guint32, *place);
  return TRUE;
}

/* Applies the writes; TRUE if they are on the disk. */
gboolean
tabella_box_apply (TabellaBox *box, const TabellaSlotsWrite *writes, gsize n,
                   TabellaStationError missing, const TabellaBoxWords *words, GError **error)
{
  g_autoptr (GError) cause = NULL;

  switch (tabella_slots_apply (box->store, writes, n, &cause)) {
  case TABELLA_SLOTS_WRITTEN:
    return TRUE;
  case TABELLA_SLOTS_NOT_WRITTEN:
    g_set_error (error, TABELLA_STATION_ERROR, missing, "%s (%s)", _ (words->missing),
                 cause->message);
    return FALSE;
  case TABELLA_SLOTS_UNKNOWN:
  default:
    box->doubtful = TRUE;
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE, "%s (%s)",
                 _ (words->doubtful), cause->message);
    return FALSE;
  }
}

/* Where a check-in belongs: the slot of the same person, or a free one (then *place is its place in
 * the list). */
static gboolean
checkin_slot (TabellaBox *box, const TabellaCheckin *c, gint64 *place, guint32 *slot,
              GError **error)
{
  guint8 key[33];
  TabellaBoxPerson *person;
  guint free_place;

  tabella_box_person_key (c->p, c->kind == TABELLA_CHECKIN_PROVISIONAL, key);
  person = g_hash_table_lookup (box->persons, key);
  sodium_memzero (key, sizeof key);
  *place = -1;
  if (person != NULL) {
    *slot = person->slot;
    return TRUE;
  }
  if (!pick_free (
          box->free_checkins,
          _ ("this terminal's place for check-ins is used up: close it and go on with another one"),
          &free_place, slot, error))
    return FALSE;
  *place = free_place;
  return TRUE;
}

static void
checkin_stored (TabellaBox *box, const TabellaCheckin *c, gint64 place, guint32 slot)
{
  if (place >= 0)
    g_array_remove_index_fast (box->free_checkins, (guint)place);
  tabella_box_index_checkin (box, c, slot);
}

/* A check-in's slot; sets @write to it. */
guint8 *
tabella_box_checkin_bytes (TabellaBox *box, const TabellaCheckin *c, guint32 slot,
                           TabellaSlotsWrite *write)
{
  guint8 *bytes = g_malloc0 (box->store->layout[TABELLA_SLOTS_CHECKIN].size);

  tabella_checkin_write (c, bytes);
  *write = (TabellaSlotsWrite){ .table = TABELLA_SLOTS_CHECKIN, .slot = slot, .bytes = bytes };
  return bytes;
}

gboolean
tabella_box_checkin_find (TabellaBox *box, const guint8 p[32], gboolean provisional,
                          TabellaCheckin *out)
{
  guint8 key[33];
  const TabellaBoxPerson *person = NULL;

  memset (out, 0, sizeof *out);
  tabella_box_person_key (p, provisional, key);
  if (tabella_box_require_index (box, NULL))
    person = g_hash_table_lookup (box->persons, key);
  sodium_memzero (key, sizeof key);
  if (person != NULL)
    *out = person->checkin;
  return person != NULL;
}

/* The index, or why there is none: nothing was tried then. */
static gboolean
ready (TabellaBox *box, TabellaStationError missing, const TabellaBoxWords *words, GError **error)
{
  GError *cause = NULL;

  if (tabella_box_require_index (box, &cause))
    return TRUE;
  if (!g_error_matches (cause, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE)) {
    g_propagate_error (error, cause);
    return FALSE;
  }
  g_set_error (error, TABELLA_STATION_ERROR, missing, "%s (%s)", _ (words->missing),
               cause->message);
  g_error_free (cause);
  return FALSE;
}

gboolean
tabella_box_checkin_put (TabellaBox *box, const TabellaCheckin *c, GError **error)
{
  g_autofree guint8 *bytes = NULL;
  TabellaSlotsWrite write;
  gint64 place;
  guint32 slot;

  if (!ready (box, TABELLA_STATION_ERROR_STORAGE, &checkin_words, error) ||
      !checkin_slot (box, c, &place, &slot, error))
    return FALSE;
  bytes = tabella_box_checkin_bytes (box, c, slot, &write);
  if (!tabella_box_apply (box, &write, 1, TABELLA_STATION_ERROR_STORAGE, &checkin_words, error))
    return FALSE;
  checkin_stored (box, c, place, slot);
  return TRUE;
}

/* Whatever the session found when it began: a second ballot of one ticket would make the centre put
 * the whole batch aside. */
static gboolean
is_used (TabellaBox *box, const guint8 ticket[16])
{
  const TabellaBoxUse *use = g_hash_table_lookup (box->uses, ticket);

  return use != NULL && use->cast;
}

/* A new ballot record's slot bytes; refuses what the box could not read back. */
static guint8 *
ballot_bytes (TabellaBox *box, GBytes *record, const guint8 code[32], gboolean challenged,
              TabellaBallotRecord *parsed, GError **error)
{
  const gsize whole = box->store->layout[TABELLA_SLOTS_BALLOT].size;
  gsize size, used = 0;
  const guint8 *data = g_bytes_get_data (record, &size);
  guint8 *slot;

  if (size + 1 > whole ||
      !tabella_record_parse (box->ctx, box->terminal, challenged, data, size, parsed, &used,
                             NULL) ||
      used != size || memcmp (parsed->code, code, 32) != 0) {
    g_set_error_literal (
        error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_NOT_RECORDED,
        _ ("the ballot was not recorded: it does not fit this election; vote again"));
    return NULL;
  }
  if (g_hash_table_contains (box->codes, code)) {
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                         _ ("this ballot is in the ballot box already"));
    return NULL;
  }
  if (is_used (box, parsed->ticket)) {
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                         _ ("this ticket has been used; ask an officer"));
    return NULL;
  }
  slot = g_malloc0 (whole);
  slot[0] = challenged ? SLOT_CHALLENGED : SLOT_CAST;
  memcpy (slot + 1, data, size);
  return slot;
}

static gboolean
put_ballot (TabellaBox *box, GBytes *record, const guint8 code[32], gboolean challenged,
            const TabellaCheckin *checkin, GError **error)
{
  g_autofree guint8 *ballot = NULL, *bytes = NULL;
  TabellaSlotsWrite writes[2];
  TabellaBallotRecord parsed;
  guint place;
  guint32 slot, person_slot = 0;
  gint64 person_place = -1;

  if (!ready (box, TABELLA_STATION_ERROR_NOT_RECORDED, &ballot_words, error) ||
      !pick_free (
          box->free_ballots,
          _ ("this terminal's place for ballots is used up: close it and go on with another one"),
          &place, &slot, error) ||
      (checkin != NULL && !checkin_slot (box, checkin, &person_place, &person_slot, error)))
    return FALSE;
  ballot = ballot_bytes (box, record, code, challenged, &parsed, error);
  if (ballot == NULL)
    return FALSE;
  writes[0] = (TabellaSlotsWrite){ .table = TABELLA_SLOTS_BALLOT, .slot = slot, .bytes = ballot };
  if (checkin != NULL)
    bytes = tabella_box_checkin_bytes (box, checkin, person_slot, &writes[1]);
  if (!tabella_box_apply (box, writes, checkin != NULL ? 2 : 1, TABELLA_STATION_ERROR_NOT_RECORDED,
                          &ballot_words, error))
    return FALSE;
  g_array_remove_index_fast (box->free_ballots, place);
  tabella_box_index_record (box, &parsed);
  if (checkin != NULL)
    checkin_stored (box, checkin, person_place, person_slot);
  return TRUE;
}

gboolean
tabella_box_cast (TabellaBox *box, GBytes *record, const guint8 code[32],
                  const TabellaCheckin *checkin, GError **error)
{
  return put_ballot (box, record, code, FALSE, checkin, error);
}

gboolean
tabella_box_challenge (TabellaBox *box, GBytes *record, const guint8 code[32], GError **error)
{
  return put_ballot (box, record, code, TRUE, NULL, error);
}

gboolean
tabella_box_ticket_use (TabellaBox *box, const guint8 ticket[16], gboolean *cast, guint *challenged,
                        GError **error)
{
  const TabellaBoxUse *use;

  if (!tabella_box_require_index (box, error))
    return FALSE;
  use = g_hash_table_lookup (box->uses, ticket);
  *cast = use != NULL && use->cast;
  *challenged = use != NULL ? use->challenged : 0;
  return TRUE;
}

guint
tabella_box_unfinished (TabellaBox *box)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  if (!tabella_box_require_index (box, NULL))
    return 0;
  g_hash_table_iter_init (&iter, box->uses);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((const TabellaBoxUse *)value)->cast ? 0 : 1;
  return n;
}

gboolean
tabella_box_tickets (TabellaBox *box, guint *used, guint *unfinished, GError **error)
{
  *used = *unfinished = 0;
  if (!tabella_box_require_index (box, error))
    return FALSE;
  *used = g_hash_table_size (box->uses);
  *unfinished = tabella_box_unfinished (box);
  return TRUE;
}
