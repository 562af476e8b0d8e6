/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballots larger than a page of SQLite: one record is several rows, and all of them come or none.
 */
#include "cuts-large.h"

#include <sodium.h>
#include <string.h>
#include "files.h"

#define BALLOT   70000
#define SLOTS    3
#define RECORDED 2

typedef struct {
  char *place;
  GHashTable *memory;
  CutsSnap *snaps[RECORDED + 1];
} Large;

static void
record (Large *l, const char *path)
{
  GError *error = NULL;
  TabellaSlots *store = tabella_slots_open (path, &error);
  g_autofree guint8 *ballot = NULL, *checkin = NULL;

  g_assert_no_error (error);
  ballot = g_malloc (store->layout[TABELLA_SLOTS_BALLOT].size);
  checkin = g_malloc (store->layout[TABELLA_SLOTS_CHECKIN].size);
  l->snaps[0] = cuts_snap_new (store);
  for (guint i = 0; i < RECORDED; i++) {
    const TabellaSlotsWrite writes[] = {
      { .table = TABELLA_SLOTS_BALLOT, .slot = i, .bytes = ballot },
      { .table = TABELLA_SLOTS_CHECKIN, .slot = i, .bytes = checkin },
    };

    randombytes_buf (ballot, store->layout[TABELLA_SLOTS_BALLOT].size);
    randombytes_buf (checkin, store->layout[TABELLA_SLOTS_CHECKIN].size);
    cuts_mark ("begin");
    g_assert_cmpint (tabella_slots_apply (store, writes, 2, &error), ==, TABELLA_SLOTS_WRITTEN);
    l->snaps[i + 1] = cuts_snap_new (store);
    cuts_mark ("written");
  }
  g_assert_cmpuint (store->layout[TABELLA_SLOTS_BALLOT].chunks, >, 1);
  tabella_slots_close (store);
}

static const char *
judge (const CutsImage *image, const CutsMoment *moment, gpointer data, GString *why)
{
  Large *l = data;
  const guint written = moment->marks->len / 2, begun = (moment->marks->len + 1) / 2;
  g_autofree char *path = g_build_filename (l->place, "box.db", NULL);
  g_autoptr (TabellaSlots) store = NULL;
  g_autoptr (GError) error = NULL;
  CutsSnap *snap;
  const char *word = "corrupt";

  cuts_image_write (image, 0, l->place, l->memory);
  store = tabella_slots_open (path, &error);
  snap = store != NULL ? cuts_snap_new (store) : NULL;
  for (guint i = 0; snap != NULL && i <= RECORDED; i++)
    if (memcmp (snap->content, l->snaps[i]->content, 32) == 0)
      word = i < written ? "lost" : i > begun ? "corrupt" : NULL;
  g_string_append_printf (why, "%u were written, %u begun%s%s", written, begun,
                          error != NULL ? ": " : "", error != NULL ? error->message : "");
  cuts_snap_free (snap);
  return word;
}

void
cuts_large (const CutsPlan *how)
{
  g_autofree char *top = g_strdup ("/dev/shm/tabella-large-XXXXXX"), *state = NULL, *path = NULL;
  g_autofree char *log = NULL;
  Large l = { .memory = cuts_memory_new () };
  const char *folders[] = { NULL, NULL };
  CutsPlan plan = *how;
  g_auto (CutsResult) result = { 0 };
  g_autoptr (CutsDisks) before = NULL;
  GError *error = NULL;

  g_assert_nonnull (g_mkdtemp (top));
  folders[0] = state = g_build_filename (top, "state", NULL);
  path = g_build_filename (state, "box.db", NULL);
  log = g_build_filename (top, "log", NULL);
  l.place = g_build_filename (top, "place", NULL);
  g_assert_true (tabella_folder_make (state, &error));
  g_assert_true (tabella_slots_create (path, BALLOT, SLOTS, 148, SLOTS, &error));
  before = cuts_disks_new (folders, 0);
  cuts_record (log, folders);
  record (&l, path);
  cuts_stop ();
  plan.name = "records larger than a page";
  plan.folders = folders;
  plan.judge = judge;
  plan.data = &l;
  g_assert_true (cuts_explore (before, log, &plan, &result));
  g_assert_true (tabella_folder_remove (top, &error));
  for (guint i = 0; i <= RECORDED; i++)
    cuts_snap_free (l.snaps[i]);
  g_hash_table_unref (l.memory);
  g_free (l.place);
}
