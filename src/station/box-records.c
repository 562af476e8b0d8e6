/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

static const TabellaBoxWords left_words = {
  N_ ("who left without voting was not recorded; try again"),
  N_ ("it cannot be told whether who left without voting was recorded: stop, start this terminal "
      "again and look at its counts"),
};
static const TabellaBoxWords step_words = {
  N_ ("this step was not recorded; try again"),
  N_ ("it cannot be told whether this step was recorded: stop, start this terminal again and look "
      "at its counts"),
};

typedef struct {
  TabellaBox *box;
  GPtrArray *cast, *challenged;
  GArray *checkins;
} Collection;

typedef struct {
  guint ballots, checkins;
} FreeSlots;

static gboolean
count_ballot (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  TabellaCounts *counts = data;

  counts->cast += slot[0] == SLOT_CAST ? 1 : 0;
  counts->challenged += slot[0] == SLOT_CHALLENGED ? 1 : 0;
  return TRUE;
}

static gboolean
count_checkin (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  TabellaCounts *counts = data;

  if (slot[AT_KIND] == TABELLA_CHECKIN_FREE)
    return TRUE;
  counts->checked_in++;
  counts->given += slot[AT_STATE] == TABELLA_CHECKIN_GIVEN ? 1 : 0;
  counts->voted += slot[AT_STATE] == TABELLA_CHECKIN_VOTED ? 1 : 0;
  counts->left += slot[AT_STATE] == TABELLA_CHECKIN_LEFT ? 1 : 0;
  return TRUE;
}

gboolean
tabella_box_counts (TabellaBox *box, TabellaCounts *counts, GError **error)
{
  *counts = (TabellaCounts){ 0 };
  return tabella_slots_each (box->store, TABELLA_SLOTS_BALLOT, count_ballot, counts, error) &&
         tabella_slots_each (box->store, TABELLA_SLOTS_CHECKIN, count_checkin, counts, error);
}

static gboolean
free_ballot (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  ((FreeSlots *)data)->ballots += slot[0] == SLOT_FREE ? 1 : 0;
  return TRUE;
}

static gboolean
free_checkin (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  ((FreeSlots *)data)->checkins += slot[AT_KIND] == TABELLA_CHECKIN_FREE ? 1 : 0;
  return TRUE;
}

void
tabella_box_free_slots (TabellaBox *box, guint *ballots, guint *checkins)
{
  FreeSlots slots = { 0, 0 };

  if (box->ctx != NULL && tabella_box_require_index (box, NULL)) {
    *ballots = box->free_ballots->len;
    *checkins = box->free_checkins->len;
    return;
  }
  /* What cannot be read is not free. */
  if (!tabella_slots_each (box->store, TABELLA_SLOTS_BALLOT, free_ballot, &slots, NULL))
    slots.ballots = 0;
  if (!tabella_slots_each (box->store, TABELLA_SLOTS_CHECKIN, free_checkin, &slots, NULL))
    slots.checkins = 0;
  *ballots = slots.ballots;
  *checkins = slots.checkins;
}

static gboolean
collect_ballot (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  Collection *all = data;
  TabellaBallotRecord record;
  gsize size;

  if (slot[0] == SLOT_FREE)
    return TRUE;
  if (!tabella_box_parse_slot (all->box, number, slot, &record, &size, error))
    return FALSE;
  g_ptr_array_add (record.challenged ? all->challenged : all->cast, g_bytes_new (slot + 1, size));
  return TRUE;
}

static gboolean
collect_checkin (guint32 number, const guint8 *slot, gpointer data, GError **error)
{
  Collection *all = data;
  g_autoptr (GError) cause = NULL;
  TabellaCheckin c;

  if (slot[AT_KIND] == TABELLA_CHECKIN_FREE)
    return TRUE;
  if (!tabella_checkin_read (slot, &c, &cause))
    return tabella_box_damaged (all->box, error, _ ("check-in slot %u %s"), number, cause->message);
  g_array_append_val (all->checkins, c);
  return TRUE;
}

gboolean
tabella_box_records (TabellaBox *box, GPtrArray **cast, GPtrArray **challenged, GArray **checkins,
                     GError **error)
{
  g_autoptr (GPtrArray) c = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) x = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GArray) p = g_array_new (FALSE, FALSE, sizeof (TabellaCheckin));
  Collection all = { box, c, x, p };

  *cast = *challenged = NULL;
  *checkins = NULL;
  if (!tabella_box_require_index (box, error) ||
      !tabella_slots_each (box->store, TABELLA_SLOTS_BALLOT, collect_ballot, &all, error) ||
      !tabella_slots_each (box->store, TABELLA_SLOTS_CHECKIN, collect_checkin, &all, error))
    return FALSE;
  *cast = g_steal_pointer (&c);
  *challenged = g_steal_pointer (&x);
  *checkins = g_steal_pointer (&p);
  return TRUE;
}

gboolean
tabella_box_leave_all (TabellaBox *box, GError **error)
{
  g_autoptr (GPtrArray) bytes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) writes = g_array_new (FALSE, FALSE, sizeof (TabellaSlotsWrite));
  GHashTableIter iter;
  gpointer value;

  if (!tabella_box_require_index (box, error))
    return FALSE;
  g_hash_table_iter_init (&iter, box->persons);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const TabellaBoxPerson *person = value;
    TabellaCheckin left = person->checkin;
    TabellaSlotsWrite write;

    if (left.state != TABELLA_CHECKIN_GIVEN)
      continue;
    left.state = TABELLA_CHECKIN_LEFT;
    g_ptr_array_add (bytes, tabella_box_checkin_bytes (box, &left, person->slot, &write));
    g_array_append_val (writes, write);
  }
  if (writes->len > 0 &&
      !tabella_box_apply (box, (const TabellaSlotsWrite *)(gpointer)writes->data, writes->len,
                          TABELLA_STATION_ERROR_STORAGE, &left_words, error))
    return FALSE;
  g_hash_table_iter_init (&iter, box->persons);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TabellaBoxPerson *person = value;

    if (person->checkin.state == TABELLA_CHECKIN_GIVEN)
      person->checkin.state = TABELLA_CHECKIN_LEFT;
  }
  return TRUE;
}

static gboolean
append (TabellaBox *box, TabellaSlotsTable table, const char *line, GError **error)
{
  const TabellaSlotsWrite write = { .table = table, .text = line };

  return tabella_box_apply (box, &write, 1, TABELLA_STATION_ERROR_STORAGE, &step_words, error);
}

gboolean
tabella_box_journal_append (TabellaBox *box, const char *line, GError **error)
{
  return append (box, TABELLA_SLOTS_JOURNAL, line, error);
}

gboolean
tabella_box_after_append (TabellaBox *box, const char *line, GError **error)
{
  return append (box, TABELLA_SLOTS_AFTER, line, error);
}

char *
tabella_box_journal_text (TabellaBox *box, GError **error)
{
  return tabella_slots_lines (box->store, TABELLA_SLOTS_JOURNAL, error);
}

gboolean
tabella_box_set (TabellaBox *box, const char *name, const char *value, GError **error)
{
  g_autofree char *own = g_strconcat ("station.", name, NULL); /* apart from the box's layout */
  const TabellaSlotsWrite write = { .table = TABELLA_SLOTS_VALUE, .name = own, .text = value };

  return tabella_box_apply (box, &write, 1, TABELLA_STATION_ERROR_STORAGE, &step_words, error);
}

char *
tabella_box_get (TabellaBox *box, const char *name)
{
  g_autofree char *own = g_strconcat ("station.", name, NULL);

  return tabella_slots_value (box->store, own, NULL);
}
