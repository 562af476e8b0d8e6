/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>

static guint
hash_bytes (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value); /* keys are hashes: any part of them is even */
  return value;
}

static gboolean
equal_33 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 33) == 0;
}

static gboolean
equal_32 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

static gboolean
equal_16 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 16) == 0;
}

static void
person_free (gpointer data)
{
  sodium_memzero (data, sizeof (TabellaBoxPerson));
  g_free (data);
}

static void
use_free (gpointer data)
{
  sodium_memzero (data, sizeof (TabellaBoxUse));
  g_free (data);
}

void
tabella_box_person_key (const guint8 p[32], gboolean provisional, guint8 key[33])
{
  memcpy (key, p, 32);
  key[32] = provisional ? 1 : 0;
}

static gboolean
is_provisional (const TabellaCheckin *c)
{
  return c->kind == TABELLA_CHECKIN_PROVISIONAL;
}

gboolean
tabella_box_damaged (TabellaBox *box, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               _ ("the ballot box %s is damaged: %s; stop here and keep this terminal for the "
                  "organisers"),
               box->store->path, what);
  return FALSE;
}

void
tabella_box_index_record (TabellaBox *box, const TabellaBallotRecord *record)
{
  TabellaBoxUse *use = g_hash_table_lookup (box->uses, record->ticket);

  if (use == NULL) {
    use = g_new0 (TabellaBoxUse, 1);
    memcpy (use->ticket, record->ticket, 16);
    g_hash_table_insert (box->uses, use->ticket, use);
  }
  if (record->challenged)
    use->challenged++;
  else
    use->cast = TRUE;
  g_hash_table_add (box->codes, g_memdup2 (record->code, 32));
}

void
tabella_box_index_checkin (TabellaBox *box, const TabellaCheckin *c, guint32 slot)
{
  TabellaBoxPerson *person = g_new0 (TabellaBoxPerson, 1);

  tabella_box_person_key (c->p, is_provisional (c), person->key);
  person->slot = slot;
  person->checkin = *c;
  g_hash_table_replace (box->persons, person->key, person);
}

static gboolean
is_zero_from (const guint8 *bytes, gsize from, gsize size)
{
  return sodium_is_zero (bytes + from, size - from) == 1;
}

/* A used slot's record; @slot is kind ‖ record ‖ zeros. */
gboolean
tabella_box_parse_slot (TabellaBox *box, guint32 number, const guint8 *slot,
                        TabellaBallotRecord *record, gsize *size, GError **error)
{
  const gsize whole = box->store->layout[TABELLA_SLOTS_BALLOT].size;
  g_autoptr (GError) cause = NULL;

  if (slot[0] != SLOT_CAST && slot[0] != SLOT_CHALLENGED)
    return tabella_box_damaged (box, error, _ ("ballot slot %u is of no known kind"), number);
  if (!tabella_record_parse (box->ctx, box->terminal, slot[0] == SLOT_CHALLENGED, slot + 1,
                             whole - 1, record, size, &cause))
    return tabella_box_damaged (box, error, _ ("ballot slot %u %s"), number, cause->message);
  if (!is_zero_from (slot, 1 + *size, whole))
    return tabella_box_damaged (box, error, _ ("ballot slot %u holds more than its record"),
                                number);
  return TRUE;
}

static gboolean
index_ballot_slot (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  TabellaBox *box = data;
  TabellaBallotRecord record;
  gsize size;

  if (slot[0] == SLOT_FREE) {
    g_array_append_val (box->free_ballots, number);
    return TRUE;
  }
  if (!tabella_box_parse_slot (box, number, slot, &record, &size, error))
    return FALSE;
  if (g_hash_table_contains (box->codes, record.code))
    return tabella_box_damaged (box, error, _ ("ballot slot %u repeats another one"), number);
  tabella_box_index_record (box, &record);
  return TRUE;
}

static gboolean
index_checkin_slot (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  TabellaBox *box = data;
  TabellaCheckin c;
  guint8 key[33];
  g_autoptr (GError) cause = NULL;

  if (slot[AT_KIND] == TABELLA_CHECKIN_FREE) {
    g_array_append_val (box->free_checkins, number);
    return TRUE;
  }
  if (!tabella_checkin_read (slot, &c, &cause))
    return tabella_box_damaged (box, error, _ ("check-in slot %u %s"), number, cause->message);
  tabella_box_person_key (c.p, is_provisional (&c), key);
  if (g_hash_table_contains (box->persons, key))
    return tabella_box_damaged (box, error, _ ("check-in slot %u repeats another one's person"),
                                number);
  tabella_box_index_checkin (box, &c, number);
  return TRUE;
}

static gboolean
build_index (TabellaBox *box, GError **error)
{
  const TabellaBallotContext *ctx = box->ctx;
  const guint16 terminal = box->terminal;

  tabella_box_unindex (box);
  box->ctx = ctx;
  box->terminal = terminal;
  box->persons = g_hash_table_new_full (hash_bytes, equal_33, NULL, person_free);
  box->codes = g_hash_table_new_full (hash_bytes, equal_32, g_free, NULL);
  box->uses = g_hash_table_new_full (hash_bytes, equal_16, NULL, use_free);
  box->free_ballots = g_array_new (FALSE, FALSE, sizeof (guint32));
  box->free_checkins = g_array_new (FALSE, FALSE, sizeof (guint32));
  return tabella_slots_each (box->store, TABELLA_SLOTS_BALLOT, index_ballot_slot, box, error) &&
         tabella_slots_each (box->store, TABELLA_SLOTS_CHECKIN, index_checkin_slot, box, error);
}

gboolean
tabella_box_index (TabellaBox *box, const TabellaBallotContext *ctx, guint16 terminal,
                   GError **error)
{
  if (tabella_record_size_max (ctx) + 1 > box->store->layout[TABELLA_SLOTS_BALLOT].size)
    return tabella_box_damaged (box, error, _ ("ballot slot %u is too small for this election"), 0);
  box->ctx = ctx;
  box->terminal = terminal;
  if (build_index (box, error))
    return TRUE;
  tabella_box_unindex (box);
  return FALSE;
}

void
tabella_box_unindex (TabellaBox *box)
{
  g_clear_pointer (&box->persons, g_hash_table_unref);
  g_clear_pointer (&box->codes, g_hash_table_unref);
  g_clear_pointer (&box->uses, g_hash_table_unref);
  g_clear_pointer (&box->free_ballots, g_array_unref);
  g_clear_pointer (&box->free_checkins, g_array_unref);
  box->ctx = NULL;
  box->terminal = 0;
  box->doubtful = FALSE;
}

/* The index is there and agrees with the disk. */
gboolean
tabella_box_require_index (TabellaBox *box, GError **error)
{
  if (box->ctx == NULL) {
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE,
                         _ ("the terminal is locked: the officers unlock it first"));
    return FALSE;
  }
  if (!box->doubtful)
    return TRUE;
  box->doubtful = FALSE;
  if (build_index (box, error))
    return TRUE;
  box->doubtful = TRUE;
  return FALSE;
}
