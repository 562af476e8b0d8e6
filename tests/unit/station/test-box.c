/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "box-store.h"
#include "freed.h"

#define MANY 200

static goffset
file_size (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_size;
}

static void
assert_error (gboolean done, GError **error, TabellaStationError code, const char *part)
{
  g_assert_false (done);
  g_assert_error (*error, TABELLA_STATION_ERROR, (gint)code);
  if (strstr ((*error)->message, part) == NULL)
    g_error ("\"%s\" is not in: %s", part, (*error)->message);
  g_clear_error (error);
}

/* Neither overflow pages nor growth, from creation to the last vote; the journal is zeros after
 * every commit. */
static void
test_constant (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (MANY, MANY);
  const goffset size = file_size (f->path);
  const goffset journal = file_size (f->journal);
  const gint64 pages = box_fixture_ask (f, "SELECT count(*) FROM dbstat");
  const gint64 spare = box_fixture_ask (f, "PRAGMA freelist_count");
  TabellaBox *box = box_fixture_open (f);

  for (guint32 n = 0; n < MANY; n++) {
    box_fixture_vote (f, box, n);
    g_assert_cmpint (file_size (f->journal), ==, journal);
    g_assert_true (box_fixture_all_zero (f->journal));
    g_assert_cmpint (file_size (f->path), ==, size);
  }
  tabella_box_close (box);
  g_assert_cmpint (box_fixture_ask (f, "SELECT count(*) FROM dbstat WHERE pagetype = 'overflow'"),
                   ==, 0);
  g_assert_cmpint (box_fixture_ask (f, "SELECT count(*) FROM dbstat"), ==, pages);
  g_assert_cmpint (box_fixture_ask (f, "SELECT count(DISTINCT length(v)) FROM ballot"), ==, 1);
  g_assert_cmpint (box_fixture_ask (f, "SELECT count(DISTINCT length(v)) FROM checkin"), ==, 1);
  g_assert_cmpint (box_fixture_ask (f, "PRAGMA freelist_count"), ==, spare);
}

/* Each ballot is once in the folder, and what a check-in was before is nowhere. */
static void
test_nothing_stale (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (60, 60);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GBytes) db = NULL, journal = NULL;

  for (guint32 n = 0; n < 40; n++)
    box_fixture_vote (f, box, n);
  tabella_box_close (box);
  db = box_fixture_read (f->path);
  journal = box_fixture_read (f->journal);
  for (guint32 n = 0; n < 40; n++) {
    guint8 before[TABELLA_CHECKIN_BYTES], after[TABELLA_CHECKIN_BYTES], code[32], ticket[16];
    g_autoptr (GBytes) record = box_fixture_record (f, FALSE, n, code, ticket);
    TabellaCheckin c;

    box_fixture_checkin (n, TABELLA_CHECKIN_GIVEN, &c);
    tabella_checkin_write (&c, before);
    c.state = TABELLA_CHECKIN_VOTED;
    tabella_checkin_write (&c, after);
    g_assert_cmpuint (box_fixture_find (db, ticket, 16, NULL), ==, 1);
    g_assert_cmpuint (box_fixture_find (db, before, sizeof before, NULL), ==, 0);
    g_assert_cmpuint (box_fixture_find (db, after, sizeof after, NULL), ==, 1);
    g_assert_cmpuint (box_fixture_find (db, c.p, 32, NULL), ==, 1);
    g_assert_cmpuint (box_fixture_find (journal, c.p, 32, NULL), ==, 0);
  }
}

static void
test_reopen (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (20, 20);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GPtrArray) cast = NULL, challenged = NULL;
  g_autoptr (GArray) checkins = NULL;
  g_autoptr (GBytes) spoilt = NULL;
  guint8 code[32], ticket[16];
  TabellaCounts counts;
  TabellaCheckin c;
  GError *error = NULL;
  gboolean used;
  guint spoilt_count, ballots, people;

  for (guint32 n = 0; n < 5; n++)
    box_fixture_vote (f, box, n);
  spoilt = box_fixture_record (f, TRUE, 7, code, ticket);
  g_assert_true (tabella_box_challenge (box, spoilt, code, &error));
  box_fixture_checkin (8, TABELLA_CHECKIN_GIVEN, &c);
  g_assert_true (tabella_box_checkin_put (box, &c, &error));
  tabella_box_close (box);

  box = box_fixture_open (f);
  g_assert_false (tabella_box_recovered (box));
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_assert_cmpuint (counts.checked_in, ==, 6);
  g_assert_cmpuint (counts.given, ==, 1);
  g_assert_cmpuint (counts.voted, ==, 5);
  g_assert_cmpuint (counts.left, ==, 0);
  g_assert_cmpuint (counts.cast, ==, 5);
  g_assert_cmpuint (counts.challenged, ==, 1);
  for (guint32 n = 0; n < 5; n++)
    g_assert_true (box_fixture_has (f, box, n));
  g_assert_false (box_fixture_has (f, box, 5));
  g_assert_true (tabella_box_ticket_use (box, ticket, &used, &spoilt_count, &error));
  g_assert_false (used);
  g_assert_cmpuint (spoilt_count, ==, 1);
  tabella_box_free_slots (box, &ballots, &people);
  g_assert_cmpuint (ballots, ==, 14);
  g_assert_cmpuint (people, ==, 14);

  g_assert_true (tabella_box_records (box, &cast, &challenged, &checkins, &error));
  g_assert_cmpuint (cast->len, ==, 5);
  g_assert_cmpuint (checkins->len, ==, 6);
  g_assert_cmpuint (challenged->len, ==, 1);
  g_assert_true (g_bytes_equal (challenged->pdata[0], spoilt));
  for (guint i = 0; i < 5; i++) {
    gboolean found = FALSE;

    for (guint32 n = 0; n < 5; n++) {
      g_autoptr (GBytes) record = box_fixture_record (f, FALSE, n, code, ticket);

      found = found || g_bytes_equal (cast->pdata[i], record);
    }
    g_assert_true (found);
  }
  tabella_box_close (box);
}

/* A voter keeps one slot, and a provisional one is another. */
static void
test_same_slot (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (4, 8);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GBytes) first = NULL, second = NULL;
  TabellaCheckin c, back;
  GError *error = NULL;
  gsize before, after;
  guint ballots, people;

  box_fixture_checkin (1, TABELLA_CHECKIN_GIVEN, &c);
  g_assert_false (tabella_box_checkin_find (box, c.p, FALSE, &back));
  g_assert_true (tabella_box_checkin_put (box, &c, &error));
  first = box_fixture_read (f->path);
  g_assert_cmpuint (box_fixture_find (first, c.p, 32, &before), ==, 1);
  for (guint i = 0; i < 20; i++) {
    c.state = i % 2 == 0 ? TABELLA_CHECKIN_LEFT : TABELLA_CHECKIN_GIVEN;
    g_assert_true (tabella_box_checkin_put (box, &c, &error));
    g_assert_true (tabella_box_checkin_find (box, c.p, FALSE, &back));
    g_assert_cmpmem (&back, sizeof back, &c, sizeof c);
  }
  second = box_fixture_read (f->path);
  g_assert_cmpuint (box_fixture_find (second, c.p, 32, &after), ==, 1);
  g_assert_cmpuint (before, ==, after);
  g_assert_false (tabella_box_checkin_find (box, c.p, TRUE, &back));
  c.kind = TABELLA_CHECKIN_PROVISIONAL;
  g_assert_true (tabella_box_checkin_put (box, &c, &error));
  g_assert_true (tabella_box_checkin_find (box, c.p, TRUE, &back));
  g_assert_cmpuint (back.kind, ==, TABELLA_CHECKIN_PROVISIONAL);
  g_assert_true (tabella_box_checkin_find (box, c.p, FALSE, &back));
  g_assert_cmpuint (back.kind, ==, TABELLA_CHECKIN_ROLL);
  tabella_box_free_slots (box, &ballots, &people);
  g_assert_cmpuint (people, ==, 6);
  tabella_box_close (box);
}

static void
test_full (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (3, 2);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GBytes) record = NULL;
  guint8 code[32], ticket[16];
  TabellaCheckin c;
  TabellaCounts counts;
  GError *error = NULL;

  box_fixture_vote (f, box, 0);
  box_fixture_vote (f, box, 1);
  box_fixture_checkin (2, TABELLA_CHECKIN_GIVEN, &c);
  assert_error (tabella_box_checkin_put (box, &c, &error), &error, TABELLA_STATION_ERROR_FULL,
                "check-ins");
  record = box_fixture_record (f, FALSE, 2, code, ticket);
  assert_error (tabella_box_cast (box, record, code, &c, &error), &error,
                TABELLA_STATION_ERROR_FULL, "check-ins");
  g_assert_true (tabella_box_cast (box, record, code, NULL, &error));
  g_clear_pointer (&record, g_bytes_unref);
  record = box_fixture_record (f, TRUE, 3, code, ticket);
  assert_error (tabella_box_challenge (box, record, code, &error), &error,
                TABELLA_STATION_ERROR_FULL, "ballots");
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_assert_cmpuint (counts.cast, ==, 3);
  g_assert_cmpuint (counts.challenged, ==, 0);
  g_assert_cmpuint (counts.voted, ==, 2);
  tabella_box_close (box);
}

static void
test_refused (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  TabellaBox *box = box_fixture_open (f), *other;
  g_autoptr (GBytes) record = NULL, cut = NULL, longer = NULL;
  guint8 code[32], ticket[16];
  GError *error = NULL;

  record = box_fixture_record (f, FALSE, 1, code, ticket);
  cut = g_bytes_new_from_bytes (record, 0, g_bytes_get_size (record) - 1);
  assert_error (tabella_box_cast (box, cut, code, NULL, &error), &error,
                TABELLA_STATION_ERROR_NOT_RECORDED, "does not fit");
  longer = hand_resize (record, g_bytes_get_size (record) + 1);
  g_assert_cmpuint (g_bytes_get_size (longer), <=, tabella_record_size_max (f->hand->ctx));
  assert_error (tabella_box_cast (box, longer, code, NULL, &error), &error,
                TABELLA_STATION_ERROR_NOT_RECORDED, "does not fit");
  code[0] ^= 1;
  assert_error (tabella_box_cast (box, record, code, NULL, &error), &error,
                TABELLA_STATION_ERROR_NOT_RECORDED, "does not fit");
  code[0] ^= 1;
  g_assert_true (tabella_box_cast (box, record, code, NULL, &error));
  assert_error (tabella_box_cast (box, record, code, NULL, &error), &error,
                TABELLA_STATION_ERROR_REFUSED, "already");
  /* Another ballot of the same ticket, cast or checked. */
  for (guint challenged = 0; challenged < 2; challenged++) {
    g_autoptr (GBytes) model = box_fixture_record (f, challenged == 1, 1, code, ticket);
    gsize size, used;
    g_autofree guint8 *bytes =
        g_memdup2 (g_bytes_get_data (model, &size), g_bytes_get_size (model));
    g_autoptr (GBytes) second = NULL;
    TabellaBallotRecord parsed;

    bytes[2 + 16] ^= 1; /* the attempt */
    g_assert_true (tabella_record_parse (f->hand->ctx, HAND_TERMINAL, challenged == 1, bytes, size,
                                         &parsed, &used, &error));
    second = g_bytes_new (bytes, size);
    assert_error (challenged == 1 ? tabella_box_challenge (box, second, parsed.code, &error)
                                  : tabella_box_cast (box, second, parsed.code, NULL, &error),
                  &error, TABELLA_STATION_ERROR_REFUSED, "this ticket has been used");
  }
  g_bytes_unref (box_fixture_record (f, FALSE, 1, code, ticket));
  /* Another process. */
  other = tabella_box_open (f->path, &error);
  assert_error (other != NULL, &error, TABELLA_STATION_ERROR_STORAGE, "locked");
  tabella_box_unindex (box);
  assert_error (tabella_box_cast (box, record, code, NULL, &error), &error,
                TABELLA_STATION_ERROR_STATE, "unlock");
  tabella_box_close (box);
}

/* SQLite would follow a link, and wait for ever at a pipe. */
static void
test_links (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  g_autofree char *other = g_strconcat (f->path, ".other", NULL);
  const char *const names[] = { f->path, f->journal };
  TabellaBox *used = box_fixture_open (f);

  box_fixture_vote (f, used, 1); /* after which there is a journal */
  tabella_box_close (used);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GError *error = NULL;
    TabellaBox *box;

    g_assert_cmpint (rename (names[i], other), ==, 0);
    g_assert_cmpint (symlink (other, names[i]), ==, 0);
    box = tabella_box_open (f->path, &error);
    assert_error (box != NULL, &error, TABELLA_STATION_ERROR_STORAGE, "not an ordinary file");
    g_assert_cmpint (rename (other, names[i]), ==, 0);
  }
  tabella_box_close (box_fixture_open (f));
}

/* What was never in an intact box is found when the officers unlock. */
static void
test_damaged (void)
{
  static const struct {
    const char *sql, *part;
  } harms[] = {
    { "UPDATE ballot SET v = CAST(x'07' || substr(v, 2) AS BLOB) WHERE id = 2", "kind" },
    { "UPDATE ballot SET v = (SELECT v FROM ballot WHERE id ="
      " (SELECT min(id) FROM ballot WHERE substr(v, 1, 1) = x'01'))"
      " WHERE id = (SELECT min(id) FROM ballot WHERE substr(v, 1, 1) = x'00')",
      "repeats" },
    { "UPDATE ballot SET v = CAST(substr(v, 1, length(v) - 1) || x'01' AS BLOB)"
      " WHERE substr(v, 1, 1) = x'01'",
      "more than its record" },
    { "UPDATE checkin SET v = CAST(substr(v, 1, 32) || x'09' || substr(v, 34) AS BLOB)"
      " WHERE id = 3",
      "check-in" },
    { "UPDATE checkin SET v = (SELECT v FROM checkin WHERE substr(v, 33, 1) = x'01')"
      " WHERE id = (SELECT min(id) FROM checkin WHERE substr(v, 33, 1) = x'00')",
      "repeats" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++) {
    g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
    TabellaBox *box = box_fixture_open (f);
    g_autofree char *sql = g_strdup_printf ("%s RETURNING 1", harms[i].sql);
    GError *error = NULL;

    box_fixture_vote (f, box, 0);
    tabella_box_close (box);
    box_fixture_ask (f, sql);
    box = tabella_box_open (f->path, &error);
    g_assert_no_error (error);
    assert_error (tabella_box_index (box, f->hand->ctx, HAND_TERMINAL, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, harms[i].part);
    tabella_box_close (box);
  }
}

/* What opens must be a box as this program makes them, and large enough for its election. */
static void
test_other_boxes (void)
{
  static const struct {
    const char *sql, *part;
  } harms[] = {
    { "UPDATE ballot SET v = zeroblob(length(v) + 1) WHERE id = 2", "another size" },
    { "PRAGMA auto_vacuum = FULL; VACUUM", "auto_vacuum" },
  };
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  TabellaBox *box;
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++) {
    g_autoptr (BoxFixture) other = box_fixture_new (8, 8);
    sqlite3 *db;

    g_assert_cmpint (sqlite3_open (other->path, &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, harms[i].sql, NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
    assert_error (tabella_box_open (other->path, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, harms[i].part);
  }
  g_assert_cmpint (unlink (f->path), ==, 0);
  g_assert_true (
      tabella_box_create (f->path, tabella_record_size_max (f->hand->ctx) - 1, 8, 8, &error));
  box = tabella_box_open (f->path, &error);
  assert_error (tabella_box_index (box, f->hand->ctx, HAND_TERMINAL, &error), &error,
                TABELLA_STATION_ERROR_STORAGE, "too small");
  tabella_box_close (box);
}

#ifndef __SANITIZE_ADDRESS__
/* Locked, the program does not know any more who came, nor whose tickets were used. */
static void
test_index_wiped (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  TabellaBox *box = box_fixture_open (f);
  guint8 code[32], ticket[16];
  TabellaCheckin c;
  GError *error = NULL;

  box_fixture_vote (f, box, 1);
  g_bytes_unref (box_fixture_record (f, FALSE, 1, code, ticket));
  box_fixture_checkin (1, TABELLA_CHECKIN_VOTED, &c);
  freed_watch (c.p, sizeof c.p);
  tabella_box_unindex (box);
  g_assert_cmpuint (freed_found (), ==, 0);
  g_assert_true (tabella_box_index (box, f->hand->ctx, HAND_TERMINAL, &error));
  freed_watch (ticket, sizeof ticket);
  tabella_box_unindex (box);
  g_assert_cmpuint (freed_found (), ==, 0);
  freed_watch (NULL, 0);
  tabella_box_close (box);
}
#endif

static void
test_leave_all (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (50, 50);
  TabellaBox *box = box_fixture_open (f);
  TabellaCounts counts;
  TabellaCheckin c, back;
  GError *error = NULL;

  for (guint32 n = 0; n < 10; n++)
    box_fixture_vote (f, box, n);
  for (guint32 n = 10; n < 45; n++) {
    box_fixture_checkin (n, n < 40 ? TABELLA_CHECKIN_GIVEN : TABELLA_CHECKIN_LEFT, &c);
    g_assert_true (tabella_box_checkin_put (box, &c, &error));
  }
  g_assert_true (tabella_box_leave_all (box, &error));
  g_assert_true (box_fixture_all_zero (f->journal));
  box_fixture_checkin (20, TABELLA_CHECKIN_GIVEN, &c);
  g_assert_true (tabella_box_checkin_find (box, c.p, FALSE, &back));
  g_assert_cmpuint (back.state, ==, TABELLA_CHECKIN_LEFT);
  g_assert_true (tabella_box_leave_all (box, &error));
  tabella_box_close (box);
  box = box_fixture_open (f);
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_assert_cmpuint (counts.voted, ==, 10);
  g_assert_cmpuint (counts.given, ==, 0);
  g_assert_cmpuint (counts.left, ==, 35);
  tabella_box_close (box);
}

static void
test_lines (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autofree char *journal = NULL, *value = NULL, *none = NULL;
  GError *error = NULL;
  TabellaCheckin c;
  gsize slot_before, slot_after;

  box_fixture_checkin (1, TABELLA_CHECKIN_GIVEN, &c);
  g_assert_true (tabella_box_checkin_put (box, &c, &error));
  before = box_fixture_read (f->path);
  for (guint i = 0; i < 150; i++) {
    g_autofree char *line = g_strdup_printf ("{\"event\":\"unlocked %u\"}", i);

    g_assert_true (tabella_box_journal_append (box, line, &error));
    if (i == 70)
      g_assert_true (tabella_box_after_append (box, "never exported", &error));
  }
  g_assert_true (tabella_box_set (box, "delivered", "1", &error));
  g_assert_true (tabella_box_set (box, "delivered", "2", &error));
  g_assert_true (tabella_box_set (box, "gone", "x", &error));
  g_assert_true (tabella_box_set (box, "gone", NULL, &error));
  tabella_box_close (box);
  /* Lines have their pages from the beginning; the slots stand where they stood. */
  after = box_fixture_read (f->path);
  g_assert_cmpuint (g_bytes_get_size (after), ==, g_bytes_get_size (before));
  g_assert_cmpuint (box_fixture_find (before, c.p, 32, &slot_before), ==, 1);
  g_assert_cmpuint (box_fixture_find (after, c.p, 32, &slot_after), ==, 1);
  g_assert_cmpuint (slot_before, ==, slot_after);

  box = box_fixture_open (f);
  journal = tabella_box_journal_text (box, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_str_has_prefix (journal, "{\"event\":\"unlocked 0\"}\n{\"event\":\"unlocked 1\"}\n"));
  g_assert_true (g_str_has_suffix (journal, "{\"event\":\"unlocked 149\"}\n"));
  g_assert_null (strstr (journal, "never"));
  value = tabella_box_get (box, "delivered");
  none = tabella_box_get (box, "gone");
  g_assert_cmpstr (value, ==, "2");
  g_assert_null (none);
  tabella_box_close (box);
}

typedef struct {
  guint32 used, last;
  gsize size;
  guint8 seen[4];
} Seen;

static gboolean
look (guint32 slot, const guint8 *bytes, gpointer data, GError **error)
{
  Seen *seen = data;

  if (bytes[0] != 0) {
    seen->used++;
    seen->last = slot;
    memcpy (seen->seen, bytes + seen->size - 4, 4);
  }
  return TRUE;
}

/* Pages grow with the record until the largest page; then a slot is several rows. Nothing overflows
 * anywhere. */
static void
test_large_records (void)
{
  static const gsize sizes[] = { 1,     3000,  4055,  4056,  4057,  8151,  8153,   16343,
                                 16345, 32727, 32729, 65495, 65496, 65497, 140000, 262000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (BoxFixture) f = box_fixture_new (1, 1);
    g_autoptr (TabellaSlots) store = NULL;
    g_autofree guint8 *slot = NULL;
    TabellaSlotsWrite write = { .table = TABELLA_SLOTS_BALLOT, .slot = 2 };
    Seen seen = { 0 };
    GError *error = NULL;
    goffset size;

    g_assert_cmpint (unlink (f->path), ==, 0);
    g_assert_true (tabella_slots_create (f->path, sizes[i], 5, 148, 5, &error));
    size = file_size (f->path);
    store = tabella_slots_open (f->path, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (store->layout[0].slots, ==, 5);
    g_assert_cmpuint (store->layout[0].size, >=, sizes[i]);
    seen.size = MAX (store->layout[0].size, 4);
    slot = g_malloc (store->layout[0].size + 4);
    memset (slot, 0xEE, store->layout[0].size);
    write.bytes = slot;
    g_assert_cmpint (tabella_slots_apply (store, &write, 1, &error), ==, TABELLA_SLOTS_WRITTEN);
    g_assert_true (box_fixture_all_zero (f->journal));
    if (sizes[i] >= 4) {
      g_assert_true (tabella_slots_each (store, TABELLA_SLOTS_BALLOT, look, &seen, &error));
      g_assert_cmpuint (seen.used, ==, 1);
      g_assert_cmpuint (seen.last, ==, 2);
      g_assert_cmpmem (seen.seen, 4, "\xEE\xEE\xEE\xEE", 4);
    }
    g_clear_pointer (&store, tabella_slots_close);
    g_assert_cmpint (file_size (f->path), ==, size);
    g_assert_cmpint (box_fixture_ask (f, "SELECT count(*) FROM dbstat WHERE pagetype = 'overflow'"),
                     ==, 0);
  }
}

/* Two boxes never share a file by mistake, and a foreign file is none. */
static void
test_create (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (4, 4);
  GError *error = NULL;
  struct stat st;

  g_assert_cmpint (stat (f->path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  assert_error (tabella_box_create (f->path, 100, 4, 4, &error), &error,
                TABELLA_STATION_ERROR_STORAGE, "exists");
  g_assert_cmpint (truncate (f->path, 5000), ==, 0);
  assert_error (tabella_box_open (f->path, &error) != NULL, &error, TABELLA_STATION_ERROR_STORAGE,
                f->path);
  g_assert_cmpint (truncate (f->path, 0), ==, 0);
  assert_error (tabella_box_open (f->path, &error) != NULL, &error, TABELLA_STATION_ERROR_STORAGE,
                f->path);
  g_assert_cmpint (unlink (f->path), ==, 0);
  assert_error (tabella_box_open (f->path, &error) != NULL, &error, TABELLA_STATION_ERROR_STORAGE,
                f->path);
}

static void
assert_locked (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE);
  g_assert_nonnull (strstr ((*error)->message, "locked"));
  g_clear_error (error);
}

/* Without the index, as on a locked terminal: totals and room can be asked, people and tickets not.
 */
static void
test_locked (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (5, 4);
  TabellaBox *box = box_fixture_open (f);
  guint ballots, checkins, free_ballots, free_checkins, used = 9, unfinished = 9, challenged = 9;
  g_autoptr (GPtrArray) cast = NULL, checked = NULL;
  g_autoptr (GArray) people = NULL;
  guint8 code[32], ticket[16];
  TabellaCounts before, after;
  TabellaCheckin c, found;
  GError *error = NULL;
  gboolean was_cast = TRUE;

  box_fixture_vote (f, box, 1);
  g_bytes_unref (box_fixture_record (f, FALSE, 1, code, ticket));
  box_fixture_checkin (1, TABELLA_CHECKIN_VOTED, &c);
  tabella_box_free_slots (box, &ballots, &checkins);
  g_assert_cmpuint (ballots, ==, 4);
  g_assert_cmpuint (checkins, ==, 3);
  g_assert_true (tabella_box_counts (box, &before, &error));
  tabella_box_unindex (box);

  tabella_box_free_slots (box, &free_ballots, &free_checkins);
  g_assert_cmpuint (free_ballots, ==, ballots);
  g_assert_cmpuint (free_checkins, ==, checkins);
  g_assert_true (tabella_box_counts (box, &after, &error));
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
  g_assert_false (tabella_box_checkin_find (box, c.p, FALSE, &found));
  assert_locked (tabella_box_ticket_use (box, ticket, &was_cast, &challenged, &error), &error);
  g_assert_cmpuint (tabella_box_unfinished (box), ==, 0);
  assert_locked (tabella_box_tickets (box, &used, &unfinished, &error), &error);
  g_assert_true (used == 0 && unfinished == 0);
  assert_locked (tabella_box_records (box, &cast, &checked, &people, &error), &error);
  g_assert_null (cast);
  assert_locked (tabella_box_leave_all (box, &error), &error);
  assert_locked (tabella_box_checkin_put (box, &c, &error), &error);
  tabella_box_close (box);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/box/constant", test_constant);
  g_test_add_func ("/box/nothing-stale", test_nothing_stale);
  g_test_add_func ("/box/reopen", test_reopen);
  g_test_add_func ("/box/same-slot", test_same_slot);
  g_test_add_func ("/box/full", test_full);
  g_test_add_func ("/box/refused", test_refused);
  g_test_add_func ("/box/links", test_links);
  g_test_add_func ("/box/damaged", test_damaged);
  g_test_add_func ("/box/other-boxes", test_other_boxes);
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/box/index-wiped", test_index_wiped);
#endif
  g_test_add_func ("/box/leave-all", test_leave_all);
  g_test_add_func ("/box/lines", test_lines);
  g_test_add_func ("/box/large-records", test_large_records);
  g_test_add_func ("/box/create", test_create);
  g_test_add_func ("/box/locked", test_locked);
  return g_test_run ();
}
