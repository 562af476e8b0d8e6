/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore.h"

#include <string.h>

#define FIRST 5 /* bad states that are told in words */

typedef struct {
  CutsDisks *disks;
  const CutsPlan *plan;
  CutsResult *result;
  CutsMoment moment;
  GHashTable *judged;  /* contents and marks → word, "" if well */
  GHashTable *choices; /* of this place */
  guint64 random;
} Run;

typedef struct {
  guint8 hash[16];
  guint64 marks;
} Key;

static guint
hash_of (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value ^ (guint)((const Key *)key)->marks;
}

static gboolean
equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Key)) == 0;
}

/* splitmix64: the same states for the same seed. */
static guint64
next (Run *r)
{
  guint64 z = r->random += G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return z ^ z >> 31;
}

static void
note (Run *r, const char *word, const char *why)
{
  const gsize n = GPOINTER_TO_SIZE (g_hash_table_lookup (r->result->words, word));

  r->result->bad++;
  g_hash_table_insert (r->result->words, g_strdup (word), GSIZE_TO_POINTER (n + 1));
  if (why == NULL || why[0] == '\0' || n >= FIRST)
    return;
  g_string_append_printf (
      r->result->first, "%s: %s, cut after change %u (%u uncertain, after \"%s\"): %s\n",
      r->plan->name != NULL ? r->plan->name : "again", word, r->moment.change, r->moment.pending,
      r->moment.marks->len > 0 ? (char *)r->moment.marks->pdata[r->moment.marks->len - 1]
                               : "nothing",
      why);
}

static void
look (Run *r, const guint8 *kept)
{
  g_autoptr (CutsImage) image = cuts_disks_image (r->disks, kept);
  g_autoptr (GString) why = g_string_new (NULL);
  Key key = { .marks = r->moment.marks->len };
  const char *word;

  memcpy (key.hash, image->hash, sizeof key.hash);
  word = g_hash_table_lookup (r->judged, &key);
  r->moment.number = r->result->states++;
  if (word == NULL) {
    r->result->disks++;
    word = r->plan->judge (image, &r->moment, r->plan->data, why);
    word = word != NULL ? word : "";
    g_hash_table_insert (r->judged, g_memdup2 (&key, sizeof key), (gpointer)g_intern_string (word));
  }
  if (word[0] != '\0')
    note (r, word, why->str);
}

/* A choice that was not tried at this place yet. */
static void
try_choice (Run *r, guint8 *kept)
{
  GBytes *bytes = g_bytes_new (kept, r->moment.pending);

  if (g_hash_table_add (r->choices, bytes))
    look (r, kept);
}

static void
try_singles (Run *r, guint8 *kept)
{
  const guint n = r->moment.pending, most = MIN (n, r->plan->singles);

  for (guint i = 0; i < most; i++) {
    const guint which = n <= r->plan->singles ? i : (guint)(next (r) % n);

    memset (kept, 1, n);
    kept[which] = 0;
    try_choice (r, kept);
    memset (kept, 0, n);
    kept[which] = 1;
    try_choice (r, kept);
  }
}

static void
try_kinds (Run *r, guint8 *kept)
{
  for (guint kind = CUTS_DATA; kind <= CUTS_NAME; kind++) {
    for (guint lost = 0; lost <= 1; lost++) {
      for (guint i = 0; i < r->moment.pending; i++)
        kept[i] = (cuts_disks_kind (r->disks, i) == kind) != (lost == 1);
      try_choice (r, kept);
    }
  }
}

/* Single sectors or whole blocks, evenly, mostly kept or mostly lost; or up to some moment. */
static void
try_random (Run *r, guint8 *kept, guint turn)
{
  static const guint chances[] = { 128, 128, 32, 224 };
  const guint chance = chances[turn % G_N_ELEMENTS (chances)];
  const gboolean blocks = turn % 2 == 1, until = turn % 5 == 4;
  const guint64 salt = next (r);
  const guint n = r->moment.pending, end = (guint)(next (r) % (n + 1));

  for (guint i = 0; i < n; i++) {
    const guint64 block = cuts_disks_block (r->disks, i);
    guint64 coin = next (r);

    if (blocks && block != 0)
      coin = (block ^ salt) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) >> 24;
    kept[i] = until ? i < end : coin % 256 < chance;
  }
  try_choice (r, kept);
}

static void
cut (Run *r)
{
  g_autofree guint8 *kept = NULL;

  r->moment.pending = cuts_disks_pending (r->disks);
  r->result->changes++;
  kept = g_malloc0 (r->moment.pending + 1);
  g_hash_table_remove_all (r->choices);
  try_choice (r, kept);
  if (r->moment.pending == 0)
    return;
  memset (kept, 1, r->moment.pending);
  try_choice (r, kept);
  try_kinds (r, kept);
  try_singles (r, kept);
  for (guint i = 0; i < r->plan->choices; i++)
    try_random (r, kept, i);
}

/* What the program sees. */
static CutsImage *
whole_image (Run *r)
{
  g_autofree guint8 *kept = g_malloc (cuts_disks_pending (r->disks) + 1);

  memset (kept, 1, cuts_disks_pending (r->disks) + 1);
  return cuts_disks_image (r->disks, kept);
}

/* At the end, with everything kept, the folders are as they truly are: nothing was overlooked. */
static gboolean
compare (Run *r, GString *why)
{
  g_autoptr (CutsImage) image = whole_image (r);

  for (guint i = 0; r->plan->folders != NULL && r->plan->folders[i] != NULL; i++)
    if (!cuts_image_equals (image, i, r->plan->folders[i], why))
      return FALSE;
  return TRUE;
}

static void
tell (Run *r, const CutsEntry *entry, const char *other, const char *mark)
{
  g_autoptr (CutsImage) image = NULL;

  if (r->plan->seen == NULL)
    return;
  image = whole_image (r);
  r->plan->seen (image, entry, other, mark, r->plan->data);
}

static gboolean
go_through (Run *r, GBytes *log, GString *why)
{
  CutsEntry entry;
  gsize at = 0;

  cut (r);
  while (at < g_bytes_get_size (log)) {
    g_autofree char *path = NULL, *other = NULL;

    if (!cuts_disks_apply (r->disks, log, &at, &entry, &path, &other, why))
      return FALSE;
    tell (r, &entry, entry.op == CUTS_RENAME ? other : path, entry.op == CUTS_MARK ? path : NULL);
    if (entry.op == CUTS_MARK)
      /* What was said holds for what is on the disk already. */
      g_ptr_array_add (r->moment.marks, g_steal_pointer (&path));
    else
      r->moment.change++;
    cut (r);
  }
  return compare (r, why);
}

static void
report (const CutsPlan *plan, const CutsResult *result)
{
  g_autoptr (GString) bad = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (result->first->str, "\n", -1);
  GHashTableIter iter;
  gpointer word, n;

  g_hash_table_iter_init (&iter, result->words);
  while (g_hash_table_iter_next (&iter, &word, &n))
    g_string_append_printf (bad, ", %" G_GSIZE_FORMAT " %s", GPOINTER_TO_SIZE (n), (char *)word);
  g_print ("# %s: seed %" G_GUINT64_FORMAT ", cut at %" G_GUINT64_FORMAT
           " places, %" G_GUINT64_FORMAT " states (%" G_GUINT64_FORMAT
           " of different content or promise, each judged)%s\n",
           plan->name, plan->seed, result->changes, result->states, result->disks,
           bad->len > 0 ? bad->str : ", all well");
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      g_print ("# %s\n", lines[i]);
}

gboolean
cuts_explore (CutsDisks *d, const char *log, const CutsPlan *plan, CutsResult *result)
{
  Run r = { .disks = d, .plan = plan, .result = result, .random = plan->seed };
  g_autoptr (GMappedFile) file = g_mapped_file_new (log, FALSE, NULL);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  g_autoptr (GString) why = g_string_new (NULL);
  gboolean good;

  g_assert_nonnull (bytes);
  *result = (CutsResult){ .words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                          .first = g_string_new (NULL) };
  r.moment.marks = g_ptr_array_new_with_free_func (g_free);
  r.judged = g_hash_table_new_full (hash_of, equal, g_free, NULL);
  r.choices =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  good = go_through (&r, bytes, why);
  if (plan->name != NULL)
    report (plan, result);
  if (!good)
    g_print ("# %s: %s\n", plan->name != NULL ? plan->name : "again", why->str);
  g_hash_table_unref (r.judged);
  g_hash_table_unref (r.choices);
  g_ptr_array_unref (r.moment.marks);
  return good && result->bad == 0;
}

guint64
cuts_result_count (const CutsResult *r, const char *word)
{
  return GPOINTER_TO_SIZE (g_hash_table_lookup (r->words, word));
}

void
cuts_result_clear (CutsResult *r)
{
  g_clear_pointer (&r->words, g_hash_table_unref);
  if (r->first != NULL)
    g_string_free (r->first, TRUE);
  r->first = NULL;
}
