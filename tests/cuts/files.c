/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges a log of the command's runs: cuts-files LOG ROOT SAMPLES [--long] [--seed=N].
 *
 * Each file has its final name only once it is whole, and after a run said that it was done, what
 * is there then stays, until a later run puts something else in its place. A database opens and is
 * as after one of its transactions, the last run's included. Marks: "do N" and "done N" around run
 * N, "own PATH" for what the test itself writes. Some states are written below SAMPLES, as folders
 * "NUMBER-N" of those that were cut in run N: there the test runs it again. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include "explore.h"

#define DATABASE ".db"
#define JOURNAL  ".db-journal"

typedef struct {
  guint8 hash[16];
  guint turn; /* the entry at which it came */
} Version;

/* What there is to know of one name. */
typedef struct {
  GArray *versions; /* Version: what was ever there, whole */
  guint gone;       /* the last entry at which it was taken away */
  gboolean promised;
  guint since; /* the promise's entry */
} Name;

typedef struct {
  GHashTable *names;    /* path → Name */
  GHashTable *own;      /* paths of the test */
  GHashTable *contents; /* database's hash → of what it says: CutsKey → 32 bytes */
  GHashTable *before;   /* what was there before the present entry: path → hash */
  guint turn;
  guint32 present;   /* terminals with a batch in the database */
  guint32 terminals; /* that had a batch in the database when the last run was done */
  char *place, *samples;
  guint judged, every, sampled;
} Files;

static Name *
name_of (Files *f, const char *path)
{
  Name *n = g_hash_table_lookup (f->names, path);

  if (n == NULL) {
    n = g_new0 (Name, 1);
    n->versions = g_array_new (FALSE, FALSE, sizeof (Version));
    g_hash_table_insert (f->names, g_strdup (path), n);
  }
  return n;
}

/* A name that people and programs read: no part of it begins with a dot. */
static gboolean
is_final (const Files *f, const CutsFile *file)
{
  return !file->folder && file->path[0] != '.' && strstr (file->path, "/.") == NULL &&
         !g_str_has_suffix (file->path, DATABASE) && !g_str_has_suffix (file->path, JOURNAL) &&
         !g_hash_table_contains (f->own, file->path);
}

/* --- Databases --- */

static int
add_row (void *state, int n, char **values, char **columns)
{
  for (int i = 0; i < n; i++) {
    const char *value = values[i] != NULL ? values[i] : "";

    crypto_generichash_update (state, (const guint8 *)value, strlen (value) + 1);
  }
  return 0;
}

static int
read_number (void *out, int n, char **values, char **columns)
{
  *(guint32 *)out = (guint32)g_ascii_strtoull (values[0], NULL, 10);
  return 0;
}

/* 16 bytes of everything that the database says, and how many terminals have a batch in it; rolls a
 * cut transaction back first. FALSE if it is damaged. */
static gboolean
read_database (const char *path, guint8 out[32], GString *why)
{
  static const char *const all[] = {
    "SELECT hex(name), hex(value) FROM meta ORDER BY name",
    "SELECT terminal, number, hex(digest), interim, hex(ballots), minisig, hex(checkins),"
    " hex(sealed), sealed_minisig, quarantine, signed, repeatable FROM batch ORDER BY 1, 2, 3",
    "SELECT text FROM receipt ORDER BY text",
    "SELECT terminal, hex(p), accepted, reason FROM decision ORDER BY 1, 2",
  };
  crypto_generichash_state state;
  sqlite3 *db = NULL;
  guint32 terminals = 0;
  gboolean good = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;

  crypto_generichash_init (&state, NULL, 0, 32);
  good = good && sqlite3_exec (db, "PRAGMA integrity_check", NULL, NULL, NULL) == SQLITE_OK;
  for (guint i = 0; good && i < G_N_ELEMENTS (all); i++)
    if (sqlite3_exec (db, all[i], add_row, &state, NULL) != SQLITE_OK) {
      /* Cut while its tables were made: the next run makes them. */
      good = strstr (sqlite3_errmsg (db), "no such table") != NULL;
      crypto_generichash_update (&state, (const guint8 *)"-", 1);
    }
  if (!good)
    g_string_append_printf (why, "%s: %s", path, sqlite3_errmsg (db));
  crypto_generichash_final (&state, out, 32);
  sqlite3_exec (db, "SELECT count(DISTINCT terminal) FROM batch", read_number, &terminals, NULL);
  memcpy (out + 16, &terminals, sizeof terminals);
  sqlite3_close (db);
  return good;
}

static void
put_file (const char *path, const CutsFile *file)
{
  GError *error = NULL;

  g_remove (path);
  if (file != NULL &&
      !g_file_set_contents (path, (const char *)file->bytes, (gssize)file->size, &error))
    g_error ("%s", error->message);
}

/* What the database of an image says, as 16 bytes; *terminals may be NULL. */
static gboolean
database (Files *f, const CutsImage *image, const CutsFile *file, guint8 out[16],
          guint32 *terminals, GString *why)
{
  g_autofree char *name = g_strconcat (file->path, "-journal", NULL);
  const CutsFile *journal = cuts_image_file (image, 0, name);
  g_autofree char *path = g_build_filename (f->place, "centre.db", NULL);
  g_autofree char *beside = g_strconcat (path, "-journal", NULL);
  guint8 key[32] = { 0 }, says[32];
  const guint8 *known;

  memcpy (key, file->hash, 16);
  if (journal != NULL)
    memcpy (key + 16, journal->hash, 16);
  known = g_hash_table_lookup (f->contents, key);
  if (known == NULL) {
    put_file (path, file);
    put_file (beside, journal);
    if (!read_database (path, says, why))
      return FALSE;
    known = g_memdup2 (says, 32);
    g_hash_table_insert (f->contents, g_memdup2 (key, 32), (gpointer)known);
  }
  memcpy (out, known, 16);
  if (terminals != NULL)
    memcpy (terminals, known + 16, sizeof *terminals);
  return TRUE;
}

/* --- What the program sees --- */

static void
add_version (Files *f, const char *path, const guint8 hash[16])
{
  Version v = { .turn = f->turn };

  memcpy (v.hash, hash, 16);
  g_array_append_val (name_of (f, path)->versions, v);
}

static gboolean
is_below (const char *path, const char *folder)
{
  const gsize size = strlen (folder);

  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* A database between two transactions has another content than at the last such moment. */
static void
see_database (Files *f, const CutsImage *image, const CutsFile *file)
{
  g_autofree char *journal = g_strconcat (file->path, "-journal", NULL);
  g_autoptr (GString) why = g_string_new (NULL);
  const GArray *versions = name_of (f, file->path)->versions;
  guint8 says[16];

  if (cuts_image_file (image, 0, journal) != NULL)
    return;
  if (!database (f, image, file, says, &f->present, why))
    g_error ("%s", why->str);
  if (versions->len == 0 ||
      memcmp (g_array_index (versions, Version, versions->len - 1).hash, says, 16) != 0)
    add_version (f, file->path, says);
}

/* Whatever comes or goes by itself is whole or gone; what is written in place never is, until its
 * run is done. */
static void
see (const CutsImage *image, const CutsEntry *entry, const char *other, const char *mark,
     gpointer data)
{
  Files *f = data;
  g_autoptr (GHashTable) now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const gboolean moved = entry->op == CUTS_RENAME;
  const gboolean done = mark != NULL && g_str_has_prefix (mark, "done ");
  GHashTableIter iter;
  gpointer path, hash;

  f->turn++;
  if (mark != NULL && g_str_has_prefix (mark, "own "))
    g_hash_table_add (f->own, g_strdup (mark + 4));
  for (guint i = 0; i < image->files->len; i++) {
    const CutsFile *file = image->files->pdata[i];
    const guint8 *old;

    if (!file->folder && g_str_has_suffix (file->path, DATABASE))
      see_database (f, image, file);
    if (!is_final (f, file))
      continue;
    g_hash_table_insert (now, g_strdup (file->path), g_memdup2 (file->hash, 16));
    old = g_hash_table_lookup (f->before, file->path);
    if ((moved && is_below (file->path, other)) ||
        ((done || moved) && (old == NULL || memcmp (old, file->hash, 16) != 0)) ||
        (done && name_of (f, file->path)->versions->len == 0))
      add_version (f, file->path, file->hash);
  }
  g_hash_table_iter_init (&iter, f->before);
  while (g_hash_table_iter_next (&iter, &path, &hash))
    if (!g_hash_table_contains (now, path))
      name_of (f, path)->gone = f->turn;
  g_hash_table_unref (f->before);
  f->before = g_steal_pointer (&now);
  if (!done)
    return;
  f->terminals = f->present;
  g_hash_table_iter_init (&iter, f->names);
  while (g_hash_table_iter_next (&iter, &path, &hash)) {
    Name *n = hash;

    n->since = f->turn;
    n->promised = g_hash_table_contains (f->before, path) || g_str_has_suffix (path, DATABASE);
  }
}

/* --- What a cut leaves --- */

/* The turn until which this content stood there; 0 if it never did. */
static gboolean
is_version (const Name *n, const guint8 hash[16])
{
  gboolean found = FALSE, old = TRUE;

  for (guint i = n->versions->len; i-- > 0 && !found;) {
    const Version *v = &g_array_index (n->versions, Version, i);

    if (memcmp (v->hash, hash, 16) == 0)
      found = TRUE;
    old = v->turn <= n->since;
    if (old && !found)
      break; /* the content at the promise was another one, and nothing older may come back */
  }
  return found;
}

static const char *
judge_file (Files *f, const CutsFile *file, GString *why)
{
  const Name *n = g_hash_table_lookup (f->names, file->path);

  if (n != NULL && is_version (n, file->hash))
    return NULL;
  g_string_append_printf (why, "%s (%" G_GSIZE_FORMAT " bytes)", file->path, file->size);
  for (guint i = 0; n != NULL && i < n->versions->len; i++)
    if (memcmp (g_array_index (n->versions, Version, i).hash, file->hash, 16) == 0)
      return "back"; /* whole, but older than what was said to be done */
  return "torn";
}

static const char *
judge_database (Files *f, const CutsImage *image, const CutsFile *file, GString *why)
{
  const Name *n = name_of (f, file->path);
  guint8 says[16], none[32];
  guint32 terminals;

  crypto_generichash (none, 32, (const guint8 *)"----", 4, NULL, 0);
  if (!database (f, image, file, says, &terminals, why))
    return "corrupt";
  if (terminals < f->terminals) {
    g_string_append_printf (why, "%u terminals have a batch, %u had one", terminals, f->terminals);
    return "lost";
  }
  if (is_version (n, says))
    return NULL;
  if (!n->promised && memcmp (says, none, 16) == 0)
    return NULL; /* nothing in it yet */
  for (guint i = 0; i < n->versions->len; i++)
    if (memcmp (g_array_index (n->versions, Version, i).hash, says, 16) == 0) {
      g_string_append_printf (why, "%s is as it was before what was done", file->path);
      return "lost";
    }
  g_string_append_printf (why, "%s is as it never was", file->path);
  return "corrupt";
}

static const char *
judge_promises (Files *f, const CutsImage *image, GString *why)
{
  GHashTableIter iter;
  gpointer path, value;

  g_hash_table_iter_init (&iter, f->names);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    const Name *n = value;

    if (!n->promised || n->gone > n->since || g_hash_table_contains (f->own, path) ||
        cuts_image_file (image, 0, path) != NULL)
      continue;
    g_string_append_printf (why, "%s is gone", (char *)path);
    return "lost";
  }
  return NULL;
}

/* The entry at which this content came there last; 0 if it never did. */
static guint
turn_of (const Name *n, const guint8 hash[16])
{
  for (guint i = n->versions->len; i-- > 0;)
    if (memcmp (g_array_index (n->versions, Version, i).hash, hash, 16) == 0)
      return g_array_index (n->versions, Version, i).turn;
  return 0;
}

/* Of the files that a trustee shows, whose they are; 0 for any other. */
static guint
trustee_of (const char *path)
{
  static const char ceremony[] = "el/ceremony/r";
  const char *base = strrchr (path, '/');
  guint round, index = 0;

  if (base != NULL && g_str_has_prefix (path, ceremony) &&
      sscanf (base, "/r%u-%u.json", &round, &index) == 2)
    return index;
  return base != NULL && sscanf (base, "/share-%u", &index) == 1 ? index : 0;
}

/* A trustee shows nothing before the secret that goes with it is certain. */
static const char *
judge_trustee (Files *f, const CutsImage *image, const CutsFile *shown, GString *why)
{
  g_autofree char *path = g_strdup_printf ("secret-%u", trustee_of (shown->path));
  const Name *n = g_hash_table_lookup (f->names, path);
  const guint turn = turn_of (name_of (f, shown->path), shown->hash);
  const CutsFile *secret = cuts_image_file (image, 0, path);
  guint needed = 0;

  for (guint i = 0; n != NULL && i < n->versions->len; i++)
    if (g_array_index (n->versions, Version, i).turn <= turn)
      needed = g_array_index (n->versions, Version, i).turn;
  if (needed == 0 || n->gone > turn || (secret != NULL && turn_of (n, secret->hash) >= needed))
    return NULL;
  g_string_append_printf (why, "%s is shown and %s is not what goes with it", shown->path, path);
  return "shown";
}

/* The run in which the cut was, and a folder with all that is left then. */
static void
keep_sample (Files *f, const CutsImage *image, const CutsMoment *moment)
{
  const char *mark = moment->marks->len > 0 ? moment->marks->pdata[moment->marks->len - 1] : "";
  g_autoptr (GHashTable) memory = cuts_memory_new ();
  g_autofree char *name = NULL, *path = NULL;

  if (!g_str_has_prefix (mark, "do ") || f->judged++ % f->every != 0)
    return;
  name = g_strdup_printf ("%u-%s", f->sampled++, mark + 3);
  path = g_build_filename (f->samples, name, NULL);
  cuts_image_write (image, 0, path, memory);
}

static const char *
judge (const CutsImage *image, const CutsMoment *moment, gpointer data, GString *why)
{
  Files *f = data;
  const char *word = NULL;

  for (guint i = 0; word == NULL && i < image->files->len; i++) {
    const CutsFile *file = image->files->pdata[i];

    if (!file->folder && g_str_has_suffix (file->path, DATABASE))
      word = judge_database (f, image, file, why);
    else if (is_final (f, file))
      word = judge_file (f, file, why);
    if (word == NULL && !file->folder && trustee_of (file->path) > 0)
      word = judge_trustee (f, image, file, why);
  }
  word = word != NULL ? word : judge_promises (f, image, why);
  if (word == NULL)
    keep_sample (f, image, moment);
  return word;
}

static guint
hash_32 (gconstpointer key)
{
  guint value;

  memcpy (&value, (const guint8 *)key + 8, sizeof value);
  return value ^ *((const guint8 *)key + 17);
}

static gboolean
equal_32 (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

int
main (int argc, char **argv)
{
  Files f = { .every = 80 };
  CutsPlan plan = { .name = "the command",
                    .singles = 3,
                    .choices = 8,
                    .seed = 1,
                    .seen = see,
                    .judge = judge,
                    .data = &f };
  const char *folders[] = { NULL, NULL };
  g_auto (CutsResult) result = { 0 };

  g_assert (argc >= 4 && sodium_init () >= 0);
  for (int i = 4; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "--seed="))
      plan.seed = g_ascii_strtoull (argv[i] + strlen ("--seed="), NULL, 10);
    if (g_str_has_prefix (argv[i], "--every="))
      f.every = (guint)g_ascii_strtoull (argv[i] + strlen ("--every="), NULL, 10);
    if (g_str_equal (argv[i], "--long"))
      plan.singles = plan.choices = 60;
  }
  folders[0] = argv[2];
  plan.folders = folders;
  f.samples = argv[3];
  f.place = g_build_filename (argv[3], "place", NULL);
  g_assert (g_mkdir_with_parents (f.place, 0700) == 0);
  f.names = g_hash_table_new (g_str_hash, g_str_equal);
  f.own = g_hash_table_new (g_str_hash, g_str_equal);
  f.before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  f.contents = g_hash_table_new (hash_32, equal_32);
  return cuts_explore (cuts_disks_new_empty (argv[2]), argv[1], &plan, &result) ? 0 : 1;
}
